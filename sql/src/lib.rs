//! Carries out a connector's statements on PostgreSQL, MySQL and SQLite. Connections are egress's, handed to the SQL library through a
//! socket of our own; files are opened only below folders the operator allows. Knows no store; called by `runner`.

mod answer;
mod failure;
mod files;
mod mysql;
mod postgres;
mod relay;
mod run;
mod sqlite;

pub use run::{Databases, Work};
