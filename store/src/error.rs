//! What can go wrong in storage, in words an operator can act on.

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database refused the statement: {0}")]
    Database(#[from] sqlx::Error),
    /// A unique index says this object already exists.
    #[error("an object with the same {0} exists already")]
    Exists(String),
    #[error("{what} {id} does not exist")]
    NotFound { what: &'static str, id: String },
    /// The object changed since it was read.
    #[error("{what} {id} was changed by somebody else")]
    Stale { what: &'static str, id: String },
    /// Others still point to it.
    #[error("{what} {id} is still in use by {by}")]
    InUse { what: &'static str, id: String, by: &'static str },
    #[error(
        "the database has schema version {found}, this program knows up to {known}: start a newer qingniao, or restore a backup made before the upgrade"
    )]
    TooNew { found: i64, known: i64 },
    #[error(
        "the tables of schema version {version} are not those this program makes: they were made by a build that was never released. \
        Start with another --data-dir (or database), or with the build that made it; nothing was changed"
    )]
    OtherSchema { version: i64 },
    #[error(
        "the file {path} is not a usable database ({reason}): restore a backup, or start with another --data-dir; the file was left as it is"
    )]
    Damaged { path: String, reason: String },
    #[error("the file {path} is a database of another program: start with another --data-dir; the file was left as it is")]
    Foreign { path: String },
    #[error("cannot open {path}: {reason}")]
    Open { path: String, reason: String },
    #[error("cannot reach {place}: {reason}. Check that it runs, and the address, user, password and database name")]
    Unreachable { place: String, reason: String },
    #[error(
        "another qingniao server serves this PostgreSQL database: stop it, give this one a database of its own, or start this one with \
        --stand-by, to take over when the other is gone"
    )]
    Served,
    /// Not one that a page of this list gave.
    #[error("the cursor is none of this list's")]
    BadCursor,
    #[error("stored {column} is not readable: {reason}")]
    Corrupt { column: &'static str, reason: String },
    #[error("the store is shutting down")]
    Closed,
    #[error("too many commits are waiting; try again in a moment")]
    Busy,
}

impl Error {
    /// Turns a unique violation into `Exists`, leaving everything else.
    pub fn exists(self, what: &str) -> Self {
        match self {
            Error::Database(sqlx::Error::Database(e)) if e.is_unique_violation() => Error::Exists(what.to_owned()),
            other => other,
        }
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Error::NotFound { what, id: id.to_string() }
    }

    pub(crate) fn stale(what: &'static str, id: impl ToString) -> Self {
        Error::Stale { what, id: id.to_string() }
    }

    /// A delete met a foreign key: somebody still points here.
    pub(crate) fn in_use(self, what: &'static str, id: impl ToString, by: &'static str) -> Self {
        match self {
            Error::Database(sqlx::Error::Database(e)) if e.is_foreign_key_violation() => Error::InUse { what, id: id.to_string(), by },
            other => other,
        }
    }

    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Error::Exists(_)) || matches!(self, Error::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// Reads a JSON column.
pub(crate) fn json<T: serde::de::DeserializeOwned>(column: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Corrupt { column, reason: e.to_string() })
}

/// Reads a closed set kept as text.
pub(crate) fn word<T>(column: &'static str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Corrupt { column, reason: format!("unknown word {text:?}") })
}

/// Writes a JSON column; our own types always serialise.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
