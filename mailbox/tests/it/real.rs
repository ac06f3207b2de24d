//! Dovecot and Postfix: what is sent arrives, is read in order of UIDs, and is told by IDLE.

use qn_egress::{Egress, Policy};
use qn_mailbox::{Account, Imap, MailboxError, Proof, Security, Smtp, submit};
use std::collections::HashMap;

/// `name=value` words, as `xtask/src/mail.rs` writes them.
#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its servers by the environment
fn servers() -> Option<HashMap<String, String>> {
    let Ok(told) = std::env::var("QN_TEST_MAIL") else {
        eprintln!("QN_TEST_MAIL is not set: no real mail servers");
        return None;
    };
    Some(told.split(' ').filter_map(|word| word.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn egress(servers: &HashMap<String, String>) -> Egress {
    let policy = Policy { extra_roots_pem: vec![std::fs::read_to_string(&servers["root"]).unwrap()], ..Policy::default() };
    Egress::new(policy.with_allowed(["127.0.0.1", "localhost"]).unwrap()).unwrap()
}

fn account(servers: &HashMap<String, String>, port: &str, security: Security, user: &str) -> Account {
    Account {
        host: "localhost".into(),
        port: servers[port].parse().unwrap(),
        security,
        user: user.into(),
        proof: Some(Proof::Password(servers["password"].clone())),
    }
}

fn raw(n: usize) -> Vec<u8> {
    format!("From: lilei@customer.example\r\nTo: box@shop.example\r\nSubject: 第 {n} 封\r\nMessage-ID: <m{n}@customer.example>\r\n\r\n.dot\r\n你好 {n}\r\n").into_bytes()
}

#[tokio::test]
async fn what_is_handed_in_arrives_and_is_read_in_order() {
    let Some(servers) = servers().filter(|servers| servers.contains_key("smtp")) else { return };
    let egress = egress(&servers);
    let user = "order";
    for (n, (port, security)) in [("smtp", Security::StartTls), ("smtps", Security::Tls), ("smtp", Security::Plain)].into_iter().enumerate()
    {
        let smtp = account(&servers, port, security, "lilei");
        submit(&egress, &smtp, "lilei@customer.example", &[format!("{user}@shop.example")], &raw(n)).await.unwrap();
    }
    let mut imap = Imap::open(&egress, &account(&servers, "imaps", Security::Tls, user)).await.unwrap();
    let uids = loop {
        let selected = imap.select("INBOX").await.unwrap();
        let uids = imap.uids_after(0, selected.uid_next).await.unwrap();
        if uids.len() == 3 {
            break uids;
        }
        imap = imap.wait(5_000).await.unwrap();
    };
    assert!(uids.is_sorted());
    assert_eq!(imap.sizes(&uids).await.unwrap().len(), 3);
    let mails = imap.fetch(&uids).await.unwrap();
    let mut bodies: Vec<String> = mails.iter().map(|mail| String::from_utf8(mail.raw.clone()).unwrap()).collect();
    bodies.sort_by_key(|body| body.find("第").map(|at| body[at..].to_owned()));
    assert!(bodies.iter().enumerate().all(|(n, body)| body.contains(&format!("\r\n\r\n.dot\r\n你好 {n}\r\n"))), "{bodies:?}");
    assert!(mails.iter().all(|mail| mail.whole && mail.received_at > 0));
    let selected = imap.select("INBOX").await.unwrap();
    assert_eq!(imap.uids_after(uids[1], selected.uid_next).await.unwrap(), [uids[2]]);
    assert!(imap.uids_after(uids[2], selected.uid_next).await.unwrap().is_empty());
    assert!(matches!(imap.select("没有").await, Err(MailboxError::Folder { .. })));
    imap.close().await;
}

#[tokio::test]
async fn idle_tells_of_a_new_mail() {
    let Some(servers) = servers().filter(|servers| servers.contains_key("smtp")) else { return };
    let egress = egress(&servers);
    let mut imap = Imap::open(&egress, &account(&servers, "imap", Security::StartTls, "idler")).await.unwrap();
    let before = imap.select("INBOX").await.unwrap();
    let waiting = imap.wait(60_000);
    let smtp = account(&servers, "smtps", Security::Tls, "lilei");
    let (to, mail) = (["idler@shop.example".to_owned()], raw(9));
    let sending = submit(&egress, &smtp, "lilei@customer.example", &to, &mail);
    let (woken, sent) = tokio::join!(waiting, sending);
    sent.unwrap();
    let mut imap = woken.unwrap();
    assert!(imap.select("INBOX").await.unwrap().mails > before.mails);
}

#[tokio::test]
async fn a_wrong_password_and_a_wrong_certificate_are_told_apart() {
    let Some(servers) = servers() else { return };
    let good = egress(&servers);
    let mut wrong = account(&servers, "imaps", Security::Tls, "anyone");
    wrong.proof = Some(Proof::Password("no".into()));
    let refused = Imap::open(&good, &wrong).await.err().unwrap();
    assert_eq!((refused.code(), refused.is_transient()), ("login_refused", true));
    let distrusting = Egress::new(Policy::default().with_allowed(["localhost", "127.0.0.1"]).unwrap()).unwrap();
    let refused = Imap::open(&distrusting, &account(&servers, "imaps", Security::Tls, "anyone")).await.err().unwrap();
    assert!(matches!(refused, MailboxError::Egress(_)), "{refused:?}");
    let shut = Egress::new(Policy::default()).unwrap();
    let refused = Imap::open(&shut, &account(&servers, "imaps", Security::Tls, "anyone")).await.err().unwrap();
    assert_eq!(refused.code(), "address_blocked");
}

/// Whose the token is, Dovecot asks a provider of identities.
#[tokio::test]
async fn a_token_opens_the_mailbox_and_the_way_out() {
    let Some(servers) = servers() else { return };
    let egress = egress(&servers);
    let user = format!("token{}", std::process::id());
    let shown = |port: &str, security: Security, user: &str, token: String| Account {
        proof: Some(Proof::OAuth2(token)),
        ..account(&servers, port, security, user)
    };
    let good = format!("{}{user}", servers["token"]);
    let mut imap = Imap::open(&egress, &shown("imaps", Security::Tls, &user, good.clone())).await.unwrap();
    assert_eq!(imap.select("INBOX").await.unwrap().mails, 0);
    imap.close().await;
    for (whose, bad) in [(user.as_str(), "nothing-known".to_owned()), ("somebodyelse", good.clone())] {
        let refused = Imap::open(&egress, &shown("imap", Security::StartTls, whose, bad)).await.err().unwrap();
        assert_eq!((refused.code(), refused.is_transient()), ("login_refused", true), "{whose}");
    }
    if servers.contains_key("smtp") {
        Smtp::open(&egress, &shown("smtps", Security::Tls, &user, good.clone())).await.unwrap().close().await;
        let refused = Smtp::open(&egress, &shown("smtp", Security::StartTls, &user, "nothing-known".to_owned())).await.err().unwrap();
        assert_eq!(refused.code(), "login_refused");
    }
}
