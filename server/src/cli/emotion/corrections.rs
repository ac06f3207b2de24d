//! `qingniao emotion corrections`: what agents said turns felt like, as JSON lines that `emotion train --examples` reads. Newest first; only
//! turns whose emotion somebody named, with the words as they are kept for learning.

use crate::cli::user::Of;
use crate::cli::{Failure, block_on, database, say, usage};
use crate::config::Config;
use anyhow::anyhow;
use serde_json::json;

/// Rows that are read.
const ROWS_MAX: i64 = 50_000;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    of: Of,
}

pub fn run(config: &Config, args: &Args) -> Result<(), Failure> {
    let rows = block_on(async {
        let db = database::open(config).await?;
        let tenant = database::tenant(&db, args.of.tenant.as_deref()).await.map_err(usage)?;
        let rows = qn_store::turn_correction::list_newest(&db, &tenant.id, ROWS_MAX).await.map_err(|error| anyhow!(error))?;
        db.close().await;
        Ok(rows)
    })?;
    for row in rows {
        if let Some(emotion) = row.emotion {
            say(json!({"label": emotion, "text": row.text, "language": row.language.code(), "was": row.emotion_read}));
        }
    }
    Ok(())
}
