//! MCP servers as connectors: their tools are read when an administrator says so. No routes of its own; `connectors` calls it.

use super::connectors::notes;
use crate::Result;
use crate::problem::{Problem, reasons};
use crate::state::AppState;
use qn_api_types::connector::ConnectorNote;
use qn_connector::{Connector, mcp};
use qn_domain::TenantId;

/// The server with its tools, what it calls itself, and what was left out.
pub(super) async fn read(
    state: &AppState,
    tenant_id: &TenantId,
    mut server: mcp::Server,
) -> Result<(Connector, String, Vec<ConnectorNote>)> {
    state.outside.egress().check_address(&server.base_url).map_err(|error| reasons::address_in("base_url", &error))?;
    let found = state.outside.discover(tenant_id, &server).await.map_err(|failure| {
        let zh = if failure.zh.is_empty() { failure.message.clone() } else { failure.zh };
        Problem::invalid("base_url", format!("没有读到工具：{zh}"), format!("gave no tools: {}", failure.message))
    })?;
    server.operations = found.tools;
    Ok((Connector::Mcp(server), found.title, notes(found.notes)))
}
