//! `qingniao migrate`: brings the schema up to date, or only says whether that is needed. The server does the same when it starts.

use super::{Failure, Output, answer, block_on};
use crate::config::Config;
use crate::storage;
use anyhow::Context;
use qn_store::{CommitSink, Db, LATEST_VERSION, Url};
use serde_json::json;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  qingniao migrate --check\n  qingniao backup create && qingniao migrate\n\n\
    Exit codes: 0 up to date or done, 1 failed, 3 an upgrade is needed (with --check)")]
pub struct Args {
    /// Only print the versions; exit code 3 when an upgrade is needed
    #[arg(long)]
    pub check: bool,
}

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    let options = storage::options(config);
    block_on(async {
        let missing = matches!(&options.url, Url::Sqlite(path) if !path.exists());
        let before = if missing {
            0
        } else {
            let db = Db::inspect(&options).await.context("the database cannot be opened")?;
            let version = qn_store::schema_version(&db).await.context("the schema version cannot be read")?;
            db.close().await;
            version
        };
        if !args.check && before < LATEST_VERSION {
            if !matches!(options.url, Url::Postgres(_)) {
                storage::prepare(&config.storage.data_dir)?;
            }
            let db = Db::open(&options, CommitSink::none()).await.context("the database cannot be upgraded")?;
            db.close().await;
        }
        let needed = args.check && before < LATEST_VERSION;
        answer(output, &json!({"before": before, "latest": LATEST_VERSION, "upgrade_needed": needed}), || {
            match (before == LATEST_VERSION, needed) {
                (true, _) => format!("schema version {before}: up to date"),
                (false, true) => format!("schema version {before}: an upgrade to {LATEST_VERSION} is needed; run `qingniao migrate`"),
                (false, false) => format!("schema version {before} → {LATEST_VERSION}: done"),
            }
        });
        match needed {
            true => Err(Failure { code: 3, error: anyhow::anyhow!("the database needs an upgrade") }),
            false => Ok(()),
        }
    })
}
