//! Schema versions. Each file of `migrations/` is one version, applied once, in its own transaction; only ever additive.
//! A database from a newer program, or one that other texts made, is refused untouched.

use crate::db::{Dialect, Pools, Tx};
use crate::error::{Error, Result};
use crate::schema_text;
use sqlx::{AssertSqlSafe, Executor};

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_workshop.sql"),
    include_str!("../migrations/0003_idempotency.sql"),
    include_str!("../migrations/0004_paused_webhook.sql"),
    include_str!("../migrations/0005_small_indexes.sql"),
    include_str!("../migrations/0006_flows.sql"),
    include_str!("../migrations/0007_llm.sql"),
    include_str!("../migrations/0008_trials.sql"),
    include_str!("../migrations/0009_flow_runs.sql"),
    include_str!("../migrations/0010_flow_desk.sql"),
    include_str!("../migrations/0011_connectors.sql"),
    include_str!("../migrations/0012_channels.sql"),
    include_str!("../migrations/0013_mail.sql"),
    include_str!("../migrations/0014_links.sql"),
    include_str!("../migrations/0015_routing.sql"),
    include_str!("../migrations/0016_tickets.sql"),
    include_str!("../migrations/0017_flow_plans.sql"),
    include_str!("../migrations/0018_library.sql"),
    include_str!("../migrations/0019_reports.sql"),
    include_str!("../migrations/0022_presence.sql"),
    include_str!("../migrations/0023_oversight.sql"),
    include_str!("../migrations/0025_conversation_ties.sql"),
    include_str!("../migrations/0026_run_error.sql"),
    include_str!("../migrations/0027_quality.sql"),
    include_str!("../migrations/0028_report_schedules.sql"),
    include_str!("../migrations/0029_views.sql"),
    include_str!("../migrations/0030_colleagues.sql"),
    include_str!("../migrations/0031_reviews_and_parts.sql"),
    include_str!("../migrations/0032_flow_values.sql"),
    include_str!("../migrations/0033_talk.sql"),
    include_str!("../migrations/0034_scopes_and_variants.sql"),
    include_str!("../migrations/0035_entities.sql"),
    include_str!("../migrations/0038_orders.sql"),
    include_str!("../migrations/0039_link_policy.sql"),
    include_str!("../migrations/0040_channel_errors.sql"),
    include_str!("../migrations/0041_notices.sql"),
    include_str!("../migrations/0042_next_steps.sql"),
    include_str!("../migrations/0043_consents.sql"),
    include_str!("../migrations/0044_wake.sql"),
    include_str!("../migrations/0045_match_weights.sql"),
    include_str!("../migrations/0046_contact_fact_order.sql"),
    include_str!("../migrations/0047_category_flows.sql"),
    include_str!("../migrations/0048_transfer_reasons.sql"),
    include_str!("../migrations/0049_ticket_levels.sql"),
    include_str!("../migrations/0050_llm_limit.sql"),
    include_str!("../migrations/0051_flow_run_search.sql"),
    include_str!("../migrations/0052_claimed_numbers.sql"),
    include_str!("../migrations/0053_verification.sql"),
    include_str!("../migrations/0054_turns.sql"),
];

/// The schema version this program writes.
pub const LATEST_VERSION: i64 = MIGRATIONS.len() as i64;

/// The schema version of an open database.
pub async fn schema_version(db: &crate::Db) -> Result<i64> {
    version(&db.pools).await
}

pub(crate) async fn run(pools: &Pools) -> Result<()> {
    run_to(pools, LATEST_VERSION).await
}

/// Up to `target` at most: an older backup is loaded into the schema it was made with, then upgraded.
pub(crate) async fn run_to(pools: &Pools, target: i64) -> Result<()> {
    let found = version(pools).await?;
    if found.max(target) > LATEST_VERSION {
        return Err(Error::TooNew { found: found.max(target), known: LATEST_VERSION });
    }
    note_old(pools, found).await?;
    for (i, text) in MIGRATIONS.iter().enumerate().take(usize::try_from(target).unwrap_or(0)).skip(usize::try_from(found).unwrap_or(0)) {
        apply(pools, i as i64 + 1, text).await?;
    }
    Ok(())
}

/// The schema version of a database that this program can read; nothing is changed.
pub(crate) async fn inspect(pools: &Pools) -> Result<i64> {
    let found = version(pools).await?;
    if found > LATEST_VERSION {
        return Err(Error::TooNew { found, known: LATEST_VERSION });
    }
    schema_text::check(&mut reading(pools).await?, applied(found)).await?;
    Ok(found)
}

fn applied(version: i64) -> &'static [&'static str] {
    &MIGRATIONS[..usize::try_from(version).unwrap_or(0).min(MIGRATIONS.len())]
}

/// Versions from before their texts were noted are noted now, if the schema is theirs.
async fn note_old(pools: &Pools, found: i64) -> Result<()> {
    let unnoted = schema_text::check(&mut reading(pools).await?, applied(found)).await?;
    if unnoted.is_empty() {
        return Ok(());
    }
    let mut tx = changing(pools).await?;
    for version in schema_text::check(&mut tx, applied(found)).await? {
        schema_text::note(&mut tx, version, MIGRATIONS[version as usize - 1]).await?;
    }
    tx.commit().await
}

async fn version(pools: &Pools) -> Result<i64> {
    version_in(&mut reading(pools).await?).await
}

async fn reading(pools: &Pools) -> Result<Tx> {
    Ok(match pools {
        Pools::Sqlite { reader, .. } => Tx::Sqlite(reader.begin().await?),
        Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
    })
}

/// Alone: other servers that would change the schema wait.
async fn changing(pools: &Pools) -> Result<Tx> {
    Ok(match pools {
        Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            tx.execute("SELECT pg_advisory_xact_lock(7142)").await?;
            Tx::Postgres(tx)
        }
    })
}

async fn version_in(tx: &mut Tx) -> Result<i64> {
    const SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";
    const POSTGRES: &str = "SELECT CAST(to_regclass('schema_version') AS TEXT) WHERE to_regclass('schema_version') IS NOT NULL";
    let exists: Vec<(String,)> = tx.all(tx.dialect().pick(SQLITE, POSTGRES), vec![]).await?;
    if exists.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(i64,)> = tx.all("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_version", vec![]).await?;
    Ok(rows.first().map_or(0, |(version,)| *version))
}

async fn apply(pools: &Pools, version: i64, text: &str) -> Result<()> {
    let mut tx = changing(pools).await?;
    // Another server may have been faster; only now nobody else can be at it.
    if version_in(&mut tx).await? >= version {
        return Ok(());
    }
    execute(&mut tx, text).await?;
    if version == 1 {
        tx.run("CREATE TABLE schema_version (version BIGINT PRIMARY KEY)", vec![]).await?;
    }
    tx.run("INSERT INTO schema_version (version) VALUES ($1)", crate::args::args![version]).await?;
    schema_text::note(&mut tx, version, text).await?;
    tx.commit().await
}

pub(crate) async fn execute(tx: &mut Tx, text: &str) -> Result<()> {
    for statement in statements(text, tx.dialect()) {
        match tx {
            Tx::Sqlite(tx) => tx.execute(AssertSqlSafe(statement)).await?.rows_affected(),
            Tx::Postgres(tx) => tx.execute(AssertSqlSafe(statement)).await?.rows_affected(),
        };
    }
    Ok(())
}

/// Splits a migration into statements for one database and fills in its tokens.
fn statements(text: &str, dialect: Dialect) -> Vec<String> {
    text.split(";\n").filter_map(|part| statement(part, dialect)).collect()
}

fn statement(part: &str, dialect: Dialect) -> Option<String> {
    let (only, other) = match dialect {
        Dialect::Sqlite => ("-- only: sqlite", "-- only: postgres"),
        Dialect::Postgres => ("-- only: postgres", "-- only: sqlite"),
    };
    if part.contains(other) && !part.contains(only) {
        return None;
    }
    let body: String = part.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    if body.trim().is_empty() {
        return None;
    }
    Some(match dialect {
        Dialect::Sqlite => body.replace("{rowid}", "INTEGER PRIMARY KEY").replace("{clustered}", " WITHOUT ROWID"),
        Dialect::Postgres => {
            let counted = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
            body.replace("{rowid}", counted).replace("{clustered}", "").replace(" TEXT", " TEXT COLLATE \"C\"")
        }
    })
}
