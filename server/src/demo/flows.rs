//! What the demo company has automated: refunds, and asking later how they went. A customer asks for one, picks the order, a supervisor approves large ones, the
//! back office pays and notes it, and what fails is taken back. The document is drawn like any other and can be changed in the console.

use super::once;
use super::people::DemoTeam;
use anyhow::{Context, Result, bail};
use qn_domain::{TenantId, Timestamp, UserId};
use qn_store::Db;
use qn_store::flow::{self, StoredFlow};
use qn_store::flow_draft::{self, FlowDraft};
use qn_store::flow_release::{self, Publishing};
use qn_store::flow_version::FlowVersion;
use qn_workflow::{Flow, Language, Library, Program, compile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Document, and what its first publishing is called.
const FLOWS: [(&str, &str); 2] =
    [(include_str!("../../demo/flows/refund.json"), "上线退款流程"), (include_str!("../../demo/flows/refund_csat.json"), "上线退款回访")];

/// Published once; what people made of it since stays.
pub async fn seed(db: &Db, team: &DemoTeam, author_id: &UserId, at: Timestamp) -> Result<()> {
    for (document, note) in FLOWS {
        seed_one(db, team, author_id, (program(document)?, note, at)).await?;
    }
    Ok(())
}

async fn seed_one(db: &Db, team: &DemoTeam, author_id: &UserId, (program, note, at): (Program, &str, Timestamp)) -> Result<()> {
    let (tenant_id, id, name) = (&team.tenant_id, &program.flow.id, &program.flow.name);
    let document = serde_json::to_string(&program.flow)?;
    once(flow::insert(db, &unpublished(tenant_id, &program.flow, at)).await)?;
    if flow::get(db, tenant_id, id).await?.live.is_some() {
        return Ok(());
    }
    let drawn = flow_draft::find(db, tenant_id, id, author_id).await?;
    let revision = match drawn {
        Some(draft) => draft.revision,
        None => {
            let (tenant_id, flow_id, author_id) = (tenant_id.clone(), id.clone(), author_id.clone());
            let document = document.clone();
            flow_draft::save(db, &FlowDraft { tenant_id, flow_id, author_id, document, base_hash: None, revision: 0, updated_at: at })
                .await?
        }
    };
    let version = FlowVersion {
        tenant_id: tenant_id.to_string(),
        hash: program.hash.clone(),
        flow_id: id.clone(),
        number: 0,
        document,
        note: note.to_owned(),
        published_by: author_id.to_string(),
        published_at: at,
    };
    flow_release::publish(db, &Publishing { version: &version, name, base_hash: None, author_id, revision }).await?;
    Ok(())
}

fn unpublished(tenant_id: &TenantId, flow: &Flow, at: Timestamp) -> StoredFlow {
    StoredFlow {
        tenant_id: tenant_id.clone(),
        id: flow.id.clone(),
        name: flow.name.clone(),
        live: None,
        enabled: true,
        hook_secret: None,
        version: 1,
        created_at: at,
        updated_at: at,
    }
}

fn program(document: &str) -> Result<Program> {
    let flow: Flow = serde_json::from_str(document).context("a flow of the demo is not readable")?;
    let nothing: BTreeMap<String, Arc<Program>> = BTreeMap::new();
    match compile(flow, &Language::default(), &nothing as &dyn Library) {
        Ok(program) => Ok(program),
        Err(problems) => bail!("a flow of the demo is not sound: {}", problems[0]),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_flows_are_sound_and_do_what_their_tests_say() {
        for (document, _) in FLOWS {
            let program = program(document).unwrap();
            assert_eq!(program.warnings, [], "nobody is to be warned of the example");
            assert!(program.flow.name_en.is_some(), "{}", program.flow.id);
            let outcomes = qn_workflow::simulate::run_tests(&program);
            assert!(outcomes.len() >= 2);
            for outcome in outcomes {
                assert!(outcome.passed, "{}: {:?}", outcome.name, outcome.misses);
            }
        }
    }
}
