//! Letters read back as they were written, and nothing put in becomes a header.

use crate::names;
use proptest::prelude::*;
use qn_mail::{Attached, Automatic, Letter, Mail, Nature, OwnMail, Person, compose, references_of, reply_subject};

fn letter<'a>(subject: &str, text: &'a str) -> Letter<'a> {
    Letter {
        from: Person::new("青鸟客服", "support@shop.example").unwrap(),
        reply_to: names().plus_address("cnv_1"),
        to: vec![Person::new("李雷", "lilei@example.com").unwrap()],
        cc: vec![Person::new("", "wife@example.com").unwrap()],
        subject: subject.to_owned(),
        text,
        message_id: names().message_id("cnv_1", "msg_1"),
        in_reply_to: Some("first@example.com".into()),
        references: vec!["first@example.com".into()],
        date: 1_709_265_600_000,
        html: None,
        automatic: Some(Automatic::Reply),
        attachments: vec![Attached { name: "发票.pdf", media_type: "application/pdf", bytes: b"%PDF" }],
    }
}

#[test]
fn a_letter_reads_back_as_it_was_written() {
    let raw = compose(&letter("Re: 退货", "您好，\n\n请看 https://shop.example/r?a=1&b=2。\n<b>不是标签</b>"));
    let mail = Mail::read(&raw, &OwnMail::default());
    assert_eq!(
        (mail.from[0].name.as_str(), mail.to[0].name.as_str(), mail.cc[0].address.as_str()),
        ("青鸟客服", "李雷", "wife@example.com")
    );
    assert_eq!(mail.subject, "Re: 退货");
    assert_eq!(mail.body.reply(), "您好，\n\n请看 https://shop.example/r?a=1&b=2。\n<b>不是标签</b>");
    assert_eq!(mail.message_id, Some(names().message_id("cnv_1", "msg_1")));
    assert_eq!((mail.in_reply_to, mail.references), (vec!["first@example.com".to_owned()], vec!["first@example.com".to_owned()]));
    assert_eq!(mail.date, Some(1_709_265_600_000));
    assert_eq!(names().read_address(&mail.reply_to[0].address).as_deref(), Some("cnv_1"));
    assert_eq!((mail.attachments[0].name.as_str(), mail.attachments[0].bytes.as_slice()), ("发票.pdf", b"%PDF".as_slice()));
    assert_eq!(mail.nature, Nature::AutoReply);
    let text = String::from_utf8_lossy(&raw).into_owned();
    assert!(text.contains("multipart/alternative") && !text.contains("<b>"));
}

#[test]
fn the_subject_follows_the_customer() {
    assert_eq!(reply_subject("退货"), "Re: 退货");
    assert_eq!(reply_subject("回复：退货"), "回复：退货");
    assert_eq!(reply_subject("RE: x"), "RE: x");
    assert_eq!(reply_subject(""), "Re:");
}

#[test]
fn references_keep_the_first_and_the_last() {
    let ids: Vec<String> = (0..40).map(|n| format!("m{n}@x")).collect();
    let all = references_of(&ids, &[], Some("last@x"));
    assert_eq!((all.len(), all[0].as_str(), all[19].as_str()), (20, "m0@x", "last@x"));
    assert_eq!(references_of(&[], &["a@x".into(), "b@x".into()], Some("a@x")), ["a@x"]);
}

proptest! {
    /// No text becomes a header, and none is lost.
    #[test]
    fn nothing_put_in_becomes_a_header(subject in any::<String>(), name in any::<String>(), text in any::<String>(), id in any::<String>()) {
        let mut letter = letter(&subject, &text);
        letter.from.name.clone_from(&name);
        letter.references = vec![format!("x\r\nBcc: evil@x.example\r\n{id}@x")];
        letter.attachments.clear();
        let raw = compose(&letter);
        let parsed = mail_parser::MessageParser::default().parse(&raw).unwrap();
        let known = ["from", "to", "cc", "subject", "message-id", "date", "reply-to", "in-reply-to", "references", "auto-submitted", "x-auto-response-suppress", "mime-version", "content-type"];
        for header in parsed.headers() {
            prop_assert!(known.contains(&header.name().to_lowercase().as_str()), "{}", header.name());
        }
        let mail = Mail::read(&raw, &OwnMail::default());
        prop_assert_eq!(&mail.to[0].address, "lilei@example.com");
        prop_assert_eq!(mail.from[0].address.as_str(), "support@shop.example");
    }
}
