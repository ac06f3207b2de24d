//! What steps of runs said to the outside and heard from it, redacted before it comes here. For operations that must not be done
//! twice the row is also the note that one was begun: written before the call, settled after it.

use crate::args::args;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, json};
use qn_base::Timestamp;
use qn_domain::TenantId;
use sqlx::FromRow;

/// One call.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowExchange {
    pub tenant_id: TenantId,
    pub run_id: String,
    pub step: String,
    pub attempt: i64,
    pub fate: Fate,
    pub exchange: serde_json::Value,
    pub at: Timestamp,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Under way, or nobody knows whether it was done.
    Doubt,
    Done,
    /// Certainly not done.
    Failed,
}

impl Fate {
    pub fn as_str(self) -> &'static str {
        match self {
            Fate::Doubt => "doubt",
            Fate::Done => "done",
            Fate::Failed => "failed",
        }
    }
}

#[derive(FromRow)]
struct ExchangeRow {
    tenant_id: String,
    run_id: String,
    step: String,
    attempt: i64,
    state: String,
    exchange: String,
    at: i64,
}

impl ExchangeRow {
    fn read(self) -> Result<FlowExchange> {
        Ok(FlowExchange {
            tenant_id: self.tenant_id.into(),
            run_id: self.run_id,
            step: self.step,
            attempt: self.attempt,
            fate: [Fate::Done, Fate::Failed].into_iter().find(|fate| fate.as_str() == self.state).unwrap_or(Fate::Doubt),
            exchange: json("flow_exchange.exchange", &self.exchange)?,
            at: self.at,
        })
    }
}

pub(crate) const PUT_EACH: EachSql = each_sql!(
    "INSERT INTO flow_exchange (run_id, step, attempt, tenant_id, state, exchange, at) \
     SELECT value->>0, value->>1, CAST(value->>2 AS BIGINT), value->>3, value->>4, value->>5, CAST(value->>6 AS BIGINT) FROM ",
    " WHERE true ON CONFLICT (run_id, step, attempt) DO UPDATE SET state = excluded.state, exchange = excluded.exchange, at = excluded.at"
);

/// On disk when it returns; a later record of the same attempt takes the place of the former.
pub async fn put(db: &Db, exchange: &FlowExchange) -> Result<()> {
    let mut rows = Rows::default();
    push(&mut rows, exchange);
    db.run(PUT_EACH.text(db.dialect()), rows.finish()).await.map(|_| ())
}

pub(crate) fn push(rows: &mut Rows, e: &FlowExchange) {
    rows.row().text(&e.run_id).text(&e.step).int(e.attempt).text(e.tenant_id.as_str()).text(e.fate.as_str());
    rows.json(&e.exchange).int(e.at);
}

/// Notes that an operation which must not be done twice is begun now. False: an earlier attempt, or this one before a crash, was or may
/// have been carried out.
pub async fn begin_once(db: &Db, tenant_id: &TenantId, run_id: &str, step: &str, attempt: i64, at: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO flow_exchange (run_id, step, attempt, tenant_id, state, exchange, at) \
        SELECT $1, $2, CAST($3 AS BIGINT), $4, 'doubt', '{}', CAST($5 AS BIGINT) \
        WHERE NOT EXISTS (SELECT 1 FROM flow_exchange WHERE run_id = $1 AND step = $2 AND tenant_id = $4 AND state <> 'failed') \
        ON CONFLICT (run_id, step, attempt) DO UPDATE SET state = excluded.state, at = excluded.at";
    Ok(db.run(sql, args![run_id, step, attempt, tenant_id.as_str(), at]).await? == 1)
}

/// Those of one run, oldest first; at most 1,000.
pub async fn list(db: &Db, tenant_id: &TenantId, run_id: &str) -> Result<Vec<FlowExchange>> {
    let sql = "SELECT tenant_id, run_id, step, attempt, state, exchange, at FROM flow_exchange WHERE tenant_id = $1 AND run_id = $2 \
        ORDER BY at, step, attempt LIMIT 1000";
    let rows: Vec<ExchangeRow> = db.all(sql, args![tenant_id.as_str(), run_id]).await?;
    rows.into_iter().map(ExchangeRow::read).collect()
}
