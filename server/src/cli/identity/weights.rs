//! `qingniao identity weights`: what likeness proves at a company, usually and by its own contacts. Works beside a running server, which
//! sees new weights within seconds.

use crate::cli::user::Of;
use crate::cli::{Failure, Output, answer, block_on, database};
use crate::config::Config;
use anyhow::{Context, Result, bail};
use qn_base::{Clock, SystemClock};
use qn_domain::Tenant;
use qn_identity::link::{Role, compare};
use qn_identity::own::CONTACTS_MIN;
use qn_identity::usual::{FIELDS, bits};
use qn_store::Db;
use qn_store::match_weights::{self, OwnWeights};
use serde_json::{Value, json};
use std::fmt::Write;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Learn from the contacts as they are now, and keep it
    #[arg(long)]
    learn: bool,
    #[command(flatten)]
    of: Of,
}

pub fn run(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    block_on(show(config, args, output))
}

async fn show(config: &Config, args: &Args, output: Output) -> Result<(), Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, args.of.tenant.as_deref()).await?;
    if args.learn {
        learn(&db, &tenant).await?;
    }
    let own = match_weights::get(&db, &tenant.id).await.context("the weights cannot be read")?;
    db.close().await;
    answer(output, &told(&own), || text(&own));
    Ok(())
}

async fn learn(db: &Db, tenant: &Tenant) -> Result<()> {
    let now = SystemClock.now();
    let learnt = qn_engine::weights_from(db, &tenant.id, now).await.context("the contacts cannot be read")?;
    let Some(learnt) = learnt else { bail!("{} has fewer than {CONTACTS_MIN} contacts: the usual weights stay", tenant.name) };
    match_weights::put(db, &tenant.id, &learnt).await.context("the weights cannot be kept")?;
    db.announce(&tenant.id, "match_weights", tenant.id.as_str(), now).await.context("the change cannot be announced")
}

#[derive(serde::Serialize)]
struct Row {
    field: &'static str,
    level: &'static str,
    usual: f64,
    own: Option<f64>,
    pairs: Option<i64>,
}

fn rows(own: &OwnWeights) -> Vec<Row> {
    let of_field = |(field, role): (&'static str, Role)| {
        let levels = own.learnt.as_ref().and_then(|learnt| learnt.levels(field)).filter(|own| own.len() == bits(role).len());
        compare::names(role).iter().zip(bits(role)).enumerate().map(move |(l, (level, usual))| {
            let learnt = levels.and_then(|levels| levels.get(l));
            Row { field, level, usual: *usual, own: learnt.map(|w| w.bits), pairs: learnt.map(|w| w.pairs) }
        })
    };
    FIELDS.into_iter().flat_map(of_field).collect()
}

fn told(own: &OwnWeights) -> Value {
    let learnt = own.learnt.as_ref().map(|l| json!({"at": l.learnt_at, "contacts": l.contacts, "pairs": l.pairs, "same": l.same}));
    json!({"used": own.used, "learnt": learnt, "levels": rows(own)})
}

fn text(own: &OwnWeights) -> String {
    let mut text = match &own.learnt {
        None => "nothing was learnt yet: the usual weights count".to_owned(),
        Some(l) => {
            let at = database::moment(l.learnt_at);
            let counts = if own.used { "these weights count" } else { "set aside: the usual weights count" };
            format!("learnt at {at} from {} contacts, {} pairs, {} of one person; {counts}", l.contacts, l.pairs, l.same)
        }
    };
    let _ = write!(text, "\n{:<10} {:<20} {:>7} {:>7} {:>10}", "field", "level", "usual", "own", "pairs");
    for Row { field, level, usual, own, pairs } in rows(own) {
        let own = own.map_or_else(|| "-".to_owned(), |bits| format!("{bits:+.1}"));
        let pairs = pairs.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let _ = write!(text, "\n{field:<10} {level:<20} {usual:>+7.1} {own:>7} {pairs:>10}");
    }
    text
}
