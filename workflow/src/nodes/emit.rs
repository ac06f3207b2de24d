//! Tells the world that something happened: webhooks and other flows hear it.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use crate::template::JsonTemplate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct EmitEvent;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The event's name.
    #[schemars(extend("x-qn" = form("事件名|例如 refund.done", "Event|For example refund.done", "text")))]
    event: String,
    /// What comes with it; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("内容|可以使用模板", "Payload|Texts may be templates", "json")))]
    payload: Value,
    /// What the data are sent for; asked for where they are personal and leave the house.
    #[serde(default)]
    #[allow(dead_code)] // read by the validator and by people
    #[schemars(extend("x-qn" = form("数据用途|向外发送客户个人信息时说明用途", "Purpose|Why personal data of the customer are sent", "text")))]
    purpose: String,
}

#[derive(Debug)]
struct Shout {
    event: String,
    payload: JsonTemplate,
}

impl Kind for EmitEvent {
    fn spec(&self) -> Spec {
        Spec {
            name: "emit",
            zh: "发出事件",
            en: "Emit event",
            icon: "radio",
            about: ("通知其他系统和流程", "Tells other systems and flows"),
            family: Family::Systems,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let payload = compiler.json("payload", &settings.payload)?;
        if !is_event_name(&settings.event) {
            let (zh, en) =
                ("事件名用字母、数字、点、横线和下划线，最多 64 个字符", "an event's name has letters, digits and .-_/, at most 64");
            compiler.problem("bad_settings", "event", zh, en);
            return None;
        }
        Some(Box::new(Shout { event: settings.event, payload }))
    }
}

pub(super) fn is_event_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_/".contains(&b))
}

impl Action for Shout {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Emit { event: self.event.clone(), payload: self.payload.render(scene.values)? }))
    }
}
