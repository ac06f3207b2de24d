//! An answer in the language model's words, from given facts and what the knowledge base says. Optional everywhere: without a model, or
//! when its budget is spent, the step fails as unavailable and its error edge is taken. What is written is kept; saying it is another
//! node's work.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::Node;
use crate::request::{Desk, Request};
use crate::run::StepError;
use crate::template::{Template, render_all};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Write;

const FOUND: &str = "found";
const NOT_FOUND: &str = "not_found";
const FACTS_MAX: usize = 10;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What is answered; a template. Without it: what the customer said.
    #[serde(default = "question")]
    #[schemars(extend("x-qn" = form("问题|不填则用客户的话", "Question|What the customer said, if empty", "template")))]
    question: String,
    /// What the answer may rest on besides the knowledge base; templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("已知事实|回答可以依据的内容，可以使用模板", "Facts|What the answer may rest on; templates", "template_list")))]
    facts: Vec<String>,
    /// Looks into the knowledge base as well.
    #[serde(default = "yes")]
    #[schemars(extend("x-qn" = form("查知识库|同时依据知识库作答", "Use the knowledge base|Rests on its articles as well", "toggle")))]
    knowledge: bool,
    /// Variable for `{"text"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 text", "Keep in|Variable for the text", "variable")))]
    save: Option<String>,
}

fn question() -> String {
    "{{ context.message.text }}".to_owned()
}

fn yes() -> bool {
    true
}

#[derive(Debug)]
struct Compose {
    question: Template,
    facts: Vec<Template>,
    knowledge: bool,
    save: Option<String>,
}

impl Kind for Write {
    fn spec(&self) -> Spec {
        Spec {
            name: "write",
            zh: "模型回答",
            en: "Write an answer",
            icon: "sparkles",
            about: ("由语言模型依据事实和知识库写出回答", "A language model writes an answer from facts and articles"),
            family: Family::Talk,
            ports: &[FOUND, NOT_FOUND],
            fallible: true,
            waits: false,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let question = compiler.template("question", &settings.question)?;
        let facts = compiler.templates("facts", &settings.facts)?;
        if facts.len() > FACTS_MAX {
            compiler.problem("bad_settings", "facts", "最多 10 条事实", "at most 10 facts");
        }
        compiler.sets("save", FOUND, settings.save.as_ref(), Guess::Object);
        Some(Box::new(Compose { question, facts, knowledge: settings.knowledge, save: settings.save }))
    }
}

impl Action for Compose {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let question = self.question.render(scene.values)?;
        let facts = render_all(&self.facts, scene.values)?;
        let request =
            Request::Desk(Desk::Write { question, facts, knowledge: self.knowledge, timeout_ms: scene.timeout_ms.unwrap_or(20_000) });
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        if reply["found"] == Value::Bool(true) {
            return Ok(Move::leave(FOUND).save(self.save.as_ref(), reply));
        }
        Ok(Move::leave(NOT_FOUND).output(reply))
    }
}
