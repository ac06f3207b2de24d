//! Hands the conversation to a person. The flow may go on, but the bot is silent from here.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Desk;
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct HandOff;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The team that takes over; a template. Without it routing decides.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("小组|不填则由分配规则决定", "Team|Routing decides if empty", "team")))]
    team: Option<String>,
    /// What colleagues should know; a template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("交接说明|同事会看到", "Note|Colleagues see it", "template")))]
    note: String,
}

#[derive(Debug)]
struct Give {
    team: Option<Template>,
    note: Template,
}

impl Kind for HandOff {
    fn spec(&self) -> Spec {
        Spec {
            name: "hand_off",
            zh: "转人工",
            en: "Hand off",
            icon: "headset",
            about: ("转给人工坐席", "A person takes over"),
            family: Family::People,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let team = settings.team.as_ref().and_then(|team| compiler.template("team", team));
        Some(Box::new(Give { team, note: compiler.template("note", &settings.note)? }))
    }
}

impl Action for Give {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let team = self.team.as_ref().map(|team| team.render(scene.values)).transpose()?.filter(|team| !team.is_empty());
        Ok(desk(Desk::HandOff { team, note: self.note.render(scene.values)? }))
    }
}
