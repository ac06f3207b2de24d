//! The steps of trained versions, written in the transaction that takes them. Nothing here changes or deletes one.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Result, word};
use crate::intent_model::{MILLION, millionths};
use qn_domain::{StepKind, TenantId, UserId, VersionStep};
use sqlx::FromRow;

#[derive(FromRow)]
struct StepRow {
    pk: i64,
    tenant_id: String,
    model_id: String,
    number: i64,
    kind: String,
    share_percent: i64,
    threshold_e6: i64,
    taken_by: String,
    at: i64,
}

impl StepRow {
    fn read(self) -> Result<(i64, VersionStep)> {
        let step = VersionStep {
            tenant_id: self.tenant_id.into(),
            model_id: self.model_id.into(),
            number: self.number,
            kind: word("version_step.kind", &self.kind, StepKind::parse)?,
            share_percent: self.share_percent,
            threshold: self.threshold_e6 as f32 / MILLION,
            taken_by: UserId(self.taken_by),
            at: self.at,
        };
        Ok((self.pk, step))
    }
}

pub(crate) async fn insert(tx: &mut Tx, step: &VersionStep) -> Result<()> {
    let sql = "INSERT INTO version_step (tenant_id, model_id, number, kind, share_percent, threshold_e6, taken_by, at) \
               SELECT $1, $2, number, $3, $4, $5, $6, $7 FROM intent_model WHERE tenant_id = $1 AND id = $2";
    let args = args![
        step.tenant_id.as_str(),
        step.model_id.as_str(),
        step.kind.as_str(),
        step.share_percent,
        millionths(step.threshold),
        step.taken_by.as_str(),
        step.at
    ];
    tx.run(sql, args).await?;
    Ok(())
}

/// Newest first; the cursor is the row's number.
pub async fn list(db: &Db, tenant_id: &TenantId, cursor: Option<&str>, limit: i64) -> Result<Page<VersionStep>> {
    let before = crate::below(cursor)?;
    let sql = "SELECT pk, tenant_id, model_id, number, kind, share_percent, threshold_e6, taken_by, at FROM version_step \
               WHERE tenant_id = $1 AND pk < $2 ORDER BY pk DESC LIMIT $3";
    let rows: Vec<StepRow> = db.all(sql, args![tenant_id.as_str(), before, limit + 1]).await?;
    let steps = rows.into_iter().map(StepRow::read).collect::<Result<Vec<_>>>()?;
    let page = Page::cut(steps, limit, |(pk, _)| pk.to_string());
    Ok(Page { items: page.items.into_iter().map(|(_, step)| step).collect(), next_cursor: page.next_cursor })
}
