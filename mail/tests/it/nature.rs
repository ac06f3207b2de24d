//! Bounces, machines, lists and loops.

use crate::{names, read};
use qn_mail::{Mail, Nature, OwnMail, Verdict};

fn bounce(raw: &str) -> qn_mail::Bounce {
    match read(raw).nature {
        Nature::Bounce(bounce) => bounce,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_delivery_report_names_what_did_not_arrive() {
    let found = bounce(
        "From: MAILER-DAEMON@mx.example\nTo: support@shop.example\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nsorry\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; LiLei@example.com\nAction: failed\n\
         Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n user here\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@shop.example>\nFrom: support@shop.example\n\nhi\n--b--\n",
    );
    assert_eq!(found.verdict, Verdict::Failed);
    assert_eq!(
        (found.message_id.as_deref(), found.recipient.as_deref(), found.status.as_deref()),
        (Some("ours@shop.example"), Some("lilei@example.com"), Some("5.1.1"))
    );
    assert_eq!(found.reason, "550 5.1.1 no such user here");
}

#[test]
fn reports_with_headers_only_and_delays() {
    let found = bounce(
        "From: postmaster@mx.example\nSubject: Delayed\nContent-Type: multipart/report; report-type=\"delivery-status\"; boundary=b\n\n--b\n\
         Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;a@x.example\nAction: delayed\nStatus: 4.4.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@shop.example>\nSubject: x\n\n--b--\n",
    );
    assert_eq!((found.verdict, found.message_id.as_deref()), (Verdict::Delayed, Some("ours@shop.example")));
}

#[test]
fn providers_own_words_are_bounces_too() {
    for (from, subject) in [
        ("PostMaster@qq.com", "来自qq.com的退信"),
        ("postmaster@163.com", "系统退信/Systems bounce"),
        ("mailer-daemon@x.example", "failure notice"),
    ] {
        assert_eq!(
            bounce(&format!("From: {from}\nSubject: {subject}\nIn-Reply-To: <ours@x>\n\nno such user\n")).message_id.as_deref(),
            Some("ours@x")
        );
    }
    assert_eq!(read("From: lilei@example.com\nSubject: 退信是怎么回事\n\n?").nature, Nature::Letter);
}

#[test]
fn machines_are_not_people() {
    let nature = |headers: &str| read(&format!("From: a@x.example\n{headers}\n\nhi")).nature;
    for headers in [
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Subject: 自动回复: 休假",
        "Subject: Automatic reply: away",
        "Auto-Submitted: auto-generated",
    ] {
        assert_eq!(nature(headers), Nature::AutoReply, "{headers}");
    }
    for headers in ["List-Id: <l.x>", "Precedence: bulk", "List-Unsubscribe: <mailto:u@x>"] {
        assert_eq!(nature(headers), Nature::Bulk, "{headers}");
    }
    assert_eq!(nature("Auto-Submitted: no"), Nature::Letter);
    assert_eq!(nature("Received: from a by b\n".repeat(60).trim_end()), Nature::Loop);
}

#[test]
fn our_own_mail_is_known_when_it_comes_back() {
    let names = names();
    let id = names.message_id("cnv_1", "msg_1");
    let own = OwnMail { names: Some(&names) };
    let mail = |id: &str| Mail::read(format!("From: support@shop.example\r\nMessage-ID: <{id}>\r\n\r\nhi").as_bytes(), &own).nature;
    assert_eq!(mail(&id), Nature::Loop);
    assert_eq!(mail("msg_1.cnv_1.forged@shop.example"), Nature::Letter);
}
