//! Documents as people have them, and as nobody should send them.
#![allow(clippy::unwrap_used)]

mod formats;
mod hostile;
mod made;
