//! Looks a question up in the knowledge base. What was found is kept; saying it is another node's work.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::Node;
use crate::request::Desk;
use crate::run::StepError;
use crate::template::Template;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Answer;

const FOUND: &str = "found";
const NOT_FOUND: &str = "not_found";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What to look up; a template. Without it: what the customer said.
    #[serde(default = "question")]
    #[schemars(extend("x-qn" = form("问题|不填则用客户的话", "Question|What the customer said, if empty", "template")))]
    question: String,
    /// Variable for `{"text", "article_id", "url"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 text、article_id、url", "Keep in|Variable for text, article_id and url", "variable")))]
    save: Option<String>,
}

fn question() -> String {
    "{{ context.message.text }}".to_owned()
}

#[derive(Debug)]
struct LookUp {
    question: Template,
    save: Option<String>,
}

impl Kind for Answer {
    fn spec(&self) -> Spec {
        Spec {
            name: "answer",
            zh: "查知识库",
            en: "Look up an answer",
            icon: "book",
            about: ("在知识库中查找答案", "Looks for an answer in the knowledge base"),
            family: Family::Talk,
            ports: &[FOUND, NOT_FOUND],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let question = compiler.template("question", &settings.question)?;
        compiler.sets("save", FOUND, settings.save.as_ref(), Guess::Object);
        Some(Box::new(LookUp { question, save: settings.save }))
    }
}

impl Action for LookUp {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Answer { question: self.question.render(scene.values)? }))
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        if reply["found"] == Value::Bool(true) {
            return Ok(Move::leave(FOUND).save(self.save.as_ref(), reply));
        }
        Ok(Move::leave(NOT_FOUND).output(reply))
    }
}
