//! What is kept beside the messages and belongs to a stretch: the score of its review, what its person wrote when it was done, and the kind
//! of channel that its inbox is.

use crate::score::Score;
use qn_domain::quality::Scored;
use qn_domain::wrap_up::WrapUp;
use qn_domain::{ChannelKind, ConversationId, Episode, InboxId};
use std::collections::HashMap;

#[derive(Debug, Default)]
pub struct Beside {
    pub scores: Scores,
    pub wraps: Wraps,
    pub channels: Channels,
}

/// Kinds of channels by inbox. An inbox never changes its kind, so that what was counted once stays.
#[derive(Debug, Default)]
pub struct Channels(HashMap<InboxId, ChannelKind>);

impl Channels {
    pub fn new(inboxes: impl IntoIterator<Item = (InboxId, ChannelKind)>) -> Self {
        Self(inboxes.into_iter().collect())
    }

    pub fn of(&self, episode: &Episode) -> Option<ChannelKind> {
        self.0.get(&episode.inbox_id).copied()
    }
}

/// Scores of reviews by the stretch they are of.
#[derive(Debug, Default)]
pub struct Scores(HashMap<(ConversationId, i64), Score>);

impl Scores {
    pub fn new(scored: impl IntoIterator<Item = Scored>) -> Self {
        let of = |s: Scored| ((s.conversation_id, s.number), Score { score_x100: s.score_x100, fatal: s.fatal });
        Self(scored.into_iter().map(of).collect())
    }

    pub fn of(&self, episode: &Episode) -> Option<Score> {
        self.0.get(&(episode.conversation_id.clone(), episode.number)).copied()
    }
}

/// What was written when a stretch was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// From being asked to being free for new work; None while the person still writes.
    pub took_ms: Option<i64>,
    pub category: Option<String>,
}

/// By the stretch that was under way when the person was asked; of two askings the later one.
#[derive(Debug, Default)]
pub struct Wraps(HashMap<(ConversationId, i64), Wrapped>);

impl Wraps {
    /// `asked`: oldest first.
    pub fn new<'a>(asked: impl IntoIterator<Item = WrapUp>, episodes: impl IntoIterator<Item = &'a Episode>) -> Self {
        let mut begun: HashMap<&ConversationId, Vec<&Episode>> = HashMap::new();
        for episode in episodes {
            begun.entry(&episode.conversation_id).or_default().push(episode);
        }
        let of = |w: WrapUp| {
            let under_way = begun.get(&w.conversation_id)?.iter().filter(|e| e.opened_at <= w.began_at).max_by_key(|e| e.number)?;
            let took_ms = w.ended_at.map(|ended| (ended - w.began_at).max(0));
            Some(((w.conversation_id, under_way.number), Wrapped { took_ms, category: w.category }))
        };
        Self(asked.into_iter().filter_map(of).collect())
    }

    pub fn of(&self, episode: &Episode) -> Option<&Wrapped> {
        self.0.get(&(episode.conversation_id.clone(), episode.number))
    }
}
