//! PostgreSQL. TLS is asked for and made by egress before the library speaks; rows come as JSON that the database itself writes.

use crate::answer::{Answer, ROWS_MAX};
use crate::failure;
use crate::relay::Relay;
use crate::run::{Bound, Databases, Job, unencrypted};
use futures_util::TryStreamExt;
use qn_connector::sql::{Access, Dialect};
use qn_connector::{Failure, Kind, Point};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgSslMode, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// "Do you speak TLS?"
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

pub(crate) async fn run(databases: &Databases, point: &Point, job: &Job<'_>) -> Result<Answer, Failure> {
    let relay = reached(databases, point, job).await?;
    let options = PgConnectOptions::new_without_pgpass()
        .host(&point.host)
        .port(point.port)
        .socket(relay.folder())
        .username(job.user)
        .password(job.password)
        .database(&point.path)
        .application_name("qingniao")
        .ssl_mode(PgSslMode::Disable)
        .disable_statement_logging();
    let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
    let asked = match job.access {
        Access::Read => read(&mut connection, job).await,
        Access::Write => written(&mut connection, job).await,
    };
    if asked.is_ok() {
        let _ = connection.close().await;
    }
    asked
}

/// The library's TLS is left off: what it speaks goes through a connection that is encrypted already.
async fn reached(databases: &Databases, point: &Point, job: &Job<'_>) -> Result<Relay, Failure> {
    let broken = |error: std::io::Error| failed(sqlx::Error::Io(error));
    let mut stream = databases.connect(point, job.plain).await?;
    let name = format!(".s.PGSQL.{}", point.port);
    if job.plain {
        return Relay::to(stream, &name).map_err(broken);
    }
    stream.write_all(&SSL_REQUEST).await.map_err(broken)?;
    let mut word = [0];
    stream.read_exact(&mut word).await.map_err(broken)?;
    if word != *b"S" {
        return Err(unencrypted());
    }
    let private = databases.egress().start_tls(&point.host, stream).await?;
    Relay::to(private, &name).map_err(broken)
}

async fn read(connection: &mut PgConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    let timeout = format!("SET LOCAL statement_timeout = {}", job.timeout_ms);
    sqlx::query("BEGIN TRANSACTION READ ONLY").execute(&mut *connection).await.map_err(failed)?;
    sqlx::query(AssertSqlSafe(timeout)).execute(&mut *connection).await.map_err(failed)?;
    let sql = format!("SELECT row_to_json(q)::text FROM (\n{}\n) AS q LIMIT {}", job.statement.text, ROWS_MAX + 1);
    let answer = rows(connection, sql, job).await?;
    sqlx::query("ROLLBACK").execute(connection).await.map_err(failed)?;
    Ok(answer)
}

async fn written(connection: &mut PgConnection, job: &Job<'_>) -> Result<Answer, Failure> {
    let timeout = format!("SET LOCAL statement_timeout = {}", job.timeout_ms);
    sqlx::query("BEGIN").execute(&mut *connection).await.map_err(failed)?;
    sqlx::query(AssertSqlSafe(timeout)).execute(&mut *connection).await.map_err(failed)?;
    let answer = if job.statement.says("returning") {
        let sql = format!("WITH q AS (\n{}\n) SELECT row_to_json(q)::text FROM q", job.statement.text);
        let mut answer = rows(connection, sql, job).await?;
        if answer.more {
            return Err(too_many());
        }
        answer.changed = answer.rows.len() as u64;
        answer
    } else {
        let query = sqlx::query(AssertSqlSafe(job.statement.text.clone())).persistent(false);
        let done = with_values(query, &job.values).execute(&mut *connection).await.map_err(failed)?;
        Answer { changed: done.rows_affected(), ..Answer::default() }
    };
    job.commit(sqlx::query("COMMIT").execute(connection)).await.map_err(failed)?;
    Ok(answer)
}

async fn rows(connection: &mut PgConnection, sql: String, job: &Job<'_>) -> Result<Answer, Failure> {
    let mut answer = Answer { gives_rows: true, ..Answer::default() };
    let mut rows = with_values(sqlx::query(AssertSqlSafe(sql)).persistent(false), &job.values).fetch(connection);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        let text: String = row.try_get(0).map_err(failed)?;
        let row = serde_json::from_str(&text).map_err(|error| Failure::invalid(error.to_string()).zh("数据库返回的行无法识别"))?;
        if !answer.take(row, text.len())? {
            break;
        }
    }
    Ok(answer)
}

/// A change that gives more rows than are kept is taken back.
pub(crate) fn too_many() -> Failure {
    let (en, zh) = (format!("the change concerns more than {ROWS_MAX} rows and was taken back"), format!("改动超过 {ROWS_MAX} 行，已撤回"));
    failure::plain(Kind::Limit, "too_many_rows", &en, &zh)
}

fn with_values<'q>(mut query: Query<'q, Postgres, PgArguments>, values: &[Bound]) -> Query<'q, Postgres, PgArguments> {
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
    failure::of(&error, Dialect::Postgres)
}
