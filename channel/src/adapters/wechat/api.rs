//! What the APIs of WeChat and WeCom have in common: an `errcode` inside a 200, access tokens, and media.

use crate::multipart::{self, Part};
use crate::{Delivered, Media, Refused, RenderError, Token, UploadFile, judge, peek, reason};
use qn_domain::Attachment;
use qn_egress::{EgressError, Request, Response, header};
use serde_json::Value;

const MIB: u64 = 1024 * 1024;
/// What a customer may send us as a file; the platforms' own limits are lower.
const MEDIA_BYTES_MAX: usize = 20 * 1024 * 1024;

/// The answer's JSON when it says that all went well.
pub fn accepted(attempt: &Result<Response, EgressError>) -> Result<Value, Refused> {
    judge(attempt)?;
    let Ok(response) = attempt else { return Ok(Value::Null) };
    let answer = peek::answer(response)?;
    match answer["errcode"].as_i64() {
        None | Some(0) => Ok(answer),
        Some(code) => Err(refused(code)),
    }
}

pub fn outcome(attempt: &Result<Response, EgressError>) -> Result<Delivered, Refused> {
    accepted(attempt).map(|answer| Delivered { external_id: peek::id(&answer["msgid"]) })
}

/// Documented global codes of both platforms; the 95 thousands are of WeCom 微信客服.
pub fn refused(code: i64) -> Refused {
    let failed = |word: &str| Refused::Failed { reason: word.to_owned() };
    let later = |after_ms, word: &str| Refused::Retry { after_ms, reason: word.to_owned() };
    let closed = |word: &str| Refused::Window { reason: word.to_owned() };
    match code {
        -1 => later(1_000, "platform_busy"),
        40001 | 40014 | 41001 | 42001 | 42007 => Refused::Token { reason: "token_refused".to_owned() },
        45009 | 45011 | 45033 | 6000 => later(60_000, "rate_limited"),
        45015 => closed("reply_window_closed"),
        45047 | 95001 => closed("reply_quota_used"),
        95013 | 95016 | 95017 | 95018 => closed("wrong_session_state"),
        40003 | 46004 | 40096 => failed("unknown_recipient"),
        43004 | 43101 => failed("recipient_blocked_us"),
        40013 | 40125 | 40091 | 41002 | 41004 => failed("bad_credentials"),
        40164 | 60020 => failed("ip_not_allowed"),
        48001 | 48002 | 48004 | 60011 | 81013 => failed("no_permission"),
        45002 => failed("too_long"),
        40007 | 40004 | 40006 => failed("media_gone"),
        50001 | 50002 => failed("account_limited"),
        87014 => failed("refused_content"),
        code => Refused::Failed { reason: reason::unknown(code) },
    }
}

/// `{access_token, expires_in}`. A token that is refused here is a wrong secret: asking again would not help.
pub fn read_token(response: &Response) -> Result<Token, Refused> {
    let answer = accepted(&Ok(response.clone())).map_err(|refused| match refused {
        Refused::Token { .. } => Refused::Failed { reason: "bad_credentials".to_owned() },
        other => other,
    })?;
    match (answer["access_token"].as_str(), answer["expires_in"].as_i64()) {
        (Some(value), Some(seconds)) if !value.is_empty() && seconds > 0 => Ok(Token::lasting(value, seconds)),
        _ => Err(Refused::unreadable(response)),
    }
}

/// GET of a file; both platforms spell it alike.
pub fn media(base: &str, id: &str, token: &str) -> Request {
    let (token, id) = (crate::plain::percent_encode(token), crate::plain::percent_encode(id));
    Request { response_bytes_max: MEDIA_BYTES_MAX, ..Request::get(format!("{base}/cgi-bin/media/get?access_token={token}&media_id={id}")) }
}

/// Errors, and the addresses of videos, come as JSON where a file was expected.
pub fn read_media(attempt: &Result<Response, EgressError>) -> Result<Media, Refused> {
    judge(attempt)?;
    let Ok(response) = attempt else { return Err(Refused::Failed { reason: "file_too_large".to_owned() }) };
    let kind = response.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let says_json = kind.starts_with("application/json") || kind.starts_with("text/plain");
    if !says_json || response.body.first() != Some(&b'{') {
        return Ok(Media::Here);
    }
    let answer = accepted(attempt)?;
    match answer["video_url"].as_str() {
        Some(url) => Ok(Media::Then(Box::new(Request { response_bytes_max: MEDIA_BYTES_MAX, redirects_max: 2, ..Request::get(url) }))),
        None => Err(Refused::unreadable(response)),
    }
}

/// `image`, `voice` or `video`, where format and size are what the platforms take.
pub fn media_type(attachment: &Attachment) -> Option<&'static str> {
    media_limit(attachment).filter(|(_, max)| attachment.size_bytes <= *max).map(|(kind, _)| kind)
}

/// The same whatever its size, with up to which size they take it.
pub fn media_limit(attachment: &Attachment) -> Option<(&'static str, u64)> {
    match attachment.media_type.as_str() {
        "image/jpeg" | "image/png" | "image/gif" => Some(("image", 10 * MIB)),
        "audio/amr" | "audio/mpeg" => Some(("voice", 2 * MIB)),
        "video/mp4" => Some(("video", 10 * MIB)),
        _ => None,
    }
}

pub fn upload(base: &str, kind: &str, file: &UploadFile<'_>, token: &str) -> Result<Request, RenderError> {
    let url = format!("{base}/cgi-bin/media/upload?access_token={}&type={kind}", crate::plain::percent_encode(token));
    let part = Part { name: "media", file: Some((&file.attachment.name, &file.attachment.media_type)), body: file.bytes };
    Ok(multipart::post(url, &[part]))
}

pub fn read_upload(attempt: &Result<Response, EgressError>) -> Result<String, Refused> {
    let answer = accepted(attempt)?;
    peek::id(&answer["media_id"]).ok_or(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() })
}
