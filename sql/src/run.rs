//! One statement from checked input to a bounded answer: who we are, which database, what became of it.

use crate::answer::Answer;
use crate::failure::{late, plain};
use crate::{files, mysql, postgres, sqlite};
use qn_base::Clock;
use qn_connector::sql::{Access, Database, Dialect, Place, Query, Statement};
use qn_connector::{Auth, Done, Exchange, Failure, Kind, Point, Secrets, fitted, redact, scrub};
use qn_crypto::Plain;
use qn_egress::{AddressClass, Egress, classify};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections of one connector at the same time; databases have few.
const CONNECTIONS_MAX: usize = 8;
/// Connectors whose connections are counted.
const COUNTED_MAX: usize = 1_000;
const TIMEOUT_MS_MAX: u64 = 60_000;

/// Shared by all connectors.
pub struct Databases {
    egress: Egress,
    clock: Arc<dyn Clock>,
    /// Below these SQLite files may be opened.
    folders: Vec<PathBuf>,
    rooms: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// One statement.
pub struct Work<'a> {
    /// Whose connections are counted: tenant and connector.
    pub owner: &'a str,
    pub database: &'a Database,
    pub query: &'a Query,
    pub input: &'a Value,
    pub timeout_ms: u64,
    pub secrets: &'a dyn Secrets,
}

/// What a database is asked, and how.
pub(crate) struct Job<'a> {
    pub statement: &'a Statement,
    pub values: Vec<Bound>,
    pub access: Access,
    pub timeout_ms: u64,
    /// Set before a change is made to last: what breaks then may have happened.
    pub committing: &'a AtomicBool,
    pub user: &'a str,
    pub password: &'a str,
    pub plain: bool,
}

impl Job<'_> {
    /// Doubt lasts as long as there is no word of the database, also when nobody waits any longer.
    pub async fn commit<T>(&self, lasting: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        self.committing.store(true, Ordering::SeqCst);
        let done = lasting.await;
        self.committing.store(matches!(&done, Err(error) if !matches!(error, sqlx::Error::Database(_))), Ordering::SeqCst);
        done
    }
}

/// A value as it is bound; none is NULL of its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Text(Option<String>),
    Integer(Option<i64>),
    Number(Option<f64>),
    Boolean(Option<bool>),
}

impl Databases {
    pub fn new(egress: Egress, clock: Arc<dyn Clock>, folders: Vec<PathBuf>) -> Self {
        Self { egress, clock, folders, rooms: Mutex::default() }
    }

    /// Whether a file may be opened at all.
    pub fn check_file(&self, path: &Path) -> Result<(), Failure> {
        files::allowed(path, &self.folders).map(drop)
    }

    /// The outcome is `{"rows", "count", "more"}` of what was read, `{"changed"}` of what was written.
    pub async fn run(&self, work: &Work<'_>) -> Done {
        let mut exchange = Exchange {
            method: "SQL".to_owned(),
            url: format!("{} {}", work.database.base_url, work.query.name),
            sent: redact(work.input),
            ..Exchange::default()
        };
        let began = self.clock.now();
        let outcome = self.asked(work).await.map(|answer| {
            exchange.got_bytes = answer.bytes;
            answer.into_value(work.query.access)
        });
        exchange.took_ms = self.clock.now() - began;
        match &outcome {
            Ok(value) => exchange.got = redact(value),
            Err(failure) => exchange.failed(failure),
        }
        Done { outcome, exchange }
    }

    async fn asked(&self, work: &Work<'_>) -> Result<Answer, Failure> {
        let dialect = work.database.dialect()?;
        let statement = work.query.check(dialect, work.database.write).map_err(|(_, failure)| failure)?;
        let input = fitted(&work.query.input, work.input)?;
        let values = statement.names.iter().map(|name| bound(&work.query.input, name, &input[name])).collect::<Result<Vec<_>, _>>()?;
        let timeout_ms = work.timeout_ms.clamp(1, TIMEOUT_MS_MAX);
        let room = self.room(work.owner);
        let committing = AtomicBool::new(false);
        let (access, plain) = (work.query.access, work.database.plain);
        let in_time = timeout(Duration::from_millis(timeout_ms), async {
            let _place = room.acquire().await;
            match work.database.place()? {
                Place::File(path) => {
                    let path = files::allowed(&path, &self.folders)?;
                    let job =
                        Job { statement: &statement, values, access, timeout_ms, committing: &committing, user: "", password: "", plain };
                    sqlite::run(&path, &job).await
                }
                Place::Server(point) => {
                    self.egress.check_address(point.url.as_str())?;
                    let who = who(work, &point).await?;
                    let (user, password) = (who.user.as_str(), who.password.reveal());
                    let job = Job { statement: &statement, values, access, timeout_ms, committing: &committing, user, password, plain };
                    let asked = match dialect {
                        Dialect::Mysql => mysql::run(self, &point, &job).await,
                        _ => postgres::run(self, &point, &job).await,
                    };
                    cleaned(asked, &who.password)
                }
            }
        });
        let outcome = in_time.await.unwrap_or_else(|_| Err(late(timeout_ms)));
        // what failed before it was made to last has been taken back
        outcome.map_err(|failure| Failure { in_doubt: committing.load(Ordering::SeqCst), ..failure })
    }

    fn room(&self, owner: &str) -> Arc<Semaphore> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= COUNTED_MAX {
            rooms.retain(|_, room| Arc::strong_count(room) > 1);
        }
        Arc::clone(rooms.entry(owner.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(CONNECTIONS_MAX))))
    }

    pub(crate) fn egress(&self) -> &Egress {
        &self.egress
    }

    /// In the clear, for now or throughout. Throughout only to an address that is not public.
    pub(crate) async fn connect(&self, point: &Point, plain: bool) -> Result<TcpStream, Failure> {
        let stream = self.egress.connect(&point.host, point.port).await?;
        let is_public = stream.peer_addr().is_ok_and(|peer| classify(peer.ip()) == AddressClass::Public);
        if plain && is_public { Err(unencrypted()) } else { Ok(stream) }
    }
}

pub(crate) fn unencrypted() -> Failure {
    plain(
        Kind::Refused,
        "no_tls",
        "the connection to the database would not be encrypted: it offers no TLS, or is on the public network",
        "与数据库的连接不会加密：对方不支持 TLS，或在公网上，没有连接",
    )
}

struct Who {
    user: String,
    password: Plain,
}

async fn who(work: &Work<'_>, point: &Point) -> Result<Who, Failure> {
    let Some(Auth::Basic { user, secret }) = &work.database.auth else {
        return Ok(Who { user: String::new(), password: Plain::new("") });
    };
    let whole = work.secrets.open(secret, &point.url).await?;
    match user {
        Some(user) => Ok(Who { user: user.clone(), password: whole }),
        None => {
            let (user, password) = whole.reveal().split_once(':').unwrap_or(("", whole.reveal()));
            Ok(Who { user: user.to_owned(), password: Plain::new(password) })
        }
    }
}

/// Without our password, should the other side say it.
fn cleaned(asked: Result<Answer, Failure>, password: &Plain) -> Result<Answer, Failure> {
    let used = std::slice::from_ref(password);
    match asked {
        Ok(mut answer) => {
            answer.rows.iter_mut().for_each(|row| scrub(row, used));
            Ok(answer)
        }
        Err(mut failure) => {
            let mut words = json!([failure.message, failure.zh, failure.detail]);
            scrub(&mut words, used);
            failure.message = words[0].as_str().unwrap_or_default().to_owned();
            failure.zh = words[1].as_str().unwrap_or_default().to_owned();
            failure.detail = words[2].take();
            Err(failure)
        }
    }
}

/// `value` fits the schema.
fn bound(schema: &Value, name: &str, value: &Value) -> Result<Bound, Failure> {
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64);
    Ok(match schema["properties"][name]["type"].as_str().unwrap_or_default() {
        "integer" => {
            let integer = value.as_i64().or_else(|| value.as_f64().and_then(whole));
            if integer.is_none() && !value.is_null() {
                return Err(Failure::invalid(format!("the input {name} is too large")).zh(format!("输入 {name} 太大")));
            }
            Bound::Integer(integer)
        }
        "number" => Bound::Number(value.as_f64()),
        "boolean" => Bound::Boolean(value.as_bool()),
        _ => Bound::Text(value.as_str().map(str::to_owned)),
    })
}
