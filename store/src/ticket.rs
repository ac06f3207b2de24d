//! Tickets, their conversations and their history. A ticket, the lines of history of one change and what the outside is owed for it are
//! written in one transaction; the same cause is written once.

use crate::Page;
use crate::args::{Arg, args};
use crate::db::{Db, Tx};
use crate::each::Rows;
use crate::effect;
use crate::error::{Error, Result, json, word};
use crate::notice::{self, Notice};
use qn_domain::{
    ContactId, ConversationId, Effect, Priority, TeamId, TenantId, Ticket, TicketEvent, TicketId, TicketState, Timestamp, UserId,
};
use sqlx::FromRow;

const COLUMNS: &str = "t.id, t.tenant_id, t.number, t.kind, t.title, t.body, t.fields, t.state, t.priority, t.team_id, t.assignee_id, \
    t.contact_id, t.run_id, t.due_at, t.sla, t.opened_by, t.solved_at, t.version, t.created_at, t.updated_at";

#[derive(FromRow)]
struct TicketRow {
    id: String,
    tenant_id: String,
    number: i64,
    kind: String,
    title: String,
    body: String,
    fields: String,
    state: String,
    priority: String,
    team_id: Option<String>,
    assignee_id: Option<String>,
    contact_id: Option<String>,
    run_id: Option<String>,
    due_at: Option<i64>,
    sla: Option<String>,
    opened_by: String,
    solved_at: Option<i64>,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

impl TicketRow {
    fn read(self) -> Result<Ticket> {
        Ok(Ticket {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            number: self.number,
            kind: self.kind,
            title: self.title,
            text: self.body,
            fields: json("ticket.fields", &self.fields)?,
            state: word("ticket.state", &self.state, TicketState::parse)?,
            priority: word("ticket.priority", &self.priority, Priority::parse)?,
            team_id: self.team_id.map(TeamId),
            assignee_id: self.assignee_id.map(UserId),
            contact_id: self.contact_id.map(ContactId),
            run_id: self.run_id,
            due_at: self.due_at,
            sla: self.sla.map(|text| json("ticket.sla", &text)).transpose()?,
            opened_by: json("ticket.opened_by", &self.opened_by)?,
            solved_at: self.solved_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Which tickets; everything absent fits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub states: Vec<TicketState>,
    pub kind: Option<String>,
    pub priority: Option<Priority>,
    /// Of one of these; none is of no team at all.
    pub team_ids: Option<Vec<TeamId>>,
    /// `Some(None)`: nobody's.
    pub assignee_id: Option<Option<UserId>>,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    /// Due before this and not over.
    pub due_before: Option<Timestamp>,
    /// Part of the title, or the number.
    pub text: Option<String>,
}

/// Effects of a ticket as it was written: its number and version are known by then.
pub type Owed<'a> = &'a (dyn Fn(&Ticket) -> Vec<Effect> + Sync);

/// Writes a ticket that is new, gives it its number, and says whether it was there before (by id).
pub async fn insert(
    db: &Db,
    ticket: &Ticket,
    link: Option<&ConversationId>,
    event: &TicketEvent,
    owed: Owed<'_>,
) -> Result<(Ticket, bool)> {
    if let Some(known) = find(db, &ticket.tenant_id, &ticket.id).await? {
        return Ok((known, true));
    }
    let mut tx = db.begin().await?;
    let next = "INSERT INTO ticket_number (tenant_id, last) VALUES ($1, 1) \
        ON CONFLICT (tenant_id) DO UPDATE SET last = ticket_number.last + 1 RETURNING last";
    let numbers: Vec<(i64,)> = tx.all(next, args![ticket.tenant_id.as_str()]).await?;
    let ticket = Ticket { number: numbers.first().map_or(0, |(number,)| *number), ..ticket.clone() };
    let sql = "INSERT INTO ticket (id, tenant_id, number, kind, title, body, fields, state, priority, team_id, assignee_id, contact_id, \
        run_id, due_at, sla, opened_by, solved_at, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (id) DO NOTHING";
    let mut values = args![ticket.id.as_str(), ticket.tenant_id.as_str(), ticket.number];
    values.push(ticket.kind.as_str().into());
    values.extend(changing(&ticket));
    values.extend(args![ticket.contact_id.as_ref().map(ContactId::as_str), ticket.run_id.as_deref(), ticket.due_at, promised(&ticket)]);
    values.extend(args![serde_json::to_string(&ticket.opened_by).unwrap_or_default(), ticket.solved_at, 1]);
    values.extend(args![ticket.created_at, ticket.updated_at]);
    if tx.run(sql, values).await? == 0 {
        tx.rollback().await?;
        return Ok((get(db, &ticket.tenant_id, &ticket.id).await?, true));
    }
    if let Some(id) = link {
        tie(&mut tx, &ticket, id).await?;
    }
    note(&mut tx, &ticket, event, 1, "opened").await?;
    let ticket = Ticket { version: 1, ..ticket };
    owe(&mut tx, &ticket, owed).await?;
    tx.commit().await?;
    Ok((ticket, false))
}

/// What may change, in the order of the columns.
fn changing(ticket: &Ticket) -> Vec<Arg> {
    args![
        &ticket.title,
        &ticket.text,
        serde_json::to_string(&ticket.fields).unwrap_or_default(),
        ticket.state.as_str(),
        ticket.priority.as_str(),
        ticket.team_id.as_ref().map(TeamId::as_str),
        ticket.assignee_id.as_ref().map(UserId::as_str),
    ]
}

fn promised(ticket: &Ticket) -> Option<String> {
    ticket.sla.as_ref().and_then(|standing| serde_json::to_string(standing).ok())
}

/// `ticket.version` is the version that was read. Gives the new one.
pub async fn update(db: &Db, ticket: &Ticket, update: &Update<'_>) -> Result<i64> {
    let mut tx = db.begin().await?;
    let sql = "UPDATE ticket SET title = $4, body = $5, fields = $6, state = $7, priority = $8, team_id = $9, assignee_id = $10, due_at = $11, \
        sla = $12, solved_at = $13, updated_at = $14, version = version + 1 WHERE tenant_id = $1 AND id = $2 AND version = $3";
    let mut values = args![ticket.tenant_id.as_str(), ticket.id.as_str(), ticket.version];
    values.extend(changing(ticket));
    values.extend(args![ticket.due_at, promised(ticket), ticket.solved_at, ticket.updated_at]);
    if tx.run(sql, values).await? == 0 {
        tx.rollback().await?;
        get(db, &ticket.tenant_id, &ticket.id).await?;
        return Err(Error::stale("ticket", &ticket.id));
    }
    if let Some(id) = update.tie {
        tie(&mut tx, ticket, id).await?;
    }
    if let Some(id) = update.untie {
        let sql = "DELETE FROM ticket_conversation WHERE tenant_id = $1 AND ticket_id = $2 AND conversation_id = $3";
        tx.run(sql, args![ticket.tenant_id.as_str(), ticket.id.as_str(), id.as_str()]).await?;
    }
    let last: Vec<(i64,)> = tx.all(LAST_SEQ, args![ticket.id.as_str()]).await?;
    let mut seq = last.first().map_or(0, |(seq,)| *seq);
    for (n, event) in update.events.iter().enumerate() {
        seq += 1;
        let own = seq.to_string();
        let named = update.cause.map(|cause| format!("{cause}#{n}"));
        note(&mut tx, ticket, event, seq, named.as_deref().unwrap_or(&own)).await?;
    }
    let version = ticket.version + 1;
    owe(&mut tx, &Ticket { version, ..ticket.clone() }, update.owed).await?;
    for (told, to) in update.told {
        notice::insert_in(&mut tx, &ticket.tenant_id, told, to).await?;
    }
    tx.commit().await?;
    Ok(version)
}

async fn owe(tx: &mut Tx, ticket: &Ticket, owed: Owed<'_>) -> Result<()> {
    let mut rows = Rows::default();
    owed(ticket).iter().for_each(|one| effect::push(&mut rows, &ticket.tenant_id, one, ticket.updated_at));
    if !rows.is_empty() {
        tx.run(effect::INSERT_EACH.text(tx.dialect()), rows.finish()).await?;
    }
    Ok(())
}

const LAST_SEQ: &str = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM ticket_event WHERE ticket_id = $1";

/// What is written with a change.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    pub events: &'a [TicketEvent],
    /// A conversation that is tied to the ticket, and one that is taken from it.
    pub tie: Option<&'a ConversationId>,
    pub untie: Option<&'a ConversationId>,
    /// What asked for it, so that it is done once; none when nobody repeats it.
    pub cause: Option<&'a str>,
    pub owed: Owed<'a>,
    /// What people read in the console, and who.
    pub told: &'a [(Notice, Vec<&'a UserId>)],
}

async fn tie(tx: &mut Tx, ticket: &Ticket, id: &ConversationId) -> Result<()> {
    let sql = "INSERT INTO ticket_conversation (ticket_id, conversation_id, tenant_id, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (ticket_id, conversation_id) DO NOTHING";
    tx.run(sql, args![ticket.id.as_str(), id.as_str(), ticket.tenant_id.as_str(), ticket.updated_at]).await?;
    Ok(())
}

async fn note(tx: &mut Tx, ticket: &Ticket, event: &TicketEvent, seq: i64, cause: &str) -> Result<()> {
    let sql = "INSERT INTO ticket_event (ticket_id, seq, tenant_id, what, changed, note, taken_by, cause, at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let changed = serde_json::to_string(&event.changed).unwrap_or_default();
    let by = serde_json::to_string(&event.by).unwrap_or_default();
    let values = args![ticket.id.as_str(), seq, ticket.tenant_id.as_str(), &event.what, changed, &event.note, by, cause, event.at];
    tx.run(sql, values).await?;
    Ok(())
}

/// Whether this was done before.
pub async fn has_cause(db: &Db, tenant_id: &TenantId, id: &TicketId, cause: &str) -> Result<bool> {
    let sql = "SELECT seq FROM ticket_event WHERE tenant_id = $1 AND ticket_id = $2 AND cause = $3";
    let found: Option<(i64,)> = db.one(sql, args![tenant_id.as_str(), id.as_str(), format!("{cause}#0")]).await?;
    Ok(found.is_some())
}

pub async fn find(db: &Db, tenant_id: &TenantId, id: &TicketId) -> Result<Option<Ticket>> {
    let sql = format!("SELECT {COLUMNS} FROM ticket t WHERE t.tenant_id = $1 AND t.id = $2");
    let rows: Vec<TicketRow> = db.all_text(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    rows.into_iter().next().map(TicketRow::read).transpose()
}

pub async fn find_numbered(db: &Db, tenant_id: &TenantId, number: i64) -> Result<Option<Ticket>> {
    let sql = format!("SELECT {COLUMNS} FROM ticket t WHERE t.tenant_id = $1 AND t.number = $2");
    let rows: Vec<TicketRow> = db.all_text(sql, args![tenant_id.as_str(), number]).await?;
    rows.into_iter().next().map(TicketRow::read).transpose()
}

pub async fn get(db: &Db, tenant_id: &TenantId, id: &TicketId) -> Result<Ticket> {
    find(db, tenant_id, id).await?.ok_or_else(|| Error::not_found("ticket", id))
}

/// Newest first. The cursor is the number of the last one seen.
pub async fn list(db: &Db, tenant_id: &TenantId, filter: &Filter, cursor: Option<i64>, limit: i64) -> Result<Page<Ticket>> {
    let mut wanted = Wanted::of(COLUMNS, tenant_id, filter);
    if let Some(cursor) = cursor {
        let place = wanted.bind(cursor.into());
        wanted.sql += &format!(" AND t.number < ${place}");
    }
    let place = wanted.bind((limit + 1).into());
    wanted.sql += &format!(" ORDER BY t.number DESC LIMIT ${place}");
    let rows: Vec<TicketRow> = db.all_text(wanted.sql, wanted.args).await?;
    let tickets = rows.into_iter().map(TicketRow::read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(tickets, limit, |ticket| ticket.number.to_string()))
}

pub async fn count(db: &Db, tenant_id: &TenantId, filter: &Filter) -> Result<i64> {
    let wanted = Wanted::of("COUNT(*)", tenant_id, filter);
    let rows: Vec<(i64,)> = db.all_text(wanted.sql, wanted.args).await?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}

/// A list's text as it grows; made of constants, values are bound.
struct Wanted {
    sql: String,
    args: Vec<Arg>,
}

impl Wanted {
    fn of(columns: &'static str, tenant_id: &TenantId, filter: &Filter) -> Self {
        let sql = format!("SELECT {columns} FROM ticket t WHERE t.tenant_id = $1");
        let mut wanted = Self { sql, args: args![tenant_id.as_str()] };
        wanted.narrow(filter);
        wanted
    }

    fn narrow(&mut self, filter: &Filter) {
        if !filter.states.is_empty() {
            // Words of ours, not binds.
            let words: Vec<String> = filter.states.iter().map(|state| format!("'{}'", state.as_str())).collect();
            self.sql += &format!(" AND t.state IN ({})", words.join(", "));
        }
        self.is("t.kind", filter.kind.as_deref());
        self.is("t.priority", filter.priority.map(Priority::as_str));
        if let Some(ids) = &filter.team_ids {
            self.within("t.team_id", ids.iter().map(TeamId::as_str));
        }
        self.is("t.contact_id", filter.contact_id.as_ref().map(ContactId::as_str));
        match &filter.assignee_id {
            Some(Some(id)) => self.is("t.assignee_id", Some(id.as_str())),
            Some(None) => self.sql += " AND t.assignee_id IS NULL",
            None => {}
        }
        if let Some(id) = &filter.conversation_id {
            let place = self.bind(id.as_str().into());
            self.sql += &format!(
                " AND t.id IN (SELECT l.ticket_id FROM ticket_conversation l WHERE l.tenant_id = $1 AND l.conversation_id = ${place})"
            );
        }
        if let Some(before) = filter.due_before {
            let place = self.bind(before.into());
            self.sql += &format!(" AND t.due_at < ${place} AND t.state IN ('open', 'working', 'waiting')");
        }
        if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let pattern = format!("%{}%", crate::conversation::like(&text.to_lowercase()));
            let (like, number) = (self.bind(pattern.into()), text.trim_start_matches('#').parse::<i64>().unwrap_or(0));
            let number = self.bind(number.into());
            self.sql += &format!(" AND (LOWER(t.title) LIKE ${like} ESCAPE '!' OR t.number = ${number})");
        }
    }

    fn bind(&mut self, value: Arg) -> usize {
        self.args.push(value);
        self.args.len()
    }

    fn is(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = value {
            let place = self.bind(value.into());
            self.sql += &format!(" AND {column} = ${place}");
        }
    }

    fn within<'v>(&mut self, column: &str, values: impl Iterator<Item = &'v str>) {
        let places: Vec<String> = values.map(|value| format!("${}", self.bind(value.into()))).collect();
        // A list of nothing is refused by one of the databases.
        self.sql += &if places.is_empty() { " AND 1 = 0".to_owned() } else { format!(" AND {column} IN ({})", places.join(", ")) };
    }
}

/// The conversations it is about, oldest tie first.
pub async fn conversations(db: &Db, tenant_id: &TenantId, id: &TicketId) -> Result<Vec<ConversationId>> {
    let sql = "SELECT conversation_id FROM ticket_conversation WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY at, conversation_id";
    let rows: Vec<(String,)> = db.all(sql, args![tenant_id.as_str(), id.as_str()]).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

#[derive(FromRow)]
struct EventRow {
    seq: i64,
    what: String,
    changed: String,
    note: String,
    taken_by: String,
    at: i64,
}

/// Newest first. The cursor is the number of the last line seen.
pub async fn history(db: &Db, tenant_id: &TenantId, id: &TicketId, cursor: Option<i64>, limit: i64) -> Result<Page<TicketEvent>> {
    let sql = "SELECT seq, what, changed, note, taken_by, at FROM ticket_event WHERE tenant_id = $1 AND ticket_id = $2 AND seq < $3 \
        ORDER BY seq DESC LIMIT $4";
    let values = args![tenant_id.as_str(), id.as_str(), cursor.unwrap_or(i64::MAX), limit + 1];
    let rows: Vec<EventRow> = db.all(sql, values).await?;
    let read = |row: EventRow| {
        Ok(TicketEvent {
            seq: row.seq,
            what: row.what,
            changed: json("ticket_event.changed", &row.changed)?,
            note: row.note,
            by: json("ticket_event.taken_by", &row.taken_by)?,
            at: row.at,
        })
    };
    let events = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(events, limit, |event| event.seq.to_string()))
}
