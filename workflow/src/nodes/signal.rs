//! Waits until somebody or something says a word: a payment came, a parcel arrived.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{ErrorKind, NEXT, Node};
use crate::request::{About, Request, SIGNAL_CHARS_MAX};
use crate::run::StepError;
use crate::template::Template;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct WaitForSignal;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Name of the signal; a template.
    #[schemars(extend("x-qn" = form("信号名称|可以使用模板", "Signal|A template", "template")))]
    signal: String,
    /// A field of the signal's payload that must say what `equals` gives.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("对应字段|信号内容里的字段，例如 order_id；不填则只接收发给这次运行的信号", "About field|A field of its payload, for example order_id; without it only signals sent to this run are heard", "text")))]
    field: Option<String>,
    /// A template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("字段的值|等于这个值才算，例如 {{ order_id }}", "Equals|The value it must have, for example {{ order_id }}", "template")))]
    equals: Option<String>,
    /// Variable for its payload.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存信号内容的变量", "Keep in|Variable for its payload", "variable")))]
    save: Option<String>,
}

#[derive(Debug)]
struct Listen {
    signal: Template,
    about: Option<(String, Template)>,
    save: Option<String>,
}

impl Kind for WaitForSignal {
    fn spec(&self) -> Spec {
        Spec {
            name: "signal",
            zh: "等待信号",
            en: "Wait for a signal",
            icon: "bell",
            about: ("等待外部信号，例如到账、签收", "Waits until something outside happens"),
            family: Family::Time,
            ports: &[NEXT],
            fallible: true,
            waits: true,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let signal = compiler.template("signal", &settings.signal)?;
        let field = settings.field.as_deref().map(str::trim).filter(|field| !field.is_empty());
        let equals = settings.equals.as_deref().filter(|value| !value.trim().is_empty());
        let about = match (field, equals) {
            (Some(field), Some(value)) => Some((field.to_owned(), compiler.template("equals", value)?)),
            (None, None) => None,
            (given, _) => {
                let missing = if given.is_some() { "equals" } else { "field" };
                compiler.problem("bad_settings", missing, "请同时填写对应字段和字段的值", "give both the field and its value");
                return None;
            }
        };
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Unknown);
        Some(Box::new(Listen { signal, about, save: settings.save }))
    }
}

fn about(field: &str, value: String) -> Result<About, StepError> {
    let value = value.trim().to_owned();
    if value.is_empty() || value.chars().count() > SIGNAL_CHARS_MAX {
        let why = format!("a signal is told by 1 to {SIGNAL_CHARS_MAX} characters of {field}");
        return Err(StepError::new(ErrorKind::Invalid, why).zh(format!("{field} 的值应为 1 到 {SIGNAL_CHARS_MAX} 个字符")));
    }
    Ok(About { field: field.to_owned(), value })
}

impl Action for Listen {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let signal = self.signal.render(scene.values)?;
        let about = match &self.about {
            Some((field, value)) => Some(about(field, value.render(scene.values)?)?),
            None => None,
        };
        Ok(Move::Open { request: Request::Listen { signal, about }, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT).save(self.save.as_ref(), reply))
    }
}
