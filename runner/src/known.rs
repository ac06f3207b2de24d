//! The tenant's connectors as the names of a flow are looked up among them: all by name, those it uses with what they can do.

use qn_connector::{Connector, Listed};
use qn_domain::TenantId;
use qn_store::{Db, connector};
use qn_workflow::names::{self, Form, Name};
use serde_json::Value;
use std::collections::BTreeMap;

pub async fn known_connectors(db: &Db, tenant_id: &TenantId, used: &[&str]) -> qn_store::Result<Vec<names::Connector>> {
    let mut out = Vec::new();
    for stored in connector::list(db, tenant_id).await? {
        let mut operations = None;
        if used.contains(&stored.name.as_str()) {
            let read = connector::get(db, tenant_id, &stored.name).await?;
            // One that cannot be read is told by the run; here nothing is known of it.
            operations = serde_json::from_str::<Connector>(&read.definition).ok().map(|found| forms(&found));
        }
        out.push(names::Connector { name: Name::of(&stored.name).off(!stored.enabled), operations });
    }
    Ok(out)
}

/// What connectors declare that their operations answer, by both names.
pub(crate) async fn declared(
    db: &Db,
    tenant_id: &TenantId,
    used: &[(String, String)],
) -> qn_store::Result<BTreeMap<(String, String), Value>> {
    let mut connectors: BTreeMap<&str, Option<Connector>> = BTreeMap::new();
    let mut out = BTreeMap::new();
    for (name, operation) in used {
        if !connectors.contains_key(name.as_str()) {
            let stored = connector::find(db, tenant_id, name).await?;
            connectors.insert(name, stored.and_then(|stored| serde_json::from_str(&stored.definition).ok()));
        }
        let answer = connectors.get(name.as_str()).and_then(Option::as_ref).and_then(|found| found.answer(operation));
        out.extend(answer.map(|answer| ((name.clone(), operation.clone()), answer)));
    }
    Ok(out)
}

fn forms(connector: &Connector) -> Vec<Form> {
    let titled = |one: &Listed<'_>| Form::of_schema(one.name, one.input).titled(&one.title.zh, &one.title.en);
    connector.operations().iter().map(titled).collect()
}
