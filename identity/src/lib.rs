//! Who is whom. Facts with graded evidence link contacts by rules (`fact`, `junk`, `rules`), likeness of two contacts is weighed by what
//! it usually proves (`usual`) or proves at this company (`own`), a model learns from a table which records are one person's (`link`, without labels; `learned`, with
//! labels). What persons are made of stands in `qn_domain::link`. Pure: no IO, no clock, no store; called by the command line and the
//! engine.

pub mod fact;
pub mod junk;
pub mod learned;
pub mod link;
pub mod measure;
pub mod normal;
pub mod own;
pub mod rules;
pub mod similarity;
pub mod usual;
