//! Takes named values out of free words with the language model: an address out of a complaint, a date out of 「下周三下午」. Optional:
//! without a model the step fails as unavailable and its error edge is taken. A value that the text does not say is null.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::{Desk, Request, Wanted, WantedKind};
use crate::run::StepError;
use crate::template::Template;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Extract;

const NOT_FOUND: &str = "not_found";
const FIELDS_MAX: usize = 20;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What to read; a template. Without it: what the customer said.
    #[serde(default = "text")]
    #[schemars(extend("x-qn" = form("内容|不填则用客户的话", "Text|What the customer said, if empty", "template")))]
    text: String,
    #[schemars(extend("x-qn" = form("要提取的值|每个值的名称、含义和类型", "Values|What each is called, means and is", "list")))]
    fields: Vec<Field>,
    /// Variable for the values by name.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|按名称保存提取的值", "Keep in|Variable for the values by name", "variable")))]
    save: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Field {
    #[schemars(extend("x-qn" = form("名称|字母、数字和下划线", "Name|Letters, digits and _", "text")))]
    name: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("含义|说明这个值是什么", "Meaning|What this value is", "text")))]
    about: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("类型|值的类型", "Type|Of the value", "choices"), &[("text", "文字", "Text"), ("number", "数字", "Number"), ("boolean", "是或否", "Yes or no")])))]
    kind: Sort,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Text,
    Number,
    Boolean,
}

fn text() -> String {
    "{{ context.message.text }}".to_owned()
}

#[derive(Debug)]
struct TakeOut {
    text: Template,
    fields: Vec<Wanted>,
    save: Option<String>,
}

impl Kind for Extract {
    fn spec(&self) -> Spec {
        Spec {
            name: "extract",
            zh: "模型提取",
            en: "Extract",
            icon: "sparkles",
            about: ("由语言模型从文字中提取需要的值", "A language model takes values out of a text"),
            family: Family::Talk,
            ports: &[NEXT, NOT_FOUND],
            fallible: true,
            waits: false,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let text = compiler.template("text", &settings.text)?;
        let is_name = |name: &str| (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !(1..=FIELDS_MAX).contains(&settings.fields.len()) || !settings.fields.iter().all(|field| is_name(&field.name)) {
            let (zh, en) = ("请填写 1 到 20 个值，名称用字母、数字和下划线", "name 1 to 20 values with letters, digits and _");
            compiler.problem("bad_settings", "fields", zh, en);
        }
        compiler.sets("save", NEXT, settings.save.as_ref(), Guess::Object);
        let wanted = settings.fields.into_iter().map(|field| Wanted {
            name: field.name,
            about: field.about,
            kind: match field.kind {
                Sort::Text => WantedKind::Text,
                Sort::Number => WantedKind::Number,
                Sort::Boolean => WantedKind::Boolean,
            },
        });
        Some(Box::new(TakeOut { text, fields: wanted.collect(), save: settings.save }))
    }
}

impl Action for TakeOut {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let text = self.text.render(scene.values)?;
        let request = Request::Desk(Desk::Extract { text, fields: self.fields.clone(), timeout_ms: scene.timeout_ms.unwrap_or(20_000) });
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let nothing = reply.as_object().is_none_or(|values| values.values().all(Value::is_null));
        if nothing {
            return Ok(Move::leave(NOT_FOUND).output(reply));
        }
        Ok(Move::leave(NEXT).save(self.save.as_ref(), reply))
    }
}
