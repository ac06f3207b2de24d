//! What a case shows: its own messages, those of its parts, and those that were split off to it, in the order of time.

use crate::{Engine, Result};
use qn_domain::{Conversation, ConversationId, Message, MessageId, TenantId, Tie, TieKind};
use qn_store::{conversation, conversation_tie, message};
use std::collections::BTreeSet;

/// Parts of parts and all: more are not read.
const PARTS_MAX: usize = 50;

impl Engine {
    /// Every tie of the conversation and of its parts, oldest first, undone ones too.
    pub async fn ties(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<Vec<Tie>> {
        let mut members = BTreeSet::from([id.clone()]);
        loop {
            let ids: Vec<&ConversationId> = members.iter().collect();
            let ties = conversation_tie::list(&self.db, tenant_id, &ids).await?;
            let is_part = |t: &&Tie| is_part(t) && members.contains(&t.to) && !members.contains(&t.from);
            let parts: Vec<ConversationId> = ties.iter().filter(is_part).map(|t| t.from.clone()).collect();
            if parts.is_empty() || members.len() + parts.len() > PARTS_MAX {
                return Ok(ties);
            }
            members.extend(parts);
        }
    }

    /// The last `limit` messages of the case, ascending. What was split off it is not of it.
    pub(crate) async fn case_messages(&self, tenant_id: &TenantId, id: &ConversationId, limit: i64) -> Result<Vec<Message>> {
        let own = message::list_before(&self.db, tenant_id, id, None, limit).await?;
        let ties = self.ties(tenant_id, id).await?;
        if ties.iter().all(|tie| !tie.stands() || tie.kind == TieKind::Link) {
            return Ok(own);
        }
        let mut all = own;
        for part in ties.iter().filter(|t| is_part(t) && t.from != *id) {
            all.extend(message::list_before(&self.db, tenant_id, &part.from, None, limit).await?);
        }
        let members: BTreeSet<&ConversationId> = ties.iter().filter(|t| is_part(t)).map(|t| &t.from).chain([id]).collect();
        let gone = |m: &Message| ties.iter().any(|t| !members.contains(&t.to) && belongs(t, m));
        all.retain(|m| !gone(m));
        for split in ties.iter().filter(|t| t.stands() && t.kind == TieKind::Split && members.contains(&t.to)) {
            all.extend(self.borrowed(split).await?);
            let since = message::list_before(&self.db, tenant_id, &split.from, None, limit).await?;
            all.extend(since.into_iter().filter(|m| m.content.case.as_ref() == Some(&split.to)));
        }
        all.sort_by(|a, b| (a.created_at, &a.conversation_id, a.seq).cmp(&(b.created_at, &b.conversation_id, b.seq)));
        all.dedup_by(|a, b| a.id == b.id);
        let over = all.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
        all.drain(..over);
        Ok(all)
    }

    /// The messages that a split chose.
    pub async fn borrowed(&self, split: &Tie) -> Result<Vec<Message>> {
        let mut found = Vec::with_capacity(split.seqs.len());
        for seq in &split.seqs {
            found.extend(message::find(&self.db, &split.tenant_id, &MessageId::at(&split.from, *seq)).await?);
        }
        Ok(found)
    }

    /// The conversations that ties name.
    pub async fn tied_conversations(&self, tenant_id: &TenantId, ties: &[Tie]) -> Result<Vec<Conversation>> {
        let ids: BTreeSet<&ConversationId> = ties.iter().flat_map(|t| [&t.from, &t.to]).collect();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(conversation::find(&self.db, tenant_id, id).await?);
        }
        Ok(found)
    }
}

fn is_part(tie: &Tie) -> bool {
    tie.stands() && tie.kind == TieKind::Merge
}

/// Of the case that the split made.
fn belongs(split: &Tie, m: &Message) -> bool {
    let is_split = split.stands() && split.kind == TieKind::Split && split.from == m.conversation_id;
    is_split && (split.seqs.contains(&m.seq) || m.content.case.as_ref() == Some(&split.to))
}
