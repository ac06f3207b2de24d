//! Pictures that a text shows by their Content-ID: at their place, or folded with the quote and the signature that show them.

use crate::read;
use qn_mail::{Mail, Place};

/// (Content-ID, name, bytes)
type Picture<'a> = (&'a str, &'a str, usize);

fn letter(body: &str, pictures: &[Picture<'_>]) -> Mail {
    let mut raw =
        format!("From: Anna Li <anna@customer.example>\nSubject: Order\nContent-Type: multipart/related; boundary=r\n\n--r\n{body}\n");
    for (cid, name, bytes) in pictures {
        let content = "iVBORw0KGgo".repeat(bytes / 11 + 1);
        raw.push_str(&format!(
            "--r\nContent-Type: image/png; name=\"{name}\"\nContent-ID: <{cid}>\nContent-Disposition: inline; filename=\"{name}\"\n\n{content}\n"
        ));
    }
    raw.push_str("--r--\n");
    read(&raw)
}

fn html(html: &str) -> String {
    format!("Content-Type: text/html; charset=utf-8\n\n{html}\n")
}

fn both(plain: &str, rich: &str) -> String {
    format!(
        "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--a\n{}\n--a--\n",
        html(rich)
    )
}

fn places(mail: &Mail) -> Vec<(&str, Place)> {
    mail.attachments.iter().map(|file| (file.name.as_str(), file.place)).collect()
}

const SIGNED: &str = "<p>Best regards,</p><p>Anna Li<br><img src=\"cid:logo@x\"><br>Tel: 555 0100</p>";
const QUOTE: &str = "<blockquote type=\"cite\"><p>Hello Anna</p><img src='cid:old@x'></blockquote>";
const ALL: [Picture<'_>; 3] = [("shot@x", "screen.png", 900), ("logo@x", "logo.png", 900), ("old@x", "banner.png", 900)];

#[test]
fn a_screenshot_stands_in_the_text_and_logos_are_folded() {
    let mail = letter(&html(&format!("<p>It says this:</p><p><img src=\"cid:shot@x\"></p><p>What now?</p>{SIGNED}{QUOTE}")), &ALL);
    assert_eq!(places(&mail), [("screen.png", Place::Text), ("logo.png", Place::Folded), ("banner.png", Place::Folded)]);
    assert_eq!(mail.body.fresh(), "It says this:\n\n[screen.png]\n\nWhat now?");
    assert!(mail.body.signature().contains("[logo.png]"), "{:?}", mail.body);
    assert!(mail.body.quoted().contains("[banner.png]"), "{:?}", mail.body);
}

#[test]
fn plain_text_that_does_not_name_the_picture_gives_way_to_the_html() {
    let rich = format!("<p>It says this:</p><img src=\"cid:shot@x\">{SIGNED}");
    let mail = letter(&both("It says this:\n\nBest regards,\n\nAnna Li\nTel: 555 0100", &rich), &ALL[..2]);
    assert_eq!(places(&mail), [("screen.png", Place::Text), ("logo.png", Place::Folded)]);
    assert!(mail.body.fresh().ends_with("[screen.png]"), "{:?}", mail.body);
}

#[test]
fn plain_text_that_names_it_is_read() {
    for named in ["[cid:shot@x]", "[image: screen.png]"] {
        let mail = letter(&both(&format!("It says this:\n{named}\nWhat now?"), "<p>other words <img src=\"cid:shot@x\"></p>"), &ALL[..1]);
        assert_eq!(mail.body.fresh(), "It says this:\n[screen.png]\nWhat now?", "{named}");
        assert_eq!(places(&mail), [("screen.png", Place::Text)]);
    }
}

#[test]
fn a_letter_with_a_logo_keeps_its_plain_text_and_has_no_attachment() {
    let mail =
        letter(&both("Where is it?\n\nBest regards,\n\nAnna Li\nTel: 555 0100", &format!("<p>Where is it?</p>{SIGNED}")), &ALL[1..2]);
    assert_eq!(places(&mail), [("logo.png", Place::Folded)]);
    assert_eq!(mail.body.fresh(), "Where is it?");
    let quoted = letter(&html(&format!("<p>Yes, please.</p>{QUOTE}")), &ALL[2..]);
    assert_eq!((places(&quoted), quoted.body.fresh()), (vec![("banner.png", Place::Folded)], "Yes, please.".to_owned()));
}

#[test]
fn what_may_be_meant_stays_a_file() {
    let photo = [("logo@x", "photo.png", 400_000)];
    let mail = letter(&html(&format!("<p>It is broken, see below.</p>{SIGNED}")), &photo);
    assert_eq!(places(&mail), [("photo.png", Place::Beside)], "no logo is so large");
    let mail = letter(&html("<p>It is broken.</p><p>Sent from my iPhone</p><p><img src=\"cid:shot@x\"></p>"), &ALL[..1]);
    assert_eq!(places(&mail), [("screen.png", Place::Text)], "{:?}", mail.body);
    let mail = letter(&html("<p>See the file.</p><img src=\"https://tracker.example/x.gif\"><img src=\"cid:unknown@x\">"), &ALL[..1]);
    assert_eq!((places(&mail), mail.body.fresh()), (vec![("screen.png", Place::Beside)], "See the file.".to_owned()));
}

#[test]
fn each_picture_has_a_name_of_its_own() {
    let two = [("a@x", "image.png", 10), ("b@x", "image.png", 10)];
    let mail = letter(&html("<img src=\"cid:a@x\"> then <img src=\"cid:b@x\">"), &two);
    assert_eq!(mail.body.fresh(), "[image.png] then [2-image.png]");
    assert_eq!(places(&mail), [("image.png", Place::Text), ("2-image.png", Place::Text)]);
}
