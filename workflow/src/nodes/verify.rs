//! Proves that a telephone number or an e-mail address is the customer's own: a one-time code goes there, and the customer types it here.
//! The run never sees the code: what was typed is looked at before anything keeps it, and the run asks what became of it.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::choice;
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::Node;
use crate::request::{CodeTo, Desk, Request};
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

pub struct Verify;

const VERIFIED: &str = "verified";
/// Wrong too often, too late, or nothing could be sent there.
const UNVERIFIED: &str = "unverified";

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("核实什么|手机号或邮箱", "What is verified|A telephone number or an e-mail address", "choices"), &[("phone", "手机号", "A telephone number"), ("email", "邮箱", "An e-mail address")])))]
    by: CodeTo,
    /// The address that the customer gave; a template.
    #[schemars(extend("x-qn" = form("号码或地址|客户自己说的手机号或邮箱，例如 {{ phone }}", "Number or address|As the customer gave it, for example {{ phone }}", "template")))]
    to: String,
    /// Name or id of the inbox it leaves by.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("发送渠道|用哪个短信或邮件渠道发出，填名称或编号，不填则用第一个", "Leaves by|Name or id of the inbox for text messages or mail; the first if empty", "text")))]
    inbox: Option<String>,
    /// Said when the code was sent; a template.
    #[schemars(extend("x-qn" = form("问题|验证码发出后说的话，请客户输入 6 位数字", "Question|Said when the code was sent: ask for the six digits", "template")))]
    text: String,
    /// Said instead after a wrong code; a template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("再次询问|验证码不对时改用这句话", "Asked again|Said instead after a wrong code", "template")))]
    again: Option<String>,
    /// A button that sends another one; a template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("重新发送|按钮上的文字，不填则没有这个按钮", "Send another|Words of the button; none if empty", "template")))]
    resend: Option<String>,
}

#[derive(Debug)]
struct Prove {
    by: CodeTo,
    to: Template,
    inbox: Option<String>,
    text: Template,
    again: Option<Template>,
    resend: Option<Template>,
}

impl Kind for Verify {
    fn spec(&self) -> Spec {
        Spec {
            name: "verify",
            zh: "核实身份",
            en: "Verify",
            icon: "lock",
            about: ("把验证码发到客户的手机或邮箱，请客户输入", "Sends a one-time code to the customer's phone or mail and asks for it"),
            family: Family::Talk,
            ports: &[VERIFIED, UNVERIFIED],
            fallible: true,
            waits: true,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        if settings.to.trim().is_empty() {
            compiler.problem("bad_settings", "to", "请填写号码或地址", "say where the code goes");
        }
        let (to, text) = (compiler.template("to", &settings.to)?, compiler.template("text", &settings.text)?);
        let given = |words: &Option<String>| words.as_ref().filter(|words| !words.trim().is_empty()).cloned();
        let again = given(&settings.again).and_then(|words| compiler.template("again", &words));
        let resend = given(&settings.resend).and_then(|words| compiler.template("resend", &words));
        let inbox = given(&settings.inbox);
        Some(Box::new(Prove { by: settings.by, to, inbox, text, again, resend }))
    }
}

impl Prove {
    fn send(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::SendCode { by: self.by, to: self.to.render(scene.values)?, inbox: self.inbox.clone() }))
    }

    fn ask(&self, scene: &Scene<'_>, words: &Template) -> Result<Move, StepError> {
        let choices = self.resend.as_ref().map(|resend| resend.render(scene.values)).transpose()?;
        let request = Request::Ask {
            text: words.render(scene.values)?,
            choices: choices.into_iter().collect(),
            values: Vec::new(),
            optional: false,
            secret: true,
            again: None,
        };
        Ok(Move::Open { request, due_at: scene.timeout_ms.map(|ms| scene.now + ms) })
    }
}

impl Action for Prove {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        self.send(scene)
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        match scene.asked {
            // Another one may be too many; the one before may still be typed.
            Some(Request::Desk(Desk::SendCode { .. })) if reply["sent"] == true || scene.attempt > 1 => self.ask(scene, &self.text),
            Some(Request::Desk(Desk::SendCode { .. })) => Ok(Move::leave(UNVERIFIED).output(reply)),
            Some(Request::Ask { choices, .. }) => match choice::meant(choices, reply["text"].as_str().unwrap_or_default().trim()) {
                Some(_) => self.send(scene),
                None => Ok(desk(Desk::CheckCode)),
            },
            _ => match reply["state"].as_str() {
                Some("right") => Ok(Move::leave(VERIFIED).output(json!({"verified": true}))),
                Some("wrong") => self.ask(scene, self.again.as_ref().unwrap_or(&self.text)),
                why => Ok(Move::leave(UNVERIFIED).output(json!({"why": why}))),
            },
        }
    }
}
