//! Statements on real databases: SQLite always, PostgreSQL where `QN_TEST_POSTGRES` names a server, MariaDB where `QN_TEST_MYSQL` does.
#![allow(clippy::unwrap_used)]

mod door;
mod mysql;
mod postgres;
mod sqlite;
mod world;
