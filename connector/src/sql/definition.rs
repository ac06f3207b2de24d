//! What is stored of a database: where it is, how we sign in, whether it may be written to, and its statements.

use super::statement::{Dialect, Statement};
use crate::auth::Auth;
use crate::definition::{Listed, RetryClass, Words};
use crate::{Failure, Point};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::path::PathBuf;

pub const STATEMENTS_MAX: usize = 200;
const SQL_BYTES_MAX: usize = 20_000;
const SCHEMES: [(&str, u16); 2] = [("postgres", 5432), ("mysql", 3306)];
const KINDS: [&str; 4] = ["string", "integer", "number", "boolean"];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub format: u32,
    /// `postgres://host:port/name`, `mysql://host:port/name` or `sqlite:///path` (below a folder the operator allows).
    pub base_url: String,
    /// User and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Not encrypted. Only for servers without a public address, which the operator allows.
    #[serde(default)]
    pub plain: bool,
    /// Whether statements may change anything.
    #[serde(default)]
    pub write: bool,
    pub operations: Vec<Query>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Letters, digits, `_` and `-`; unique in the connector; flows name it.
    pub name: String,
    #[serde(default)]
    pub title: Words,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// One statement; `:name` is an input, bound as a parameter.
    pub sql: String,
    /// JSON Schema of an object: texts, integers, numbers, booleans.
    pub input: Value,
    #[serde(default)]
    pub access: Access,
    /// Of a writing statement: twice is the same as once.
    #[serde(default)]
    pub repeatable: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    #[default]
    Read,
    Write,
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Server(Point),
    File(PathBuf),
}

impl Database {
    pub fn dialect(&self) -> Result<Dialect, Failure> {
        let scheme = self.base_url.split("://").next().unwrap_or_default();
        match scheme {
            "postgres" => Ok(Dialect::Postgres),
            "mysql" => Ok(Dialect::Mysql),
            "sqlite" => Ok(Dialect::Sqlite),
            _ => Err(Failure::invalid("the address begins with postgres://, mysql:// or sqlite:///")
                .zh("地址应以 postgres://、mysql:// 或 sqlite:/// 开头")),
        }
    }

    pub fn place(&self) -> Result<Place, Failure> {
        if self.dialect()? == Dialect::Sqlite {
            let path = self.base_url.strip_prefix("sqlite://").filter(|path| path.starts_with('/') && path.len() > 1);
            let path = path.filter(|path| !path.contains('?') && !path.chars().any(char::is_control));
            return path.map(|path| Place::File(path.into())).ok_or_else(|| {
                Failure::invalid("the address of a file is sqlite:///folder/file.db").zh("文件地址应为 sqlite:///文件夹/文件.db")
            });
        }
        let point = Point::parse(&self.base_url, &SCHEMES)?;
        if point.path.is_empty() || point.path.contains('/') {
            return Err(Failure::invalid("the address ends with the database's name, as in postgres://host/shop")
                .zh("地址末尾应为数据库名，例如 postgres://host/shop"));
        }
        Ok(Place::Server(point))
    }

    /// What makes no sense, by field.
    pub fn check(&self) -> Result<(), (String, Failure)> {
        self.place().map_err(|failure| ("base_url".to_owned(), failure))?;
        let dialect = self.dialect().map_err(|failure| ("base_url".to_owned(), failure))?;
        if !matches!(self.auth, None | Some(Auth::Basic { .. })) {
            return Err(("auth".to_owned(), Failure::invalid("of a database is user and password").zh("数据库只用用户名和密码")));
        }
        if self.operations.len() > STATEMENTS_MAX {
            let failure =
                Failure::invalid(format!("holds at most {STATEMENTS_MAX} statements")).zh(format!("最多 {STATEMENTS_MAX} 条语句"));
            return Err(("sql.operations".to_owned(), failure));
        }
        let mut seen = HashSet::new();
        for (i, query) in self.operations.iter().enumerate() {
            let at = |field: &str| format!("sql.operations[{i}].{field}");
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if query.name.is_empty() || query.name.len() > 60 || !query.name.chars().all(plain) || !seen.insert(query.name.as_str()) {
                let failure = Failure::invalid("has letters, digits, - and _, and is unique").zh("只能用字母、数字、- 和 _，不能重复");
                return Err((at("name"), failure));
            }
            query.check(dialect, self.write).map_err(|(field, failure)| (at(field), failure))?;
        }
        Ok(())
    }
}

impl Query {
    pub(crate) fn listed(&self) -> Listed<'_> {
        let Query { name, title, description, input, access, .. } = self;
        let path = if *access == Access::Read { "read" } else { "write" };
        Listed { name, title, description, method: "SQL", path, input, response: None, retry: self.retry() }
    }

    pub fn retry(&self) -> RetryClass {
        match (self.access, self.repeatable) {
            (Access::Read, _) => RetryClass::Safe,
            (Access::Write, true) => RetryClass::Idempotent,
            (Access::Write, false) => RetryClass::Once,
        }
    }

    /// The statement as it is sent, or the field that is wrong.
    pub fn check(&self, dialect: Dialect, may_write: bool) -> Result<Statement, (&'static str, Failure)> {
        if self.sql.len() > SQL_BYTES_MAX {
            return Err(("sql", Failure::invalid("is longer than 20,000 bytes").zh("超过 20000 字节")));
        }
        if self.access == Access::Write && !may_write {
            let en = "the connector may only read: allow writing in its settings first";
            return Err(("access", Failure::invalid(en).zh("这个连接器只允许读取，请先在设置中允许写入")));
        }
        let statement = Statement::read(&self.sql, dialect).map_err(|failure| ("sql", failure))?;
        statement.check(self.access).map_err(|failure| ("sql", failure))?;
        self.inputs(&statement).map_err(|failure| ("input", failure))?;
        Ok(statement)
    }

    fn inputs(&self, statement: &Statement) -> Result<(), Failure> {
        let none = serde_json::Map::new();
        let known = self.input["properties"].as_object().unwrap_or(&none);
        if let Some(name) = statement.names.iter().find(|name| !known.contains_key(*name)) {
            return Err(Failure::invalid(format!("the statement names :{name}, which is no input"))
                .zh(format!("语句用到了 :{name}，但没有这个输入")));
        }
        if let Some(name) = known.keys().find(|name| !statement.names.contains(name)) {
            return Err(Failure::invalid(format!("the input {name} is not used; write it as :{name}"))
                .zh(format!("输入 {name} 没有用到，请在语句里写 :{name}")));
        }
        match known.iter().find(|(_, of)| !of["type"].as_str().is_some_and(|kind| KINDS.contains(&kind))) {
            Some((name, _)) => Err(Failure::invalid(format!("the input {name} is a text, an integer, a number or a boolean"))
                .zh(format!("输入 {name} 应为文本、整数、数字或布尔值"))),
            None => Ok(()),
        }
    }
}
