//! Says something to the customer.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Request;
use crate::run::StepError;
use crate::template::{Template, render_all};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Say;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    #[schemars(extend("x-qn" = form("内容|可以用 {{ }} 引用变量", "Text|May use {{ }} for variables", "template")))]
    text: String,
    /// Answers the customer may tap; templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("按钮|客户可以点选的回复，最多 10 个", "Buttons|Answers the customer may tap, at most 10", "template_list")))]
    buttons: Vec<String>,
}

pub(super) const BUTTONS_MAX: usize = 10;

#[derive(Debug)]
struct Speak {
    text: Template,
    buttons: Vec<Template>,
}

impl Kind for Say {
    fn spec(&self) -> Spec {
        Spec {
            name: "say",
            zh: "回复客户",
            en: "Say",
            icon: "message",
            about: ("向客户发送消息", "Says something to the customer"),
            family: Family::Talk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        if settings.buttons.len() > BUTTONS_MAX {
            compiler.problem("bad_settings", "buttons", "按钮最多 10 个", "at most 10 buttons");
        }
        let (text, buttons) = (compiler.template("text", &settings.text)?, compiler.templates("buttons", &settings.buttons)?);
        Some(Box::new(Speak { text, buttons }))
    }
}

impl Action for Speak {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (text, buttons) = (self.text.render(scene.values)?, render_all(&self.buttons, scene.values)?);
        Ok(Move::Open { request: Request::Say { text, buttons }, due_at: None })
    }

    fn resume(&self, _scene: &Scene<'_>, _reply: Value) -> Result<Move, StepError> {
        Ok(Move::leave(NEXT))
    }
}
