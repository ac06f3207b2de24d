//! The whole check, in the order in which it fails fastest. What CI runs is exactly this.

use crate::mail::MailServers;
use crate::mariadb::MariaDb;
use crate::postgres::Postgres;
use crate::run::{program, root, say};
use crate::{corpora, install, oracle, tidy, web};
use anyhow::Result;
use std::time::Instant;

pub fn run(fast: bool) -> Result<()> {
    let started = Instant::now();
    let root = root();
    if !fast {
        install::system()?;
    }
    program(&root, "cargo", &["fmt", "--all", "--check"], &[])?;
    tidy::run()?;
    program(&root, "cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    oracle::install()?;
    if fast {
        program(&root, "cargo", &["test", "--workspace", "--quiet"], &[])?;
    } else {
        install::web()?;
        web::check()?;
        web::drift()?;
        let postgres = Postgres::start()?;
        let url = postgres.url();
        let mail = MailServers::start()?;
        let told = mail.told();
        let mariadb = MariaDb::start()?;
        let mysql = mariadb.told();
        program(
            &root,
            "cargo",
            &["test", "--workspace", "--no-fail-fast"],
            &[("QN_TEST_POSTGRES", url.as_str()), ("QN_TEST_MAIL", told.as_str()), ("QN_TEST_MYSQL", mysql.as_str())],
        )?;
        corpora::run()?;
        web::browser(&told)?;
        drop(mail);
    }
    say(format!("\nall checks passed in {:.0} s", started.elapsed().as_secs_f32()));
    Ok(())
}
