//! What is live, and every change of it: publishing, going back, plans and trials, switching on and off, each written down with who did it and why in
//! the transaction that does it. Nothing here changes or deletes one.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Tx};
use crate::error::{Error, Result, word};
use crate::flow_canary::{self, FlowCanary};
use crate::flow_plan::{self, FlowPlan};
use crate::flow_version::{self, FlowVersion};
use crate::notice::{self, Notice};
use qn_base::Timestamp;
use qn_domain::{TenantId, UserId};
use sqlx::FromRow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseKind {
    Publish,
    /// An earlier version is live again.
    Rollback,
    Enable,
    Disable,
    /// To go live later; the hash is of that version.
    Plan,
    /// It will not.
    Unplan,
    /// Its time came, and it could not; the note says why.
    PlanFailed,
    /// On trial in a share of new runs; the hash is of that version.
    Canary,
    /// The version on trial is live.
    Promote,
    /// The trial is over, and nothing else is live than before.
    Withdraw,
}

impl ReleaseKind {
    const ALL: [Self; 10] = [
        Self::Publish,
        Self::Rollback,
        Self::Enable,
        Self::Disable,
        Self::Plan,
        Self::Unplan,
        Self::PlanFailed,
        Self::Canary,
        Self::Promote,
        Self::Withdraw,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ReleaseKind::Publish => "publish",
            ReleaseKind::Rollback => "rollback",
            ReleaseKind::Enable => "enable",
            ReleaseKind::Disable => "disable",
            ReleaseKind::Plan => "plan",
            ReleaseKind::Unplan => "unplan",
            ReleaseKind::PlanFailed => "plan_failed",
            ReleaseKind::Canary => "canary",
            ReleaseKind::Promote => "promote",
            ReleaseKind::Withdraw => "withdraw",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One change of what is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowRelease {
    pub tenant_id: TenantId,
    pub flow_id: String,
    pub kind: ReleaseKind,
    /// The version that is live from then on, or that a plan or trial is about; none when nothing ever was live.
    pub hash: Option<String>,
    /// Its number; read only.
    pub number: Option<i64>,
    pub taken_by: UserId,
    pub note: String,
    pub at: Timestamp,
}

/// A draft that becomes the live version.
#[derive(Debug, Clone)]
pub struct Publishing<'a> {
    pub version: &'a FlowVersion,
    /// The flow's name from now on.
    pub name: &'a str,
    /// What must be live still; none: nothing.
    pub base_hash: Option<&'a str>,
    pub author_id: &'a UserId,
    /// The draft that goes, as it was read.
    pub revision: i64,
}

#[derive(FromRow)]
struct ReleaseRow {
    pk: i64,
    tenant_id: String,
    flow_id: String,
    kind: String,
    hash: Option<String>,
    number: Option<i64>,
    taken_by: String,
    note: String,
    at: i64,
}

impl ReleaseRow {
    fn read(self) -> Result<(i64, FlowRelease)> {
        let release = FlowRelease {
            tenant_id: self.tenant_id.into(),
            flow_id: self.flow_id,
            kind: word("flow_release.kind", &self.kind, ReleaseKind::parse)?,
            hash: self.hash,
            number: self.number,
            taken_by: UserId(self.taken_by),
            note: self.note,
            at: self.at,
        };
        Ok((self.pk, release))
    }
}

/// Makes a draft the live version, in one step. `Stale` for `flow` when something else went live meanwhile, for `draft` when the draft
/// was saved again; then nothing is changed.
pub async fn publish(db: &Db, wish: &Publishing<'_>) -> Result<()> {
    let v = wish.version;
    let mut tx = db.begin().await?;
    flow_version::insert_in(&mut tx, v).await?;
    let sql = "UPDATE flow SET live_hash = $3, name = $4, version = version + 1, updated_at = $5 \
               WHERE tenant_id = $1 AND id = $2 AND COALESCE(live_hash, '') = $6";
    let args = args![&v.tenant_id, &v.flow_id, &v.hash, wish.name, v.published_at, wish.base_hash.unwrap_or("")];
    if tx.run(sql, args).await? == 0 {
        return Err(Error::stale("flow", &v.flow_id));
    }
    let sql = "DELETE FROM flow_draft WHERE tenant_id = $1 AND flow_id = $2 AND author_id = $3 AND revision = $4";
    if tx.run(sql, args![&v.tenant_id, &v.flow_id, wish.author_id.as_str(), wish.revision]).await? == 0 {
        return Err(Error::stale("draft", &v.flow_id));
    }
    let release = FlowRelease {
        tenant_id: v.tenant_id.clone().into(),
        flow_id: v.flow_id.clone(),
        kind: ReleaseKind::Publish,
        hash: Some(v.hash.clone()),
        number: None,
        taken_by: wish.author_id.clone(),
        note: v.note.clone(),
        at: v.published_at,
    };
    flow_canary::end_in(&mut tx, &v.tenant_id, &v.flow_id).await?;
    insert(&mut tx, &release).await?;
    tx.commit().await
}

/// A plan whose time has come goes live, in one step. False when it was changed meanwhile, or something else is live than it began from:
/// then nothing is changed.
pub async fn carry_out(db: &Db, plan: &FlowPlan, at: Timestamp, name: &str) -> Result<bool> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE flow SET live_hash = $3, name = $4, version = version + 1, updated_at = $5 \
               WHERE tenant_id = $1 AND id = $2 AND COALESCE(live_hash, '') = $6";
    let args = args![&plan.tenant_id, &plan.flow_id, &plan.hash, name, at, plan.base_hash.clone().unwrap_or_default()];
    if tx.run(sql, args).await? == 0 || !flow_plan::delete_in(&mut tx, plan).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    drop_draft(&mut tx, (&plan.tenant_id, &plan.flow_id), &plan.author_id, plan.revision).await?;
    flow_canary::end_in(&mut tx, &plan.tenant_id, &plan.flow_id).await?;
    let release = FlowRelease {
        tenant_id: plan.tenant_id.clone().into(),
        flow_id: plan.flow_id.clone(),
        kind: ReleaseKind::Publish,
        hash: Some(plan.hash.clone()),
        number: None,
        taken_by: UserId(plan.author_id.clone()),
        note: plan.note.clone(),
        at,
    };
    insert(&mut tx, &release).await?;
    tx.commit().await?;
    Ok(true)
}

/// Why a plan could not go live, and who hears of it.
pub struct PlanFailure<'a> {
    /// A stable word, kept with the plan.
    pub word: &'a str,
    pub notice: &'a Notice,
    pub to: &'a [&'a UserId],
}

/// A plan whose time has come stays where it is; written down and told, in one step. False when it was changed meanwhile.
pub async fn fail_plan(db: &Db, plan: &FlowPlan, failure: &PlanFailure<'_>, at: Timestamp) -> Result<bool> {
    let mut tx = db.begin().await?;
    if !flow_plan::fail_in(&mut tx, plan, failure.word, at).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let release = FlowRelease {
        tenant_id: plan.tenant_id.clone().into(),
        flow_id: plan.flow_id.clone(),
        kind: ReleaseKind::PlanFailed,
        hash: Some(plan.hash.clone()),
        number: None,
        taken_by: UserId(plan.author_id.clone()),
        note: failure.notice.body.clone(),
        at,
    };
    insert(&mut tx, &release).await?;
    notice::insert_in(&mut tx, &release.tenant_id, failure.notice, failure.to).await?;
    tx.commit().await?;
    Ok(true)
}

/// The version on trial goes live, in one step. False when another is on trial by now, or none.
pub async fn promote(db: &Db, canary: &FlowCanary, release: &FlowRelease, name: &str) -> Result<bool> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE flow SET live_hash = $3, name = $4, version = version + 1, updated_at = $5 WHERE tenant_id = $1 AND id = $2 AND EXISTS \
               (SELECT 1 FROM flow_canary WHERE tenant_id = $1 AND flow_id = $2 AND hash = $3)";
    let args = args![&canary.tenant_id, &canary.flow_id, &canary.hash, name, release.at];
    if tx.run(sql, args).await? == 0 {
        tx.rollback().await?;
        return Ok(false);
    }
    flow_canary::end_in(&mut tx, &canary.tenant_id, &canary.flow_id).await?;
    drop_draft(&mut tx, (&canary.tenant_id, &canary.flow_id), &canary.author_id, canary.revision).await?;
    insert(&mut tx, release).await?;
    tx.commit().await?;
    Ok(true)
}

/// The trial ends and the live version takes all new runs again. False when there was none.
pub async fn withdraw(db: &Db, release: &FlowRelease) -> Result<bool> {
    let mut tx = db.begin().await?;
    let ended = flow_canary::end_in(&mut tx, release.tenant_id.as_str(), &release.flow_id).await?;
    if ended {
        insert(&mut tx, release).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Notes something that changes nothing live.
pub async fn note(db: &Db, release: &FlowRelease) -> Result<()> {
    let mut tx = db.begin().await?;
    insert(&mut tx, release).await?;
    tx.commit().await
}

/// The draft a version came of, unless it was saved again since.
async fn drop_draft(tx: &mut Tx, (tenant_id, flow_id): (&str, &str), author_id: &str, revision: i64) -> Result<()> {
    let sql = "DELETE FROM flow_draft WHERE tenant_id = $1 AND flow_id = $2 AND author_id = $3 AND revision = $4";
    tx.run(sql, args![tenant_id, flow_id, author_id, revision]).await?;
    Ok(())
}

/// Makes an earlier version of the flow live. False when it is live already.
pub async fn roll_back(db: &Db, release: &FlowRelease) -> Result<bool> {
    let sql = "UPDATE flow SET live_hash = $3, version = version + 1, updated_at = $4 \
               WHERE tenant_id = $1 AND id = $2 AND live_hash <> $3 \
               AND EXISTS (SELECT 1 FROM flow_version WHERE tenant_id = $1 AND flow_id = $2 AND hash = $3)";
    let args = args![release.tenant_id.as_str(), &release.flow_id, release.hash.clone(), release.at];
    let mut tx = db.begin().await?;
    let moved = tx.run(sql, args).await? > 0;
    if moved {
        flow_canary::end_in(&mut tx, release.tenant_id.as_str(), &release.flow_id).await?;
        insert(&mut tx, release).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

/// Switches on or off, as the release says. False when it is so already.
pub async fn switch(db: &Db, release: &FlowRelease) -> Result<bool> {
    let sql = "UPDATE flow SET enabled = $3, version = version + 1, updated_at = $4 WHERE tenant_id = $1 AND id = $2 AND enabled <> $3";
    let enabled = release.kind == ReleaseKind::Enable;
    let mut tx = db.begin().await?;
    let moved = tx.run(sql, args![release.tenant_id.as_str(), &release.flow_id, enabled, release.at]).await? > 0;
    if moved {
        insert(&mut tx, release).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

async fn insert(tx: &mut Tx, release: &FlowRelease) -> Result<()> {
    let sql = "INSERT INTO flow_release (tenant_id, flow_id, kind, hash, taken_by, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let args = args![
        release.tenant_id.as_str(),
        &release.flow_id,
        release.kind.as_str(),
        release.hash.clone(),
        release.taken_by.as_str(),
        &release.note,
        release.at
    ];
    tx.run(sql, args).await?;
    Ok(())
}

/// Newest first; the cursor is the row's number.
pub async fn list(db: &Db, tenant_id: &TenantId, flow_id: &str, cursor: Option<&str>, limit: i64) -> Result<Page<FlowRelease>> {
    let before = crate::below(cursor)?;
    let sql = "SELECT r.pk, r.tenant_id, r.flow_id, r.kind, r.hash, v.number, r.taken_by, r.note, r.at FROM flow_release r \
               LEFT JOIN flow_version v ON v.tenant_id = r.tenant_id AND v.hash = r.hash \
               WHERE r.tenant_id = $1 AND r.flow_id = $2 AND r.pk < $3 ORDER BY r.pk DESC LIMIT $4";
    let rows: Vec<ReleaseRow> = db.all(sql, args![tenant_id.as_str(), flow_id, before, limit + 1]).await?;
    let releases = rows.into_iter().map(ReleaseRow::read).collect::<Result<Vec<_>>>()?;
    let page = Page::cut(releases, limit, |(pk, _)| pk.to_string());
    Ok(Page { items: page.items.into_iter().map(|(_, release)| release).collect(), next_cursor: page.next_cursor })
}
