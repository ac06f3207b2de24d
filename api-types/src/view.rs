//! Views of conversations: the filter of every list, its name, and who sees it.

use crate::check::{self, Check, Invalid};
use crate::patch;
use crate::words::{ChannelKind, Language, OwnerIs, SlaIs, Status, ViewSort};
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which conversations. Every field narrows; an empty one says nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConversationFilter {
    pub statuses: Vec<Status>,
    /// With any of these, or of `agent_ids`.
    pub owners: Vec<OwnerIs>,
    pub agent_ids: Vec<String>,
    /// The caller was invited to it.
    pub with_me: bool,
    /// A note there names the caller.
    pub mentions_me: bool,
    /// In a queue of any of these teams, or with one of their people.
    pub team_ids: Vec<String>,
    pub inbox_ids: Vec<String>,
    pub channels: Vec<ChannelKind>,
    pub languages: Vec<Language>,
    /// Names of feelings: `anger`, `anxiety`, `disappointment`, `joy`, `neutral`.
    pub moods: Vec<String>,
    /// What the contact's attribute `tier` says; `vip` also where a company has only that.
    pub tiers: Vec<String>,
    /// Has any of these labels.
    pub labels_any: Vec<String>,
    /// Has all of these labels.
    pub labels_all: Vec<String>,
    pub sla: Option<SlaIs>,
    /// The customer waits for an answer at least this long.
    pub waiting_minutes: Option<i64>,
    /// Words of a message (the 300 newest that hold them are looked at), or part of the contact's name (also in pinyin), e-mail or phone.
    pub text: Option<String>,
}

const VALUES_MAX: usize = 50;
const WAITING_MINUTES_MAX: i64 = 30 * 24 * 60;

impl ConversationFilter {
    /// `at` is where the filter stands in its body.
    fn check_at(&mut self, at: &str, wrong: &mut Vec<Invalid>) {
        let path = |name: &str| format!("{at}{name}");
        for (ids, name) in [(&self.agent_ids, "agent_ids"), (&self.team_ids, "team_ids"), (&self.inbox_ids, "inbox_ids")] {
            few(ids.len(), &path(name), wrong);
            ids.iter().enumerate().for_each(|(i, id)| check::key(id, &format!("{}[{i}]", path(name)), 64, wrong));
        }
        for (words, name) in [
            (&mut self.moods, "moods"),
            (&mut self.tiers, "tiers"),
            (&mut self.labels_any, "labels_any"),
            (&mut self.labels_all, "labels_all"),
        ] {
            few(words.len(), &path(name), wrong);
            words.iter_mut().enumerate().for_each(|(i, word)| check::name(word, &format!("{}[{i}]", path(name)), 60, wrong));
        }
        self.tiers.iter_mut().for_each(|tier| *tier = tier.to_lowercase());
        few(self.statuses.len().max(self.owners.len()).max(self.channels.len()).max(self.languages.len()), at, wrong);
        if self.waiting_minutes.is_some_and(|minutes| !(1..=WAITING_MINUTES_MAX).contains(&minutes)) {
            wrong.push(Invalid::new(path("waiting_minutes"), "应在 1 分钟到 30 天之间", "is between a minute and 30 days"));
        }
        if let Some(text) = &mut self.text {
            check::optional_name(text, &path("text"), 100, wrong);
        }
        self.text = self.text.take().filter(|text| !text.is_empty());
    }
}

fn few(n: usize, at: &str, wrong: &mut Vec<Invalid>) {
    if n > VALUES_MAX {
        wrong.push(Invalid::new(at, format!("最多 {VALUES_MAX} 项"), format!("has at most {VALUES_MAX} values")));
    }
}

impl Check for ConversationFilter {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        self.check_at("", wrong);
    }
}

fn all<A, B: From<A>>(values: Vec<A>) -> Vec<B> {
    values.into_iter().map(B::from).collect()
}

impl From<ConversationFilter> for domain::ConversationFilter {
    fn from(f: ConversationFilter) -> Self {
        Self {
            statuses: all(f.statuses),
            owners: all(f.owners),
            agent_ids: all(f.agent_ids),
            with_me: f.with_me,
            mentions_me: f.mentions_me,
            team_ids: all(f.team_ids),
            inbox_ids: all(f.inbox_ids),
            channels: all(f.channels),
            languages: all(f.languages),
            moods: f.moods,
            tiers: f.tiers,
            labels_any: f.labels_any,
            labels_all: f.labels_all,
            sla: f.sla.map(Into::into),
            waiting_minutes: f.waiting_minutes,
            text: f.text,
        }
    }
}

impl From<domain::ConversationFilter> for ConversationFilter {
    fn from(f: domain::ConversationFilter) -> Self {
        Self {
            statuses: all(f.statuses),
            owners: all(f.owners),
            agent_ids: f.agent_ids.into_iter().map(|id| id.0).collect(),
            with_me: f.with_me,
            mentions_me: f.mentions_me,
            team_ids: f.team_ids.into_iter().map(|id| id.0).collect(),
            inbox_ids: f.inbox_ids.into_iter().map(|id| id.0).collect(),
            channels: all(f.channels),
            languages: all(f.languages),
            moods: f.moods,
            tiers: f.tiers,
            labels_any: f.labels_any,
            labels_all: f.labels_all,
            sla: f.sla.map(Into::into),
            waiting_minutes: f.waiting_minutes,
            text: f.text,
        }
    }
}

/// Who sees a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AudienceView {
    /// Its maker only.
    Private,
    Team {
        team_id: String,
    },
    Everyone,
}

impl From<AudienceView> for domain::Audience {
    fn from(a: AudienceView) -> Self {
        match a {
            AudienceView::Private => Self::Private,
            AudienceView::Team { team_id } => Self::Team { team_id: team_id.into() },
            AudienceView::Everyone => Self::Everyone,
        }
    }
}

impl From<domain::Audience> for AudienceView {
    fn from(a: domain::Audience) -> Self {
        match a {
            domain::Audience::Private => Self::Private,
            domain::Audience::Team { team_id } => Self::Team { team_id: team_id.0 },
            domain::Audience::Everyone => Self::Everyone,
        }
    }
}

/// A named filter over conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SavedView {
    pub id: String,
    pub name: String,
    pub filter: ConversationFilter,
    pub sort: ViewSort,
    pub audience: AudienceView,
    /// Who made it.
    pub maker_id: String,
    /// Kept beside the caller's list.
    pub pinned: bool,
    /// The caller may change and remove it.
    pub may_change: bool,
    pub version: i64,
    pub created_at: i64,
}

impl SavedView {
    pub fn of(v: domain::View, pinned: bool, may_change: bool) -> Self {
        Self {
            id: v.id.0,
            name: v.name,
            filter: v.filter.into(),
            sort: v.sort.into(),
            audience: v.audience.into(),
            maker_id: v.maker_id.0,
            pinned,
            may_change,
            version: v.version,
            created_at: v.created_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    pub name: String,
    pub filter: ConversationFilter,
    pub sort: ViewSort,
    pub audience: AudienceView,
}

impl Check for CreateView {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", NAME_CHARS_MAX, wrong);
        self.filter.check_at("filter.", wrong);
    }
}

const NAME_CHARS_MAX: usize = 40;

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateView {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub filter: Option<ConversationFilter>,
    #[serde(default, deserialize_with = "patch::some")]
    pub sort: Option<ViewSort>,
    #[serde(default, deserialize_with = "patch::some")]
    pub audience: Option<AudienceView>,
}

impl Check for UpdateView {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(name) = &mut self.name {
            check::name(name, "name", NAME_CHARS_MAX, wrong);
        }
        if let Some(filter) = &mut self.filter {
            filter.check_at("filter.", wrong);
        }
    }
}

/// Views to keep beside the list, in this order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinViews {
    pub ids: Vec<String>,
}

impl Check for PinViews {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        few(self.ids.len(), "ids", wrong);
        self.ids.iter().enumerate().for_each(|(i, id)| check::key(id, &format!("ids[{i}]"), 64, wrong));
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ViewCount {
    pub id: String,
    /// Conversations that are not resolved, counted up to 100; null where the view shows only resolved ones or looks for words.
    pub count: Option<i64>,
}
