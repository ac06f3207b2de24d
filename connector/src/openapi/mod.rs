//! OpenAPI 3.0 and 3.1 descriptions, read at run time: each operation becomes one a flow can use. A description is somebody else's
//! text: bounded in size, depth and references; what cannot be used is left out with a note, what is hostile is refused.

mod load;
pub(crate) mod names;
mod operation;
mod refs;
mod security;
mod shape;
mod yaml;

use crate::definition::{FORMAT, Operation, Service};
use load::load;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use url::Url;

/// Operations of one description.
pub const OPERATIONS_MAX: usize = 1_000;

/// Why a description is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the description is larger than {bytes_max} bytes")]
    TooLarge { bytes_max: usize },
    #[error("the description is neither JSON nor YAML: {0}")]
    Unreadable(String),
    #[error("this is not an OpenAPI 3.0 or 3.1 description but {0}")]
    OtherForm(String),
    #[error("the description holds more than {0}")]
    TooMuch(&'static str),
    #[error("the reference {0} leads out of the description, which is not followed")]
    Remote(String),
    #[error("the reference {0} leads in a circle")]
    Circle(String),
    #[error("the reference {0} leads nowhere")]
    Dangling(String),
    #[error("no address: the description names no server with http or https; give the base address")]
    NoServer,
    #[error("the description holds no operation that can be used")]
    Empty,
}

impl Error {
    /// The same for Chinese readers.
    pub fn zh(&self) -> String {
        match self {
            Error::TooLarge { bytes_max } => format!("描述文件超过 {bytes_max} 字节"),
            Error::Unreadable(why) => format!("既不是 JSON 也不是 YAML：{why}"),
            Error::OtherForm(what) => format!("这不是 OpenAPI 3.0 或 3.1 描述（{what}）"),
            Error::TooMuch(what) => format!("描述文件内容过多：超过 {what}"),
            Error::Remote(reference) => format!("引用 {reference} 指向文件之外，不会读取"),
            Error::Circle(reference) => format!("引用 {reference} 循环"),
            Error::Dangling(reference) => format!("引用 {reference} 没有目标"),
            Error::NoServer => "没有服务地址：描述文件没有 http 或 https 的 servers，请填写 base_url".to_owned(),
            Error::Empty => "描述文件里没有可用的操作".to_owned(),
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    pub title: String,
    pub version: String,
    pub service: Service,
    /// Kinds of proof the service asks for, as settings without secrets; the first is the usual one.
    pub proofs: Vec<Value>,
    pub notes: Vec<Note>,
}

/// An operation that was left out, or an input that is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// E.g. `POST /files`.
    pub about: String,
    pub zh: String,
    pub en: String,
}

/// `found_at` is where the text came from: relative server addresses are read from there. `base_url` overrules the description's.
pub fn import(text: &[u8], found_at: Option<&Url>, base_url: Option<&str>) -> Result<Imported, Error> {
    let document = load(text)?;
    let base_url = base(&document, found_at, base_url)?;
    let mut reading = operation::Reading::new(&document);
    let mut operations: Vec<Operation> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let item = reading.refs.follow(item)?;
        for (method, described) in item.as_object().into_iter().flatten() {
            let Some(method) = operation::method(method) else { continue };
            if operations.len() >= OPERATIONS_MAX {
                return Err(Error::TooMuch("1000 operations"));
            }
            if let Some(operation) = reading.operation(path, item, method, described)? {
                operations.push(operation);
            }
        }
    }
    if operations.is_empty() {
        return Err(Error::Empty);
    }
    names::make_unique(operations.iter_mut().map(|operation| &mut operation.name));
    let told = |word: &str| document.get("info").and_then(|info| info[word].as_str()).unwrap_or_default().to_owned();
    let service = Service { format: FORMAT, base_url, auth: None, headers: BTreeMap::new(), success: None, operations };
    let proofs = security::proofs(&document);
    Ok(Imported { title: told("title"), version: told("version"), service, proofs, notes: reading.notes })
}

/// A schema that stands alone, its references (`#/$defs/…`) written out; anything but a schema of an object is an error.
pub(crate) fn standalone(schema: &Value) -> Result<Value, Error> {
    let is_object = |rules: &&Map<String, Value>| rules.get("type").is_none_or(|kind| kind == "object");
    let whole = schema.as_object().filter(is_object).ok_or_else(|| Error::OtherForm("no JSON Schema of an object".to_owned()))?;
    shape::Shaping::new(refs::Refs::new(whole), shape::Side::Input).shape(schema)
}

fn base(document: &Map<String, Value>, found_at: Option<&Url>, base_url: Option<&str>) -> Result<String, Error> {
    let written = base_url.map(str::to_owned).or_else(|| {
        let server = document.get("servers")?.as_array()?.first()?;
        let mut url = server["url"].as_str()?.to_owned();
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
        }
        Some(url)
    });
    let url = match (written, found_at) {
        (Some(written), Some(found_at)) => found_at.join(&written).ok(),
        (Some(written), None) => Url::parse(&written).ok(),
        (None, Some(found_at)) => found_at.join("/").ok(),
        (None, None) => None,
    };
    let url = url.ok_or(Error::NoServer)?;
    let mut url = qn_egress::check_url(url.as_str()).map_err(|_| Error::NoServer)?;
    url.set_query(None);
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
