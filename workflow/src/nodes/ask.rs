//! Asks the customer for one thing, checks the answer, and asks again a few times before giving up. Does not ask for what is
//! known already.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::choice;
use crate::compiler::Compiler;
use crate::context::Named;
use crate::expr::Expr;
use crate::form::form;
use crate::model::{NEXT, Node, Type};
use crate::request::Request;
use crate::run::StepError;
use crate::template::{Template, render_all};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Ask;

/// Left through when no attempt gave a usable answer.
const UNCLEAR: &str = "unclear";
/// Left through when the customer passed over it; without a way there, `next`.
pub(crate) const SKIPPED: &str = "skipped";
const CHOICES_MAX: usize = 50;
/// Where what is named stands in the context, and what is only likely to be.
const NAMED: &str = "context.entities.";
const LIKELY: &str = "context.likely.";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    #[schemars(extend("x-qn" = form("问题|可以用 {{ }} 引用变量", "Question|May use {{ }} for variables", "template")))]
    text: String,
    /// Said instead from the second attempt on; a template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("再次询问|没听懂时改用这句话", "Asked again|Said instead when the answer was not understood", "template")))]
    again: Option<String>,
    /// Answers to choose from; templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("选项|客户可以点选的回答", "Choices|Answers the customer may tap", "template_list")))]
    choices: Vec<String>,
    /// CEL that gives a list of further choices: texts, or `{"label", "value"}` where the value is kept.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("选项列表|给出列表的表达式，每项是文字或 {label, value}", "Choices from|An expression that gives a list of texts or of {label, value}", "expression")))]
    choices_from: Option<String>,
    /// Only a choice is an answer.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("只接受选项|其他回答视为没听懂", "Only choices|Anything else is not understood", "toggle")))]
    only_choices: bool,
    /// CEL for what may be known already, for example `context.entities.order_id`; nothing is asked then.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("已知的值|有值就不再询问，例如 context.entities.order_id", "Known already|Not asked if this has a value, for example context.entities.order_id", "expression")))]
    known: Option<String>,
    /// The kind of entity that is asked for, for example `order_id`: known when it was named before, and taken out of longer words.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("问的是哪种信息|如 order_id、phone、email 或自定义实体名；客户之前说过就不再问，回答里带着别的话也只取它", "Kind of detail|Such as order_id, phone, email or an entity of your own: not asked if it was named before, and taken out of longer answers", "text")))]
    expects: Option<String>,
    /// What customers call it when they correct it later: 「不对，订单号是 B2002」. Its title is one such word.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("客户怎么称呼它|之后更正时会用的词，例如 订单号、order number", "What customers call it|Words for correcting it later, for example: order number", "phrases")))]
    called: Vec<String>,
    /// CEL over `answer`, the customer's words; without it any words will do.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("有效条件|对 answer 的表达式", "Valid if|An expression over answer", "condition")))]
    valid: Option<String>,
    #[serde(default = "tries")]
    #[schemars(extend("x-qn" = form("最多询问次数|1 到 10", "Times asked at most|1 to 10", "number")))]
    tries: u32,
    /// The customer may pass over it, by a button or in words.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("可以跳过|客户可以点「跳过」，或说「不知道」；接了「跳过」出口就从那里离开", "May be skipped|By a button or in words; leaves through \"Skipped\" where that leads somewhere", "toggle")))]
    optional: bool,
    /// CEL for what is kept when it is passed over; nothing without it.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("跳过时的值|跳过后保存的值，表达式，例如 '无'", "Value when skipped|An expression, for example 'none'", "expression")))]
    skip_value: Option<String>,
    /// Variable for the answer. If it has a value already, nothing is asked.
    #[schemars(extend("x-qn" = form("保存到|已有值时不再询问", "Keep in|Not asked if it has a value already", "variable")))]
    save: String,
}

fn tries() -> u32 {
    3
}

#[derive(Debug)]
struct Question {
    text: Template,
    again: Option<Template>,
    choices: Vec<Template>,
    choices_from: Option<Expr>,
    only_choices: bool,
    known: Option<Expr>,
    /// What may be meant though nobody is sure: the first choice of the first attempt.
    likely: Option<Expr>,
    valid: Option<Expr>,
    /// The kind of entity that is asked for.
    expects: Option<String>,
    /// Where it stands in the context once it was named.
    named: Option<Expr>,
    tries: u32,
    save: String,
    called: Vec<String>,
    skip: Option<Skip>,
}

#[derive(Debug)]
struct Skip {
    value: Option<Expr>,
    port: &'static str,
}

/// The kind of entity that is asked for: as it is said, or as what may be known tells.
fn expected(settings: &Settings) -> Option<&str> {
    let told = settings.expects.as_deref().map(str::trim).filter(|kind| !kind.is_empty());
    let kind = told.or_else(|| settings.known.as_deref()?.trim().strip_prefix(NAMED))?;
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    (kind.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic()) && kind.chars().all(is_name)).then_some(kind)
}

/// What the customer's words are to a question.
enum Said {
    Answer(Value),
    Skip,
    Unclear,
}

impl Kind for Ask {
    fn spec(&self) -> Spec {
        Spec {
            name: "ask",
            zh: "询问客户",
            en: "Ask",
            icon: "message-question",
            about: ("向客户提问并保存回答", "Asks the customer and keeps the answer"),
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
        let choices = compiler.templates("choices", &settings.choices)?;
        let choices_from = settings.choices_from.as_ref().and_then(|list| compiler.expr("choices_from", list, Type::List));
        let known = settings.known.as_ref().and_then(|known| compiler.expr("known", known, Type::Any));
        let expects = expected(&settings).map(str::to_owned);
        if settings.expects.as_deref().is_some_and(|kind| !kind.trim().is_empty()) && expects.is_none() {
            let (zh, en) = ("请填写信息类型的名称，例如 order_id", "give the name of a kind of detail, for example order_id");
            compiler.problem("bad_settings", "expects", zh, en);
        }
        let source = expects.as_ref().map(|kind| format!("{NAMED}{kind}")).filter(|source| Some(source) != settings.known.as_ref());
        let named = source.as_ref().and_then(|source| compiler.expr("known", source, Type::Any));
        let likely = settings.known.iter().filter(|source| known.is_some() && source.contains(NAMED)).chain(&source).next();
        let likely = likely.and_then(|source| compiler.expr("known", &source.replace(NAMED, LIKELY), Type::Any));
        let valid = settings.valid.as_ref().and_then(|valid| compiler.condition("valid", valid));
        compiler.notes.reads.retain(|(name, field)| !(field == "valid" && name == "answer"));
        // The customer's own words, unless something else may be what they stand for.
        let stands_for = choices_from.is_some() || known.is_some() || expects.is_some();
        compiler.sets("save", NEXT, Some(&settings.save), if stands_for { Guess::Unknown } else { Guess::Text });
        let skip_value = settings.skip_value.as_ref().and_then(|value| compiler.expr("skip_value", value, Type::Any));
        let skip_port = if compiler.leads.contains(SKIPPED) { SKIPPED } else { NEXT };
        let skip = settings.optional.then_some(Skip { value: skip_value, port: skip_port });
        let Settings { only_choices, tries, save, mut called, .. } = settings;
        called.extend([node.title.clone(), save.replace('_', " ")].into_iter().filter(|word| !word.is_empty()));
        if only_choices && choices.is_empty() && choices_from.is_none() {
            compiler.problem("bad_settings", "choices", "请填写选项", "give the choices");
        }
        let tries = tries.clamp(1, 10);
        Some(Box::new(Question {
            text,
            again,
            choices,
            choices_from,
            only_choices,
            known,
            likely,
            valid,
            expects,
            named,
            tries,
            save,
            called,
            skip,
        }))
    }
}

impl Question {
    fn ask(&self, scene: &Scene<'_>, attempt: u32) -> Result<Move, StepError> {
        let template = self.again.as_ref().filter(|_| attempt > 1).unwrap_or(&self.text);
        let text = template.render(scene.values)?;
        let mut choices = render_all(&self.choices, scene.values)?;
        let mut values: Vec<Value> = choices.iter().map(|choice| Value::from(choice.as_str())).collect();
        if let Some(list) = &self.choices_from {
            let listed = list.evaluate(scene.values)?;
            for item in listed.as_array().into_iter().flatten().take(CHOICES_MAX) {
                let (label, value) = if item.is_object() { (&item["label"], &item["value"]) } else { (item, item) };
                choices.push(label.as_str().map_or_else(|| label.to_string(), str::to_owned));
                values.push(value.clone());
            }
        }
        if let Some((label, value)) = self.likely(scene).filter(|(label, _)| attempt == 1 && !choices.contains(label)) {
            choices.insert(0, label);
            values.insert(0, value);
        }
        choices.truncate(CHOICES_MAX);
        values.truncate(CHOICES_MAX);
        if values.iter().zip(&choices).all(|(value, choice)| value == choice) {
            values.clear();
        }
        Ok(Move::Open {
            request: Request::Ask { text, choices, values, optional: self.skip.is_some(), secret: false, again: None },
            due_at: scene.timeout_ms.map(|ms| scene.now + ms),
        })
    }

    /// In words, and as it is kept; only what a choice cannot contradict.
    fn likely(&self, scene: &Scene<'_>) -> Option<(String, Value)> {
        let value = self.likely.as_ref()?.evaluate(scene.values).ok().filter(is_known)?;
        let label = value.as_str().or_else(|| value["name"].as_str())?.to_owned();
        (!self.only_choices).then_some((label, value))
    }

    /// What the customer's words stand for, and what they name.
    fn read(&self, scene: &Scene<'_>, reply: &Value) -> Result<Said, StepError> {
        let words = reply.get("text").cloned().unwrap_or_default();
        let said = words.as_str().unwrap_or_default().trim();
        let chosen = match scene.asked {
            Some(Request::Ask { choices, values, .. }) => {
                choice::meant(choices, said).map(|n| values.get(n).cloned().unwrap_or_else(|| Value::from(choices[n].as_str())))
            }
            _ => None,
        };
        if let Some(named) = self.taken_from(reply, said).filter(|_| chosen.is_none() && !self.only_choices)
            && self.holds(scene, &named)?
        {
            return Ok(Said::Answer(named));
        }
        let answer = match chosen {
            None if self.skip.is_some() && choice::skips(said) => return Ok(Said::Skip),
            None if self.only_choices || (said.is_empty() && self.valid.is_none()) => return Ok(Said::Unclear),
            None => words,
            Some(value) => value,
        };
        Ok(if self.holds(scene, &answer)? { Said::Answer(answer) } else { Said::Unclear })
    }

    fn holds(&self, scene: &Scene<'_>, answer: &Value) -> Result<bool, StepError> {
        match &self.valid {
            Some(valid) => Ok(valid.is_true(&super::With { name: "answer", value: answer, rest: scene.values })?),
            None => Ok(true),
        }
    }

    /// 「订单号是 A1001，电话 13800138000」 as the answer to the question for the order: A1001. Only a text stands for itself, and only
    /// what is among the words: of a correction the rest was taken back.
    fn taken_from(&self, reply: &Value, said: &str) -> Option<Value> {
        let named = Named::in_reply(reply).entities.remove(self.expects.as_deref()?)?;
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let value = named.as_str()?;
        // Numbers of phones are kept with the country's.
        let spoken = bare(value.strip_prefix("+86").unwrap_or(value));
        (!spoken.is_empty() && bare(said).contains(&spoken)).then_some(named)
    }

    fn skip(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let Some(Skip { value, port }) = &self.skip else { return Ok(Move::leave(UNCLEAR)) };
        let value = value.as_ref().map(|value| value.evaluate(scene.values)).transpose()?;
        // Whoever goes on as if it had been answered finds the variable there.
        let saves = value.is_some() || *port == NEXT;
        Ok(Move::leave(port).save(saves.then_some(&self.save), value.unwrap_or_default()))
    }
}

/// An empty text is a default, not an answer.
fn is_known(value: &Value) -> bool {
    !value.is_null() && value != ""
}

impl Action for Question {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        if scene.values.value(&self.save).is_some_and(is_known) {
            return Ok(Move::leave(NEXT));
        }
        // What cannot be looked up is not known.
        let known = [&self.known, &self.named].into_iter().flatten().find_map(|known| known.evaluate(scene.values).ok().filter(is_known));
        match known {
            Some(known) => Ok(Move::leave(NEXT).save(Some(&self.save), known)),
            None => self.ask(scene, 1),
        }
    }

    fn correct(&self, scene: &Scene<'_>, words: &Value) -> Result<Move, StepError> {
        // Which answer is meant is clear, what it becomes is not.
        if words["text"].is_null() {
            return self.ask(scene, 1);
        }
        match self.read(scene, words)? {
            Said::Answer(answer) => Ok(Move::leave(NEXT).save(Some(&self.save), answer)),
            Said::Skip => self.skip(scene),
            Said::Unclear => self.ask(scene, 1),
        }
    }

    fn own_ports(&self) -> Vec<String> {
        let port = self.skip.as_ref().map(|skip| skip.port.to_owned());
        port.filter(|port| port != NEXT).into_iter().collect()
    }

    fn called(&self) -> &[String] {
        &self.called
    }

    fn expects(&self) -> Option<&str> {
        self.expects.as_deref()
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        if self.skip.is_some() && reply["skipped"] == true {
            return self.skip(scene);
        }
        match self.read(scene, &reply)? {
            Said::Answer(answer) => Ok(Move::leave(NEXT).save(Some(&self.save), answer)),
            Said::Skip => self.skip(scene),
            Said::Unclear if scene.attempt >= self.tries => Ok(Move::leave(UNCLEAR).output(reply.get("text").cloned().unwrap_or_default())),
            Said::Unclear => self.ask(scene, scene.attempt + 1),
        }
    }
}
