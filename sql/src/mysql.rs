//! MySQL and MariaDB. The library speaks TLS itself here, because it begins in the middle of its greeting; the certificate must be for
//! the host, and the operator's own authorities are believed too.

use crate::answer::{Answer, hexadecimal};
use crate::failure;
use crate::relay::Relay;
use crate::run::{Bound, Databases, Job};
use futures_util::TryStreamExt;
use qn_connector::sql::{Access, Dialect};
use qn_connector::{Failure, Point};
use serde_json::{Map, Value};
use sqlx::mysql::{MySql, MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row, TypeInfo, ValueRef};

pub(crate) async fn run(databases: &Databases, point: &Point, job: &Job<'_>) -> Result<Answer, Failure> {
    let stream = databases.connect(point, job.plain).await?;
    let relay = Relay::to(stream, "mysql").map_err(|error| failed(sqlx::Error::Io(error)))?;
    let mut options = MySqlConnectOptions::new()
        .host(&point.host)
        .port(point.port)
        .socket(relay.path())
        .username(job.user)
        .password(job.password)
        .database(&point.path)
        .ssl_mode(if job.plain { MySqlSslMode::Disabled } else { MySqlSslMode::VerifyIdentity })
        .disable_statement_logging();
    let own = databases.egress().policy().extra_roots_pem.join("\n");
    if !own.is_empty() {
        options = options.ssl_ca_from_pem(own.into_bytes());
    }
    let mut connection = MySqlConnection::connect_with(&options).await.map_err(failed)?;
    let asked = match job.access {
        Access::Read => read(&mut connection, job).await,
        Access::Write => written(&mut connection, job).await,
    };
    if asked.is_ok() {
        let _ = connection.close().await;
    }
    asked
}

async fn read(connection: &mut MySqlConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    limited(connection, job).await?;
    sqlx::query("START TRANSACTION READ ONLY").execute(&mut *connection).await.map_err(failed)?;
    rows(connection, job).await
}

async fn written(connection: &mut MySqlConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    sqlx::query("START TRANSACTION").execute(&mut *connection).await.map_err(failed)?;
    let query = sqlx::query(AssertSqlSafe(job.statement.text.clone())).persistent(false);
    // tables without transactions keep what was done when the connection breaks in the middle
    let done = job.commit(with_values(query, &job.values).execute(&mut *connection)).await.map_err(failed)?;
    job.commit(sqlx::query("COMMIT").execute(connection)).await.map_err(failed)?;
    Ok(Answer { changed: done.rows_affected(), ..Answer::default() })
}

/// So that the server does not work on for nobody. The two servers call it differently.
async fn limited(connection: &mut MySqlConnection, job: &Job<'_>) -> Result<(), Failure> {
    let version: String = sqlx::query_scalar("SELECT VERSION()").fetch_one(&mut *connection).await.map_err(failed)?;
    let sql = match version.contains("MariaDB") {
        true => format!("SET SESSION max_statement_time = {}", job.timeout_ms.div_ceil(1_000)),
        false => format!("SET SESSION max_execution_time = {}", job.timeout_ms),
    };
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.map_err(failed)?;
    Ok(())
}

async fn rows(connection: &mut MySqlConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    let mut answer = Answer { gives_rows: true, ..Answer::default() };
    let query = sqlx::query(AssertSqlSafe(job.statement.text.clone())).persistent(false);
    let mut rows = with_values(query, &job.values).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let row = object(&row)?;
        let bytes = row.to_string().len();
        if !answer.take(row, bytes)? {
            break;
        }
    }
    Ok(answer)
}

fn object(row: &MySqlRow) -> Result<Value, Failure> {
    let mut fields = Map::new();
    for (i, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(i).map_err(failed)?;
        let is_null = raw.is_null();
        let kind = raw.type_info().name().to_owned();
        let value = if is_null { Value::Null } else { value(row, i, &kind).map_err(failed)? };
        fields.insert(column.name().to_owned(), value);
    }
    Ok(Value::Object(fields))
}

fn value(row: &MySqlRow, i: usize, kind: &str) -> Result<Value, sqlx::Error> {
    let bytes = || row.try_get_unchecked::<&[u8], _>(i);
    Ok(match kind {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => row.try_get_unchecked::<i64, _>(i)?.into(),
        "BIT" | "YEAR" => row.try_get_unchecked::<u64, _>(i)?.into(),
        kind if kind.ends_with("UNSIGNED") => row.try_get_unchecked::<u64, _>(i)?.into(),
        "FLOAT" => f64::from(row.try_get_unchecked::<f32, _>(i)?).into(),
        "DOUBLE" => row.try_get_unchecked::<f64, _>(i)?.into(),
        "DECIMAL" => {
            let text = String::from_utf8_lossy(bytes()?).into_owned();
            text.parse::<f64>().map_or_else(|_| text.clone().into(), Value::from)
        }
        "JSON" => serde_json::from_slice(bytes()?).unwrap_or_default(),
        "DATE" | "DATETIME" | "TIMESTAMP" => moment(bytes()?, kind == "DATE").into(),
        "TIME" => span(bytes()?).into(),
        "BLOB" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" | "BINARY" | "VARBINARY" | "GEOMETRY" => hexadecimal(bytes()?).into(),
        _ => String::from_utf8_lossy(bytes()?).into_owned().into(),
    })
}

/// The binary form: its length, year (2 bytes), month, day, and what of hour, minute, second, microsecond (4 bytes) is not zero.
fn moment(bytes: &[u8], day_only: bool) -> String {
    let at = |i: usize| bytes.get(i + 1).copied().unwrap_or(0);
    let day = format!("{:04}-{:02}-{:02}", u16::from_le_bytes([at(0), at(1)]), at(2), at(3));
    if day_only {
        return day;
    }
    let micros = u32::from_le_bytes([at(7), at(8), at(9), at(10)]);
    let part = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{day}T{:02}:{:02}:{:02}{part}", at(4), at(5), at(6))
}

/// The binary form: its length, sign, days (4 bytes), hour, minute, second.
fn span(bytes: &[u8]) -> String {
    let at = |i: usize| bytes.get(i + 1).copied().unwrap_or(0);
    let days = u32::from_le_bytes([at(1), at(2), at(3), at(4)]);
    let hours = days.saturating_mul(24).saturating_add(u32::from(at(5)));
    format!("{}{hours:02}:{:02}:{:02}", if at(0) == 1 { "-" } else { "" }, at(6), at(7))
}

fn with_values<'q>(mut query: Query<'q, MySql, MySqlArguments>, values: &[Bound]) -> Query<'q, MySql, MySqlArguments> {
    for value in values {
        query = match value.clone() {
            Bound::Text(text) => query.bind(text),
            Bound::Integer(integer) => query.bind(integer),
            Bound::Number(number) => query.bind(number),
            Bound::Boolean(boolean) => query.bind(boolean),
        };
    }
    query
}

fn failed(error: sqlx::Error) -> Failure {
    failure::of(&error, Dialect::Mysql)
}
