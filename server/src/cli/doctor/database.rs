//! The database: whether it opens, which schema it has, whether it is whole, and what waits in it.

use super::{Finding, ok, problem, warning};
use crate::cli::database::moment;
use crate::config::Config;
use crate::storage;
use qn_base::clock::{DAY_MS, MINUTE_MS};
use qn_base::{Clock, SystemClock, Timestamp};
use qn_store::{Db, LATEST_VERSION, Result, Url, effect, health};

/// No clock of a machine that runs this can be before it: 2025-01-01.
const CLOCK_MIN: Timestamp = 1_735_689_600_000;
const CLOCK_OFF_MS_MAX: i64 = 5_000;
const OVERDUE_MS: i64 = 10 * MINUTE_MS;
const SEARCH_LAG_WISE: i64 = 10_000;

pub async fn examine(config: &Config) -> Vec<Finding> {
    let options = storage::options(config);
    let now = SystemClock.now();
    if let Url::Sqlite(path) = &options.url
        && !path.exists()
    {
        return vec![ok("database", format!("{} does not exist yet; the first start makes it", path.display())), clock(now, None, None)];
    }
    let db = match Db::inspect(&options).await {
        Ok(db) => db,
        Err(error) => return vec![problem("database", error.to_string(), what_to_do(&error)), clock(now, None, None)],
    };
    let mut findings = Vec::new();
    if let Err(error) = look(&db, now, &mut findings).await {
        findings.push(problem("database", error.to_string(), what_to_do(&error)));
    }
    db.close().await;
    findings
}

async fn look(db: &Db, now: Timestamp, findings: &mut Vec<Finding>) -> Result<()> {
    let version = qn_store::schema_version(db).await?;
    if version < LATEST_VERSION {
        let says = format!("schema version {version}, this program writes {LATEST_VERSION}");
        findings.push(warning("schema", says, "make a backup; the next start, or `qingniao migrate`, upgrades it"));
        return Ok(());
    }
    findings.push(ok("schema", format!("version {version}, up to date")));
    let (tenants, users, conversations) = health::sizes(db).await?;
    findings.push(ok("contents", format!("companies: {tenants}, people: {users}, conversations: {conversations}")));
    let wrong = health::integrity(db).await?;
    findings.push(match wrong.is_empty() {
        true => ok("integrity", "the database is whole"),
        false => {
            problem("integrity", wrong.join("; "), "stop the server, keep a copy of the data folder, and restore the last good backup")
        }
    });
    findings.push(outbox(db, now).await?);
    let lag = health::search_lag(db).await?;
    findings.push(match lag {
        _ if lag > SEARCH_LAG_WISE => {
            warning("search", format!("{lag} changes are not searchable yet"), "leave the server running; it catches up by itself")
        }
        _ => ok("search", format!("{lag} changes still to index")),
    });
    findings.push(clock(now, health::newest_entry_at(db).await?, health::database_clock(db).await?));
    Ok(())
}

async fn outbox(db: &Db, now: Timestamp) -> Result<Finding> {
    let counts = effect::count_by_state(db, now).await?;
    let count = |state: &str| counts.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
    let overdue = health::overdue_effects(db, now - OVERDUE_MS).await?;
    let says = format!("{} waiting, {} being sent, {} given up", count("pending"), count("leased"), count("dead"));
    Ok(match (count("dead"), overdue) {
        (dead, _) if dead > 0 => {
            warning("outbox", says, "look at the dead letters in the console (or GET /api/v1/effects?state=dead) and send them again")
        }
        (_, late) if late > 0 => {
            warning("outbox", format!("{says}; {late} are late"), "is the server running? it sends them when it starts")
        }
        _ => ok("outbox", says),
    })
}

fn clock(now: Timestamp, newest: Option<Timestamp>, database: Option<Timestamp>) -> Finding {
    const SET_IT: &str = "set the clock, and keep it right with NTP";
    let off = database.map_or(0, |there| (there - now).abs());
    if now < CLOCK_MIN {
        return problem("clock", format!("this machine believes it is {}", moment(now)), SET_IT);
    }
    if off > CLOCK_OFF_MS_MAX {
        return warning("clock", format!("this machine and the database server differ by {off} ms"), "keep both clocks right with NTP");
    }
    match newest {
        Some(at) if at > now + DAY_MS => {
            problem("clock", format!("the newest entry is from {}, which is in the future", moment(at)), SET_IT)
        }
        Some(at) if at > now + MINUTE_MS => {
            warning("clock", format!("the newest entry is from {}, ahead of this clock", moment(at)), SET_IT)
        }
        _ => ok("clock", moment(now)),
    }
}

fn what_to_do(error: &qn_store::Error) -> &'static str {
    match error {
        qn_store::Error::TooNew { .. } => "start a newer qingniao, or restore a backup made before the upgrade",
        qn_store::Error::OtherSchema { .. } => "start the build that made the database, or begin with another --data-dir",
        qn_store::Error::Foreign { .. } => "give another --data-dir",
        qn_store::Error::Damaged { .. } => "keep a copy of the file, then restore a backup into an empty data folder",
        qn_store::Error::Open { .. } | qn_store::Error::Unreachable { .. } => {
            "check the path or address, its password and that the database server runs"
        }
        _ => "see the message; if it stays, restore a backup into an empty data folder and compare",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    #[test]
    fn a_clock_that_is_wrong_is_named() {
        let now = CLOCK_MIN + DAY_MS;
        assert_eq!(clock(now, Some(now - 1), Some(now + 10)).state, State::Ok);
        assert_eq!(clock(1_000, None, None).state, State::Problem);
        assert_eq!(clock(now, Some(now + 2 * DAY_MS), None).state, State::Problem);
        assert_eq!(clock(now, Some(now + 2 * MINUTE_MS), None).state, State::Warning);
        assert_eq!(clock(now, None, Some(now + 60_000)).state, State::Warning);
    }
}
