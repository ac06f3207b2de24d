//! E-mail as values: raw bytes read into a `Mail` whatever they hold, quotes and signatures folded, bounces and automatic answers
//! recognised, threads (RFC 5256 and the desk's own order), replies composed. Pure: no network, no store, no clock.

mod bounce;
mod compose;
mod desk;
mod fingerprint;
mod fold;
mod headers;
mod html;
mod ids;
mod lines;
mod marks;
mod nature;
mod own;
mod people;
mod pictures;
mod read;
mod signature;
mod subject;
pub mod thread;
mod vouch;

pub use bounce::{Bounce, Verdict};
pub use compose::{Attached, Automatic, Letter, compose, references_of, reply_subject};
pub use desk::{Because, Candidate, Clues, Placement, place};
pub use fingerprint::fingerprint;
pub use fold::{Folded, Kind, Span, fold};
pub use lines::{Line, of_html, of_text};
pub use nature::{Nature, OwnMail};
pub use own::{OwnId, OwnNames};
pub use people::{Person, normal_address};
pub use read::{Attachment, BYTES_MAX, Damage, Mail, Place};
pub use signature::split as split_signature;
pub use subject::{Subject, desk_subject, rfc_subject};
