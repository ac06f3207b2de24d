//! A short run of `cargo xtask chaos`: the server dies five times under load and nothing may be missing.

use qn_testkit::chaos::{self, Options};
use qn_testkit::{Database, Random};

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
