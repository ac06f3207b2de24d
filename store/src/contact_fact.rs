//! What is known of contacts that others may share: each value once, with the best proof there was for it.

use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, to_json, word};
use qn_base::Timestamp;
use qn_domain::{ContactId, Fact, FactKind, Grade, InboxId, TenantId};
use sqlx::FromRow;

const NOTE: &str = "INSERT INTO contact_fact (tenant_id, contact_id, kind, scope, value, grade, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
    ON CONFLICT (contact_id, kind, scope, value) DO UPDATE SET grade = excluded.grade, at = excluded.at WHERE contact_fact.grade < excluded.grade";

/// A contact's facts of one kind beyond this are not looked at: a person has a few phones, a test account has hundreds. Of each contact and
/// each kind by itself, so that one of many hides none of the others.
const LISTED_MAX: i64 = 100;

#[derive(FromRow)]
pub(crate) struct FactRow {
    contact_id: String,
    kind: String,
    scope: String,
    value: String,
    grade: i64,
}

impl FactRow {
    pub(crate) fn read(self) -> Result<(ContactId, Fact)> {
        let grade = Grade::of_rank(self.grade)
            .ok_or_else(|| Error::Corrupt { column: "contact_fact.grade", reason: format!("unknown rank {}", self.grade) })?;
        let kind = word("contact_fact.kind", &self.kind, FactKind::parse)?;
        Ok((self.contact_id.into(), Fact { kind, scope: self.scope, value: self.value, grade }))
    }
}

/// Those of `facts` that are new or better proved than before.
pub async fn note(db: &Db, tenant_id: &TenantId, contact_id: &ContactId, facts: &[Fact], now: Timestamp) -> Result<Vec<Fact>> {
    // Most messages tell nothing new, and reading costs no write.
    let known: Vec<Fact> = list(db, tenant_id, &[contact_id]).await?.into_iter().map(|(_, fact)| fact).collect();
    let same = |k: &Fact, f: &Fact| k.kind == f.kind && k.scope == f.scope && k.value == f.value;
    let news: Vec<&Fact> = facts.iter().filter(|f| !known.iter().any(|k| same(k, f) && k.grade >= f.grade)).collect();
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    let fresh = note_in(&mut tx, tenant_id, contact_id, news, now).await?;
    tx.commit().await?;
    Ok(fresh)
}

/// Those of `facts` that nothing better was known of.
pub(crate) async fn note_in(
    tx: &mut Tx,
    tenant_id: &TenantId,
    contact_id: &ContactId,
    mut facts: Vec<&Fact>,
    now: Timestamp,
) -> Result<Vec<Fact>> {
    // In one order everywhere: two who note the same facts wait for one another, never in a ring.
    facts.sort_by(|x, y| (x.kind.as_str(), &x.scope, &x.value).cmp(&(y.kind.as_str(), &y.scope, &y.value)));
    let mut fresh = Vec::new();
    for fact in facts {
        let args = args![tenant_id.as_str(), contact_id.as_str(), fact.kind.as_str(), &fact.scope, &fact.value, fact.grade.rank(), now];
        if tx.run(NOTE, args).await? == 1 {
            fresh.push(fact.clone());
        }
    }
    Ok(fresh)
}

/// `+` keeps SQLite from reading all of the tenant's rows by an index that begins with the tenant: it knows no better without statistics.
pub(crate) const OF_CONTACTS_SQLITE: &str = "SELECT contact_id, kind, scope, value, grade FROM (\
        SELECT contact_id, kind, scope, value, grade, ROW_NUMBER() OVER (PARTITION BY contact_id, kind ORDER BY scope, value) AS place \
        FROM contact_fact WHERE +tenant_id = $1 AND contact_id IN (SELECT value FROM json_each($2))) AS facts \
    WHERE place <= $3 ORDER BY contact_id, kind, scope, value";

/// The facts of several contacts.
pub async fn list(db: &Db, tenant_id: &TenantId, ids: &[&ContactId]) -> Result<Vec<(ContactId, Fact)>> {
    const POSTGRES: &str = "SELECT contact_id, kind, scope, value, grade FROM (\
            SELECT contact_id, kind, scope, value, grade, ROW_NUMBER() OVER (PARTITION BY contact_id, kind ORDER BY scope, value) AS place \
            FROM contact_fact WHERE tenant_id = $1 AND contact_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))) AS facts \
        WHERE place <= $3 ORDER BY contact_id, kind, scope, value";
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let args = args![tenant_id.as_str(), to_json(&ids), LISTED_MAX];
    let rows: Vec<FactRow> = db.all(db.dialect().pick(OF_CONTACTS_SQLITE, POSTGRES), args).await?;
    rows.into_iter().map(FactRow::read).collect()
}

/// In the order of `contact_fact_value`: of a name that thousands have, the first few are read and no more.
pub(crate) const SHARERS: &str = "SELECT contact_id, kind, scope, value, grade FROM contact_fact \
    WHERE tenant_id = $1 AND value = $2 AND kind = $3 AND scope = $4 ORDER BY contact_id LIMIT $5";

/// Who has this very value, at most `limit` contacts.
pub async fn sharers(db: &Db, tenant_id: &TenantId, fact: &Fact, limit: i64) -> Result<Vec<(ContactId, Fact)>> {
    let args = args![tenant_id.as_str(), &fact.value, fact.kind.as_str(), &fact.scope, limit];
    let rows: Vec<FactRow> = db.all(SHARERS, args).await?;
    rows.into_iter().map(FactRow::read).collect()
}

/// Forgets the devices a contact wrote from, under every contact that wrote from them. Gives those contacts.
pub async fn erase_devices_of(db: &Db, tenant_id: &TenantId, contact_id: &ContactId) -> Result<Vec<ContactId>> {
    const SHARING: &str = "SELECT DISTINCT contact_id FROM contact_fact WHERE tenant_id = $1 AND kind = 'device' AND value IN \
        (SELECT value FROM contact_fact WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'device') ORDER BY contact_id";
    const ERASE: &str = "DELETE FROM contact_fact WHERE tenant_id = $1 AND kind = 'device' AND value IN \
        (SELECT value FROM contact_fact WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'device')";
    let mut tx = db.begin().await?;
    let sharing: Vec<(String,)> = tx.all(SHARING, args![tenant_id.as_str(), contact_id.as_str()]).await?;
    if !sharing.is_empty() {
        tx.run(ERASE, args![tenant_id.as_str(), contact_id.as_str()]).await?;
        tx.commit().await?;
    }
    Ok(sharing.into_iter().map(|(id,)| id.into()).collect())
}

/// Forgets the devices of everybody who came in by an inbox.
pub async fn erase_devices_in(db: &Db, tenant_id: &TenantId, inbox_id: &InboxId) -> Result<()> {
    const SQL: &str = "DELETE FROM contact_fact WHERE tenant_id = $1 AND kind = 'device' AND contact_id IN \
        (SELECT contact_id FROM contact_identity WHERE tenant_id = $1 AND inbox_id = $2)";
    db.run(SQL, args![tenant_id.as_str(), inbox_id.as_str()]).await?;
    Ok(())
}
