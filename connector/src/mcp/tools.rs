//! A server's tools read into operations. What it says is somebody else's text: bounded, cut, checked; a tool whose schema cannot be
//! read is left out with a note.

use super::definition::{Server, Tool};
use super::session::{Line, Session};
use crate::call::Caller;
use crate::definition::RetryClass;
use crate::openapi::{self, Note, names};
use crate::{Failure, Kind, Secrets};
use serde_json::{Value, json};

pub const TOOLS_MAX: usize = 500;
const PAGES_MAX: usize = 50;
const DESCRIPTION_CHARS_MAX: usize = 2_000;
const NAME_BYTES_MAX: usize = 256;

/// What a server offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As the server names itself.
    pub title: String,
    pub version: String,
    pub tools: Vec<Tool>,
    pub notes: Vec<Note>,
}

impl Caller {
    /// Asks an MCP server what it can do. Its own operations are not looked at.
    pub async fn discover(&self, server: &Server, owner: &str, secrets: &dyn Secrets, timeout_ms: u64) -> Result<Found, Failure> {
        let line = Line { caller: self, server, owner, secrets };
        let mut session = Session::open(line, timeout_ms).await?;
        let read = all(&mut session).await;
        let (title, version) = (session.name.clone(), session.version.clone());
        session.close().await;
        let (mut tools, notes) = read.map_err(|failure| Failure { in_doubt: false, ..failure })?;
        if tools.is_empty() {
            return Err(Failure::invalid("the server offers no tool that can be used").zh("对方没有可用的工具"));
        }
        names::make_unique(tools.iter_mut().map(|tool| &mut tool.name));
        Ok(Found { title, version, tools, notes })
    }
}

async fn all(session: &mut Session<'_>) -> Result<(Vec<Tool>, Vec<Note>), Failure> {
    let (mut tools, mut notes, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    for _ in 0..PAGES_MAX {
        let params = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
        let page = session.ask("tools/list", params).await?;
        for described in page["tools"].as_array().into_iter().flatten() {
            match tool(described) {
                Ok(tool) => tools.push(tool),
                Err(note) => notes.push(note),
            }
        }
        if tools.len() + notes.len() > TOOLS_MAX {
            break;
        }
        match &page["nextCursor"] {
            Value::String(next) if !next.is_empty() && cursor != page["nextCursor"] => cursor = next.clone().into(),
            _ => return Ok((tools, notes)),
        }
    }
    Err(Failure::new(Kind::Limit, format!("the server offers more than {TOOLS_MAX} tools, or its list does not end"))
        .zh(format!("对方的工具超过 {TOOLS_MAX} 个，或列表没有尽头")))
}

fn tool(described: &Value) -> Result<Tool, Note> {
    let text = |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.trim().is_empty());
    let left_out = |about: &str, zh: &str, en: &str| Note { about: qn_base::text::line(about, 80), zh: zh.to_owned(), en: en.to_owned() };
    let tool = text(&described["name"]).filter(|name| name.len() <= NAME_BYTES_MAX);
    let tool = tool.ok_or_else(|| left_out("?", "没有名称，没有导入", "has no name and was left out"))?;
    let shaped = |schema: &Value| openapi::standalone(schema).map_err(|error| left_out(&tool, &error.zh(), &error.to_string()));
    let input = shaped(&described["inputSchema"])?;
    let response = Some(&described["outputSchema"]).filter(|schema| schema.is_object()).map(shaped).transpose()?;
    let title = text(&described["title"]).or_else(|| text(&described["annotations"]["title"]));
    let name = names::name(Some(&tool), "tool", &tool);
    let description = text(&described["description"]).unwrap_or_default().chars().take(DESCRIPTION_CHARS_MAX).collect();
    let title = names::title(title.as_deref(), &name);
    Ok(Tool { name, title, description, input, response, retry: retry(&described["annotations"]), tool })
}

/// What the server says of itself; the administrator sees it before a flow uses it.
fn retry(hints: &Value) -> RetryClass {
    let says = |hint: &str| hints[hint].as_bool() == Some(true);
    match (says("readOnlyHint"), says("idempotentHint")) {
        (true, _) => RetryClass::Safe,
        (false, true) => RetryClass::Idempotent,
        (false, false) => RetryClass::Once,
    }
}
