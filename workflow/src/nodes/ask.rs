//! Asks the customer for one thing, checks the answer, and asks again a few times before giving up. Does not ask for what is
//! known already.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::{Expr, Values};
use crate::model::{NEXT, Node};
use crate::request::Request;
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Ask;

/// Left through when no attempt gave a usable answer.
const UNCLEAR: &str = "unclear";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    text: String,
    /// Said instead from the second attempt on; a template.
    #[serde(default)]
    again: Option<String>,
    /// Answers to choose from.
    #[serde(default)]
    choices: Vec<String>,
    /// CEL over `answer`, the customer's words; without it any words will do.
    #[serde(default)]
    valid: Option<String>,
    #[serde(default = "tries")]
    tries: u32,
    /// Variable for the answer. If it has a value already, nothing is asked.
    save: String,
}

fn tries() -> u32 {
    3
}

#[derive(Debug)]
struct Question {
    text: Template,
    again: Option<Template>,
    choices: Vec<String>,
    valid: Option<Expr>,
    tries: u32,
    save: String,
}

impl Kind for Ask {
    fn spec(&self) -> Spec {
        Spec {
            name: "ask",
            zh: "询问客户",
            en: "Ask",
            family: Family::Talk,
            ports: &[NEXT, UNCLEAR],
            fallible: true,
            waits: true,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let text = compiler.template("text", &settings.text)?;
        let again = settings.again.as_ref().and_then(|again| compiler.template("again", again));
        let valid = settings.valid.as_ref().and_then(|valid| compiler.condition("valid", valid));
        compiler.notes.reads.retain(|(name, field)| !(field == "valid" && name == "answer"));
        compiler.sets("save", NEXT, Some(&settings.save));
        let Settings { choices, tries, save, .. } = settings;
        Some(Box::new(Question { text, again, choices, valid, tries: tries.clamp(1, 10), save }))
    }
}

impl Question {
    fn ask(&self, scene: &Scene<'_>, attempt: u32) -> Result<Move, StepError> {
        let template = self.again.as_ref().filter(|_| attempt > 1).unwrap_or(&self.text);
        let request = Request::Ask { text: template.render(scene.values)?, choices: self.choices.clone() };
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn accepts(&self, values: &dyn Values, answer: &Value) -> Result<bool, StepError> {
        match &self.valid {
            Some(valid) => Ok(valid.is_true(&super::With { name: "answer", value: answer, rest: values })?),
            None => Ok(answer.as_str().is_some_and(|text| !text.trim().is_empty())),
        }
    }
}

impl Action for Question {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        if scene.values.value(&self.save).is_some_and(|known| !known.is_null()) {
            return Ok(Move::leave(NEXT));
        }
        self.ask(scene, 1)
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let answer = reply.get("text").cloned().unwrap_or_default();
        if self.accepts(scene.values, &answer)? {
            return Ok(Move::leave(NEXT).set(&self.save, answer.clone()).output(answer));
        }
        if scene.attempt >= self.tries {
            return Ok(Move::leave(UNCLEAR).output(answer));
        }
        self.ask(scene, scene.attempt + 1)
    }
}
