//! Links of contacts, standing and taken back, and the persons they make. A link or its undoing and the persons that follow from it
//! are one transaction; what two verified ids forbid is checked in it.

use crate::args::args;
use crate::contact_fact::FactRow;
use crate::db::{Db, Dialect, Tx};
use crate::error::{Error, Result, json, to_json, word};
use qn_base::Timestamp;
use qn_domain::link::{forbids, persons};
use qn_domain::{ContactId, ContactLink, Fact, Grade, LinkId, LinkState, TenantId, UserId};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// Contacts of one person. No customer has so many; a mistake has.
pub const PERSON_CONTACTS_MAX: usize = 200;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, tenant_id, a, b, state, grade, reason, evidence, made_by, at, undone_by, undone_at FROM contact_link ", $rest)
    };
}

#[derive(FromRow)]
struct LinkRow {
    id: String,
    tenant_id: String,
    a: String,
    b: String,
    state: String,
    grade: i64,
    reason: String,
    evidence: String,
    made_by: Option<String>,
    at: i64,
    undone_by: Option<String>,
    undone_at: Option<i64>,
}

impl LinkRow {
    fn read(self) -> Result<ContactLink> {
        let wrong = || Error::Corrupt { column: "contact_link.grade", reason: format!("unknown rank {}", self.grade) };
        Ok(ContactLink {
            grade: Grade::of_rank(self.grade).ok_or_else(wrong)?,
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            a: self.a.into(),
            b: self.b.into(),
            state: word("contact_link.state", &self.state, LinkState::parse)?,
            reason: self.reason,
            evidence: json("contact_link.evidence", &self.evidence)?,
            made_by: self.made_by.map(Into::into),
            at: self.at,
            undone_by: self.undone_by.map(Into::into),
            undone_at: self.undone_at,
        })
    }
}

/// What became of the wish to link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    Done,
    /// The two are one person already.
    Already,
    /// Their verified ids differ.
    Forbidden,
    /// The person would have too many contacts.
    TooMany,
}

/// Adds a standing link, or a refusal, which joins nothing.
pub async fn insert(db: &Db, link: &ContactLink) -> Result<Linked> {
    let mut tx = db.begin().await?;
    lock(&mut tx).await?;
    if link.state == LinkState::Standing {
        let (one, other) = (members_in(&mut tx, &link.tenant_id, &link.a).await?, members_in(&mut tx, &link.tenant_id, &link.b).await?);
        let (is_one, is_proof) = (one.contains(&link.b.0), link.grade.is_proof());
        if is_one && (!is_proof || proved_in(&mut tx, link, &one).await?) {
            return Ok(Linked::Already);
        }
        if !is_one && one.len() + other.len() > PERSON_CONTACTS_MAX {
            return Ok(Linked::TooMany);
        }
        if !is_one && forbids(&facts_in(&mut tx, &link.tenant_id, &one).await?, &facts_in(&mut tx, &link.tenant_id, &other).await?) {
            return Ok(Linked::Forbidden);
        }
    }
    give_way(&mut tx, link).await?;
    insert_row(&mut tx, link).await?;
    if link.state == LinkState::Standing {
        regroup(&mut tx, &link.tenant_id, &[&link.a, &link.b]).await?;
    }
    tx.commit().await?;
    Ok(Linked::Done)
}

/// Whether proof alone joins the two.
async fn proved_in(tx: &mut Tx, link: &ContactLink, members: &BTreeSet<String>) -> Result<bool> {
    let links = standing_in(tx, &link.tenant_id, members, Grade::Channel).await?;
    let names: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    let pairs: Vec<(&str, &str)> = links.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let person = persons(&names, &pairs);
    Ok(person.get(link.a.as_str()) == person.get(link.b.as_str()))
}

/// What only likeness joined is joined by proof from now on; the row stays as history.
async fn give_way(tx: &mut Tx, link: &ContactLink) -> Result<()> {
    const SQL: &str = "UPDATE contact_link SET state = 'undone', undone_at = $4 \
        WHERE tenant_id = $1 AND a = $2 AND b = $3 AND state = 'standing' AND grade = $5 AND made_by IS NULL";
    if link.state == LinkState::Standing && link.grade.is_proof() {
        let args = args![link.tenant_id.as_str(), link.a.as_str(), link.b.as_str(), link.at, Grade::Inferred.rank()];
        tx.run(SQL, args).await?;
    }
    Ok(())
}

/// Takes a standing link back. The persons are what they were without it.
pub async fn undo(db: &Db, tenant_id: &TenantId, id: &LinkId, by: &UserId, now: Timestamp) -> Result<ContactLink> {
    let mut tx = db.begin().await?;
    lock(&mut tx).await?;
    let args = args![tenant_id.as_str(), id.as_str(), by.as_str(), now];
    let undone = tx
        .run(
            "UPDATE contact_link SET state = 'undone', undone_by = $3, undone_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'standing'",
            args,
        )
        .await?;
    let rows: Vec<LinkRow> = tx.all(select!("WHERE tenant_id = $1 AND id = $2"), args![tenant_id.as_str(), id.as_str()]).await?;
    let link = rows.into_iter().next().ok_or_else(|| Error::not_found("contact link", id))?.read()?;
    if undone == 1 {
        regroup(&mut tx, tenant_id, &[&link.a, &link.b]).await?;
        tx.commit().await?;
    }
    Ok(link)
}

/// Links are rare and their checks read much: one at a time.
async fn lock(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        tx.run("LOCK TABLE contact_person IN SHARE ROW EXCLUSIVE MODE", vec![]).await?;
    }
    Ok(())
}

async fn insert_row(tx: &mut Tx, l: &ContactLink) -> Result<()> {
    const INSERT: &str = "INSERT INTO contact_link (id, tenant_id, a, b, state, grade, reason, evidence, made_by, at, undone_by, undone_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let args = args![
        l.id.as_str(),
        l.tenant_id.as_str(),
        l.a.as_str(),
        l.b.as_str(),
        l.state.as_str(),
        l.grade.rank(),
        &l.reason,
        to_json(&l.evidence),
        l.made_by.as_ref().map(UserId::as_str),
        l.at,
        l.undone_by.as_ref().map(UserId::as_str),
        l.undone_at
    ];
    tx.run(INSERT, args).await?;
    Ok(())
}

/// Writes anew which person each contact around `ends` is of.
async fn regroup(tx: &mut Tx, tenant_id: &TenantId, ends: &[&ContactId]) -> Result<()> {
    let mut members: BTreeSet<String> = BTreeSet::new();
    for end in ends {
        members.extend(members_in(tx, tenant_id, end).await?);
    }
    let links = standing_in(tx, tenant_id, &members, Grade::Inferred).await?;
    let names: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    let pairs: Vec<(&str, &str)> = links.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let person = persons(&names, &pairs);
    for contact in &names {
        let alone = person.values().filter(|p| **p == person[contact]).count() == 1;
        if alone {
            tx.run("DELETE FROM contact_person WHERE tenant_id = $1 AND contact_id = $2", args![tenant_id.as_str(), *contact]).await?;
        } else {
            const PUT: &str = "INSERT INTO contact_person (contact_id, tenant_id, person_id) VALUES ($1, $2, $3) \
                ON CONFLICT (contact_id) DO UPDATE SET person_id = excluded.person_id";
            tx.run(PUT, args![*contact, tenant_id.as_str(), person[contact]]).await?;
        }
    }
    Ok(())
}

const MEMBERS: &str = "SELECT contact_id FROM contact_person WHERE tenant_id = $1 AND person_id = \
    (SELECT person_id FROM contact_person WHERE tenant_id = $1 AND contact_id = $2) ORDER BY contact_id";

async fn members_in(tx: &mut Tx, tenant_id: &TenantId, contact: &ContactId) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> = tx.all(MEMBERS, args![tenant_id.as_str(), contact.as_str()]).await?;
    Ok(rows.into_iter().map(|(id,)| id).chain([contact.0.clone()]).collect())
}

/// At least so well proved.
async fn standing_in(tx: &mut Tx, tenant_id: &TenantId, members: &BTreeSet<String>, least: Grade) -> Result<Vec<(String, String)>> {
    const SQLITE: &str = "SELECT a, b FROM contact_link WHERE tenant_id = $1 AND state = 'standing' AND grade >= $3 AND a IN (SELECT value FROM json_each($2))";
    const POSTGRES: &str = "SELECT a, b FROM contact_link WHERE tenant_id = $1 AND state = 'standing' AND grade >= $3 \
        AND a IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))";
    tx.all(tx.dialect().pick(SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(members), least.rank()]).await
}

/// `+` keeps SQLite from reading all of the tenant's rows by an index that begins with the tenant: it knows no better without statistics.
pub(crate) const USER_IDS_SQLITE: &str = "SELECT contact_id, kind, scope, value, grade FROM contact_fact \
    WHERE +tenant_id = $1 AND kind = 'user_id' AND contact_id IN (SELECT value FROM json_each($2))";

async fn facts_in(tx: &mut Tx, tenant_id: &TenantId, members: &BTreeSet<String>) -> Result<Vec<Fact>> {
    const POSTGRES: &str = "SELECT contact_id, kind, scope, value, grade FROM contact_fact \
        WHERE tenant_id = $1 AND kind = 'user_id' AND contact_id IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))";
    let rows: Vec<FactRow> = tx.all(tx.dialect().pick(USER_IDS_SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(members)]).await?;
    rows.into_iter().map(|row| row.read().map(|(_, fact)| fact)).collect()
}

/// All contacts of the contact's person, itself among them, the smallest (the person's name) first.
pub async fn members(db: &Db, tenant_id: &TenantId, contact: &ContactId) -> Result<Vec<ContactId>> {
    let rows: Vec<(String,)> = db.all(MEMBERS, args![tenant_id.as_str(), contact.as_str()]).await?;
    let all: BTreeSet<String> = rows.into_iter().map(|(id,)| id).chain([contact.0.clone()]).collect();
    Ok(all.into_iter().map(Into::into).collect())
}

/// Every link ever made or refused between any of `ids` and anybody, oldest first.
pub async fn list(db: &Db, tenant_id: &TenantId, ids: &[ContactId]) -> Result<Vec<ContactLink>> {
    const SQLITE: &str = select!(
        "WHERE tenant_id = $1 AND (a IN (SELECT value FROM json_each($2)) OR b IN (SELECT value FROM json_each($2))) ORDER BY at, id LIMIT 1000"
    );
    const POSTGRES: &str = select!(
        "WHERE tenant_id = $1 AND (a IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB))) \
         OR b IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))) ORDER BY at, id LIMIT 1000"
    );
    let rows: Vec<LinkRow> = db.all(db.dialect().pick(SQLITE, POSTGRES), args![tenant_id.as_str(), to_json(&ids)]).await?;
    rows.into_iter().map(LinkRow::read).collect()
}

/// What people said last of two contacts, the newest word first: one person, or two. What rules linked and nobody took back is not told.
pub async fn judged(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<Vec<(ContactId, ContactId, bool)>> {
    const SQL: &str = "SELECT a, b, state FROM contact_link WHERE tenant_id = $1 AND ((state = 'standing' AND made_by IS NOT NULL) \
        OR state = 'refused' OR (state = 'undone' AND undone_by IS NOT NULL)) ORDER BY at DESC, id DESC LIMIT $2";
    let rows: Vec<(String, String, String)> = db.all(SQL, args![tenant_id.as_str(), limit]).await?;
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut judged = Vec::new();
    for (a, b, state) in rows {
        if told.insert((a.clone(), b.clone())) {
            judged.push((a.into(), b.into(), state == LinkState::Standing.as_str()));
        }
    }
    Ok(judged)
}

/// Whether the two were ever linked, or a person said that they are not one: then no rule decides again. What likeness joined, proof may join.
pub async fn is_settled(db: &Db, tenant_id: &TenantId, one: &ContactId, other: &ContactId) -> Result<bool> {
    const SQL: &str = "SELECT COUNT(*) FROM contact_link WHERE tenant_id = $1 AND a = $2 AND b = $3 \
        AND NOT (state = 'standing' AND grade = $4 AND made_by IS NULL)";
    let args = args![tenant_id.as_str(), one.min(other).as_str(), one.max(other).as_str(), Grade::Inferred.rank()];
    let row: Option<(i64,)> = db.one(SQL, args).await?;
    Ok(row.is_some_and(|(n,)| n > 0))
}
