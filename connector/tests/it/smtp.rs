//! Letters handed to Postfix and read back from Dovecot, and servers that say no, hang up or are not there.

use crate::world::{NOW, Safe};
use qn_base::{Clock, ManualClock};
use qn_connector::smtp::{Server, Work};
use qn_connector::{Auth, Caller, Done, Kind};
use qn_egress::{Egress, Policy};
use qn_mail::{Mail, OwnMail};
use qn_mailbox::{Account, Imap, Proof, Security};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// `name=value` words, as `xtask/src/mail.rs` writes them.
#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its servers by the environment
fn servers() -> Option<HashMap<String, String>> {
    let Ok(told) = std::env::var("QN_TEST_MAIL") else {
        eprintln!("QN_TEST_MAIL is not set: no real mail servers");
        return None;
    };
    let words: HashMap<_, _> = told.split(' ').filter_map(|word| word.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    words.contains_key("smtp").then_some(words)
}

fn egress(root: Option<&str>) -> Egress {
    let extra_roots_pem = root.map(|root| std::fs::read_to_string(root).unwrap()).into_iter().collect();
    let policy = Policy { extra_roots_pem, ..Policy::default() };
    Egress::new(policy.with_allowed(["127.0.0.1", "localhost"]).unwrap()).unwrap()
}

fn server(base_url: String, auth: bool) -> Server {
    let auth = auth.then(|| Auth::Basic { user: Some("lilei".into()), secret: "mail".into() });
    Server { format: 1, base_url, auth, from: "lilei@customer.example".into(), from_name: "李雷".into(), plain: false }
}

async fn sent(egress: &Egress, server: &Server, input: Value, secrets: &Safe) -> Done {
    let caller = Caller::new(egress.clone(), Arc::new(ManualClock::at(NOW)) as Arc<dyn Clock>);
    caller.send_mail(&Work { server, input: &input, key: "run_1/say/0", timeout_ms: 20_000, secrets }).await
}

fn letter(to: Value) -> Value {
    json!({"to": to, "subject": "退款已到账", "text": "您好，\n退款 12.50 元已到账。"})
}

async fn inbox(egress: &Egress, servers: &HashMap<String, String>, name: &str, wanted: usize) -> Vec<Mail> {
    let account = Account {
        host: "localhost".into(),
        port: servers["imaps"].parse().unwrap(),
        security: Security::Tls,
        user: name.into(),
        proof: Some(Proof::Password(servers["password"].clone())),
    };
    let mut imap = Imap::open(egress, &account).await.unwrap();
    loop {
        let selected = imap.select("INBOX").await.unwrap();
        let uids = imap.uids_after(0, selected.uid_next).await.unwrap();
        if uids.len() >= wanted {
            return imap.fetch(&uids).await.unwrap().iter().map(|mail| Mail::read(&mail.raw, &OwnMail::default())).collect();
        }
        imap = imap.wait(5_000).await.unwrap();
    }
}

#[tokio::test]
async fn a_letter_arrives_whole_and_every_attempt_is_the_same_letter() {
    let Some(servers) = servers() else { return };
    let egress = egress(Some(&servers["root"]));
    let secrets = Safe::default().with("mail", &servers["password"], &["localhost"]);
    let mut input = letter(json!(["payee@shop.example"]));
    input["html"] = json!("<p>退款 <b>12.50</b> 元已到账。</p>");
    input["reply_to"] = json!("help@customer.example");
    for (port, scheme) in [("smtp", "smtp"), ("smtps", "smtps")] {
        let server = server(format!("{scheme}://localhost:{}", servers[port]), true);
        let done = sent(&egress, &server, input.clone(), &secrets).await;
        let answer = done.outcome.unwrap();
        assert_eq!(answer["recipients"], 1);
        assert!(answer["message_id"].as_str().unwrap().ends_with("@customer.example"));
        let kept = serde_json::to_string(&done.exchange).unwrap();
        assert!(kept.contains("SMTP") && !kept.contains(&servers["password"]) && !kept.contains("payee@shop"), "{kept}");
    }
    let mails = inbox(&egress, &servers, "payee", 2).await;
    assert_eq!(mails[0].message_id, mails[1].message_id);
    let mail = &mails[0];
    assert_eq!(
        (mail.subject.as_str(), mail.from[0].name.as_str(), mail.to[0].address.as_str()),
        ("退款已到账", "李雷", "payee@shop.example")
    );
    assert_eq!(mail.reply_to[0].address, "help@customer.example");
    assert!(mail.body.reply().contains("12.50"));
}

#[tokio::test]
async fn a_wrong_password_and_a_refused_receiver_stay_refused() {
    let Some(servers) = servers() else { return };
    let egress = egress(Some(&servers["root"]));
    let url = format!("smtps://localhost:{}", servers["smtps"]);
    let wrong = Safe::default().with("mail", "not-the-password", &["localhost"]);
    let refused = sent(&egress, &server(url.clone(), true), letter(json!("payee@shop.example")), &wrong).await.outcome.unwrap_err();
    assert_eq!((refused.kind, refused.in_doubt, &refused.detail["code"]), (Kind::Refused, false, &json!("login_refused")));
    assert!(refused.zh.starts_with("邮件服务器拒绝了用户名或密码") && !refused.message.contains("not-the-password"));
    // Postfix relays for nobody who did not sign in
    let refused = sent(&egress, &server(url, false), letter(json!("x@elsewhere.example")), &wrong).await.outcome.unwrap_err();
    assert_eq!((refused.kind, refused.in_doubt, &refused.detail["code"]), (Kind::Refused, false, &json!("mail_refused")), "{refused:?}");
}

#[tokio::test]
async fn a_secret_for_another_host_is_not_opened_and_an_unencrypted_server_gets_nothing() {
    let secrets = Safe::default().with("mail", "pass-word", &["smtp.example.com"]);
    let refused = sent(&egress(None), &server("smtp://127.0.0.1:9".into(), true), letter(json!("a@x.example")), &secrets).await;
    assert_eq!(refused.outcome.unwrap_err().message, "not bound");
    let port = scripted(vec!["220 hi\r\n", "250 nothing offered\r\n"]).await;
    let open = Safe::default().with("mail", "pass-word", &["127.0.0.1"]);
    let refused = sent(&egress(None), &server(format!("smtp://127.0.0.1:{port}"), true), letter(json!("a@x.example")), &open).await;
    assert_eq!(refused.outcome.unwrap_err().detail["code"], "no_tls");
    let shut = Egress::new(Policy::default()).unwrap();
    let refused = sent(&shut, &server("smtps://127.0.0.1:465".into(), true), letter(json!("a@x.example")), &open).await;
    assert_eq!(refused.outcome.unwrap_err().detail["code"], "address_blocked");
}

#[tokio::test]
async fn no_server_is_worth_another_try_and_one_that_breaks_leaves_doubt() {
    let nobody = Safe::default();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut server = server(format!("smtp://{free}"), false);
    server.plain = true;
    let dead = sent(&egress(None), &server, letter(json!("a@x.example")), &nobody).await.outcome.unwrap_err();
    assert_eq!((dead.kind, dead.in_doubt), (Kind::Unavailable, false));
    let go = ["220 hi\r\n", "250 8BITMIME\r\n", "250 from\r\n", "250 to\r\n", "354 go\r\n"];
    for (last, kind, in_doubt) in
        [("", Kind::Unavailable, true), ("451 later\r\n", Kind::Unavailable, false), ("554 spam\r\n", Kind::Refused, false)]
    {
        let mut lines = go.to_vec();
        lines.push(last);
        server.base_url = format!("smtp://127.0.0.1:{}", scripted(lines).await);
        let broken = sent(&egress(None), &server, letter(json!("a@x.example")), &nobody).await.outcome.unwrap_err();
        assert_eq!((broken.kind, broken.in_doubt), (kind, in_doubt), "{last:?}: {broken:?}");
    }
}

/// Says a line each time something was asked; hangs up at an empty one. A letter is read whole.
async fn scripted(lines: Vec<&'static str>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let mut socket = BufReader::new(socket);
        let mut letter = false;
        for line in lines {
            while letter {
                let mut text = String::new();
                letter = socket.read_line(&mut text).await.unwrap() > 0 && text != ".\r\n";
            }
            if line.is_empty() || socket.write_all(line.as_bytes()).await.is_err() {
                return;
            }
            letter = line.starts_with("354");
            let mut asked = String::new();
            if !letter {
                let _ = socket.read_line(&mut asked).await;
            }
        }
    });
    port
}
