//! The real binary as an operator meets it: first and later starts, what it says when something is in its way, and its commands.
//! With `QN_TEST_POSTGRES` (the address of a server) the parts that touch a database run on PostgreSQL too.
#![allow(clippy::unwrap_used)]

mod backup;
mod binary;
mod commands;
mod documents;
mod first;
mod identity;
mod ingest;
mod model;
mod model_tune;
mod nlu;
mod nlu_tag;
mod questions;
mod refusals;
mod stand_by;
mod stops;
