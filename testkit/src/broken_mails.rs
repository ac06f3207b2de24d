//! Mails as no standard has them: what real mailboxes hold beside letters. Each names what is wrong with it; none may be lost for it.

/// Deeper than any mailer nests.
const NESTED: usize = 120;
/// More parts than any mailer writes.
const PARTS: usize = 700;

/// (what is wrong, the bytes)
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = TEXTS.iter().map(|(what, text)| (*what, text.replace('\n', "\r\n").into_bytes())).collect();
    all.extend([
        (
            "bytes of no character set",
            [b"From: a@customer.example\r\nSubject: bytes\r\n\r\n".as_slice(), &(0x80..=0xff).collect::<Vec<u8>>()].concat(),
        ),
        ("NUL bytes", b"From: nul@customer.example\r\nSubject: nul\0nul\r\n\r\nbefore\0after\r\n".to_vec()),
        (
            "GBK without saying so",
            [b"From: gbk@customer.example\r\nSubject: gbk\r\n\r\n".as_slice(), b"\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc4\xd8\r\n"].concat(),
        ),
        ("bare line feeds", b"From: lf@customer.example\nSubject: line feeds\n\nWhere is my order?\n".to_vec()),
        ("bare carriage returns", b"From: cr@customer.example\r\nSubject: returns\r\n\r\none\rtwo\rthree\r\n".to_vec()),
        ("no line end at its end", b"From: end@customer.example\r\nSubject: no end\r\n\r\nthe last line".to_vec()),
        ("a line of a megabyte", [b"From: long@customer.example\r\nSubject: long\r\n\r\n".as_slice(), &vec![b'x'; 1 << 20]].concat()),
        (
            "a header of a megabyte",
            [b"From: head@customer.example\r\nSubject: ".as_slice(), &vec![b'y'; 1 << 20], b"\r\n\r\nbody\r\n"].concat(),
        ),
        ("parts inside parts", nested()),
        ("hundreds of parts", many_parts()),
        ("hundreds of references", many_references()),
        ("a picture and nothing else", picture()),
    ]);
    all
}

const TEXTS: [(&str, &str); 22] = [
    ("no header at all", "Just words, and no blank line before them."),
    ("no blank line", "From: none@customer.example\nSubject: no body\n"),
    ("headers without a body", "From: empty@customer.example\nSubject: Where is order 4711?\n\n"),
    ("nobody wrote it", "Subject: who am I\n\nI do not say.\n"),
    ("a sender that is no address", "From: not an address\nSubject: sender\n\nMy parcel is lost.\n"),
    ("a sender with an open quote", "From: \"Li Lei <quote@customer.example>\nSubject: quote\n\nHello?\n"),
    ("headers with spaces before the colon", "From : spaced@customer.example\nSubject : spaced\n\nHello from afar.\n"),
    ("a fold that begins the mail", " From: folded@customer.example\nSubject: fold\n\nHello.\n"),
    ("an mbox line before its headers", "From me@x Sun Nov 29 08:00:00 2026\nFrom: mbox@customer.example\nSubject: mbox\n\nHello.\n"),
    (
        "words in an unknown character set",
        "From: cs@customer.example\nSubject: =?x-nothing?B?5L2g5aW9?=\nContent-Type: text/plain; charset=x-nothing\n\nHello.\n",
    ),
    ("an encoded word that never ends", "From: word@customer.example\nSubject: =?utf-8?B?5L2g5aW9\n\nHello.\n"),
    ("base64 with holes", "From: b64@customer.example\nSubject: base64\nContent-Transfer-Encoding: base64\n\nSGVs!!bG8\ngd29y%%bGQ=\n"),
    (
        "quoted-printable with wrong digits",
        "From: qp@customer.example\nSubject: qp\nContent-Transfer-Encoding: quoted-printable\n\n=ZZ Hello =E4=BD=A0=\n",
    ),
    (
        "a boundary that never comes",
        "From: bound@customer.example\nSubject: boundary\nContent-Type: multipart/mixed; boundary=never\n\nThe text is here.\n",
    ),
    (
        "a multipart without a boundary",
        "From: nobound@customer.example\nSubject: no boundary\nContent-Type: multipart/mixed\n\n--x\n\nThe text is here.\n--x--\n",
    ),
    (
        "a multipart cut off",
        "From: cut@customer.example\nSubject: cut\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nThe text is he",
    ),
    ("an empty part", "From: part@customer.example\nSubject: empty part\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n--b--\n"),
    (
        "a letter that answers itself",
        "From: self@customer.example\nMessage-ID: <self@customer.example>\nIn-Reply-To: <self@customer.example>\nReferences: <self@customer.example>\nSubject: self\n\nRound.\n",
    ),
    (
        "two Message-IDs and dates of no calendar",
        "From: twice@customer.example\nMessage-ID: <a@x> <b@x>\nDate: Foo, 99 Bar 2026 25:61:61\nSubject: twice\n\nHello.\n",
    ),
    ("an answer of a machine", "From: away@customer.example\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nBack on Monday.\n"),
    (
        "a bounce without its parts",
        "From: MAILER-DAEMON@mx.customer.example\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\n\nno part here\n",
    ),
    (
        "a newsletter",
        "From: news@customer.example\nList-Unsubscribe: <mailto:no@customer.example>\nPrecedence: bulk\nSubject: News\n\nBuy!\n",
    ),
];

fn nested() -> Vec<u8> {
    let mut mail = "From: nest@customer.example\r\nSubject: nested\r\n".to_owned();
    for n in 0..NESTED {
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    }
    mail.push_str("Content-Type: text/plain\r\n\r\nDeep down.\r\n");
    mail.into_bytes()
}

fn many_parts() -> Vec<u8> {
    let mut mail = "From: many@customer.example\r\nSubject: many parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned();
    for n in 0..PARTS {
        mail.push_str(&format!("--b\r\nContent-Type: text/plain\r\n\r\npart {n}\r\n"));
    }
    mail.push_str("--b--\r\n");
    mail.into_bytes()
}

fn many_references() -> Vec<u8> {
    let references: Vec<String> = (0..800).map(|n| format!("<r{n}@customer.example>")).collect();
    format!("From: refs@customer.example\r\nSubject: references\r\nReferences: {}\r\n\r\nHello.\r\n", references.join("\r\n ")).into_bytes()
}

fn picture() -> Vec<u8> {
    b"From: pic@customer.example\r\nContent-Type: image/gif; name=x.gif\r\nContent-Transfer-Encoding: base64\r\n\r\n\
      R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r\n"
        .to_vec()
}
