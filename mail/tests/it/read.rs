//! Reading: parts, character sets, broken mails, HTML.

use crate::read;
use qn_mail::{Damage, Mail, OwnMail};

fn bytes(raw: &[u8]) -> Mail {
    Mail::read(raw, &OwnMail::default())
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding(text, "gb18030")
}

fn encoding(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

#[test]
fn the_parts_of_a_mail() {
    let mail = read(
        "From: =?utf-8?b?5byg5LiJ?= <Zhang.San@Example.com>\nTo: support@shop.example, <other@x.example>\nCc: c@x.example\n\
         Delivered-To: support+abc@shop.example\nReply-To: z@home.example\nDate: Fri, 1 Mar 2024 12:00:00 +0800\n\
         Message-ID: <m1@example.com>\nReferences: <r1@x> <r2@x>\nIn-Reply-To: <r2@x>\n\
         Subject: =?gb2312?B?08q8/srVtb3By8Lw?=\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: text/plain; charset=utf-8\n\n你好\n--b\nContent-Type: application/pdf; name=\"../../a.pdf\"\n\
         Content-Transfer-Encoding: base64\n\nJVBERg==\n--b--\n",
    );
    assert_eq!((mail.from[0].name.as_str(), mail.from[0].address.as_str()), ("张三", "zhang.san@example.com"));
    assert_eq!(mail.answer_to().unwrap().address, "z@home.example");
    assert_eq!(mail.subject, "邮件收到了吗");
    assert_eq!((mail.to.len(), mail.cc.len(), mail.delivered_to[0].address.as_str()), (2, 1, "support+abc@shop.example"));
    assert_eq!(mail.date, Some(1_709_265_600_000));
    assert_eq!((mail.message_id.as_deref(), mail.references.len(), mail.in_reply_to.len()), (Some("m1@example.com"), 2, 1));
    assert_eq!(mail.body.fresh(), "你好");
    let file = &mail.attachments[0];
    assert_eq!((file.name.as_str(), file.media_type.as_str(), file.bytes.as_slice()), ("a.pdf", "application/pdf", b"%PDF".as_slice()));
    assert!(mail.damage.is_empty());
}

#[test]
fn long_ids_wrapped_as_encoded_words_are_ids() {
    let mail = read(
        "From: a@x.example\nIn-Reply-To: =?utf-8?q?=3Cmsg=5F01m8jqjc3bf6esj67gfg53ph68=2Ecnv=5F1?=\n =?utf-8?q?=2Eseal=40shop=2Eexample=3E?=\n\nhi",
    );
    assert_eq!(mail.in_reply_to, ["msg_01m8jqjc3bf6esj67gfg53ph68.cnv_1.seal@shop.example"]);
}

#[test]
fn headers_in_raw_gb18030_are_read() {
    let mail = bytes(&gb18030("From: 张三 <z@example.com>\r\nSubject: 退货问题\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n龘货品"));
    assert_eq!((mail.from[0].name.as_str(), mail.subject.as_str()), ("张三", "退货问题"));
    assert_eq!(mail.body.fresh(), "龘货品");
}

#[test]
fn a_charset_that_lies_is_seen_through() {
    let mut raw = b"From: z@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".to_vec();
    raw.extend(gb18030("请问我的订单到哪里了"));
    let mail = bytes(&raw);
    assert_eq!(mail.body.fresh(), "请问我的订单到哪里了");
    assert!(mail.damage.contains(&Damage::Charset));
    let mut raw = b"From: z@example.com\r\nContent-Type: text/html; charset=gb2312\r\n\r\n".to_vec();
    raw.extend("<p>订单在哪</p>".as_bytes());
    assert!(!bytes(&raw).body.is_blank());
}

#[test]
fn charsets_of_the_region() {
    for (label, text) in
        [("gbk", "简体中文"), ("big5", "繁體中文"), ("gb18030", "𠀀字"), ("shift_jis", "日本語"), ("euc-kr", "한국어"), ("iso-8859-1", "é")]
    {
        let mut raw = format!("From: z@example.com\r\nContent-Type: text/plain; charset={label}\r\n\r\n").into_bytes();
        raw.extend(encoding(text, label));
        assert_eq!(bytes(&raw).body.fresh(), text, "{label}");
    }
}

#[test]
fn broken_mails_are_shown_all_the_same() {
    let cases: [(&str, &str); 8] = [
        ("", ""),
        ("no headers at all, only words", "no headers at all, only words"),
        ("From: a@x\nContent-Type: multipart/mixed; boundary=never\n\nthe text", "the text"),
        ("From: a@x\nContent-Type: multipart/mixed\n\nthe text", "the text"),
        ("From: a@x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!", "not base64"),
        ("From: a@x\nContent-Type: text/plain; charset=\"no-such-set\"\n\nthe text", "the text"),
        ("From: a@x\nSubject: =?utf-8?b?broken\n\nthe text", "the text"),
        ("From: a@x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nthe text\n", "the text"),
    ];
    for (raw, wanted) in cases {
        let mail = read(raw);
        let shown = mail.body.reply();
        assert!(shown.contains(wanted), "{raw:?}: {shown:?}");
    }
    assert!(read("nothing").damage.contains(&Damage::NoHeaders) && read("Subject: x\n\nhi").damage.contains(&Damage::NoSender));
}

#[test]
fn html_becomes_text_and_nothing_hidden_is_read() {
    let mail = read(
        "From: a@x.example\nContent-Type: text/html; charset=utf-8\n\n<html><head><title>t</title><style>p{}</style></head><body>\
         <script>alert(1)</script><div style=\"display: none\">hidden words</div><p>Hello&nbsp;<b>world</b></p>\
         <a href=\"https://evil.example/x\">https://bank.example</a><table><tr><td>a</td><td>b</td></tr></table>\
         <img src=x onerror=alert(1)><pre>1\n 2</pre></body></html>",
    );
    assert_eq!(mail.body.reply(), "Hello world\n\nhttps://bank.example <https://evil.example/x>\na  b\n1\n 2");
}

#[test]
fn a_plain_part_that_says_nothing_gives_way_to_html() {
    let mail = read(
        "From: a@x.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nYour client shows no HTML.\n\
         --b\nContent-Type: text/html\n\n<p>Where is my order?</p>\n--b--\n",
    );
    assert_eq!(mail.body.fresh(), "Where is my order?");
}

#[test]
fn a_mail_inside_a_mail_is_an_attachment() {
    let mail = read(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee below\n--b\n\
         Content-Type: message/rfc822\n\nFrom: c@x.example\nSubject: inner/one\n\ninner text\n--b--\n",
    );
    assert_eq!(mail.body.fresh(), "see below");
    assert_eq!((mail.attachments[0].media_type.as_str(), mail.attachments[0].name.as_str()), ("message/rfc822", "one.eml"));
    assert!(String::from_utf8_lossy(&mail.attachments[0].bytes).contains("inner text"));
}
