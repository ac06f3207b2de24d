//! Gives the conversation to a certain person or team. Unlike a hand-off it says whether they could have it.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::{Assignee, Desk};
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Assign;

/// Nobody of that name is there to take it now.
const UNAVAILABLE: &str = "unavailable";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("分配给|小组或坐席", "To|A team or a person", "choices"), &[("team", "小组", "A team"), ("person", "坐席", "A person")])))]
    to: To,
    /// Name, e-mail address or id; a template.
    #[schemars(extend("x-qn" = form("名称|小组名，或坐席的姓名、邮箱，可以使用模板", "Name|Of the team, or name or e-mail of the person; a template", "assignee")))]
    name: String,
    /// What they should know; a template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("交接说明|同事会看到", "Note|Colleagues see it", "template")))]
    note: String,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum To {
    #[default]
    Team,
    Person,
}

#[derive(Debug)]
struct Give {
    to: To,
    name: Template,
    note: Template,
}

impl Kind for Assign {
    fn spec(&self) -> Spec {
        Spec {
            name: "assign",
            zh: "分配会话",
            en: "Assign",
            icon: "user-plus",
            about: ("把会话分配给指定的小组或坐席", "Gives the conversation to a certain team or person"),
            family: Family::People,
            ports: &[NEXT, UNAVAILABLE],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        if settings.name.trim().is_empty() {
            compiler.problem("bad_settings", "name", "请填写分配给谁", "say to whom");
        }
        let (name, note) = (compiler.template("name", &settings.name)?, compiler.template("note", &settings.note)?);
        Some(Box::new(Give { to: settings.to, name, note }))
    }
}

impl Action for Give {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let name = self.name.render(scene.values)?;
        let to = match self.to {
            To::Team => Assignee::Team(name),
            To::Person => Assignee::Person(name),
        };
        Ok(desk(Desk::Assign { to, note: self.note.render(scene.values)? }))
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let port = if reply["assigned"] == Value::Bool(false) { UNAVAILABLE } else { NEXT };
        Ok(Move::leave(port).output(reply))
    }
}
