//! A tenant's own kinds of tickets. Those that everybody has are constants (`domain::TicketKind::common`); a row with the same id takes the place.

use crate::args::args;
use crate::db::Db;
use crate::error::{Error, Result, json};
use qn_domain::{TenantId, TicketKind, Timestamp};
use sqlx::FromRow;

#[derive(FromRow)]
struct KindRow {
    id: String,
    name_zh: String,
    name_en: String,
    fields: String,
    due_ms: Option<i64>,
    version: i64,
}

/// All kinds a tenant's tickets may have, by id.
pub async fn list(db: &Db, tenant_id: &TenantId) -> Result<Vec<TicketKind>> {
    let sql = "SELECT id, name_zh, name_en, fields, due_ms, version FROM ticket_kind WHERE tenant_id = $1 ORDER BY id";
    let rows: Vec<KindRow> = db.all(sql, args![tenant_id.as_str()]).await?;
    let mut kinds = Vec::with_capacity(rows.len() + 5);
    for row in rows {
        let KindRow { id, name_zh, name_en, fields, due_ms, version } = row;
        kinds.push(TicketKind { fields: json("ticket_kind.fields", &fields)?, id, name_zh, name_en, due_ms, version });
    }
    let own: Vec<String> = kinds.iter().map(|kind| kind.id.clone()).collect();
    kinds.extend(TicketKind::common().into_iter().filter(|kind| !own.contains(&kind.id)));
    kinds.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(kinds)
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &str) -> Result<Option<TicketKind>> {
    Ok(list(db, tenant_id).await?.into_iter().find(|kind| kind.id == id))
}

/// `kind.version` is the version that was read; 0 makes a new row.
pub async fn put(db: &Db, tenant_id: &TenantId, kind: &TicketKind, now: Timestamp) -> Result<i64> {
    let fields = serde_json::to_string(&kind.fields).unwrap_or_default();
    let values = args![tenant_id.as_str(), &kind.id, &kind.name_zh, &kind.name_en, fields, kind.due_ms];
    let done = if kind.version == 0 {
        let sql = "INSERT INTO ticket_kind (tenant_id, id, name_zh, name_en, fields, due_ms, version, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (tenant_id, id) DO NOTHING";
        db.run(sql, values.into_iter().chain(args![now]).collect()).await?
    } else {
        let sql = "UPDATE ticket_kind SET name_zh = $3, name_en = $4, fields = $5, due_ms = $6, version = version + 1 \
            WHERE tenant_id = $1 AND id = $2 AND version = $7";
        db.run(sql, values.into_iter().chain(args![kind.version]).collect()).await?
    };
    if done == 0 { Err(Error::stale("ticket kind", &kind.id)) } else { Ok(kind.version + 1) }
}

/// Tickets of this kind keep what they have.
pub async fn delete(db: &Db, tenant_id: &TenantId, id: &str, version: i64) -> Result<()> {
    let sql = "DELETE FROM ticket_kind WHERE tenant_id = $1 AND id = $2 AND version = $3";
    if db.run(sql, args![tenant_id.as_str(), id, version]).await? > 0 {
        return Ok(());
    }
    match find(db, tenant_id, id).await? {
        Some(kind) if kind.version > 0 => Err(Error::stale("ticket kind", id)),
        _ => Err(Error::not_found("ticket kind", id)),
    }
}
