//! Tables of cases and properties of the assignment decision.

mod cases;
mod properties;
