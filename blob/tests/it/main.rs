//! Attachments on a real disk, and the table of what is what.
#![allow(clippy::unwrap_used)]

mod files;
mod kinds;
