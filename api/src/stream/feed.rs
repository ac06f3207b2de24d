//! The log as one viewer may see it: an exact sequence from where they left off, first from storage, then live.
//! A feed subscribes before it reads, so nothing falls between the two; what arrives twice is dropped by its number.

use super::encode::{self, conversation_of};
use super::{GAP_MAX, PersonViewer, Viewer, VisitorViewer};
use crate::state::AppState;
use crate::{Result, views};
use bytes::Bytes;
use qn_api_types::stream::Resume;
use qn_bus::{Published, Subscription};
use qn_domain::{Change, Conversation, ConversationId, LogEntry, Owner, Status, TenantId};
use qn_engine::{QueuePlace, Visitor};

/// Entries read from storage at a time.
const PAGE: i64 = 100;

/// Where a feed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// From here on; the viewer has nothing yet.
    Fresh,
    /// Exactly after what the viewer has.
    Resumed,
    /// What the viewer has cannot be continued: they fetch everything anew and follow from here.
    Reload,
}

/// What a live entry means to this viewer.
#[derive(Debug)]
pub enum Taken {
    Nothing,
    Frame(Bytes),
    /// Entries before it are missing: read `gap` until it is empty.
    Hole,
}

#[derive(Debug)]
pub enum Feed {
    People(Box<PeopleFeed>),
    Visitor(Box<VisitorFeed>),
}

#[derive(Debug)]
pub struct PeopleFeed {
    tenant_id: TenantId,
    /// The number of the last entry given out.
    position: i64,
    /// Everything up to here is in storage.
    target: i64,
}

#[derive(Debug)]
pub struct VisitorFeed {
    visitor: Visitor,
    conversation_id: Option<ConversationId>,
    position: i64,
    target: i64,
    /// The conversation waits for a person: its place moves when others go.
    waits: bool,
}

impl Feed {
    pub async fn open(state: &AppState, viewer: &Viewer, resume: Option<&Resume>) -> Result<(Feed, Subscription, Start)> {
        match viewer {
            Viewer::Person(person) => open_people(state, person, resume.and_then(|r| r.seq)).await,
            Viewer::Visitor(visitor) => open_visitor(state, visitor, resume).await,
        }
    }

    /// Where the feed stands in storage: `seq` for people, `version` for visitors.
    pub fn target(&self) -> i64 {
        match self {
            Feed::People(f) => f.target,
            Feed::Visitor(f) => f.target,
        }
    }

    pub fn position(&self) -> i64 {
        match self {
            Feed::People(f) => f.position,
            Feed::Visitor(f) => f.position,
        }
    }

    /// The conversation a visitor's feed follows.
    pub fn conversation_id(&self) -> Option<&ConversationId> {
        match self {
            Feed::People(_) => None,
            Feed::Visitor(f) => f.conversation_id.as_ref(),
        }
    }

    /// The place of a waiting visitor, which changes without an entry of their own.
    pub async fn place(&self, state: &AppState) -> Result<Option<(ConversationId, QueuePlace)>> {
        let Feed::Visitor(feed) = self else { return Ok(None) };
        if !feed.waits {
            return Ok(None);
        }
        let Some(conversation) = state.engine.visitor_conversation(&feed.visitor).await? else { return Ok(None) };
        let place = state.engine.queue_place(&conversation).await?;
        Ok(place.map(|place| (conversation.id, place)))
    }

    /// The next stored entries, as frames; empty when the feed has caught up. None when storage no longer has them.
    pub async fn gap(&mut self, state: &AppState) -> Result<Option<Vec<Bytes>>> {
        match self {
            Feed::People(f) => f.gap(state).await,
            Feed::Visitor(f) => f.gap(state).await,
        }
    }

    /// Gives up on what cannot be replayed and follows from the newest.
    pub fn skip(&mut self) {
        match self {
            Feed::People(f) => f.position = f.target,
            Feed::Visitor(f) => f.position = f.target,
        }
    }

    pub async fn take(&mut self, state: &AppState, published: &Published) -> Result<Taken> {
        match self {
            Feed::People(f) => f.take(state, published).await,
            Feed::Visitor(f) => f.take(state, published).await,
        }
    }
}

async fn open_people(state: &AppState, person: &PersonViewer, resume: Option<i64>) -> Result<(Feed, Subscription, Start)> {
    let tenant_id = person.actor.tenant_id.clone();
    let subscription = state.engine.hub.people(&tenant_id);
    let head = qn_store::log::head(&state.engine.db, &tenant_id).await?;
    let (position, start) = start_at(resume, head);
    Ok((Feed::People(Box::new(PeopleFeed { tenant_id, position, target: head })), subscription, start))
}

fn start_at(resume: Option<i64>, head: i64) -> (i64, Start) {
    match resume {
        None => (head, Start::Fresh),
        Some(at) if at < 0 || at > head || head - at > GAP_MAX => (head, Start::Reload),
        Some(at) => (at, Start::Resumed),
    }
}

async fn open_visitor(state: &AppState, viewer: &VisitorViewer, resume: Option<&Resume>) -> Result<(Feed, Subscription, Start)> {
    let visitor = viewer.visitor.clone();
    let subscription = state.engine.hub.customer(&visitor.contact_id);
    let current = state.engine.visitor_conversation(&visitor).await?;
    let wanted = resume.and_then(|r| Some((r.conversation_id.as_deref()?, r.version?)));
    let (position, target, start) = match (&current, wanted) {
        (None, None) => (0, 0, Start::Fresh),
        (None, Some(_)) => (0, 0, Start::Reload),
        (Some(c), None) => (c.version, c.version, Start::Fresh),
        (Some(c), Some((id, version))) => {
            // A conversation that began after the one the visitor knows is theirs from its first entry on.
            let from = if id == c.id.as_str() {
                version
            } else if id < c.id.as_str() {
                0
            } else {
                -1
            };
            let (position, start) = start_at(Some(from), c.version);
            (position, c.version, start)
        }
    };
    let waits = current.as_ref().is_some_and(waits);
    let conversation_id = current.map(|c| c.id);
    Ok((Feed::Visitor(Box::new(VisitorFeed { visitor, conversation_id, position, target, waits })), subscription, start))
}

fn waits(c: &Conversation) -> bool {
    matches!(c.owner, Owner::Queue { .. }) && c.status != Status::Resolved
}

impl PeopleFeed {
    async fn gap(&mut self, state: &AppState) -> Result<Option<Vec<Bytes>>> {
        if self.position >= self.target {
            return Ok(Some(Vec::new()));
        }
        let entries = qn_store::log::list_after(&state.engine.db, &self.tenant_id, self.position, PAGE).await?;
        if entries.first().is_none_or(|e| e.seq != self.position + 1) {
            return Ok(None);
        }
        let mut frames = Vec::with_capacity(entries.len());
        for entry in &entries {
            frames.push(self.encode(state, entry).await?);
            self.position = entry.seq;
        }
        Ok(Some(frames))
    }

    async fn take(&mut self, state: &AppState, published: &Published) -> Result<Taken> {
        let entry = &published.entry;
        note_contact_changes(state, entry);
        if entry.seq <= self.position {
            return Ok(Taken::Nothing);
        }
        if entry.seq != self.position + 1 {
            self.target = entry.seq;
            return Ok(Taken::Hole);
        }
        self.position = entry.seq;
        let brief = match &entry.contact_id {
            Some(id) => Some(state.briefs.get(state, &self.tenant_id, id).await?),
            None => None,
        };
        Ok(Taken::Frame(published.people_frame(|entry| encode::people(entry, brief.as_deref()))))
    }

    async fn encode(&self, state: &AppState, entry: &LogEntry) -> Result<Bytes> {
        let brief = match &entry.contact_id {
            Some(id) => Some(state.briefs.get(state, &self.tenant_id, id).await?),
            None => None,
        };
        Ok(encode::people(entry, brief.as_deref()))
    }
}

fn note_contact_changes(state: &AppState, entry: &LogEntry) {
    for change in &entry.changes {
        if let Change::ResourceChanged { resource, id } = change
            && resource == "contact"
        {
            state.briefs.forget(id);
        }
    }
}

impl VisitorFeed {
    /// The web thread of this visitor, in the inbox they came in by.
    fn is_theirs(&self, c: &Conversation) -> bool {
        c.contact_id == self.visitor.contact_id && c.inbox_id == self.visitor.inbox_id && c.thread_key == self.visitor.contact_id.0
    }

    async fn gap(&mut self, state: &AppState) -> Result<Option<Vec<Bytes>>> {
        let Some(id) = self.conversation_id.clone() else { return Ok(Some(Vec::new())) };
        if self.position >= self.target {
            return Ok(Some(Vec::new()));
        }
        let entries = qn_store::log::list_conversation_after(&state.engine.db, &self.visitor.tenant_id, &id, self.position, PAGE).await?;
        if entries.first().and_then(|e| e.version) != Some(self.position + 1) {
            return Ok(None);
        }
        let Some(conversation) = entries.first().and_then(conversation_of) else { return Ok(None) };
        // Replayed entries carry the present state, so one view serves them all.
        let view = views::visitor_conversation(state, conversation).await?;
        let mut frames = Vec::with_capacity(entries.len());
        for entry in &entries {
            frames.push(encode::customer(entry, &view));
            self.position = entry.version.unwrap_or(self.position);
        }
        Ok(Some(frames))
    }

    async fn take(&mut self, state: &AppState, published: &Published) -> Result<Taken> {
        let entry = &published.entry;
        let (Some(conversation), Some(version)) = (conversation_of(entry), entry.version) else { return Ok(Taken::Nothing) };
        if !self.is_theirs(conversation) {
            return Ok(Taken::Nothing);
        }
        if self.conversation_id.as_ref() != Some(&conversation.id) {
            // Late changes of an earlier conversation are not news.
            if self.conversation_id.as_ref().is_some_and(|known| *known > conversation.id) {
                return Ok(Taken::Nothing);
            }
            self.conversation_id = Some(conversation.id.clone());
            self.position = 0;
        }
        if version <= self.position {
            return Ok(Taken::Nothing);
        }
        self.waits = waits(conversation);
        if version != self.position + 1 {
            self.target = version;
            return Ok(Taken::Hole);
        }
        self.position = version;
        let view = views::visitor_conversation(state, conversation).await?;
        Ok(Taken::Frame(published.customer_frame(|entry| encode::customer(entry, &view))))
    }
}

#[cfg(test)]
mod tests {
    use super::{GAP_MAX, Start, start_at};

    #[test]
    fn a_resume_point_is_continued_only_when_the_log_can() {
        assert_eq!(start_at(None, 10), (10, Start::Fresh));
        assert_eq!(start_at(Some(10), 10), (10, Start::Resumed));
        assert_eq!(start_at(Some(3), 10), (3, Start::Resumed));
        assert_eq!(start_at(Some(11), 10), (10, Start::Reload));
        assert_eq!(start_at(Some(-1), 10), (10, Start::Reload));
        assert_eq!(start_at(Some(0), GAP_MAX), (0, Start::Resumed));
        assert_eq!(start_at(Some(0), GAP_MAX + 1), (GAP_MAX + 1, Start::Reload));
    }
}
