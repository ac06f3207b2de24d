//! Says something to the customer.

use super::rich::{CardSettings, Extras, ImageSettings, LinkSettings, OnChannel};
use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::form::form;
use crate::model::{NEXT, Node};
use crate::request::Request;
use crate::run::StepError;
use crate::template::{Template, render_all};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct Say;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// A template.
    #[schemars(extend("x-qn" = form("内容|可以用 {{ }} 引用变量", "Text|May use {{ }} for variables", "template")))]
    text: String,
    /// Answers the customer may tap; templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("按钮|客户可以点选的回复，最多 10 个", "Buttons|Answers the customer may tap, at most 10", "template_list")))]
    buttons: Vec<String>,
    /// Other wordings of the text; templates. Which is said follows from the step, and is not the one the conversation heard last.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("其他说法|同样意思的其他文字，轮流使用，不连续重复，最多 10 个", "Other wordings|The same in other words, taken in turn, never twice running; at most 10", "template_list")))]
    variants: Vec<String>,
    /// Pause before it is said, while the customer sees that something is being written; at most a minute.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("停顿|发送前显示“正在输入”的时间，最长 1 分钟", "Pause|Shows as typing before it is said; at most a minute", "duration")))]
    delay_ms: Option<i64>,
    /// Buttons that open an address.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("链接|点开网址的按钮，最多 5 个", "Links|Buttons that open an address, at most 5", "list")))]
    links: Vec<LinkSettings>,
    /// Pictures: uploaded, or had at their addresses when it is said.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("图片|随消息发送的图片，最多 3 张；不能显示图片的渠道发送链接", "Pictures|Sent with it, at most 3; as links where a channel shows none", "list")))]
    images: Vec<ImageSettings>,
    /// What personal data in a picture's address are sent for.
    #[serde(default)]
    #[allow(dead_code)] // read by the validator and by people
    #[schemars(extend("x-qn" = form("数据用途|图片网址里含有客户个人信息时说明用途", "Purpose|Why personal data of the customer stand in a picture's address", "text")))]
    purpose: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("卡片|带标题的卡片；不能显示卡片的渠道显示为文字", "Card|As text where a channel shows none", "json")))]
    card: Option<CardSettings>,
    /// Said there instead of the text and its other wordings.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("按渠道的说法|在这些渠道改说别的话", "Other words on a channel|Said there instead", "list")))]
    on_channel: Vec<OnChannel>,
}

pub(super) const BUTTONS_MAX: usize = 10;
const VARIANTS_MAX: usize = 10;
const DELAY_MS_MAX: i64 = 60_000;

#[derive(Debug)]
struct Speak {
    text: Template,
    buttons: Vec<Template>,
    variants: Vec<Template>,
    delay_ms: Option<i64>,
    extras: Extras,
}

impl Speak {
    fn say(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let (text, variants) = match self.extras.words(scene.values)? {
            Some(text) => (text, Vec::new()),
            None => (self.text.render(scene.values)?, render_all(&self.variants, scene.values)?),
        };
        let (buttons, rich) = (render_all(&self.buttons, scene.values)?, Box::new(self.extras.render(scene.values)?));
        Ok(Move::Open { request: Request::Say { text, buttons, variants, rich, last: scene.is_last_word }, due_at: None })
    }
}

impl Kind for Say {
    fn spec(&self) -> Spec {
        Spec {
            name: "say",
            zh: "回复客户",
            en: "Say",
            icon: "message",
            about: ("向客户发送消息", "Says something to the customer"),
            family: Family::Talk,
            ports: &[NEXT],
            fallible: false,
            waits: false,
            needs_timeout: false,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        if settings.buttons.len() > BUTTONS_MAX {
            compiler.problem("bad_settings", "buttons", "按钮最多 10 个", "at most 10 buttons");
        }
        if settings.variants.len() > VARIANTS_MAX {
            compiler.problem("bad_settings", "variants", "其他说法最多 10 个", "at most 10 other wordings");
        }
        if settings.delay_ms.is_some_and(|ms| !(1..=DELAY_MS_MAX).contains(&ms)) {
            compiler.problem("bad_settings", "delay_ms", "停顿最长 1 分钟", "a pause is at most a minute long");
        }
        let (text, buttons) = (compiler.template("text", &settings.text)?, compiler.templates("buttons", &settings.buttons)?);
        let variants = compiler.templates("variants", &settings.variants)?;
        let (links, images) = (&settings.links, &settings.images);
        let extras = Extras::compile(compiler, links, images, settings.card.as_ref(), &settings.on_channel)?;
        Some(Box::new(Speak { text, buttons, variants, delay_ms: settings.delay_ms, extras }))
    }
}

impl Action for Speak {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        match self.delay_ms {
            Some(ms) => {
                let until = scene.now + ms;
                Ok(Move::Open { request: Request::Typing { until }, due_at: Some(until) })
            }
            None => self.say(scene),
        }
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        if scene.asked.is_some_and(Request::is_pause) {
            return self.say(scene);
        }
        // With several wordings, the one that was said.
        let said = if self.variants.is_empty() { Value::Null } else { reply.get("text").cloned().unwrap_or_default() };
        Ok(Move::leave(NEXT).output(said))
    }
}
