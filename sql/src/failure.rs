//! What a database's errors mean to a flow. The database's own words are kept: whoever wrote the statement needs them.

use qn_connector::sql::Dialect;
use qn_connector::{Failure, Kind};
use serde_json::json;
use sqlx::Error;
use sqlx::error::ErrorKind as Rule;
use std::io::ErrorKind;

const SAID_CHARS_MAX: usize = 300;

pub(crate) fn of(error: &Error, dialect: Dialect) -> Failure {
    let Error::Database(said) = error else {
        let (kind, code, zh) = match error {
            // what rustls does not accept
            Error::Io(error) if error.kind() == ErrorKind::InvalidData => (Kind::Unavailable, "tls_failed", "与数据库的加密连接有问题"),
            Error::Io(_) | Error::Protocol(_) | Error::WorkerCrashed => (Kind::Unavailable, "broken_response", "与数据库的连接中断"),
            Error::Tls(_) => (Kind::Unavailable, "tls_failed", "与数据库的加密连接有问题"),
            _ => (Kind::Invalid, "unreadable", "数据库的答复无法识别"),
        };
        return worded(kind, code, zh, &error.to_string());
    };
    let code = said.code().unwrap_or_default();
    let rule = !matches!(said.kind(), Rule::Other);
    let (kind, word, zh) = match (dialect, code.as_ref()) {
        _ if rule => (Kind::Refused, "rule_broken", "违反了数据库的约束"),
        (Dialect::Postgres, "57014") => (Kind::Timeout, "timeout", "语句没有在时限内完成"),
        (Dialect::Postgres, "25006") => (Kind::Refused, "read_only", "只读语句不能改动数据"),
        (Dialect::Postgres, "3D000") => (Kind::Refused, "no_database", "没有这个数据库"),
        (Dialect::Postgres, "42501") => (Kind::Refused, "no_right", "数据库账号没有权限"),
        (Dialect::Postgres, code) if code.starts_with("28") => (Kind::Refused, "login_refused", "数据库拒绝了用户名或密码"),
        (Dialect::Postgres, code) if ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            (Kind::Unavailable, "unavailable", "数据库暂时不能执行")
        }
        (Dialect::Mysql, "1045" | "1698" | "28000") => (Kind::Refused, "login_refused", "数据库拒绝了用户名或密码"),
        (Dialect::Mysql, _) => mysql(said.as_ref()),
        (Dialect::Sqlite, code) => sqlite(code.parse::<u32>().unwrap_or(0) & 0xff),
        _ => (Kind::Invalid, "statement_failed", "语句执行出错"),
    };
    worded(kind, word, zh, said.message())
}

/// SQLSTATE says little here; the numbers do.
fn mysql(said: &dyn sqlx::error::DatabaseError) -> (Kind, &'static str, &'static str) {
    let number = said.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map_or(0, sqlx::mysql::MySqlDatabaseError::number);
    match number {
        1044 | 1045 | 1698 => (Kind::Refused, "login_refused", "数据库拒绝了用户名或密码"),
        1049 => (Kind::Refused, "no_database", "没有这个数据库"),
        1142 | 1143 | 1227 | 1370 => (Kind::Refused, "no_right", "数据库账号没有权限"),
        1792 => (Kind::Refused, "read_only", "只读语句不能改动数据"),
        1969 | 3024 => (Kind::Timeout, "timeout", "语句没有在时限内完成"),
        1040 | 1205 | 1213 | 1290 | 1053 => (Kind::Unavailable, "unavailable", "数据库暂时不能执行"),
        _ => (Kind::Invalid, "statement_failed", "语句执行出错"),
    }
}

fn sqlite(code: u32) -> (Kind, &'static str, &'static str) {
    match code {
        5 | 6 | 10 | 13 | 14 => (Kind::Unavailable, "unavailable", "数据库暂时不能执行"),
        8 => (Kind::Refused, "read_only", "只读语句不能改动数据"),
        9 => (Kind::Timeout, "timeout", "语句没有在时限内完成"),
        19 => (Kind::Refused, "rule_broken", "违反了数据库的约束"),
        _ => (Kind::Invalid, "statement_failed", "语句执行出错"),
    }
}

fn worded(kind: Kind, code: &str, zh: &str, said: &str) -> Failure {
    let said = qn_base::text::line(said, SAID_CHARS_MAX);
    let words = format!("{zh}：{said}");
    Failure::new(kind, format!("the database said: {said}")).zh(words.clone()).detail(json!({"code": code, "zh": words, "said": said}))
}

pub(crate) fn plain(kind: Kind, code: &str, en: &str, zh: &str) -> Failure {
    Failure::new(kind, en).zh(zh).detail(json!({"code": code, "zh": zh}))
}

pub(crate) fn late(timeout_ms: u64) -> Failure {
    let (en, zh) = (format!("the database gave no answer in {timeout_ms} ms"), format!("数据库没有在 {timeout_ms} 毫秒内答复"));
    plain(Kind::Timeout, "timeout", &en, &zh)
}
