//! Refunds per second through the runner alone, for a profiler: no webhook, no console, the office a process of its own.
//! `cargo run --release -p qn-runner --example refunds -- http://127.0.0.1:PORT FOLDER [AT_ONCE] [SECONDS]`. Not a benchmark of
//! the product; that is `qingniao bench flows`.

use qn_base::SystemClock;
use qn_domain::{Language, Tenant, TenantId};
use qn_egress::{Egress, Policy};
use qn_runner::{Acting, Acts, Errand, HttpActs, Outside, Runner, Wish};
use qn_store::{CommitSink, Db, Options};
use qn_workflow::{Flow, Status};
use serde_json::{Map, json};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const REFUND: &str = include_str!("../../examples/flows/refund.json");

struct Nobody;

impl Acts for Nobody {
    fn act<'a>(&'a self, _errand: &'a Errand) -> Acting<'a> {
        Box::pin(async { None })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // As the server has them.
    runtime.thread_stack_size(16 * 1024 * 1024).enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [office, folder, ..] = args.as_slice() else { return Err("give the office's address and a folder".into()) };
    let number = |n: usize, default: u64| args.get(n).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (at_once, seconds) = (number(2, 32), number(3, 10));
    let db = Db::open(&Options::sqlite(Path::new(folder).join("refunds.db")), CommitSink::none()).await?;
    let tenant_id: TenantId = "tnt_1".into();
    if qn_store::tenant::list(&db).await?.is_empty() {
        let (name, language, time_zone) = ("refunds".into(), Language::Zh, "UTC".into());
        qn_store::tenant::insert(&db, &Tenant { id: tenant_id.clone(), name, language, time_zone, created_at: 0 }).await?;
    }
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"])?)?;
    let outside = Outside::new(db.clone(), qn_crypto::Keys::fresh()?, egress, Arc::new(SystemClock));
    let runner = Runner::start(db, Arc::new(SystemClock), Arc::new(HttpActs::new(outside, Nobody)));
    let flow: Flow = serde_json::from_str(REFUND)?;
    let version = runner.publish(&tenant_id, flow, "refunds", "").await?;
    let (orders, until) =
        (Arc::new(AtomicU64::new(u64::from(std::process::id()) * 10_000_000)), Instant::now() + Duration::from_secs(seconds));
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let (runner, tenant_id, version, office, orders) =
                (runner.clone(), tenant_id.clone(), version.clone(), office.clone(), Arc::clone(&orders));
            tokio::spawn(async move {
                let mut done = 0_u64;
                while Instant::now() < until {
                    let order = format!("SO{}", orders.fetch_add(1, Ordering::Relaxed));
                    let input = Map::from_iter([("order_id".to_owned(), json!(order)), ("base".to_owned(), json!(office))]);
                    let ended = runner.run(Wish { input, ..Wish::of(&tenant_id, &version, Some(&order)) }).await;
                    done += u64::from(ended.is_ok_and(|ended| ended.status == Status::Done));
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await?;
    }
    writeln!(std::io::stdout(), "{} refunds/s", done / seconds.max(1))?;
    Ok(())
}
