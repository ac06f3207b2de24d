//! Aliyun 阿里云短信: SendSms with the signature of API version 3 (ACS3-HMAC-SHA256); what customers write (SmsUp) and reports (SmsReport)
//! come as unsigned JSON lists, so the address carries a key. Source: help.aliyun.com, Short Message Service 2017-05-25.

use super::{Letter, base, number};
use crate::event::{Answer, DeliveryReport, Event, Received, Reported};
use crate::plain::percent_encode;
use crate::{Call, Delivered, ParseError, Proof, Refused, VerifyError, config, crypt, judge, peek, reason};
use qn_domain::{DeliveryState, Inbox, Timestamp};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

const HOST: &str = "https://dysmsapi.aliyuncs.com";
const VERSION: &str = "2017-05-25";
const KEY_CHARS_MIN: usize = 16;
/// `TemplateStatus` of a template that may be sent; 0 is in review, 2 refused, 10 withdrawn.
const APPROVED: i64 = 1;

pub fn verify(inbox: &Inbox, call: &Call<'_>) -> Result<(), VerifyError> {
    let key = config::secret(inbox, "callback_key")?;
    if key.len() < KEY_CHARS_MIN {
        return Err(VerifyError::NoSecret("callback_key"));
    }
    if crypt::same(call.parameter("key")?, key) { Ok(()) } else { Err(VerifyError::BadSignature) }
}

/// Anything but code 0 makes the platform send the whole list again.
pub fn parse(body: &[u8]) -> Result<Received, ParseError> {
    let body = peek::body(body)?;
    let events = peek::list(&body).iter().filter_map(event).collect();
    Ok(Received { events, answer: Answer::json(&json!({"code": 0, "msg": "success"})) })
}

fn event(item: &Value) -> Option<Event> {
    let Some(success) = item["success"].as_bool() else {
        let from = number(item["phone_number"].as_str()?)?;
        let id = peek::id(&item["sequence_id"]).unwrap_or_else(|| format!("{from}:{}", item["send_time"].as_str().unwrap_or_default()));
        return Some(super::message(id, from, item["content"].as_str().unwrap_or_default(), time(&item["send_time"])));
    };
    let state = if success { DeliveryState::Delivered } else { DeliveryState::Failed };
    let reason = if success { None } else { peek::name(&item["err_code"]).map(reason::unknown) };
    Some(Event::report(DeliveryReport { of: Reported::External(peek::id(&item["biz_id"])?), state, reason }))
}

/// Beijing time without a zone.
fn time(value: &Value) -> Option<Timestamp> {
    let local: jiff::civil::DateTime = value.as_str()?.trim().replace(' ', "T").parse().ok()?;
    jiff::tz::Offset::constant(8).to_timestamp(local).ok().map(|at| at.as_millisecond())
}

pub fn request(inbox: &Inbox, letter: &Letter<'_>) -> Request {
    let variable = json!({"content": letter.text}).to_string();
    let query = [
        ("OutId", letter.key.as_str()),
        ("PhoneNumbers", letter.to),
        ("SignName", config::text(inbox, "sender")),
        ("TemplateCode", config::text(inbox, "template_code")),
        ("TemplateParam", &variable),
    ];
    signed(inbox, "SendSms", &query, &letter.key, letter.context.now)
}

/// Looks the template up, which costs nothing: the key, its signature and the template in one.
pub fn probe(inbox: &Inbox, now: Timestamp) -> Request {
    signed(inbox, "QuerySmsTemplate", &[("TemplateCode", config::text(inbox, "template_code"))], "test", now)
}

/// The signature is looked at before permissions are: a key that may not ask is a good key, perhaps one that may only send.
pub fn read_probe(attempt: &Result<Response, EgressError>, answer: &Value) -> Result<Proof, Refused> {
    match outcome(attempt, answer["Code"].as_str().unwrap_or_default(), answer) {
        Ok(_) if answer["TemplateStatus"] == APPROVED || answer["TemplateStatus"].is_null() => Ok(Proof::Whole),
        Ok(_) => Err(Refused::Failed { reason: "template_refused".to_owned() }),
        Err(refused) if refused.reason() == "no_permission" => Ok(Proof::Part("template_unseen")),
        Err(refused) if answer["Code"].is_string() => Err(refused),
        Err(_) => Err(judge(attempt).err().unwrap_or_else(|| Refused::Failed { reason: "unreadable_answer".to_owned() })),
    }
}

/// A call without a body; `query` is in the order of its names, as it is signed. `key`: of this call, whatever the time.
fn signed(inbox: &Inbox, action: &str, query: &[(&str, &str)], key: &str, now: Timestamp) -> Request {
    let query = query.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect::<Vec<_>>().join("&");
    let base = base(inbox, HOST);
    let mut request = Request::post(format!("{base}/?{query}"), "");
    let headers = headers(action, key, now);
    let authorization = authorization(inbox, base, &query, &headers);
    request.headers.extend(headers.into_iter().map(|(name, value)| (name.to_owned(), value)));
    request.header("authorization", authorization)
}

/// Sorted by name, as they are signed.
fn headers(action: &str, key: &str, now: Timestamp) -> [(&'static str, String); 5] {
    let date = jiff::Timestamp::from_millisecond(now).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    [
        ("x-acs-action", action.to_owned()),
        ("x-acs-content-sha256", crypt::hex(&crypt::sha256(&[]))),
        ("x-acs-date", date),
        // the same step at another time is another call to the platform, or it would be refused as a replay
        ("x-acs-signature-nonce", crypt::uuid(&format!("{key}@{now}"))),
        ("x-acs-version", VERSION.to_owned()),
    ]
}

fn authorization(inbox: &Inbox, base: &str, query: &str, headers: &[(&'static str, String)]) -> String {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let canonical = format!("POST\n/\n{query}\nhost:{host}\n{lines}\nhost;{names}\n{}", crypt::hex(&crypt::sha256(&[])));
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", crypt::hex(&crypt::sha256(&[canonical.as_bytes()])));
    let signature = crypt::hex(&crypt::hmac_sha256(config::text(inbox, "account_secret").as_bytes(), &[to_sign.as_bytes()]));
    format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders=host;{names},Signature={signature}", config::text(inbox, "account"))
}

/// `{Code, Message, BizId}`, with 200 or 4xx.
pub fn outcome(attempt: &Result<Response, EgressError>, code: &str, answer: &Value) -> Result<Delivered, Refused> {
    let failed = |word: &str| Err(Refused::Failed { reason: word.to_owned() });
    match code {
        "OK" => {
            judge(attempt)?;
            Ok(Delivered { external_id: peek::id(&answer["BizId"]) })
        }
        "isv.BUSINESS_LIMIT_CONTROL" | "isv.DAY_LIMIT_CONTROL" => {
            Err(Refused::Retry { after_ms: 60_000, reason: "rate_limited".to_owned() })
        }
        "isp.SYSTEM_ERROR" | "ServiceUnavailable" | "Throttling.User" => {
            Err(Refused::Retry { after_ms: 1_000, reason: "platform_busy".to_owned() })
        }
        "isv.MOBILE_NUMBER_ILLEGAL" | "isv.MOBILE_COUNT_OVER_LIMIT" => failed("unknown_recipient"),
        "isv.SMS_TEMPLATE_ILLEGAL" | "isv.SMS_SIGNATURE_ILLEGAL" | "isv.TEMPLATE_MISSING_PARAMETERS" | "isv.TEMPLATE_PARAMS_ILLEGAL" => {
            failed("template_refused")
        }
        "isv.PARAM_LENGTH_LIMIT" => failed("too_long"),
        "isv.BLACK_KEY_CONTROL_LIMIT" | "isv.SMS_CONTENT_ILLEGAL" => failed("refused_content"),
        "isv.AMOUNT_NOT_ENOUGH" | "isv.OUT_OF_SERVICE" | "isv.ACCOUNT_ABNORMAL" => failed("account_limited"),
        "SignatureDoesNotMatch" | "InvalidAccessKeyId.NotFound" | "InvalidAccessKeyId.Inactive" => failed("bad_credentials"),
        "isv.ACCOUNT_NOT_EXISTS" | "isp.RAM_PERMISSION_DENY" | "NoPermission" => failed("no_permission"),
        code => failed(&reason::unknown(qn_base::text::line(code, 60))),
    }
}
