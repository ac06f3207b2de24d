//! What a connector is: stored as JSON, shown in the builder, carried out by `call`. Holds names of secrets, never secrets.

use crate::Failure;
use crate::auth::Auth;
use crate::mapping::{Mapping, Success};
use crate::mcp::{self, Tool};
use crate::robot::{Robot, Routine};
use crate::{smtp, sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The form of a definition this program writes.
pub const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[allow(clippy::large_enum_variant)] // few exist, and each behind an Arc
pub enum Connector {
    /// Operations over HTTP.
    Rest(Service),
    /// Routines on pages without an API.
    Robot(Robot),
    /// Tools of an MCP server.
    Mcp(mcp::Server),
    /// A mail server: letters are sent.
    Smtp(smtp::Server),
    /// Statements on a database.
    Sql(sql::Database),
}

/// An operation as people choose it, of whichever kind.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    pub name: &'a str,
    pub title: &'a Words,
    pub description: &'a str,
    /// `ROBOT` for a routine, `MCP` for a tool, `SMTP` for a letter, `SQL` for a statement.
    pub method: &'a str,
    pub path: &'a str,
    pub input: &'a Value,
    pub response: Option<&'a Value>,
    pub retry: RetryClass,
}

impl Connector {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Connector::Rest(_) => "rest",
            Connector::Robot(_) => "robot",
            Connector::Mcp(_) => "mcp",
            Connector::Smtp(_) => "smtp",
            Connector::Sql(_) => "sql",
        }
    }

    pub fn base_url(&self) -> &str {
        match self {
            Connector::Rest(service) => &service.base_url,
            Connector::Robot(robot) => &robot.base_url,
            Connector::Mcp(server) => &server.base_url,
            Connector::Smtp(server) => &server.base_url,
            Connector::Sql(database) => &database.base_url,
        }
    }

    /// The address as the guard of outside addresses judges it; none for what is on this machine.
    pub fn reached(&self) -> Result<Option<String>, Failure> {
        match self {
            Connector::Smtp(server) => Ok(Some(server.point()?.url.into())),
            Connector::Sql(database) => match database.place()? {
                sql::Place::Server(point) => Ok(Some(point.url.into())),
                sql::Place::File(_) => Ok(None),
            },
            _ => Ok(Some(self.base_url().to_owned())),
        }
    }

    pub fn operations(&self) -> Vec<Listed<'_>> {
        match self {
            Connector::Rest(service) => service.operations.iter().map(Operation::listed).collect(),
            Connector::Robot(robot) => robot.operations.iter().map(Routine::listed).collect(),
            Connector::Mcp(server) => server.operations.iter().map(Tool::listed).collect(),
            Connector::Smtp(_) => smtp::Server::listed(),
            Connector::Sql(database) => database.operations.iter().map(sql::Query::listed).collect(),
        }
    }

    /// JSON Schema of what a flow gets of an operation's answer, where the system declares it.
    pub fn answer(&self, operation: &str) -> Option<Value> {
        if let Connector::Rest(service) = self {
            let found = service.operations.iter().find(|one| one.name == operation)?;
            return found.response.as_ref().map(|body| found.output.declared(body));
        }
        self.operations().into_iter().find(|one| one.name == operation)?.response.cloned()
    }

    /// The names of all secrets it needs.
    pub fn secrets(&self) -> Vec<&str> {
        match self {
            Connector::Rest(service) => service.auth.as_ref().map(Auth::secrets).unwrap_or_default(),
            Connector::Robot(robot) => robot.secrets(),
            Connector::Mcp(server) => server.auth.as_ref().map(Auth::secrets).unwrap_or_default(),
            Connector::Smtp(server) => server.auth.as_ref().map(Auth::secrets).unwrap_or_default(),
            Connector::Sql(database) => database.auth.as_ref().map(Auth::secrets).unwrap_or_default(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub format: u32,
    /// http or https, without a trailing slash. Nothing an operation is given leads away from its host.
    pub base_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Sent with every request; no secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// For services that answer 200 to everything; an operation's own comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<Success>,
    pub operations: Vec<Operation>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Letters, digits, `_` and `-`; unique in the connector; flows name it.
    pub name: String,
    pub title: Words,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub method: Method,
    /// Joined to the base; `{name}` is an input.
    pub path: String,
    /// JSON Schema of an object.
    pub input: Value,
    /// Where each input goes. An input that is not named here is a field of the body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, Place>,
    #[serde(default)]
    pub body: Body,
    /// JSON Schema of what comes back, as the service declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Value>,
    #[serde(default)]
    pub output: Mapping,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success: Option<Success>,
    pub retry: RetryClass,
}

impl Operation {
    fn listed(&self) -> Listed<'_> {
        Listed {
            name: &self.name,
            title: &self.title,
            description: &self.description,
            method: self.method.as_str(),
            path: &self.path,
            input: &self.input,
            response: self.response.as_ref(),
            retry: self.retry,
        }
    }
}

/// What may be done when it is not known whether a request arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryClass {
    /// Changes nothing: again at will.
    Safe,
    /// Twice is the same as once (PUT, DELETE).
    Idempotent,
    /// The service takes our `Idempotency-Key`: again under the same key.
    Keyed,
    /// Never again when in doubt.
    Once,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Options,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// What the method alone promises (RFC 9110 §9.2).
    pub fn retry_class(self) -> RetryClass {
        match self {
            Method::Get | Method::Head | Method::Options => RetryClass::Safe,
            Method::Put | Method::Delete => RetryClass::Idempotent,
            Method::Post | Method::Patch => RetryClass::Once,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub at: At,
    /// As the service calls it.
    pub name: String,
    /// Lists in a query: one pair for each entry instead of commas.
    #[serde(default = "yes")]
    pub explode: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    Path,
    Query,
    Header,
    Cookie,
    /// A field of the body.
    Field,
    /// The whole body.
    Body,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    #[default]
    Json,
    Form,
    /// The body is a text.
    Text,
}
