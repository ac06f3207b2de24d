//! The tenant's connectors as the names of a flow are looked up among them: all by name, those it uses with what they can do.

use qn_connector::{Connector, Listed};
use qn_domain::TenantId;
use qn_store::{Db, connector};
use qn_workflow::names::{self, Form, Name};

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

fn forms(connector: &Connector) -> Vec<Form> {
    let titled = |one: &Listed<'_>| Form::of_schema(one.name, one.input).titled(&one.title.zh, &one.title.en);
    connector.operations().iter().map(titled).collect()
}
