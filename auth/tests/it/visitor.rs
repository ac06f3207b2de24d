//! Visitor tokens: good, forged, spoiled, old, and logged out.

use crate::world::{NOW, World};
use qn_auth::{Error, VISITOR_TOKEN_MS};
use qn_base::clock::SECOND_MS;

#[tokio::test]
async fn a_token_says_who_it_was_issued_for_on_every_server() {
    let w = World::new().await;
    w.add_contact("con_1").await;
    let issued = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_1".into());
    assert_eq!(issued.expires_at, NOW + VISITOR_TOKEN_MS);
    let claims = w.other_server().await.visitor(&issued.token).await.unwrap();
    assert_eq!((claims.tenant_id.as_str(), claims.inbox_id.as_str(), claims.contact_id.as_str()), ("tnt_ours", "inb_1", "con_1"));
    assert!(issued.token.len() < 300);
}

#[tokio::test]
async fn forged_and_spoiled_tokens_are_refused() {
    let w = World::new().await;
    w.add_contact("con_1").await;
    let good = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_1".into()).token;
    let other = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_2".into()).token;
    let (payload, mac) = good.split_once('.').unwrap();
    let (other_payload, _) = other.split_once('.').unwrap();
    let mut wrong =
        vec![String::new(), "qnv_".into(), "qnv_.".into(), payload.into(), format!("{payload}."), format!("{other_payload}.{mac}")];
    wrong.push(good.replacen("qnv_", "qnt_", 1));
    wrong.push(format!("{good}x"));
    wrong.push("qnv_".to_owned() + &"a".repeat(100_000));
    wrong.push("qnv_令牌.令牌".into());
    for at in [4, 10, payload.len() - 1, payload.len() + 1, good.len() - 2] {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(bytes).unwrap());
    }
    for token in wrong {
        assert!(matches!(w.auth.visitor(&token).await, Err(Error::InvalidToken)), "{token}");
    }
    w.auth.visitor(&good).await.unwrap();
    assert!(matches!(w.auth.visitor(&other).await, Err(Error::InvalidToken)), "no such contact");
    let stranger = w.auth.issue_visitor(&w.theirs, &"inb_1".into(), &"con_1".into()).token;
    assert!(matches!(w.auth.visitor(&stranger).await, Err(Error::InvalidToken)), "the contact is another tenant's");
}

#[tokio::test]
async fn tokens_end_after_thirty_days_and_with_log_out() {
    let w = World::new().await;
    w.add_contact("con_1").await;
    let old = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_1".into()).token;
    w.clock.advance(VISITOR_TOKEN_MS);
    assert!(matches!(w.auth.visitor(&old).await, Err(Error::TokenExpired)));

    let elsewhere = w.other_server().await;
    let token = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_1".into()).token;
    let claims = w.auth.visitor(&token).await.unwrap();
    elsewhere.visitor(&token).await.unwrap();
    w.auth.sign_out_visitor(&claims).await.unwrap();
    assert!(matches!(w.auth.visitor(&token).await, Err(Error::InvalidToken)), "at once here");
    w.clock.advance(10 * SECOND_MS);
    assert!(matches!(elsewhere.visitor(&token).await, Err(Error::InvalidToken)), "soon elsewhere");
    let fresh = w.auth.issue_visitor(&w.ours, &"inb_1".into(), &"con_1".into()).token;
    w.auth.visitor(&fresh).await.unwrap();
}

#[tokio::test]
async fn a_visitor_who_said_nothing_yet_needs_no_contact() {
    let w = World::new().await;
    let token = w.auth.issue_new_visitor(&w.ours, &"inb_1".into(), &"con_9".into()).token;
    let claims = w.auth.visitor(&token).await.unwrap();
    assert!(claims.is_new && claims.contact_id.as_str() == "con_9");
    w.add_contact("con_9").await;
    w.clock.advance(10 * SECOND_MS);
    w.auth.visitor(&token).await.unwrap();
    w.auth.sign_out_visitor(&claims).await.unwrap();
    assert!(matches!(w.auth.visitor(&token).await, Err(Error::InvalidToken)), "now there is something to log out of");
}
