//! Changes what is known of the customer: name, mail, telephone and attributes.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use crate::template::JsonTemplate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub struct UpdateContact;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// `name`, `email`, `phone` or an attribute; values are templates.
    #[schemars(extend("x-qn" = form("资料|name、email、phone 或自定义属性", "Fields|name, email, phone or an attribute", "map")))]
    fields: Map<String, Value>,
}

#[derive(Debug)]
struct Change(JsonTemplate);

impl Kind for UpdateContact {
    fn spec(&self) -> Spec {
        Spec {
            name: "update_contact",
            zh: "更新客户资料",
            en: "Update contact",
            icon: "contact",
            about: ("修改客户资料", "Changes what is known of the customer"),
            family: Family::Desk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        Some(Box::new(Change(compiler.json("fields", &Value::Object(settings.fields))?)))
    }
}

impl Action for Change {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let Value::Object(fields) = self.0.render(scene.values)? else { return Ok(Move::leave(NEXT)) };
        Ok(desk(Desk::UpdateContact { fields }))
    }
}
