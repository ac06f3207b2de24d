//! Databases made for a test or a measurement and dropped after it, through a PostgreSQL server's maintenance address.
//! Never used by the server itself.

use crate::error::{Error, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Makes an empty database, or a copy of `template` (which nobody may be connected to), and returns its address.
pub async fn create(server: &str, name: &str, template: Option<&str>) -> Result<String> {
    let copy = match template {
        Some(template) => format!(" TEMPLATE {}", checked(template)?),
        None => String::new(),
    };
    run(server, format!("CREATE DATABASE {}{copy}", checked(name)?)).await?;
    Ok(address(server, name))
}

/// Drops it, whoever is still connected.
pub async fn drop(server: &str, name: &str) -> Result<()> {
    run(server, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", checked(name)?)).await
}

/// The server's address with another database name.
fn address(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let scheme_end = base.find("://").map_or(0, |i| i + 3);
    let host_end = base[scheme_end..].find('/').map_or(base.len(), |i| scheme_end + i);
    format!("{}/{name}{}", &base[..host_end], query.map(|q| format!("?{q}")).unwrap_or_default())
}

/// Names cannot be bound, so only harmless ones are taken.
fn checked(name: &str) -> Result<&str> {
    let harmless = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if harmless { Ok(name) } else { Err(Error::Open { path: name.to_owned(), reason: "not a plain database name".into() }) }
}

async fn run(server: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.close().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_their_host_and_options() {
        assert_eq!(address("postgres://u@h:1/postgres?host=/tmp/x", "qn_1"), "postgres://u@h:1/qn_1?host=/tmp/x");
        assert_eq!(address("postgres://u@h", "qn_1"), "postgres://u@h/qn_1");
    }

    #[test]
    fn only_plain_names_are_taken() {
        assert!(checked("qn_test_1").is_ok());
        assert!(checked("a; DROP DATABASE b").is_err());
    }
}
