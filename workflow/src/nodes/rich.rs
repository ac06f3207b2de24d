//! What stands beside the words of a message: addresses to open, pictures, a card, and other words on some channels. Channels show of it what they can.

use crate::compiler::Compiler;
use crate::expr::Values;
use crate::form::{form, options};
use crate::request::{Card, Image, Link, Rich, uploaded};
use crate::run::StepError;
use crate::template::Template;
use schemars::JsonSchema;
use serde::Deserialize;

pub(super) const LINKS_MAX: usize = 5;
const IMAGES_MAX: usize = 3;
const CHANNEL: &str = "{{ context.conversation.channel }}";

// As inboxes name them. No doc comments: the schema would list its values in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Channel {
    Web,
    Mobile,
    Email,
    WechatOfficial,
    WechatMiniProgram,
    WecomKf,
    Dingtalk,
    Feishu,
    Telegram,
    Whatsapp,
    Line,
    Sms,
    Smpp,
    Api,
}

const CHANNELS: [(Channel, &str, &str, &str); 14] = [
    (Channel::Web, "web", "网站聊天", "Web chat"),
    (Channel::Mobile, "mobile", "手机 App", "App"),
    (Channel::Email, "email", "邮件", "Mail"),
    (Channel::WechatOfficial, "wechat_official", "微信公众号", "WeChat service account"),
    (Channel::WechatMiniProgram, "wechat_mini_program", "微信小程序", "WeChat mini-program"),
    (Channel::WecomKf, "wecom_kf", "企业微信客服", "WeCom customer service"),
    (Channel::Dingtalk, "dingtalk", "钉钉", "DingTalk"),
    (Channel::Feishu, "feishu", "飞书", "Feishu"),
    (Channel::Telegram, "telegram", "Telegram", "Telegram"),
    (Channel::Whatsapp, "whatsapp", "WhatsApp", "WhatsApp"),
    (Channel::Line, "line", "LINE", "LINE"),
    (Channel::Sms, "sms", "短信", "SMS"),
    (Channel::Smpp, "smpp", "短信（SMPP）", "SMS (SMPP)"),
    (Channel::Api, "api", "API 渠道", "API"),
];

impl Channel {
    fn as_str(self) -> &'static str {
        CHANNELS.iter().find(|(channel, ..)| *channel == self).map_or("", |(_, name, ..)| name)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkSettings {
    #[schemars(extend("x-qn" = form("文字|按钮上的文字", "Label|On the button", "template")))]
    label: String,
    #[schemars(extend("x-qn" = form("网址|以 http:// 或 https:// 开头", "Address|Begins with http:// or https://", "template")))]
    url: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImageSettings {
    #[schemars(extend("x-qn" = form("图片|从电脑上传，或填写以 http:// 或 https:// 开头的网址（发送时取来并保存）；最大 5 MB", "Picture|Uploaded, or an address of a PNG, JPEG, GIF or WebP that is fetched and kept when it is sent; at most 5 MB", "picture")))]
    url: String,
    #[schemars(extend("x-qn" = form("图片说明|图上是什么；看不到图片时显示，读屏软件会读出来", "In words|What it shows; said where it cannot be shown, and read out by screen readers", "template")))]
    alt: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CardSettings {
    #[schemars(extend("x-qn" = form("标题|不填则没有卡片", "Title|Without one there is no card", "template")))]
    title: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("说明|标题下面的文字", "Text|Below the title", "template")))]
    text: String,
    #[serde(default)]
    #[schemars(extend("x-qn" = form("网址|点开卡片打开，可以不填", "Address|Opened by the card; may be left empty", "template")))]
    url: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OnChannel {
    #[schemars(extend("x-qn" = channels()))]
    channel: Channel,
    #[schemars(extend("x-qn" = form("内容|在这个渠道说的话", "Text|What is said there", "template")))]
    text: String,
}

fn channels() -> serde_json::Value {
    options(form("渠道|在哪个渠道", "Channel|Where", "choices"), &CHANNELS.map(|(_, name, zh, en)| (name, zh, en)))
}

/// Of the settings of one node.
#[derive(Debug)]
pub(super) struct Extras {
    links: Vec<(Template, Template)>,
    images: Vec<(Template, Template)>,
    card: Option<[Template; 3]>,
    on: Vec<(&'static str, Template)>,
    channel: Option<Template>,
}

impl Extras {
    pub fn compile(
        compiler: &mut Compiler<'_>,
        links: &[LinkSettings],
        pictures: &[ImageSettings],
        card: Option<&CardSettings>,
        on: &[OnChannel],
    ) -> Option<Extras> {
        if links.len() > LINKS_MAX {
            compiler.problem("bad_settings", "links", "链接最多 5 个", "at most 5 links");
        }
        let mut compiled = Vec::new();
        for (n, link) in links.iter().enumerate() {
            address(compiler, &format!("links.{n}.url"), &link.url);
            let label = compiler.template(&format!("links.{n}.label"), &link.label)?;
            compiled.push((label, compiler.template(&format!("links.{n}.url"), &link.url)?));
        }
        let images = images(compiler, pictures)?;
        let card = match card.filter(|card| !card.title.trim().is_empty()) {
            None => None,
            Some(card) => {
                if !card.url.trim().is_empty() {
                    address(compiler, "card.url", &card.url);
                }
                let title = compiler.template("card.title", &card.title)?;
                Some([title, compiler.template("card.text", &card.text)?, compiler.template("card.url", &card.url)?])
            }
        };
        let mut said: Vec<(&'static str, Template)> = Vec::new();
        for (n, one) in on.iter().enumerate() {
            let field = format!("on_channel.{n}.channel");
            if said.iter().any(|(channel, _)| *channel == one.channel.as_str()) {
                compiler.problem("bad_settings", &field, "同一个渠道只能填写一次", "each channel has its words once");
            }
            said.push((one.channel.as_str(), compiler.template(&format!("on_channel.{n}.text"), &one.text)?));
        }
        let channel = if said.is_empty() { None } else { Some(compiler.template("on_channel", CHANNEL)?) };
        Some(Extras { links: compiled, images, card, on: said, channel })
    }

    /// The words for the channel the talk is on, where there are any.
    pub fn words(&self, values: &dyn Values) -> Result<Option<String>, StepError> {
        let Some(channel) = &self.channel else { return Ok(None) };
        let channel = channel.render(values)?;
        let found = self.on.iter().find(|(name, _)| *name == channel);
        Ok(found.map(|(_, text)| text.render(values)).transpose()?)
    }

    /// Addresses that are none when it comes to it are left out.
    pub fn render(&self, values: &dyn Values) -> Result<Rich, StepError> {
        let mut rich = Rich::default();
        for (label, url) in &self.links {
            let link = Link { label: label.render(values)?, url: url.render(values)? };
            if is_address(&link.url) && !link.label.trim().is_empty() {
                rich.links.push(link);
            }
        }
        for (url, alt) in &self.images {
            let image = Image { url: url.render(values)?, alt: alt.render(values)? };
            if is_address(&image.url) || uploaded(&image.url).is_some() {
                rich.images.push(image);
            }
        }
        if let Some([title, text, url]) = &self.card {
            let url = Some(url.render(values)?).filter(|url| is_address(url));
            rich.cards.push(Card { title: title.render(values)?, text: text.render(values)?, url });
        }
        Ok(rich)
    }
}

fn images(compiler: &mut Compiler<'_>, pictures: &[ImageSettings]) -> Option<Vec<(Template, Template)>> {
    if pictures.len() > IMAGES_MAX {
        compiler.problem("bad_settings", "images", "图片最多 3 张", "at most 3 pictures");
    }
    let mut compiled = Vec::new();
    for (n, picture) in pictures.iter().enumerate() {
        let (at, words) = (format!("images.{n}.url"), format!("images.{n}.alt"));
        if uploaded(&picture.url).is_none() {
            address(compiler, &at, &picture.url);
        }
        if picture.alt.trim().is_empty() {
            compiler.problem("bad_settings", &words, "请写明图上是什么", "say in words what the picture shows");
        }
        compiled.push((compiler.template(&at, &picture.url)?, compiler.template(&words, &picture.alt)?));
    }
    Some(compiled)
}

fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !url.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// What begins with a template is known only to a run.
fn address(compiler: &mut Compiler<'_>, field: &str, url: &str) {
    let url = url.trim();
    if !["{{", "https://", "http://"].iter().any(|start| url.starts_with(start)) {
        compiler.problem("bad_settings", field, "网址应以 http:// 或 https:// 开头", "an address begins with http:// or https://");
    }
}
