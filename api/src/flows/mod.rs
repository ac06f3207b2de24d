//! What the routes about flows share: reading and judging documents, how flows and runs look to callers, and who may decide.
//! Routes call it; nothing here is kept.

pub mod deciders;
pub mod templates;
pub mod views;

use crate::Result;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use qn_api_types::flow::{FlowProblem, FlowSeverity};
use qn_domain::TenantId;
use qn_workflow::model::{Edge, FORMAT, FlowTest, Node, Spot};
use qn_workflow::simulate::{TestOutcome, run_tests_naming, script};
use qn_workflow::{Flow, Program};
use serde_json::Value;
use std::sync::Arc;

/// Told in words as well, for whoever reads no `problems`.
const ERRORS_MAX: usize = 5;

/// A document as a caller sent it.
pub fn read(document: Value) -> Result<Flow> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let words = qn_base::text::line(&error.inner().to_string(), 200);
        let path = error.path().to_string();
        let field = if path == "." { "document".to_owned() } else { format!("document.{path}") };
        Problem::invalid(field, format!("流程文档不正确（{words}）"), words)
    })
}

/// A document as we stored it.
pub fn stored(text: &str) -> Result<Flow> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a stored flow document cannot be read");
        Problem::new(Code::Internal)
    })
}

/// For answers: the document as JSON, whatever version of the program wrote it.
pub fn shown(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

pub fn text_of(flow: &Flow) -> Result<String> {
    serde_json::to_string(flow).map_err(|_| Problem::new(Code::Internal))
}

/// A start and an end.
pub fn starter(id: &str, name: &str) -> Flow {
    let node = |id: &str| serde_json::from_value::<Node>(serde_json::json!({"id": id, "kind": id})).ok();
    Flow {
        format: FORMAT,
        id: id.to_owned(),
        name: name.to_owned(),
        name_en: None,
        variables: Vec::new(),
        nodes: ["start", "end"].into_iter().filter_map(node).collect(),
        edges: vec![Edge { from: "start".into(), port: qn_workflow::model::NEXT.into(), to: "end".into() }],
        tests: Vec::new(),
        acting_max: None,
        layout: [("start".to_owned(), Spot { x: 0.0, y: 0.0 }), ("end".to_owned(), Spot { x: 280.0, y: 0.0 })].into(),
    }
}

/// The runnable flow, or everything that is wrong with the document, errors first.
pub async fn judge(state: &AppState, tenant_id: &TenantId, flow: Flow) -> Result<std::result::Result<Program, Vec<FlowProblem>>> {
    match state.programs.check(&state.engine.db, tenant_id, flow).await {
        Ok(program) => Ok(Ok(program)),
        Err(qn_runner::Error::Unsound(problems)) => Ok(Err(shown_problems(&problems))),
        Err(error) => Err(error.into()),
    }
}

/// The same for those who need it sound.
pub async fn sound(state: &AppState, tenant_id: &TenantId, flow: Flow) -> Result<Program> {
    judge(state, tenant_id, flow).await?.map_err(|problems| unsound(&problems))
}

/// Everything that is wrong with the document, and with what it names.
pub async fn problems(state: &AppState, tenant_id: &TenantId, flow: Flow) -> Result<Vec<FlowProblem>> {
    let named = shown_problems(&state.engine.flow_names(tenant_id, &flow).await?);
    let judged = judge(state, tenant_id, flow).await?;
    let mut all = judged.map_or_else(|problems| problems, |program| shown_problems(&program.warnings));
    all.extend(named);
    all.sort_by_key(|p| p.severity == FlowSeverity::Warning);
    Ok(all)
}

/// Sound, and all it names is there: it may go live.
pub async fn publishable(state: &AppState, tenant_id: &TenantId, flow: Flow) -> Result<Program> {
    let named = shown_problems(&state.engine.flow_names(tenant_id, &flow).await?);
    match judge(state, tenant_id, flow).await? {
        Ok(program) if named.iter().all(|p| p.severity == FlowSeverity::Warning) => Ok(program),
        Ok(_) => Err(unsound(&named)),
        Err(problems) => Err(unsound(&[problems, named].concat())),
    }
}

/// All a version names is there still: it may be live again.
pub async fn still_named(state: &AppState, tenant_id: &TenantId, document: &str) -> Result<()> {
    let named = shown_problems(&state.engine.flow_names(tenant_id, &stored(document)?).await?);
    if named.iter().all(|p| p.severity == FlowSeverity::Warning) { Ok(()) } else { Err(unsound(&named)) }
}

fn unsound(problems: &[FlowProblem]) -> Problem {
    let errors: Vec<&FlowProblem> = problems.iter().filter(|p| p.severity == FlowSeverity::Error).collect();
    let refused = Problem::new(Code::FlowUnsound).with("count", errors.len().to_string()).member("problems", &problems);
    errors.into_iter().take(ERRORS_MAX).fold(refused, |refused, p| {
        let place = [p.node.as_deref().unwrap_or_default(), &p.field];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        refused.field(place.join("."), &p.zh, &p.en)
    })
}

pub fn shown_problems(problems: &[qn_workflow::Problem]) -> Vec<FlowProblem> {
    let mut shown: Vec<FlowProblem> = problems.iter().map(problem).collect();
    shown.sort_by_key(|p| p.severity == FlowSeverity::Warning);
    shown
}

fn problem(p: &qn_workflow::Problem) -> FlowProblem {
    FlowProblem {
        code: p.code.to_owned(),
        severity: if p.is_error() { FlowSeverity::Error } else { FlowSeverity::Warning },
        node: p.node.clone(),
        field: p.field.clone(),
        zh: p.zh.clone(),
        en: p.en.clone(),
    }
}

/// Runs the saved tests, off the threads that serve.
pub async fn test(state: &AppState, tenant_id: &TenantId, program: Arc<Program>) -> Result<Vec<TestOutcome>> {
    let words = |test: &FlowTest| script(test).words().map(str::to_owned).collect::<Vec<_>>();
    let words = program.flow.tests.iter().flat_map(words).collect();
    let names = state.engine.names_in(tenant_id, words).await?;
    let outcomes = tokio::task::spawn_blocking(move || run_tests_naming(&program, &names)).await;
    outcomes.map_err(|_| Problem::new(Code::Internal))
}
