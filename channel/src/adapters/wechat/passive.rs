//! Passive replies 被动回复: a text in the answer to the push itself, within the platform's five seconds. They cost no quota, and accounts
//! that may not send customer messages (subscription accounts, unverified ones) can answer in no other way.

use super::envelope::{self, Keys};
use crate::{Answer, Call, DeliveryContext, plain};
use qn_domain::{Inbox, Message};

/// The platform counts bytes of UTF-8.
const TEXT_BYTES_MAX: usize = 2000;

/// None for what is longer than one text, or is more than text.
pub fn answer(inbox: &Inbox, call: &Call<'_>, message: &Message, context: &DeliveryContext<'_>, random: [u8; 16]) -> Option<Answer> {
    if !plain::leaves(message).ok()? || !message.content.attachments.is_empty() {
        return None;
    }
    let keys = Keys::of(inbox, "app_id").ok()?;
    let asked = envelope::read(&keys, call).ok()?;
    let text = plain::text(inbox, message, context, plain::Shape { own_buttons: false, own_files: false });
    if text.is_empty() || text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let fields = [
        ("ToUserName", cdata(asked.get("FromUserName"))),
        ("FromUserName", cdata(asked.get("ToUserName"))),
        ("CreateTime", (context.now / 1000).to_string()),
        ("MsgType", cdata("text")),
        ("Content", cdata(&text)),
    ];
    let words = xml(&fields);
    let body = match keys.seal(words.as_bytes(), random, context.now) {
        None => words,
        Some(sealed) => xml(&[
            ("Encrypt", cdata(&sealed.encrypt)),
            ("MsgSignature", cdata(&sealed.signature)),
            ("TimeStamp", sealed.timestamp),
            ("Nonce", cdata(&sealed.nonce)),
        ]),
    };
    Some(Answer { content_type: "text/xml; charset=utf-8", ..Answer::text(body) })
}

fn xml(fields: &[(&str, String)]) -> String {
    let inside: String = fields.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!("<xml>{inside}</xml>")
}

/// An end mark inside is parted over two sections.
fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}
