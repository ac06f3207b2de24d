//! Customer messages (客服消息) of WeChat: texts, menus and files to one OpenID. Each request counts against the reply quota, so a
//! long text is cut into few pieces and no more.

use super::{HOST, api};
use crate::steps::{self, post_json};
use crate::{DeliveryContext, Outbound, RenderError, config, menu, plain};
use qn_domain::{Inbox, Language, Message};
use qn_egress::Request;
use serde_json::{Value, json};

/// The API counts bytes of UTF-8 (45002 beyond 2048).
const TEXT_BYTES_MAX: usize = 2000;
/// All that one message of the customer allows.
pub const PIECES_MAX: usize = 5;

pub fn base(inbox: &Inbox) -> &str {
    config::base(inbox, "api_base", HOST)
}

/// `refused`: stable_token repeats the token it has unless it is told not to.
pub fn token(inbox: &Inbox, refused: bool) -> Request {
    let body = json!({
        "grant_type": "client_credential",
        "appid": config::text(inbox, "app_id"),
        "secret": config::text(inbox, "app_secret"),
        "force_refresh": refused,
    });
    post_json(format!("{}/cgi-bin/stable_token", base(inbox)), &body)
}

/// `own_menu`: the account may send msgmenu; elsewhere the menu is numbered text.
pub fn render(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>, own_menu: bool) -> Result<Outbound, RenderError> {
    if !plain::leaves(message)? {
        return Ok(Outbound::Nothing);
    }
    if context.contact_external_id.is_empty() {
        return Err(RenderError::NoAddress);
    }
    let language = context.conversation.language;
    let mut bodies = contents(inbox, message, context, own_menu, language);
    let url = format!("{}/cgi-bin/message/custom/send?access_token={}", base(inbox), plain::percent_encode(context.token));
    for body in &mut bodies {
        body["touser"] = json!(context.contact_external_id);
    }
    Ok(steps::outbound(message, false, bodies, |body, _| post_json(&url, body)))
}

fn contents(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>, own_menu: bool, language: Language) -> Vec<Value> {
    let content = &message.content;
    let own_buttons = own_menu && menu::pressable(&content.buttons).next().is_some();
    let rest = plain::without_uploaded(message, context);
    let text = plain::text(inbox, &rest, context, plain::Shape { own_buttons, own_files: false });
    let mut pieces = plain::capped(plain::split(&text, TEXT_BYTES_MAX, plain::bytes), PIECES_MAX, language);
    let head = if own_buttons { pieces.pop().or(Some(language.pick("请选择：", "Please choose:").to_owned())) } else { None };
    let mut bodies: Vec<Value> = pieces.iter().map(|piece| json!({"msgtype": "text", "text": {"content": piece}})).collect();
    for file in &content.attachments {
        if let (Some(kind), Some(id)) = (api::media_type(file), plain::uploaded(context, file)) {
            bodies.push(json!({"msgtype": kind, kind: {"media_id": id}}));
        }
    }
    if let Some(head) = head {
        let list: Vec<Value> =
            menu::pressable(&content.buttons).enumerate().map(|(i, b)| json!({"id": (i + 1).to_string(), "content": b.label})).collect();
        bodies.push(json!({"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": list, "tail_content": ""}}));
    }
    bodies
}
