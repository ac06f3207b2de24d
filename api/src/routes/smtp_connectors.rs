//! Mail servers as connectors: what is written of them, checked. No routes of its own; `connectors` calls it.

use super::connectors::{refused, typed};
use crate::Result;
use qn_api_types::connector::{CreateConnector, UpdateConnector};
use qn_connector::{Connector, FORMAT, smtp};
use serde_json::{Value, json};

pub(super) fn made(base_url: String, body: &CreateConnector) -> Result<Connector> {
    let server = server(base_url, body.smtp.as_ref(), body.auth.as_ref())?;
    Ok(Connector::Smtp(server))
}

pub(super) fn change(stands: &mut smtp::Server, base_url: String, body: &UpdateConnector) -> Result<()> {
    let written = body.smtp.clone().unwrap_or_else(|| words(stands));
    let auth = match &body.auth {
        Some(auth) => auth.clone(),
        None => stands.auth.as_ref().and_then(|auth| serde_json::to_value(auth).ok()),
    };
    *stands = server(base_url, Some(&written), auth.as_ref())?;
    Ok(())
}

pub(super) fn shown(definition: &Connector) -> Option<Value> {
    if let Connector::Smtp(server) = definition { Some(words(server)) } else { None }
}

fn words(server: &smtp::Server) -> Value {
    json!({"from": server.from, "from_name": server.from_name, "plain": server.plain})
}

fn server(base_url: String, written: Option<&Value>, auth: Option<&Value>) -> Result<smtp::Server> {
    let mut whole = written.cloned().unwrap_or_default();
    if let Some(fields) = whole.as_object_mut() {
        fields.insert("format".to_owned(), FORMAT.into());
        fields.insert("base_url".to_owned(), base_url.into());
        fields.remove("auth");
    }
    let mut server: smtp::Server = typed("smtp", &whole)?;
    server.auth = auth.map(|auth| typed("auth", auth)).transpose()?;
    server.from_name = qn_base::text::line(&server.from_name, 100);
    server.check().map_err(|(field, failure)| refused(field, failure))?;
    Ok(server)
}
