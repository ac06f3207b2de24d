//! Who is whom. Evidence has grades (`grade`), facts link contacts by rules (`fact`, `junk`, `rules`), a model learns from a table
//! which records are one person's (`link`, without labels; `learned`, with labels), and people are made of links that can be taken
//! back (`person`). Pure: no IO, no clock, no store; called by the command line and the engine.

pub mod fact;
pub mod grade;
pub mod junk;
pub mod learned;
pub mod link;
pub mod measure;
pub mod normal;
pub mod person;
pub mod rules;
pub mod similarity;

pub use fact::{Fact, FactKind};
pub use grade::Grade;
