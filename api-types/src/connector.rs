//! Connectors: the systems flows can reach, their operations, and trying one.

use crate::check::{self, Check, Invalid};
use crate::patch;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

const ADDRESS_CHARS_MAX: usize = 2_000;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConnectorView {
    /// Flows name it so.
    pub name: String,
    pub title: String,
    /// Where its description was read from.
    pub source_url: Option<String>,
    pub enabled: bool,
    pub version: i64,
    pub created_by: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// With its settings; the operations have a list of their own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConnectorDetail {
    #[serde(flatten)]
    pub connector: ConnectorView,
    /// `rest`, `robot`, `mcp`, `smtp` or `sql`.
    pub kind: String,
    pub base_url: String,
    /// How calls prove who they are; `secret` is a secret's name. Kinds: `api_key`, `basic`, `bearer`, `oauth2`, `hmac`.
    #[schema(value_type = Option<Object>)]
    pub auth: Option<Value>,
    #[schema(value_type = Object)]
    pub headers: Value,
    /// For services that answer 200 to everything: `{"at": "/code", "equals": [0], "message": "/msg"}`.
    #[schema(value_type = Option<Object>)]
    pub success: Option<Value>,
    /// Of a robot: further hosts its pages may load from.
    pub hosts: Vec<String>,
    /// Of a robot: what it can do, step by step. `{"name", "title", "input", "steps", "retry"}`.
    #[schema(value_type = Option<Vec<Object>>)]
    pub routines: Option<Value>,
    /// Of a mail server: `{"from", "from_name", "plain"}`.
    #[schema(value_type = Option<Object>)]
    pub smtp: Option<Value>,
    /// Of a database: `{"plain", "write", "operations": [{"name", "title", "description", "sql", "input", "access", "repeatable"}]}`.
    #[schema(value_type = Option<Object>)]
    pub sql: Option<Value>,
    pub operations: usize,
    /// What was left out of the description; only after reading one.
    pub notes: Vec<ConnectorNote>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConnectorNote {
    /// E.g. `POST /files`.
    pub about: String,
    pub zh: String,
    pub en: String,
}

/// What one operation asks for and gives.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OperationView {
    pub name: String,
    pub title: OperationTitle,
    pub description: String,
    pub method: String,
    pub path: String,
    /// JSON Schema of an object.
    #[schema(value_type = Object)]
    pub input: Value,
    /// JSON Schema of the answer, where the service declares one.
    #[schema(value_type = Option<Object>)]
    pub response: Option<Value>,
    /// Reads only.
    pub safe: bool,
    /// `safe`, `idempotent`, `keyed` (under our key) or `once` (never again when in doubt).
    pub retry: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OperationTitle {
    pub zh: String,
    pub en: String,
}

/// An OpenAPI 3.0 or 3.1 description, as text or by address.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadDescription {
    /// JSON or YAML, at most 4 MiB.
    pub document: Option<String>,
    pub url: Option<String>,
    /// Overrules the description's own server.
    pub base_url: Option<String>,
}

impl Check for ReadDescription {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        source(self.document.is_some(), &mut self.url, &mut self.base_url, wrong);
    }
}

/// What a description holds; nothing is stored.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DescriptionView {
    pub title: String,
    pub version: String,
    pub base_url: String,
    pub operations: Vec<OperationView>,
    /// Kinds of proof the service asks for, to be completed with a secret's name.
    #[schema(value_type = Vec<Object>)]
    pub proofs: Vec<Value>,
    pub notes: Vec<ConnectorNote>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConnector {
    /// Letters, digits, `-` and `_`; cannot be changed, because flows name it.
    pub name: String,
    #[serde(default)]
    pub title: String,
    pub document: Option<String>,
    pub url: Option<String>,
    pub base_url: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub auth: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub success: Option<Value>,
    /// Instead of a description: operations written by hand.
    #[schema(value_type = Option<Vec<Object>>)]
    pub operations: Option<Value>,
    /// Instead of both: routines on pages without an API, `{"hosts": [], "operations": [{"name", "title", "input", "steps", "retry"}]}`.
    #[schema(value_type = Option<Object>)]
    pub robot: Option<Value>,
    /// An MCP server, with `base_url` as its endpoint (streamable HTTP): its tools are read now and become the operations.
    #[serde(default)]
    pub mcp: bool,
    /// A mail server, with `base_url` as `smtps://host:port` or `smtp://host:port`: `{"from", "from_name", "plain"}`.
    #[schema(value_type = Option<Object>)]
    pub smtp: Option<Value>,
    /// A database, with `base_url` as `postgres://host:port/name`, `mysql://host:port/name` or `sqlite:///path`: `{"plain", "write",
    /// "operations": [{"name", "title", "description", "sql", "input", "access", "repeatable"}]}`; `:name` in `sql` is an input.
    #[schema(value_type = Option<Object>)]
    pub sql: Option<Value>,
}

impl Check for CreateConnector {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.name.is_empty() || self.name.len() > 60 || !self.name.chars().all(plain) {
            wrong.push(Invalid::new("name", "只能用字母、数字、- 和 _，最多 60 个", "has letters, digits, - and _, at most 60"));
        }
        check::optional_name(&mut self.title, "title", 100, wrong);
        if self.smtp.is_some() || self.sql.is_some() {
            return address(self.base_url.get_or_insert_default(), wrong);
        }
        match self.mcp || self.operations.is_some() || self.robot.is_some() {
            false => source(self.document.is_some(), &mut self.url, &mut self.base_url, wrong),
            true => match &mut self.base_url {
                Some(url) => check::url(url, "base_url", 2_000, wrong),
                None => wrong.push(Invalid::new("base_url", "没有描述文件时必填", "is needed where there is no description")),
            },
        }
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateConnector {
    #[serde(default, deserialize_with = "patch::some")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub enabled: Option<bool>,
    #[serde(default, deserialize_with = "patch::some")]
    pub base_url: Option<String>,
    /// Null: none.
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<Object>)]
    pub auth: Option<Option<Value>>,
    #[serde(default, deserialize_with = "patch::nullable")]
    #[schema(value_type = Option<Object>)]
    pub success: Option<Option<Value>>,
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub headers: Option<Value>,
    /// Another edition of the description: its operations take the place of the present ones.
    #[serde(default, deserialize_with = "patch::some")]
    pub document: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub operations: Option<Value>,
    /// For a robot: hosts and routines anew.
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub robot: Option<Value>,
    /// Of a mail server: what letters carry, anew.
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub smtp: Option<Value>,
    /// Of a database: what it may and can do, anew.
    #[serde(default, deserialize_with = "patch::some")]
    #[schema(value_type = Option<Object>)]
    pub sql: Option<Value>,
    /// Of an MCP server: its tools are read anew.
    #[serde(default)]
    pub read_tools: bool,
}

impl Check for UpdateConnector {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(title) = &mut self.title {
            check::optional_name(title, "title", 100, wrong);
        }
        if let Some(url) = &mut self.base_url {
            address(url, wrong);
        }
        if self.document.is_some() && self.operations.is_some() {
            wrong.push(Invalid::new("operations", "不能与 document 同时填写", "cannot be given together with a document"));
        }
    }
}

/// Of whichever scheme; each kind of connector knows its own.
fn address(value: &mut String, wrong: &mut Vec<Invalid>) {
    *value = qn_base::text::line(value, usize::MAX);
    if !value.contains("://") || value.contains(char::is_whitespace) || value.chars().nth(ADDRESS_CHARS_MAX).is_some() {
        wrong.push(Invalid::new("base_url", "应为完整的地址，不含空格", "is a whole address without spaces"));
    }
}

fn source(has_document: bool, url: &mut Option<String>, base_url: &mut Option<String>, wrong: &mut Vec<Invalid>) {
    if has_document == url.is_some() {
        wrong.push(Invalid::new("document", "请提供 document 或 url 之一", "is given, or url is, and not both"));
    }
    for (url, field) in [(url, "url"), (base_url, "base_url")] {
        if let Some(url) = url {
            check::url(url, field, 2_000, wrong);
        }
    }
}

/// One call, now, as a flow would make it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryOperation {
    #[serde(default)]
    #[schema(value_type = Object)]
    pub input: Value,
    pub timeout_ms: Option<i64>,
}

impl Check for TryOperation {}

/// What became of the call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OperationTried {
    pub ok: bool,
    #[schema(value_type = Object)]
    pub answer: Value,
    /// What went wrong, in the service's words or ours.
    pub error: Option<String>,
    /// The same in Chinese, where the words are ours.
    pub error_zh: Option<String>,
    /// Which fields of the input do not fit, or what the service said.
    #[schema(value_type = Object)]
    pub detail: Value,
    /// Method, address, status, sizes and redacted excerpts.
    #[schema(value_type = Object)]
    pub exchange: Value,
}

/// What a step of a run said to the outside and heard from it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExchangeView {
    pub step: String,
    pub attempt: i64,
    /// `done`, `failed`, or `doubt` when nobody knows.
    pub state: String,
    #[schema(value_type = Object)]
    pub exchange: Value,
    pub at: i64,
}
