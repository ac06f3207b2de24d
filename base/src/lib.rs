//! Small things every room needs: time, ids, back-off, redaction. No IO, no async, no knowledge of the field.

pub mod backoff;
pub mod clock;
pub mod date;
pub mod ids;
pub mod personal;
pub mod redact;
pub mod text;
pub mod trace;

pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use redact::Redacted;
pub use trace::Trace;
