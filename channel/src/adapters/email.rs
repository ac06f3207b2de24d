//! E-mail. Mailboxes are read over IMAP and letters handed in over SMTP by the engine's mail desk (`engine/src/mail`); nobody calls us and
//! nothing is sent over HTTP. This file says what the settings are.

use crate::plain::{self, Shape, percent_encode};
use crate::schema::{i18n, object};
use crate::{
    Adapter, Call, DeliveryContext, Outbound, ParseError, Received, Refused, RenderError, Renewed, Token, VerifyError, config, menu,
};
use qn_domain::{Attachment, ChannelKind, Inbox, Message, MessageKind, Timestamp};
use qn_egress::{Request, Response};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct Email;

impl Adapter for Email {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn settings_schema(&self) -> Value {
        let words =
            i18n(("电子邮件", "收取一个邮箱的来信，并从同一地址回信。"), ("E-mail", "Reads a mailbox and answers from its address."));
        object(words, properties(), &["address", "imap_host", "smtp_host"])
    }

    fn verify(&self, _inbox: &Inbox, _call: &Call<'_>, _now: Timestamp) -> Result<(), VerifyError> {
        Err(VerifyError::NotCallable)
    }

    fn parse(&self, _inbox: &Inbox, _call: &Call<'_>) -> Result<Received, ParseError> {
        Err(ParseError::UnknownEndpoint)
    }

    /// RFC 6749 §6, where a refresh token is set. The token signs in to both servers with XOAUTH2.
    fn token(&self, inbox: &Inbox, _refused: bool) -> Option<Request> {
        let (url, refresh) = (config::text(inbox, "oauth_token_url"), config::text(inbox, "oauth_refresh_token"));
        if url.is_empty() || refresh.is_empty() {
            return None;
        }
        let mut body = format!("grant_type=refresh_token&refresh_token={}", percent_encode(refresh));
        for (name, setting) in [("client_id", "oauth_client_id"), ("client_secret", "oauth_client_secret")] {
            let value = config::text(inbox, setting);
            if !value.is_empty() {
                body.push_str(&format!("&{name}={}", percent_encode(value)));
            }
        }
        let mut request = Request::post(url, body);
        request.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        Some(request)
    }

    fn read_token(&self, response: &Response) -> Result<Token, Refused> {
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let lasts_s = answer["expires_in"].as_i64().or_else(|| answer["expires_in"].as_str()?.parse().ok());
        match (answer["access_token"].as_str(), lasts_s, answer["error"].as_str()) {
            (Some(value), Some(seconds), _) if response.is_success() && !value.is_empty() && seconds > 0 => {
                let refresh = answer["refresh_token"].as_str().filter(|refresh| !refresh.is_empty());
                let renewed = refresh.map(|refresh| Renewed { setting: "oauth_refresh_token".to_owned(), value: refresh.to_owned() });
                Ok(Token { renewed, ..Token::lasting(value, seconds) })
            }
            (.., Some("invalid_grant" | "invalid_client" | "unauthorized_client")) => {
                Err(Refused::Failed { reason: "bad_credentials".to_owned() })
            }
            _ => Err(Refused::unreadable(response)),
        }
    }

    fn file_bytes_max(&self, _attachment: &Attachment, _base_url: &str) -> Option<u64> {
        Some(u64::MAX)
    }

    /// Letters leave over SMTP, never over HTTP: reaching this with a letter is a mistake of the caller's.
    fn render(&self, _inbox: &Inbox, message: &Message, _context: &DeliveryContext<'_>) -> Result<Outbound, RenderError> {
        if message.kind == MessageKind::Outgoing { Err(RenderError::NotSupported) } else { Err(RenderError::NotOutgoing) }
    }
}

/// What a letter can show of a message; its files travel beside it, and its choices are a list to answer in words.
pub fn text(inbox: &Inbox, message: &Message, context: &DeliveryContext<'_>) -> String {
    let said = plain::text(inbox, message, context, Shape { own_buttons: true, own_files: true });
    let choices: Vec<String> = menu::pressable(&message.content.buttons).map(|button| format!("- {}", button.label)).collect();
    [said, choices.join("\n")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn properties() -> Value {
    let text = |max: u32, zh: (&str, &str), en: (&str, &str)| json!({"type": "string", "maxLength": max, "x-i18n": i18n(zh, en)});
    let secret = |zh: (&str, &str), en: (&str, &str)| json!({"type": "string", "maxLength": 4000, "writeOnly": true, "x-secret": true, "x-i18n": i18n(zh, en)});
    let port = |default: u16, zh: (&str, &str), en: (&str, &str)| json!({"type": "integer", "minimum": 1, "maximum": 65535, "default": default, "x-i18n": i18n(zh, en)});
    let security = |zh: (&str, &str), en: (&str, &str)| json!({"type": "string", "enum": ["tls", "starttls", "plain"], "default": "tls", "x-i18n": i18n(zh, en)});
    let yes_no = |zh: (&str, &str), en: (&str, &str)| json!({"type": "boolean", "default": false, "x-i18n": i18n(zh, en)});
    json!({
        "address": text(254, ("邮箱地址", "客户写信的地址，也是回信的发件人。"), ("Address", "Where customers write, and the sender of answers.")),
        "user": text(254, ("用户名", "登录名，不填就是邮箱地址。"), ("User", "The name to sign in with; without it, the address.")),
        "password": secret(("密码", "邮箱密码或授权码（QQ、网易等需要授权码）。"), ("Password", "Of the mailbox, or an app password where the provider wants one.")),
        "oauth_token": secret(("OAuth 令牌", "填写后用 XOAUTH2 登录，不再用密码。"), ("OAuth token", "With it, XOAUTH2 is used instead of the password.")),
        "oauth_token_url": text(500, ("OAuth 令牌地址", "与刷新令牌一起填写，访问令牌到期前自动更新，如 https://oauth2.googleapis.com/token。"), ("OAuth token URL", "With a refresh token, access tokens are renewed before they end; for example https://oauth2.googleapis.com/token.")),
        "oauth_client_id": text(300, ("OAuth 客户端 ID", "在邮件服务商处登记应用时得到。"), ("OAuth client id", "From the registration of your app at the provider.")),
        "oauth_client_secret": secret(("OAuth 客户端密钥", "公共客户端不填。"), ("OAuth client secret", "Empty for public clients.")),
        "oauth_refresh_token": secret(("OAuth 刷新令牌", "填写后不再用上面的令牌和密码。"), ("OAuth refresh token", "With it, neither the token above nor the password is used.")),
        "imap_host": text(253, ("收信服务器", "IMAP 服务器的主机名。"), ("IMAP host", "The server that mail is read from.")),
        "imap_port": port(993, ("收信端口", "加密连接通常是 993。"), ("IMAP port", "Usually 993 with TLS.")),
        "imap_security": security(("收信加密", "tls、starttls 或 plain（不加密，只用于内网）。"), ("IMAP security", "tls, starttls or plain (no encryption; for your own network only).")),
        "smtp_host": text(253, ("发信服务器", "SMTP 提交服务器的主机名。"), ("SMTP host", "The submission server that answers go out through.")),
        "smtp_port": port(465, ("发信端口", "加密连接通常是 465 或 587。"), ("SMTP port", "Usually 465 with TLS, 587 with STARTTLS.")),
        "smtp_security": security(("发信加密", "tls、starttls 或 plain（不加密，只用于内网）。"), ("SMTP security", "tls, starttls or plain (no encryption; for your own network only).")),
        "vouching_server": text(253, ("验证发件人的服务器", "收信服务器写在 Authentication-Results 开头的名称，如 mx.google.com。填写后，经它验证的来信会与客户在其他渠道的会话接上；它须删除外来的同名结果（主流服务商都会）。"), ("Server that checks senders", "The name your mail server writes first in Authentication-Results, for example mx.google.com. With it, letters whose sender it has checked go on with what the customer said elsewhere; it must take out foreign results under its name, as the big providers do.")),
        "folders": text(500, ("文件夹", "要收取的文件夹，用逗号隔开，不填就是 INBOX。"), ("Folders", "To be read, separated by commas; without them, INBOX.")),
        "read_old": yes_no(("收取旧邮件", "第一次连接时，也收取邮箱里已有的邮件。"), ("Read old mail", "At the first connection, also read what is in the mailbox already.")),
        "plus_address": yes_no(("加号地址", "邮件服务商支持「名字+标签@域名」时打开，回信能更可靠地归入会话。"), ("Plus addresses", "Turn on where the provider delivers name+tag@domain: answers then find their conversation more surely.")),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn answered(status: u16, body: &str) -> Response {
        Response { status, headers: http::HeaderMap::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[test]
    fn an_access_token_is_read_and_a_dead_refresh_token_is_told() {
        let token = Email.read_token(&answered(200, r#"{"access_token":"at","expires_in":3599,"token_type":"Bearer"}"#)).unwrap();
        assert_eq!((token.value.as_str(), token.expires_in_ms), ("at", 3_599_000));
        assert!(token.renewed.is_none());
        assert_eq!(Email.read_token(&answered(200, r#"{"access_token":"at","expires_in":"60"}"#)).unwrap().expires_in_ms, 60_000);
        let turned = Email.read_token(&answered(200, r#"{"access_token":"at","expires_in":60,"refresh_token":"rt2"}"#)).unwrap();
        assert!(turned.renewed == Some(Renewed { setting: "oauth_refresh_token".to_owned(), value: "rt2".to_owned() }));
        let dead = Email.read_token(&answered(400, r#"{"error":"invalid_grant"}"#)).unwrap_err();
        assert_eq!(dead, Refused::Failed { reason: "bad_credentials".to_owned() });
        assert!(matches!(Email.read_token(&answered(503, "busy")).unwrap_err(), Refused::Retry { .. }));
        assert!(matches!(Email.read_token(&answered(200, r#"{"access_token":"","expires_in":9}"#)).unwrap_err(), Refused::Retry { .. }));
    }
}
