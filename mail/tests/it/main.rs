//! What the crate promises, on mails written for these tests.
#![allow(clippy::unwrap_used)]

mod compose;
mod desk;
mod hostile;
mod nature;
mod pictures;
mod read;
mod replies;
mod threads;

use qn_mail::{Mail, OwnMail, OwnNames};

pub fn read(raw: &str) -> Mail {
    Mail::read(raw.replace('\n', "\r\n").as_bytes(), &OwnMail::default())
}

pub fn names() -> OwnNames {
    OwnNames::new(b"a key of this server", "inb_1", "support@shop.example").unwrap()
}
