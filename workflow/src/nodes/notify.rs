//! Tells people of the company something: in the console, by mail, or another system by a signed webhook. Told once, whatever crashes;
//! that nobody could be told does not stop the flow.

use super::{Action, Family, Kind, Move, Scene, Spec, desk, schema_of};
use crate::compiler::Compiler;
use crate::form::{form, options};
use crate::model::{NEXT, Node};
use crate::request::{Desk, Notify, Via};
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;

pub struct NotifyPeople;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("方式|怎么通知", "By|How they are told", "choices"), &[("console", "控制台", "In the console"), ("mail", "邮件", "By mail"), ("webhook", "Webhook", "By webhook")])))]
    via: Via,
    /// A role, a team or a person; for mail also addresses; for a webhook which one, or all that want `flow.notified`. A template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("通知谁|角色、小组或坐席；邮件也可以填地址；Webhook 填编号或地址，不填则通知所有订阅 flow.notified 的", "Whom|A role, a team or a person; for mail also addresses; for a webhook its id or address, or all that want flow.notified", "receiver")))]
    to: String,
    /// A template.
    #[schemars(extend("x-qn" = form("标题|一句话，可以使用模板", "Title|One line; a template", "template")))]
    title: String,
    /// A template.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("内容|可以使用模板", "Text|A template", "template")))]
    text: String,
    /// Name or id of the mail inbox it leaves from.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("发件邮箱|用哪个邮件渠道发出，不填则用第一个", "From|The mail inbox it leaves from; the first if empty", "mailbox")))]
    inbox: Option<String>,
    /// What the data are sent for; asked for where they are personal and leave the house.
    #[serde(default)]
    #[allow(dead_code)] // read by the validator and by people
    #[schemars(extend("x-qn" = form("数据用途|向外发送客户个人信息时说明用途", "Purpose|Why personal data of the customer are sent", "text")))]
    purpose: String,
}

#[derive(Debug)]
struct Tell {
    via: Via,
    to: Template,
    title: Template,
    text: Template,
    inbox: Option<String>,
}

impl Kind for NotifyPeople {
    fn spec(&self) -> Spec {
        Spec {
            name: "notify",
            zh: "通知",
            en: "Notify",
            icon: "bell",
            about: ("在控制台、用邮件或 Webhook 通知同事或其他系统", "Tells colleagues or other systems: console, mail or webhook"),
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
        let (to, title) = (compiler.template("to", &settings.to)?, compiler.template("title", &settings.title)?);
        let text = compiler.template("text", &settings.text)?;
        if settings.title.trim().is_empty() {
            compiler.problem("bad_settings", "title", "请填写标题", "give it a title");
        }
        if settings.to.trim().is_empty() && settings.via != Via::Webhook {
            compiler.problem("bad_settings", "to", "请填写通知谁", "say whom to tell");
        }
        let inbox = settings.inbox.filter(|inbox| !inbox.trim().is_empty());
        Some(Box::new(Tell { via: settings.via, to, title, text, inbox }))
    }
}

impl Action for Tell {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        Ok(desk(Desk::Notify(Box::new(Notify {
            via: self.via,
            to: self.to.render(scene.values)?,
            title: self.title.render(scene.values)?,
            text: self.text.render(scene.values)?,
            inbox: self.inbox.clone(),
        }))))
    }
}
