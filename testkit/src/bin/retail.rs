//! `cargo xtask retail --data <folder>`: the retail tasks of tau-bench as flows. Their store answers over HTTP, is imported as a
//! connector from its OpenAPI description, and each task's actions are run by the flow engine; what the store knows afterwards is
//! compared with what the set says. Prints one JSON object. The folder holds db.json, tools.json, tasks.json and gold_patches.jsonl.

use anyhow::{Context, Result, ensure};
use clap::Parser;
use qn_base::SystemClock;
use qn_connector::{Connector, openapi};
use qn_domain::{Language, Tenant, TenantId};
use qn_egress::{Egress, Policy};
use qn_runner::{Acting, Acts, Errand, HttpActs, Outside, Runner, Wish};
use qn_store::connector::StoredConnector;
use qn_store::{CommitSink, Db, Options};
use qn_testkit::retail::{Service, difference, expected, flow};
use qn_workflow::{Entry, Flow, Status};
use serde::Serialize;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// The store, as flows name it.
const RETAIL: &str = "retail";

#[derive(Debug, Parser)]
#[command(name = "retail", about = "Solve the retail tasks of tau-bench with flows, and compare what the store knows afterwards")]
struct Args {
    /// Folder with db.json, tools.json, tasks.json and gold_patches.jsonl
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    tasks: usize,
    /// The store's state is what the set says.
    end_states_equal: usize,
    /// The tools refused exactly what the set says they refuse.
    refusals_equal: usize,
    actions: usize,
    seconds: f64,
    differences: Vec<String>,
}

/// Nothing but the store is called.
struct Nobody;

impl Acts for Nobody {
    fn act<'a>(&'a self, _errand: &'a Errand) -> Acting<'a> {
        Box::pin(async { None })
    }
}

struct World {
    store: Db,
    runner: Runner,
    service: Service,
    tenant_id: TenantId,
    db: Value,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse().data).await {
        Ok(report) => {
            let _ = writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&report).unwrap_or_default());
            if report.end_states_equal == report.tasks { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "retail: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(data: &Path) -> Result<Report> {
    let (db, tools, tasks) = (read(data, "db.json")?, read(data, "tools.json")?, read(data, "tasks.json")?);
    let patches = std::fs::read_to_string(data.join("gold_patches.jsonl")).context("gold_patches.jsonl cannot be read")?;
    let patches = patches.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let tasks = tasks.as_array().context("tasks.json holds no list")?;
    ensure!(tasks.len() == patches.len(), "{} tasks, but {} end states", tasks.len(), patches.len());
    let folder = tempfile::tempdir()?;
    let world = World::open(folder.path(), db, &tools).await?;
    let (mut report, started) = (Report::default(), Instant::now());
    for (task, patch) in tasks.iter().zip(&patches) {
        ensure!(task["id"] == patch["id"], "the tasks and the end states are in another order");
        world.solve(task, patch, &mut report).await.with_context(|| format!("task {}", task["id"]))?;
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

fn read(folder: &Path, name: &str) -> Result<Value> {
    let text = std::fs::read_to_string(folder.join(name)).with_context(|| format!("{name} cannot be read"))?;
    serde_json::from_str(&text).with_context(|| format!("{name} is not JSON"))
}

impl World {
    async fn open(folder: &Path, db: Value, tools: &Value) -> Result<Self> {
        let service = Service::start(db.clone(), tools).await?;
        let store = Db::open(&Options::sqlite(folder.join("retail.db")), CommitSink::none()).await?;
        let tenant_id: TenantId = "tnt_retail".into();
        let (name, language, time_zone) = (RETAIL.into(), Language::En, "UTC".into());
        qn_store::tenant::insert(&store, &Tenant { id: tenant_id.clone(), name, language, time_zone, created_at: 0 }).await?;
        let allowed = service.base_url.trim_start_matches("http://").to_owned();
        let egress = Egress::new(Policy::default().with_allowed([allowed.as_str()])?)?;
        qn_store::connector::insert(&store, &tenant_id, &import(&egress, &service).await?).await?;
        let outside = Outside::new(store.clone(), qn_crypto::Keys::fresh()?, egress, Arc::new(SystemClock));
        let runner = Runner::start(store.clone(), Arc::new(SystemClock), Arc::new(HttpActs::new(outside, Nobody)));
        Ok(Self { store, runner, service, tenant_id, db })
    }

    async fn solve(&self, task: &Value, patch: &Value, report: &mut Report) -> Result<()> {
        self.service.reset(self.db.clone());
        let document: Flow = serde_json::from_value(flow(task, RETAIL))?;
        let version = self.runner.publish(&self.tenant_id, document, "retail", "").await?;
        let ended = self.runner.run(Wish::of(&self.tenant_id, &version, None)).await?;
        ensure!(ended.status == Status::Done, "the flow ended as {}: {:?}", ended.status.as_str(), ended.error);
        report.tasks += 1;
        match difference(&self.service.db(), &expected(&self.db, &patch["patch"])?, "") {
            None => report.end_states_equal += 1,
            Some(apart) => report.differences.push(format!("task {}{apart}", task["id"])),
        }
        let actions = task["evaluation_criteria"]["actions"].as_array().map_or(&[][..], Vec::as_slice);
        report.actions += actions.len();
        let refused = self.refused(&ended.run_id, actions).await?;
        let should: Vec<&Value> = patch["errors"].as_array().into_iter().flatten().map(|error| &error[0]).collect();
        report.refusals_equal += usize::from(refused == should);
        Ok(())
    }

    /// Ids of the actions the store refused, from the run's journal.
    async fn refused<'t>(&self, run_id: &str, actions: &'t [Value]) -> Result<Vec<&'t Value>> {
        let pages = qn_store::flow_run::journal(&self.store, &self.tenant_id, run_id).await?;
        let mut entries: Vec<Entry> = Vec::new();
        for page in &pages {
            entries.extend(serde_json::from_str::<Vec<Entry>>(page)?);
        }
        let failed = entries.iter().filter_map(|entry| {
            let Entry::Closed { step, error: Some(_), .. } = entry else { return None };
            let n: usize = step.strip_prefix("do_")?.trim_end_matches('@').parse().ok()?;
            actions.get(n - 1).map(|action| &action["action_id"])
        });
        Ok(failed.collect())
    }
}

/// The store's description, fetched and read as any other's.
async fn import(egress: &Egress, service: &Service) -> Result<StoredConnector> {
    let url = format!("{}/openapi.json", service.base_url);
    let answer = egress.send(qn_egress::Request::get(&url)).await?;
    let imported = openapi::import(&answer.body, Some(&qn_egress::check_url(&url)?), None)?;
    Ok(StoredConnector {
        name: RETAIL.into(),
        title: imported.title,
        definition: serde_json::to_string(&Connector::Rest(imported.service))?,
        source_url: Some(url),
        enabled: true,
        version: 1,
        created_by: RETAIL.into(),
        created_at: 0,
        updated_at: 0,
    })
}
