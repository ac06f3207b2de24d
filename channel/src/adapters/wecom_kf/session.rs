//! The session that WeCom keeps with each customer: messages of ours go out only while nobody or the assistant has it. Source:
//! developer.work.weixin.qq.com document 94669.

use crate::steps::post_json;
use crate::{Refused, SessionState, plain};
use qn_egress::Request;
use serde_json::{Value, json};

/// The assistant has it: that is us.
const ASSISTANT: i64 = 1;

pub fn get(base: &str, account: &str, customer: &str, token: &str) -> Request {
    let url = format!("{base}/cgi-bin/kf/service_state/get?access_token={}", plain::percent_encode(token));
    post_json(url, &json!({"open_kfid": account, "external_userid": customer}))
}

pub fn read(answer: &Value) -> Result<SessionState, Refused> {
    Ok(match answer["service_state"].as_i64() {
        Some(0 | ASSISTANT) => SessionState::Ours,
        Some(2) => SessionState::Queued,
        Some(3) => SessionState::Held,
        Some(4) => SessionState::Ended,
        _ => return Err(Refused::Retry { after_ms: 0, reason: "unreadable_answer".to_owned() }),
    })
}

/// What waits for a person may be taken out of the line. A person's session, and one that is over, is not ours to take.
pub fn take(base: &str, account: &str, customer: &str, state: SessionState, token: &str) -> Option<Request> {
    let url = format!("{base}/cgi-bin/kf/service_state/trans?access_token={}", plain::percent_encode(token));
    let body = json!({"open_kfid": account, "external_userid": customer, "service_state": ASSISTANT});
    (state == SessionState::Queued).then(|| post_json(url, &body))
}
