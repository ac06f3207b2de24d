//! Short runs of `cargo xtask chaos`: the server dies under load, or while it reads a mailbox, and nothing may be missing.

use qn_testkit::chaos::{self, Options};
use qn_testkit::mail_chaos::{self, Mailbox};
use qn_testkit::{Database, Random};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, clippy::print_stderr)] // a test finds its servers by the environment
async fn no_mail_is_lost_or_doubled_in_two_crashes() {
    let Ok(told) = std::env::var("QN_TEST_MAIL") else {
        eprintln!("QN_TEST_MAIL is not set: no real mail servers");
        return;
    };
    for database in Database::for_tests() {
        let mailbox = Mailbox::told(&told, &format!("crashes-{}-{}", database.name(), std::process::id())).unwrap();
        let binary = env!("CARGO_BIN_EXE_qingniao").into();
        let options = mail_chaos::Options { binary, database, mails: 200, kill_every: 70, mailbox };
        let report = mail_chaos::run(&options).await.unwrap();
        assert!(report.is_clean() && report.kills == 2, "{}", serde_json::to_string_pretty(&report).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_in_five_crashes() {
    for database in Database::for_tests() {
        let options = Options {
            binary: env!("CARGO_BIN_EXE_qingniao").into(),
            database,
            rounds: 5,
            visitors: 8,
            seed: Random::fresh_seed(),
            progress: |_, _| {},
        };
        let report = chaos::run(&options).await.unwrap();
        assert!(report.is_clean(), "{}", serde_json::to_string_pretty(&report).unwrap());
    }
}
