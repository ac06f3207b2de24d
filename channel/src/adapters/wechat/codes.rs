//! Codes of mini-programs: `wx.login` says which OpenID (and UnionID) is signed in, the phone button (手机号快速验证) which phone its owner
//! agreed to tell. Redeemed with the app's secret and token; neither comes from the program itself.

use super::{api, official, send};
use crate::codes::Codes;
use crate::event::{Fact, FactKind};
use crate::plain::percent_encode;
use crate::steps::post_json;
use crate::{InboundContact, Refused, config, judge, peek};
use qn_domain::{Evidence, Inbox};
use qn_egress::{EgressError, Request, Response};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy)]
pub struct MiniCodes;

impl Codes for MiniCodes {
    fn login(&self, inbox: &Inbox, code: &str) -> Request {
        let [app_id, secret, code] = [config::text(inbox, "app_id"), config::text(inbox, "app_secret"), code].map(percent_encode);
        let base = send::base(inbox);
        Request::get(format!("{base}/sns/jscode2session?appid={app_id}&secret={secret}&js_code={code}&grant_type=authorization_code"))
    }

    /// The session key opens more of the customer's data than we need and is not kept.
    fn read_login(&self, attempt: &Result<Response, EgressError>) -> Result<InboundContact, Refused> {
        let answer = redeemed(attempt)?;
        let external_id = peek::id(&answer["openid"]).ok_or_else(unreadable)?;
        Ok(InboundContact { external_id, facts: official::union_id(&answer["unionid"]), ..InboundContact::default() })
    }

    fn phone(&self, inbox: &Inbox, code: &str, token: &str) -> Request {
        let url = format!("{}/wxa/business/getuserphonenumber?access_token={}", send::base(inbox), percent_encode(token));
        post_json(url, &json!({"code": code}))
    }

    /// The watermark names the app that the customer told; another's number is not for us.
    fn read_phone(&self, inbox: &Inbox, attempt: &Result<Response, EgressError>) -> Result<Fact, Refused> {
        let answer = redeemed(attempt)?;
        let told = &answer["phone_info"];
        let (country, number) = (peek::id(&told["countryCode"]), peek::id(&told["purePhoneNumber"]));
        let (Some(country), Some(number)) = (country, number) else { return Err(unreadable()) };
        if told["watermark"]["appid"].as_str() != Some(config::text(inbox, "app_id")) {
            return Err(Refused::Failed { reason: "wrong_receiver".to_owned() });
        }
        let value = format!("+{} {number}", country.trim_start_matches('+'));
        Ok(Fact { kind: FactKind::Phone, scope: String::new(), value, evidence: Evidence::Channel })
    }
}

/// 40029: no such code, or its time is over; 40163: it was used before.
fn redeemed(attempt: &Result<Response, EgressError>) -> Result<Value, Refused> {
    judge(attempt)?;
    if let Ok(response) = attempt
        && let Some(40029 | 40163) = peek::answer(response)?["errcode"].as_i64()
    {
        return Err(Refused::Failed { reason: "bad_code".to_owned() });
    }
    api::accepted(attempt)
}

fn unreadable() -> Refused {
    Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() }
}
