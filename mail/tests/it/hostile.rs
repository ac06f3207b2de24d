//! Mails made to do harm: reading ends, does not panic, and what can be shown is.

use proptest::prelude::*;
use qn_mail::{Damage, Mail, OwnMail, fold, of_html, of_text};

fn read(raw: &[u8]) -> Mail {
    Mail::read(raw, &OwnMail::default())
}

/// Deep enough to overflow the stack of whoever recurses.
const DEEP: usize = 30_000;

#[test]
fn mails_inside_mails_inside_mails() {
    let mut raw = String::from("From: a@x.example\r\nSubject: deep\r\n");
    raw.push_str(&"Content-Type: message/rfc822\r\n\r\n".repeat(DEEP));
    raw.push_str("bottom");
    let mail = read(raw.as_bytes());
    assert_eq!((mail.subject.as_str(), mail.damage.contains(&Damage::TooManyParts)), ("deep", true));
    let digest =
        "From: a@x.example\r\nSubject: deep\r\n".to_owned() + &"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n".repeat(DEEP);
    assert_eq!(read(digest.as_bytes()).subject, "deep");
}

#[test]
fn multiparts_inside_multiparts() {
    let mut raw = String::from("From: a@x.example\r\nSubject: deep\r\n");
    for n in 0..DEEP {
        raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    }
    raw.push_str("\r\nbottom");
    let mail = read(raw.as_bytes());
    assert_eq!(mail.subject, "deep");
    assert!(!mail.body.is_blank());
    // As many as are read.
    let some = "From: a@x.example\r\n".to_owned() + &"Content-Type: message/rfc822\r\n\r\n".repeat(499) + "bottom";
    assert!(!read(some.as_bytes()).damage.contains(&Damage::TooManyParts));
}

#[test]
fn huge_headers() {
    let long = "x".repeat(2_000_000);
    let mail = read(format!("From: a@x.example\r\nSubject: {long}\r\nX-A: {long}\r\n\r\nhi").as_bytes());
    assert!(mail.subject.chars().count() <= 500 && mail.body.fresh() == "hi");
    let many = "To: a@x.example\r\n".repeat(50_000);
    assert_eq!(read(format!("From: a@x.example\r\n{many}\r\nhi").as_bytes()).body.fresh(), "hi");
    let ids = "<a@b> ".repeat(200_000);
    assert!(read(format!("From: a@x.example\r\nReferences: {ids}\r\n\r\nhi").as_bytes()).references.len() <= 500);
    let people = (0..20_000).map(|n| format!("p{n}@x.example")).collect::<Vec<_>>().join(", ");
    assert!(read(format!("From: a@x.example\r\nTo: {people}\r\n\r\nhi").as_bytes()).to.len() <= 200);
}

#[test]
fn many_attachments_and_their_names() {
    let part = "--b\r\nContent-Disposition: attachment; filename=\"x\"\r\n\r\ndata\r\n";
    let mail =
        read(format!("From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--", part.repeat(5_000)).as_bytes());
    assert!(mail.attachments.len() <= 100 && mail.damage.contains(&Damage::TooManyAttachments));
    for (name, wanted) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Windows\\\\a.exe", "a.exe"),
        (".htaccess", "htaccess"),
        ("a\u{202E}gpj.exe", "agpj.exe"),
        ("..", "attachment-1"),
        ("", "attachment-1"),
    ] {
        let raw = format!(
            "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\ndata\r\n--b--"
        );
        assert_eq!(read(raw.as_bytes()).attachments[0].name, wanted, "{name}");
    }
    let long = format!("{}.pdf", "a".repeat(5_000));
    let raw = format!("From: a@x.example\r\nContent-Type: application/pdf; name={long}\r\nContent-Disposition: attachment\r\n\r\nx");
    let name = read(raw.as_bytes()).attachments[0].name.clone();
    assert!(name.chars().count() <= 150 && name.ends_with(".pdf"), "{name}");
}

#[test]
fn html_bombs() {
    let bombs = [
        "<div>".repeat(DEEP),
        "<blockquote>".repeat(DEEP),
        "<b><p>".repeat(DEEP / 10),
        "<table><tr><td>".repeat(DEEP / 10),
        "<a href=\"https://x.example\">".repeat(DEEP / 10),
        format!("<p {}>", "a b/c=1 ".repeat(DEEP)),
        "</div>".repeat(DEEP),
        "<".repeat(DEEP),
        "&".repeat(DEEP),
    ];
    for bomb in bombs {
        let lines = of_html(&format!("hello {bomb} world"));
        assert!(fold(&lines, false).reply().contains("hello"), "{}", &bomb[..20]);
    }
}

#[test]
fn quotes_of_quotes_and_endless_lines() {
    assert!(!fold(&of_text(&">".repeat(1_000_000), false), false).is_blank());
    assert!(!fold(&of_text(&"> \n".repeat(100_000), true), false).spans.is_empty());
    assert!(!fold(&of_text(&"On 1 May 2024 a@b.example wrote:\n".repeat(20_000), false), false).is_blank());
    assert!(!fold(&of_text(&"From: a@x.example\n".repeat(20_000), false), false).is_blank());
    assert!(!fold(&of_text(&"a ".repeat(500_000), true), false).is_blank());
}

/// Pieces that mean something to a reader of mail, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"From: a@x\r\n",
        b"Subject: =?utf-8?b?",
        b"=?gb2312?q?=b0",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: text/html; charset=gbk\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%00",
        b"\r\n\r\n",
        b"\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"<div class=gmail_quote>",
        b"<blockquote>",
        b"> ",
        b"-- \r\n",
        b"\xff\xfe",
        b"\0",
        b"References: <a@b> <",
        b"Message-ID: <",
        b"=E4=BD",
        b"5L2g5aW9",
        "在 2024-01-01，a@b 写道：\r\n".as_bytes(),
    ];
    let piece = prop_oneof![4 => prop::sample::select(known).prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..20)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Any bytes at all: never a panic, and nothing that breaks a line or leaves a folder.
    #[test]
    fn any_bytes_are_read(raw in pieces()) {
        let mail = read(&raw);
        for file in &mail.attachments {
            prop_assert!(!file.name.is_empty() && !file.name.contains(['/', '\\', '\0', '\n']));
        }
        prop_assert!(!mail.subject.contains(['\n', '\r', '\0']));
    }

    #[test]
    fn folding_loses_no_line(text in "([> a-z0-9:@.\u{5199}\u{9053}\u{ff1a}-]{0,20}\n){0,30}") {
        let folded = fold(&of_text(&text, false), false);
        let all: String = folded.spans.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join("\n");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&all), words(&text));
    }

    #[test]
    fn any_html_is_read(html in "(<(/)?(div|p|blockquote|pre|a href=\"x\"|br|td|script)>|[a-z &;<>\"]{0,10}){0,60}") {
        let _ = fold(&of_html(&html), false);
    }
}
