//! Examples of intents: one line each, unique within the tenant and language, so that no two intents claim the same words.

use crate::Page;
use crate::args::args;
use crate::conversation::like;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Error, Result, word};
use qn_domain::{ExampleId, ExampleSource, IntentExample, IntentId, Language, TenantId, Timestamp};
use sqlx::FromRow;
use std::collections::HashMap;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, intent_id, language, text, source, created_at, test_since FROM intent_example ", $rest)
    };
}

#[derive(FromRow)]
struct ExampleRow {
    id: String,
    tenant_id: String,
    intent_id: String,
    language: String,
    text: String,
    source: String,
    created_at: i64,
    test_since: Option<i64>,
}

impl ExampleRow {
    fn read(self) -> Result<IntentExample> {
        Ok(IntentExample {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            intent_id: self.intent_id.into(),
            language: Language::from_tag(&self.language),
            text: self.text,
            source: word("intent_example.source", &self.source, ExampleSource::parse)?,
            created_at: self.created_at,
            test_since: self.test_since,
        })
    }
}

const INSERT: EachSql = each_sql!(
    "INSERT INTO intent_example (id, tenant_id, intent_id, language, text, source, created_at, test_since) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT), CAST(value->>7 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT DO NOTHING RETURNING id"
);

const SAME: EachSql = each_sql!(
    "SELECT e.id, e.tenant_id, e.intent_id, e.language, e.text, e.source, e.created_at, e.test_since FROM ",
    " JOIN intent_example e ON e.tenant_id = value->>1 AND e.language = value->>3 AND e.text = value->>4"
);

/// Adds those whose words are new in their language; returns their ids. The rest are left out.
pub async fn insert_all(db: &Db, examples: &[IntentExample]) -> Result<Vec<ExampleId>> {
    let args = rows(examples).finish();
    let rows: Vec<(String,)> = db.run_returning(INSERT.text(db.dialect()), args).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// The examples that hold the words of these already.
pub async fn list_same(db: &Db, examples: &[IntentExample]) -> Result<Vec<IntentExample>> {
    let found: Vec<ExampleRow> = db.all(SAME.text(db.dialect()), rows(examples).finish()).await?;
    found.into_iter().map(ExampleRow::read).collect()
}

fn rows(examples: &[IntentExample]) -> Rows {
    let mut rows = Rows::default();
    for e in examples {
        let row = rows.row().text(e.id.as_str()).text(e.tenant_id.as_str()).text(e.intent_id.as_str());
        row.text(e.language.code()).text(&e.text).text(e.source.as_str()).int(e.created_at).int_or_null(e.test_since);
    }
    rows
}

/// Newest first. The cursor is `"<created_at>.<id>"`.
pub async fn list(
    db: &Db,
    tenant_id: &TenantId,
    intent_id: &IntentId,
    filter: &Filter,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<IntentExample>> {
    let (at, id) = crate::before(cursor)?;
    let sql = select!(
        "WHERE tenant_id = $1 AND intent_id = $2 AND (created_at, id) < ($3, $4) AND LOWER(text) LIKE $5 ESCAPE '!' \
         AND language LIKE $6 ORDER BY created_at DESC, id DESC LIMIT $7"
    );
    let pattern = format!("%{}%", like(&filter.text.as_deref().unwrap_or("").trim().to_lowercase()));
    let language = filter.language.map_or("%", Language::code);
    let args = args![tenant_id.as_str(), intent_id.as_str(), at, id, pattern, language, limit + 1];
    let rows: Vec<ExampleRow> = db.all(sql, args).await?;
    let examples: Result<Vec<IntentExample>> = rows.into_iter().map(ExampleRow::read).collect();
    Ok(Page::cut(examples?, limit, |e| format!("{}.{}", e.created_at, e.id)))
}

/// What a list shows; every filter narrows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub language: Option<Language>,
}

/// Every example of the tenant, for training (at most `limit`), in a certain order.
pub async fn list_all(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<Vec<IntentExample>> {
    let rows: Vec<ExampleRow> =
        db.all(select!("WHERE tenant_id = $1 ORDER BY intent_id, id LIMIT $2"), args![tenant_id.as_str(), limit]).await?;
    rows.into_iter().map(ExampleRow::read).collect()
}

/// How many examples each intent has in each language.
pub async fn count(db: &Db, tenant_id: &TenantId) -> Result<HashMap<(IntentId, Language), i64>> {
    let sql = "SELECT intent_id, language, COUNT(*) FROM intent_example WHERE tenant_id = $1 GROUP BY intent_id, language";
    let rows: Vec<(String, String, i64)> = db.all(sql, args![tenant_id.as_str()]).await?;
    Ok(rows.into_iter().map(|(intent, language, n)| ((intent.into(), Language::from_tag(&language)), n)).collect())
}

const DELETE: EachSql = each_sql!("DELETE FROM intent_example WHERE tenant_id = $2 AND id IN (SELECT value->>0 FROM ", ")");
const MOVE: EachSql = each_sql!(
    "UPDATE intent_example SET intent_id = $3 WHERE tenant_id = $2 AND id IN (SELECT value->>0 FROM ",
    ") AND EXISTS (SELECT 1 FROM intent WHERE tenant_id = $2 AND id = $3)"
);

const SET_ASIDE: EachSql = each_sql!(
    "UPDATE intent_example SET test_since = $3 WHERE tenant_id = $2 AND id IN (SELECT value->>0 FROM ",
    ") AND (test_since IS NULL) = (CAST($3 AS BIGINT) IS NOT NULL)"
);

/// Sets examples aside for testing since a moment, or gives them back to training (none). Returns how many changed.
pub async fn set_aside(db: &Db, tenant_id: &TenantId, ids: &[ExampleId], since: Option<Timestamp>) -> Result<u64> {
    let mut args = id_rows(ids).finish();
    args.extend(args![tenant_id.as_str(), since]);
    db.run(SET_ASIDE.text(db.dialect()), args).await
}

/// Returns how many there were.
pub async fn delete_all(db: &Db, tenant_id: &TenantId, ids: &[ExampleId]) -> Result<u64> {
    let mut args = id_rows(ids).finish();
    args.extend(args![tenant_id.as_str()]);
    db.run(DELETE.text(db.dialect()), args).await
}

/// Gives examples to another intent of the tenant. Returns how many there were.
pub async fn move_all(db: &Db, tenant_id: &TenantId, ids: &[ExampleId], to: &IntentId) -> Result<u64> {
    if crate::intent::find(db, tenant_id, to).await?.is_none() {
        return Err(Error::not_found("intent", to));
    }
    let mut args = id_rows(ids).finish();
    args.extend(args![tenant_id.as_str(), to.as_str()]);
    db.run(MOVE.text(db.dialect()), args).await
}

fn id_rows(ids: &[ExampleId]) -> Rows {
    let mut rows = Rows::default();
    for id in ids {
        rows.row().text(id.as_str());
    }
    rows
}
