//! Databases as connectors: what is written of them, checked. No routes of its own; `connectors` calls it.

use super::connectors::{refused, typed};
use crate::Result;
use crate::state::AppState;
use qn_api_types::connector::{CreateConnector, UpdateConnector};
use qn_connector::sql::{Database, Place};
use qn_connector::{Connector, FORMAT};
use serde_json::{Value, json};

pub(super) fn made(base_url: String, body: &CreateConnector) -> Result<Connector> {
    let database = database(base_url, body.sql.as_ref(), body.auth.as_ref())?;
    Ok(Connector::Sql(database))
}

pub(super) fn change(stands: &mut Database, base_url: String, body: &UpdateConnector) -> Result<()> {
    let mut written = words(stands);
    for (name, value) in body.sql.as_ref().and_then(Value::as_object).into_iter().flatten() {
        written[name] = value.clone();
    }
    let auth = match &body.auth {
        Some(auth) => auth.clone(),
        None => stands.auth.as_ref().and_then(|auth| serde_json::to_value(auth).ok()),
    };
    *stands = database(base_url, Some(&written), auth.as_ref())?;
    Ok(())
}

pub(super) fn shown(definition: &Connector) -> Option<Value> {
    if let Connector::Sql(database) = definition { Some(words(database)) } else { None }
}

/// A file must lie where the operator allows it.
pub(super) fn check_file(state: &AppState, database: &Database) -> Result<()> {
    match database.place() {
        Ok(Place::File(path)) => state.outside.check_file(&path).map_err(|failure| refused("base_url", failure)),
        _ => Ok(()),
    }
}

fn words(database: &Database) -> Value {
    json!({"plain": database.plain, "write": database.write, "operations": database.operations})
}

fn database(base_url: String, written: Option<&Value>, auth: Option<&Value>) -> Result<Database> {
    let mut whole = written.cloned().unwrap_or_default();
    if let Some(fields) = whole.as_object_mut() {
        fields.insert("format".to_owned(), FORMAT.into());
        fields.insert("base_url".to_owned(), base_url.into());
        fields.remove("auth");
        fields.entry("operations").or_insert_with(|| json!([]));
    }
    let mut database: Database = typed("sql", &whole)?;
    database.auth = auth.map(|auth| typed("auth", auth)).transpose()?;
    database.check().map_err(|(field, failure)| refused(field, failure))?;
    Ok(database)
}
