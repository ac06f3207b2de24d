//! Knowledge articles, one row per language, and every version each language ever had.

use crate::Page;
use crate::args::{Arg, args};
use crate::conversation::like;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, json, to_json, word};
use qn_domain::{Article, ArticleAudience, ArticleId, ArticleRevision, ArticleScope, ArticleState, Language, TenantId, UserId};
use sqlx::FromRow;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, id, language, title, questions, body, category, state, version, updated_by, created_at, updated_at, \
             audience, tiers, valid_from, valid_until, products, next_flow FROM article ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ArticleRow {
    tenant_id: String,
    id: String,
    language: String,
    title: String,
    questions: String,
    body: String,
    category: String,
    state: String,
    version: i64,
    updated_by: Option<String>,
    created_at: i64,
    updated_at: i64,
    audience: String,
    tiers: String,
    valid_from: Option<String>,
    valid_until: Option<String>,
    products: String,
    next_flow: Option<String>,
}

impl ArticleRow {
    fn read(self) -> Result<Article> {
        Ok(Article {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            language: Language::from_tag(&self.language),
            title: self.title,
            questions: json("article.questions", &self.questions)?,
            body: self.body,
            category: self.category,
            state: word("article.state", &self.state, ArticleState::parse)?,
            scope: ArticleScope {
                audience: word("article.audience", &self.audience, ArticleAudience::parse)?,
                tiers: json("article.tiers", &self.tiers)?,
                valid_from: self.valid_from,
                valid_until: self.valid_until,
                products: json("article.products", &self.products)?,
            },
            next_flow: self.next_flow,
            version: self.version,
            updated_by: self.updated_by.map(UserId),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn read_all(rows: Vec<ArticleRow>) -> Result<Vec<Article>> {
    rows.into_iter().map(ArticleRow::read).collect()
}

/// Creates one language of an article (`read_version` none; `Exists` if it is there) or replaces it (`Stale` unless it still has
/// that version). Returns it as stored, with its new version; the version is kept in the history too.
pub async fn upsert(db: &Db, article: &Article, read_version: Option<i64>) -> Result<Article> {
    let mut tx = db.begin().await?;
    let written = write(&mut tx, article, read_version).await?;
    match written {
        Some(stored) => tx.commit().await.map(|()| stored),
        None => {
            drop(tx);
            get(db, &article.tenant_id, &article.id, article.language).await?;
            Err(Error::stale("article", &article.id))
        }
    }
}

/// The same for many, all or none of them: for importers.
pub async fn upsert_all(db: &Db, articles: &[(&Article, Option<i64>)]) -> Result<()> {
    let mut tx = db.begin().await?;
    for (article, read_version) in articles {
        if write(&mut tx, article, *read_version).await?.is_none() {
            return Err(Error::stale("article", &article.id));
        }
    }
    tx.commit().await
}

/// None when the row has another version now, or is gone.
async fn write(tx: &mut Tx, article: &Article, read_version: Option<i64>) -> Result<Option<Article>> {
    let mut stored = article.clone();
    stored.version = read_version.unwrap_or(0) + 1;
    let mut is_searched = stored.state == ArticleState::Published;
    match read_version {
        None => insert(tx, &stored).await?,
        Some(version) => {
            is_searched |= is_published(tx, &stored).await?;
            if !replace(tx, &mut stored, version).await? {
                return Ok(None);
            }
        }
    }
    insert_revision(tx, &stored).await?;
    if is_searched {
        crate::article_stamp::grow(tx, &stored.tenant_id).await?;
    }
    Ok(Some(stored))
}

async fn is_published(tx: &mut Tx, a: &Article) -> Result<bool> {
    let sql = "SELECT state FROM article WHERE tenant_id = $1 AND id = $2 AND language = $3";
    let rows: Vec<(String,)> = tx.all(sql, args![a.tenant_id.as_str(), a.id.as_str(), a.language.code()]).await?;
    Ok(rows.first().is_some_and(|(state,)| state == ArticleState::Published.as_str()))
}

/// Adds many new articles of one tenant in one transaction; those whose id and language exist already are left as they are.
/// Returns how many were new. For importers.
pub async fn insert_all(db: &Db, articles: &[Article]) -> Result<usize> {
    let mut tx = db.begin().await?;
    let mut count = 0;
    for article in articles {
        match insert(&mut tx, article).await {
            Ok(()) => insert_revision(&mut tx, article).await?,
            Err(Error::Exists(_)) => continue,
            Err(error) => return Err(error),
        }
        count += 1;
    }
    if let Some(first) = articles.first().filter(|_| count > 0) {
        crate::article_stamp::grow(&mut tx, &first.tenant_id).await?;
    }
    tx.commit().await?;
    Ok(count)
}

async fn insert(tx: &mut Tx, a: &Article) -> Result<()> {
    let n = tx
        .run(
            "INSERT INTO article (tenant_id, id, language, title, questions, body, category, state, version, updated_by, created_at, updated_at, \
             audience, tiers, valid_from, valid_until, products, next_flow) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT DO NOTHING",
            args![
                a.tenant_id.as_str(),
                a.id.as_str(),
                a.language.code(),
                &a.title,
                to_json(&a.questions),
                &a.body,
                &a.category,
                a.state.as_str(),
                a.version,
                a.updated_by.as_ref().map(UserId::as_str),
                a.created_at,
                a.updated_at,
                a.scope.audience.as_str(),
                to_json(&a.scope.tiers),
                a.scope.valid_from.as_deref(),
                a.scope.valid_until.as_deref(),
                to_json(&a.scope.products),
                a.next_flow.as_deref()
            ],
        )
        .await?;
    if n == 0 { Err(Error::Exists("id".into())) } else { Ok(()) }
}

/// False when the row has another version now. The creation time stays the first one.
async fn replace(tx: &mut Tx, a: &mut Article, version: i64) -> Result<bool> {
    let rows: Vec<(i64,)> = tx
        .all(
            "UPDATE article SET title = $5, questions = $6, body = $7, category = $8, state = $9, version = $10, updated_by = $11, \
             updated_at = $12, audience = $13, tiers = $14, valid_from = $15, valid_until = $16, products = $17, next_flow = $18 \
             WHERE tenant_id = $1 AND id = $2 AND language = $3 AND version = $4 RETURNING created_at",
            args![
                a.tenant_id.as_str(),
                a.id.as_str(),
                a.language.code(),
                version,
                &a.title,
                to_json(&a.questions),
                &a.body,
                &a.category,
                a.state.as_str(),
                a.version,
                a.updated_by.as_ref().map(UserId::as_str),
                a.updated_at,
                a.scope.audience.as_str(),
                to_json(&a.scope.tiers),
                a.scope.valid_from.as_deref(),
                a.scope.valid_until.as_deref(),
                to_json(&a.scope.products),
                a.next_flow.as_deref()
            ],
        )
        .await?;
    if let Some((created_at,)) = rows.first() {
        a.created_at = *created_at;
    }
    Ok(!rows.is_empty())
}

async fn insert_revision(tx: &mut Tx, a: &Article) -> Result<()> {
    tx.run(
        "INSERT INTO article_revision (tenant_id, article_id, language, version, title, questions, body, state, updated_by, at, category, scope, \
         next_flow) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            a.tenant_id.as_str(),
            a.id.as_str(),
            a.language.code(),
            a.version,
            &a.title,
            to_json(&a.questions),
            &a.body,
            a.state.as_str(),
            a.updated_by.as_ref().map(UserId::as_str),
            a.updated_at,
            &a.category,
            to_json(&a.scope),
            a.next_flow.as_deref()
        ],
    )
    .await?;
    Ok(())
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &ArticleId, language: Language) -> Result<Option<Article>> {
    let sql = select!("WHERE tenant_id = $1 AND id = $2 AND language = $3");
    let row: Option<ArticleRow> = db.one(sql, args![tenant_id.as_str(), id.as_str(), language.code()]).await?;
    row.map(ArticleRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &ArticleId, language: Language) -> Result<Article> {
    find(db, tenant_id, id, language).await?.ok_or_else(|| Error::not_found("article", format!("{id} ({})", language.code())))
}

/// Every language of one article; empty when there is no such article.
pub async fn list_translations(db: &Db, tenant_id: &TenantId, id: &ArticleId) -> Result<Vec<Article>> {
    let sql = select!("WHERE tenant_id = $1 AND id = $2 ORDER BY language DESC");
    read_all(db.all(sql, args![tenant_id.as_str(), id.as_str()]).await?)
}

/// A published article by its id alone, for the public help page: what is published is public.
pub async fn find_published(db: &Db, id: &ArticleId, language: Language) -> Result<Option<Article>> {
    let sql = select!("WHERE id = $1 AND language = $2 AND state = 'published' LIMIT 1");
    let row: Option<ArticleRow> = db.one(sql, args![id.as_str(), language.code()]).await?;
    row.map(ArticleRow::read).transpose()
}

/// What a list shows; every filter narrows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of the title, of another way to ask, or of the body.
    pub text: Option<String>,
    pub language: Option<Language>,
    pub state: Option<ArticleState>,
    pub category: Option<String>,
    pub audience: Option<ArticleAudience>,
}

/// Last changed first. The cursor is `"<updated_at>.<id>.<language>"`.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Page<Article>> {
    let (at, id, language) = place(cursor)?;
    let mut args: Vec<Arg> = args![tenant_id.as_str(), at, id, language, limit + 1];
    let mut sql = select!("WHERE tenant_id = $1 AND (updated_at, id, language) < ($2, $3, $4)").to_owned();
    let mut and = |clause: &str, value: String| {
        args.push(value.into());
        sql.push_str(&clause.replace('?', &format!("${}", args.len())));
    };
    if let Some(language) = filter.language {
        and(" AND language = ?", language.code().to_owned());
    }
    if let Some(state) = filter.state {
        and(" AND state = ?", state.as_str().to_owned());
    }
    if let Some(category) = &filter.category {
        and(" AND category = ?", category.clone());
    }
    if let Some(audience) = filter.audience {
        and(" AND audience = ?", audience.as_str().to_owned());
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        and(
            " AND (LOWER(title) LIKE ? ESCAPE '!' OR LOWER(questions) LIKE ? ESCAPE '!' OR LOWER(body) LIKE ? ESCAPE '!')",
            format!("%{}%", like(&text.to_lowercase())),
        );
    }
    sql.push_str(" ORDER BY updated_at DESC, id DESC, language DESC LIMIT $5");
    let items = read_all(db.all_text(sql, args).await?)?;
    Ok(Page::cut(items, limit, |a| format!("{}.{}.{}", a.updated_at, a.id, a.language.code())))
}

fn place(cursor: Option<&str>) -> Result<(i64, &str, &str)> {
    let (at, rest) = crate::before(cursor)?;
    if cursor.is_none() {
        return Ok((at, "", ""));
    }
    let (id, language) = rest.split_once('.').ok_or(Error::BadCursor)?;
    Ok((at, id, language))
}

/// Everything published (at most 50,000 rows), for the bot's index.
pub async fn list_published(db: &Db, tenant_id: &TenantId) -> Result<Vec<Article>> {
    let sql = select!("WHERE tenant_id = $1 AND state = 'published' ORDER BY id, language LIMIT 50000");
    read_all(db.all(sql, args![tenant_id.as_str()]).await?)
}

/// Articles whose id begins with `prefix`, in any language and state (at most 10,000 rows): what one importer made.
pub async fn list_by_prefix(db: &Db, tenant_id: &TenantId, prefix: &str) -> Result<Vec<Article>> {
    // '~' comes after every character of an id.
    let args = args![tenant_id.as_str(), prefix, format!("{prefix}~")];
    read_all(db.all(select!("WHERE tenant_id = $1 AND id >= $2 AND id < $3 ORDER BY id, language LIMIT 10000"), args).await?)
}

/// Removes one language and its history.
pub async fn delete_language(db: &Db, tenant_id: &TenantId, id: &ArticleId, language: Language, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    let (tenant, article, code) = (tenant_id.as_str(), id.as_str(), language.code());
    let sql = "DELETE FROM article WHERE tenant_id = $1 AND id = $2 AND language = $3 AND version = $4";
    if tx.run(sql, args![tenant, article, code, version]).await? == 0 {
        drop(tx);
        get(db, tenant_id, id, language).await?;
        return Err(Error::stale("article", id));
    }
    let sql = "DELETE FROM article_revision WHERE tenant_id = $1 AND article_id = $2 AND language = $3";
    tx.run(sql, args![tenant, article, code]).await?;
    crate::article_stamp::grow(&mut tx, tenant_id).await?;
    tx.commit().await
}

/// Removes the article in every language, with its history. `version` is what was read of `language`, or of any of them.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &ArticleId, language: Option<Language>, version: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    let args = || args![tenant_id.as_str(), id.as_str()];
    let rows: Vec<(String, i64)> =
        tx.all("DELETE FROM article WHERE tenant_id = $1 AND id = $2 RETURNING language, version", args()).await?;
    if rows.is_empty() {
        return Err(Error::not_found("article", id));
    }
    let known = |(code, v): &(String, i64)| *v == version && language.is_none_or(|l| l.code() == code);
    if !rows.iter().any(known) {
        return Err(Error::stale("article", id));
    }
    tx.run("DELETE FROM article_revision WHERE tenant_id = $1 AND article_id = $2", args()).await?;
    crate::article_stamp::grow(&mut tx, tenant_id).await?;
    tx.commit().await
}

#[derive(FromRow)]
struct RevisionRow {
    article_id: String,
    language: String,
    version: i64,
    title: String,
    questions: String,
    body: String,
    state: String,
    updated_by: Option<String>,
    at: i64,
    category: Option<String>,
    scope: Option<String>,
    next_flow: Option<String>,
}

/// Every version one language ever had, newest first (at most 200).
pub async fn list_revisions(db: &Db, tenant_id: &TenantId, id: &ArticleId, language: Language) -> Result<Vec<ArticleRevision>> {
    let rows: Vec<RevisionRow> = db
        .all(
            "SELECT article_id, language, version, title, questions, body, state, updated_by, at, category, scope, next_flow FROM article_revision \
             WHERE tenant_id = $1 AND article_id = $2 AND language = $3 ORDER BY version DESC LIMIT 200",
            args![tenant_id.as_str(), id.as_str(), language.code()],
        )
        .await?;
    rows.into_iter()
        .map(|r| {
            Ok(ArticleRevision {
                article_id: r.article_id.into(),
                language: Language::from_tag(&r.language),
                version: r.version,
                title: r.title,
                questions: json("article_revision.questions", &r.questions)?,
                body: r.body,
                state: word("article_revision.state", &r.state, ArticleState::parse)?,
                category: r.category,
                scope: r.scope.as_deref().map(|scope| json("article_revision.scope", scope)).transpose()?,
                next_flow: r.next_flow,
                updated_by: r.updated_by.map(UserId),
                at: r.at,
            })
        })
        .collect()
}
