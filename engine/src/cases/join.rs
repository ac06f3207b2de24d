//! One case across channels by itself: what a proved person writes on another channel joins the case that they opened elsewhere, where
//! both share an order, a ticket or what the talk is about. Whoever is served by a person stays the whole; while the bot serves, the
//! conversation that the customer writes in is the whole, because the bot speaks where the customer is. What a flow asked them and waits
//! for comes along (`bring_flows`). Undone like any merge.

use super::Wire;
use super::acts::Before;
use super::common::{Matter, Reason, ticket_numbers};
use crate::draft::{Draft, Elsewhere};
use crate::flows::stack;
use crate::persons::carry;
use crate::{Engine, Result};
use qn_domain::{
    Activity, ActivityKey, Author, ContactId, Conversation, ConversationId, Json, MessageKind, Move, Owner, Status, TenantId, Tie, TieId,
    TieKind, Timestamp,
};
use qn_store::{conversation, conversation_tie, ticket};
use serde_json::json;

/// A talk that rested longer is no longer told by its topic; numbers count for as long as the case is open.
const TOPIC_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
/// Of a person, looked through for one that a message belongs to.
const CASES_MAX: i64 = 10;
/// Of a case, the last ones, read for what was named.
const MESSAGES_MAX: i64 = 100;
/// Wires of one case; a person who writes on more begins another.
const WIRES_MAX: usize = 10;

/// A conversation that becomes one case with the one that was just written in.
#[derive(Debug, Clone)]
pub(crate) struct Joining {
    pub other: Conversation,
    pub reason: Reason,
    /// The one that was written in, as it was before.
    own: Conversation,
    /// The tie that is undone first, and its line: the customer is back on a wire that was a part.
    turned: Option<(Tie, Activity)>,
    /// The flows that talked in the other one go on in this.
    brings_flows: bool,
}

impl Joining {
    pub fn new(own: &Conversation, other: Conversation, reason: Reason) -> Self {
        let mut own = own.clone();
        if own.version == 0 {
            // Nothing was said in it before.
            own.last_message_at = 0;
        }
        Self { other, reason, own, turned: None, brings_flows: false }
    }

    /// A flow of the other one waits for the answer to what was asked there, and may get it here.
    pub fn brings_question(&self) -> bool {
        self.brings_flows && stack::open(&self.other.bot).is_some()
    }

    /// The flows that talk in the other one go on in `here`, below none of its own. False: there are none, or they cannot. A one-time code
    /// was sent to whoever wrote there, and is taken there only.
    pub fn bring_flows(&mut self, here: &mut Conversation) -> bool {
        let (there, bot) = (&self.other, &mut here.bot);
        let can = there.bot_speaks() && !there.bot.flows.is_empty() && !there.bot.asks_for_code() && bot.flows.is_empty();
        self.brings_flows = can && here.owner == Owner::Bot && !bot.muted && here.status != Status::Resolved;
        if self.brings_flows {
            bot.flows.clone_from(&there.bot.flows);
        }
        self.brings_flows
    }

    /// People have the other one and get what was just said.
    pub fn is_served(&self) -> bool {
        is_served(&self.other)
    }

    pub fn wire(&self) -> Option<Wire> {
        self.is_served().then(|| Wire { work: self.other.clone(), elsewhere: Elsewhere::Part })
    }

    /// For the beginning of the draft.
    pub fn first_line(&self) -> Option<Activity> {
        self.turned.as_ref().map(|(_, line)| line.clone())
    }
}

fn is_served(c: &Conversation) -> bool {
    c.status != Status::Resolved && c.owner != Owner::Bot
}

/// What is looked for: the person's contacts that are proved to be one, and what was just said.
pub(crate) struct Wanted<'a> {
    pub own: &'a Conversation,
    /// Without the one that wrote.
    pub person: &'a [ContactId],
    pub said: &'a Matter,
    pub text: &'a str,
    /// The channel keeps the threads of one contact apart without meaning anything by it.
    pub many_threads: bool,
}

/// A case of the person that is open or was a short while ago.
pub(crate) struct Candidate {
    pub case: Conversation,
    pub matter: Matter,
    by_topic: bool,
}

impl Engine {
    /// The person's other cases, the newest first.
    pub(crate) async fn joinable(&self, wanted: &Wanted<'_>) -> Result<Vec<Candidate>> {
        let own = wanted.own;
        let mut contact_ids = wanted.person.to_vec();
        if wanted.many_threads {
            contact_ids.push(own.contact_id.clone());
        }
        if contact_ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = conversation::Filter { contact_ids, ..conversation::Filter::default() };
        let recent = conversation::list(&self.db, &own.tenant_id, &filter, None, CASES_MAX).await?.items;
        let mut found: Vec<Candidate> = Vec::new();
        for c in recent {
            let case = if c.tied.merged_into.is_some() { self.whole(&c).await? } else { c };
            if found.iter().all(|other| other.case.id != case.id)
                && let Some(candidate) = self.joinable_case(wanted, case).await?
            {
                found.push(candidate);
            }
        }
        Ok(found)
    }

    /// The same for one that is known already; none when it is over, or not the person's any more.
    pub(crate) async fn still_joinable(&self, wanted: &Wanted<'_>, id: &ConversationId) -> Result<Option<Candidate>> {
        match conversation::find(&self.db, &wanted.own.tenant_id, id).await? {
            Some(c) => self.joinable_case(wanted, self.whole(&c).await?).await,
            None => Ok(None),
        }
    }

    async fn joinable_case(&self, wanted: &Wanted<'_>, case: Conversation) -> Result<Option<Candidate>> {
        let own = wanted.own;
        let is_theirs = |id: &ContactId| *id == own.contact_id || wanted.person.contains(id);
        let is_whole = case.tied.merged_into.is_none() && case.tied.split_from.is_none() && case.tied.splits.is_empty();
        if case.id == own.id || !is_whole || case.bot.unproved || !is_theirs(&case.contact_id) || !self.is_recent(&case).await? {
            return Ok(None);
        }
        let ties = self.ties(&own.tenant_id, &case.id).await?;
        let taken_back = |t: &Tie| !t.stands() && t.kind == TieKind::Merge && (t.from == own.id || t.to == own.id);
        let wires = ties.iter().filter(|t| t.stands() && t.kind == TieKind::Merge).count();
        if wires >= WIRES_MAX || ties.iter().any(taken_back) {
            return Ok(None);
        }
        let messages = self.case_messages(&own.tenant_id, &case.id, MESSAGES_MAX).await?;
        let by_them = |id: &Option<String>| id.as_ref().is_some_and(|id| is_theirs(&ContactId(id.clone())));
        let heard = messages.iter().filter(|m| m.kind == MessageKind::Outgoing || by_them(&m.author.id));
        let matter = Matter::of_messages(heard);
        // Letters of one sender are kept apart by what they are about: only a number says that two are one.
        let by_topic = case.contact_id != own.contact_id && self.now() - case.last_message_at <= TOPIC_MS;
        Ok(Some(Candidate { case, matter, by_topic }))
    }

    /// The case, where a flow waits in it for an answer that what was just said may be: it is not about other orders.
    pub(crate) async fn waiting(&self, wanted: &Wanted<'_>, case: Conversation) -> Result<Option<Joining>> {
        let Some(flow) = stack::open(&case.bot).map(|question| question.name.clone()).filter(|_| case.bot_speaks()) else {
            return Ok(None);
        };
        let candidate = self.joinable_case(wanted, case).await?.filter(|candidate| !wanted.said.is_about_others(&candidate.matter));
        Ok(candidate.map(|candidate| Joining::new(wanted.own, candidate.case, Reason::Question(flow))))
    }

    async fn is_recent(&self, c: &Conversation) -> Result<bool> {
        let Some(resolved_at) = c.resolved_at.filter(|_| c.status == Status::Resolved) else { return Ok(true) };
        let inbox = self.inbox(&c.tenant_id, &c.inbox_id).await?;
        Ok(self.now() - resolved_at <= inbox.reopen_window_ms)
    }

    /// Why what was just said belongs to the case; none when it does not.
    pub(crate) async fn shared(&self, wanted: &Wanted<'_>, candidate: &Candidate) -> Result<Option<Reason>> {
        for number in ticket_numbers(wanted.text) {
            if self.is_ticket_of(&wanted.own.tenant_id, number, &candidate.case).await? {
                return Ok(Some(Reason::Ticket(number)));
            }
        }
        Ok(wanted.said.shared_with(&candidate.matter, candidate.by_topic))
    }

    /// Of this case or a part of it; a number of anybody else's says nothing.
    async fn is_ticket_of(&self, tenant_id: &TenantId, number: i64, case: &Conversation) -> Result<bool> {
        let Some(ticket) = ticket::find_numbered(&self.db, tenant_id, number).await? else { return Ok(false) };
        for id in ticket::conversations(&self.db, tenant_id, &ticket.id).await? {
            if id == case.id || self.whole(&conversation::get(&self.db, tenant_id, &id).await?).await?.id == case.id {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The customer is back on a wire that became a part by itself, and no person has the case: the bot speaks here again, and the case
    /// becomes a part of this. None: people tied it, or have it, or parted the persons since: then what the case knows is another's.
    pub(crate) async fn turned(&self, known: &Conversation, wire: &Wire) -> Result<Option<(Conversation, Joining)>> {
        if wire.elsewhere != Elsewhere::Part || is_served(&wire.work) {
            return Ok(None);
        }
        let ties = conversation_tie::list(&self.db, &known.tenant_id, &[&known.id]).await?;
        let Some(tie) = ties.into_iter().find(|t| t.stands() && t.kind == TieKind::Merge && t.from == known.id) else { return Ok(None) };
        let Some(before) = tie.before.read::<Before>().filter(|_| tie.by_itself()) else { return Ok(None) };
        if !self.is_of_same(known, &wire.work).await? {
            return Ok(None);
        }
        let now = self.now();
        let tie = Tie { undone_by: Some(String::new().into()), undone_at: Some(now), ..tie };
        let line = self.line(&tie, ActivityKey::Unmerged, "part", &wire.work).await;
        let line = with_reason(line, &Reason::Thread);
        let moved = known.apply(Move::Unmerge { before: Box::new(before.part), line: line.clone() }, now)?;
        let mut back = moved.conversation;
        back.bot.asked.clear();
        let inbox = self.inbox(&known.tenant_id, &wire.work.inbox_id).await?;
        carry(&wire.work, self.carried(&wire.work, &inbox.name).await?, &mut back);
        let mut joining = Joining { turned: Some((tie, line)), ..Joining::new(&back, wire.work.clone(), Reason::Thread) };
        joining.bring_flows(&mut back);
        Ok(Some((back, joining)))
    }

    /// Writes the tie into both: `draft` is the conversation that was written in, `other` the one it becomes one case with.
    pub(crate) async fn join(&self, joining: &Joining, draft: &mut Draft, other: &mut Draft) -> Result<()> {
        let (part, whole, before) = match joining.is_served() {
            true => (&mut *draft, &mut *other, Before { part: joining.own.clone(), whole: joining.other.clone() }),
            false => (&mut *other, &mut *draft, Before { part: joining.other.clone(), whole: joining.own.clone() }),
        };
        let tie = by_itself(part, whole, &before);
        let line = with_reason(self.line(&tie, ActivityKey::Merged, "part", &whole.conversation).await, &joining.reason);
        let mirror = with_reason(self.line(&tie, ActivityKey::Merged, "whole", &before.part).await, &joining.reason);
        part.apply(Move::Merge { into: whole.conversation.id.clone(), line }, Author::system())?;
        if joining.brings_flows {
            // Their runs go on: nothing was refused.
            part.conversation.bot.flows.clear();
        }
        whole.activity(mirror, Author::system());
        if !joining.is_served() {
            let c = &mut whole.conversation;
            c.unread += before.part.unread;
            c.last_agent_id = c.last_agent_id.take().or(before.part.last_agent_id);
            c.bot.may_join = None;
        }
        // Each of the two carries one tie: the undone one is of the wire that is the whole again.
        match &joining.turned {
            Some((undone, _)) => {
                part.tied(tie);
                whole.tied(undone.clone());
            }
            None => part.tied(tie),
        }
        metrics::counter!("qn_conversation_ties_total", "kind" => "merge", "undone" => "false", "by" => "itself").increment(1);
        Ok(())
    }
}

/// Nobody made it.
fn by_itself(part: &Draft, whole: &Draft, before: &Before) -> Tie {
    let now: Timestamp = part.now;
    Tie {
        id: TieId::fresh(now),
        tenant_id: part.conversation.tenant_id.clone(),
        kind: TieKind::Merge,
        from: part.conversation.id.clone(),
        to: whole.conversation.id.clone(),
        seqs: Vec::new(),
        before: Json::of(before),
        made_by: String::new().into(),
        made_name: String::new(),
        at: now,
        undone_by: None,
        undone_at: None,
    }
}

fn with_reason(mut line: Activity, reason: &Reason) -> Activity {
    line.params.insert("reason".into(), json!(reason.told()));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::ActiveFlow;

    fn conversation(id: &str, flows: Vec<ActiveFlow>) -> Conversation {
        let mut c = Conversation::new(id.into(), "tnt_1".into(), "inb_1".into(), id.into(), 5);
        c.bot.flows = flows;
        c
    }

    fn asking(secret: bool) -> ActiveFlow {
        ActiveFlow { run_id: "run_1".into(), flow: "refund".into(), step: "a@".into(), secret, ..ActiveFlow::default() }
    }

    #[test]
    fn an_open_question_comes_along_where_the_bot_speaks_and_no_code_was_sent() {
        let question = || conversation("cnv_there", vec![asking(false)]);
        let here = || conversation("cnv_here", Vec::new());
        let brought = |there: Conversation, mut here: Conversation| {
            let mut joining = Joining::new(&here, there, Reason::Thread);
            let came = joining.bring_flows(&mut here);
            (came, joining.brings_question(), here.bot.flows.len())
        };
        assert_eq!(brought(question(), here()), (true, true, 1));
        assert_eq!(brought(conversation("cnv_there", vec![asking(true)]), here()), (false, false, 0));
        assert_eq!(brought(question(), conversation("cnv_here", vec![asking(false)])), (false, false, 1), "it has one of its own");
        let mut muted = question();
        muted.bot.muted = true;
        assert_eq!(brought(muted, here()), (false, false, 0));
        let mut over = here();
        over.status = Status::Resolved;
        assert_eq!(brought(question(), over), (false, false, 0));
    }
}
