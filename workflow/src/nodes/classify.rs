//! What the customer wants, by the trained intents: one port for each intent that is named, `otherwise` for all others and for
//! doubtful ones.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::Node;
use crate::request::Desk;
use crate::run::StepError;
use crate::template::Template;
use crate::trigger::INTENTS_MAX;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Classify;

const OTHERWISE: &str = "otherwise";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What to classify; a template. Without it: what the customer said.
    #[serde(default = "text")]
    #[schemars(extend("x-qn" = form("内容|不填则用客户的话", "Text|What the customer said, if empty", "template")))]
    text: String,
    /// Each is a port.
    #[schemars(extend("x-qn" = form("意图|每个意图是一个出口", "Intents|Each is a port", "intents")))]
    intents: Vec<String>,
    /// Below this the intent counts as not recognised; 0 to 1.
    #[serde(default = "confidence")]
    #[schemars(extend("x-qn" = form("最低置信度|0 到 1,低于它走“其他情况”", "Least confidence|0 to 1; below it the way is otherwise", "number")))]
    confidence: f64,
    /// Variable for `{"intent", "confidence"}`.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存 intent、confidence", "Keep in|Variable for intent and confidence", "variable")))]
    save: Option<String>,
}

fn text() -> String {
    "{{ context.message.text }}".to_owned()
}

fn confidence() -> f64 {
    0.6
}

#[derive(Debug)]
struct Sort {
    text: Template,
    intents: Vec<String>,
    confidence: f64,
    save: Option<String>,
}

impl Kind for Classify {
    fn spec(&self) -> Spec {
        Spec {
            name: "classify",
            zh: "识别意图",
            en: "Classify",
            icon: "target",
            about: ("识别客户想做什么", "Recognises what the customer wants"),
            family: Family::Talk,
            ports: &[OTHERWISE],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let text = compiler.template("text", &settings.text)?;
        let Settings { intents, confidence, save, .. } = settings;
        if !(1..=INTENTS_MAX).contains(&intents.len()) || !(0.0..=1.0).contains(&confidence) {
            let (zh, en) = ("请选择 1 到 50 个意图，置信度在 0 到 1 之间", "choose 1 to 50 intents, and a confidence between 0 and 1");
            compiler.problem("bad_settings", "intents", zh, en);
            return None;
        }
        for port in intents.iter().map(String::as_str).chain([OTHERWISE]) {
            compiler.sets("save", port, save.as_ref(), Guess::Object);
        }
        Some(Box::new(Sort { text, intents, confidence, save }))
    }
}

impl Action for Sort {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Classify { text: self.text.render(scene.values)? }))
    }

    fn resume(&self, _scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let sure = reply["confidence"].as_f64().is_some_and(|given| given >= self.confidence);
        let intent = reply["intent"].as_str().filter(|_| sure).unwrap_or_default().to_owned();
        let port = if self.intents.contains(&intent) { intent.as_str() } else { OTHERWISE };
        Ok(Move::leave(port).save(self.save.as_ref(), reply))
    }

    fn own_ports(&self) -> Vec<String> {
        self.intents.clone()
    }
}
