//! Presence as it is and was, and what people write when a conversation is done.

use crate::check::{self, Check, Invalid};
use qn_domain as domain;
use qn_domain::wrap_up::{self, CATEGORIES_MAX, DEPTH_MAX};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use utoipa::ToSchema;

/// The state a person is in. `wrap_up`: writes up what is done and gets no new work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    Online,
    Busy,
    WrapUp,
    Offline,
}

impl From<domain::presence::PresenceState> for PresenceState {
    fn from(state: domain::presence::PresenceState) -> Self {
        use domain::presence::PresenceState as Known;
        match state {
            Known::Online => PresenceState::Online,
            Known::Busy => PresenceState::Busy,
            Known::WrapUp => PresenceState::WrapUp,
            Known::Offline => PresenceState::Offline,
        }
    }
}

/// A colleague's state since when.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PresenceNow {
    pub user_id: String,
    pub state: PresenceState,
    /// The key of a busy reason.
    pub reason: Option<String>,
    pub since: i64,
}

impl From<domain::presence::PresenceChange> for PresenceNow {
    fn from(c: domain::presence::PresenceChange) -> Self {
        Self { user_id: c.user_id.0, state: c.state.into(), reason: c.reason, since: c.at }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BusyReasonView {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// Longer is shown to supervisors.
    pub minutes_max: Option<i64>,
}

/// Everybody's state, and what they may be busy with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PresenceBoard {
    pub people: Vec<PresenceNow>,
    pub reasons: Vec<BusyReasonView>,
}

/// How long a person was in a state for a reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimeInStateView {
    pub user_id: String,
    pub state: PresenceState,
    pub reason: Option<String>,
    pub spent_ms: i64,
    /// How often it began.
    pub times: i64,
}

impl From<domain::presence::TimeInState> for TimeInStateView {
    fn from(t: domain::presence::TimeInState) -> Self {
        Self { user_id: t.user_id.0, state: t.state.into(), reason: t.reason, spent_ms: t.spent_ms, times: t.times }
    }
}

/// Somebody was asked to write up a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WrapUpView {
    pub conversation_id: String,
    /// Tells the times of one conversation apart.
    pub began_at: i64,
    pub agent_id: String,
    pub required: bool,
    /// Until then no new work comes, where it is not required.
    pub until_at: i64,
    pub ended_at: Option<i64>,
    pub category: Option<String>,
    pub note: String,
    pub saved_at: Option<i64>,
}

impl From<wrap_up::WrapUp> for WrapUpView {
    fn from(w: wrap_up::WrapUp) -> Self {
        Self {
            conversation_id: w.conversation_id.0,
            began_at: w.began_at,
            agent_id: w.agent_id.0,
            required: w.required,
            until_at: w.until_at,
            ended_at: w.ended_at,
            category: w.category,
            note: w.note,
            saved_at: w.saved_at,
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteWrapUp {
    /// A category without children.
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub note: String,
}

impl Check for WriteWrapUp {}

/// A category of the form; those without children can be chosen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapUpCategory {
    /// Unique in the form; kept and counted.
    pub key: String,
    pub zh: String,
    pub en: String,
    #[serde(default)]
    #[schema(no_recursion)]
    pub children: Vec<WrapUpCategory>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapUpTermsView {
    /// No new work before it is written.
    pub required: bool,
    /// Otherwise none for so long, at most.
    pub seconds: i64,
}

/// The form, and the inboxes that ask for it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapUpFormView {
    pub categories: Vec<WrapUpCategory>,
    /// By inbox.
    pub inboxes: BTreeMap<String, WrapUpTermsView>,
    /// The version this was read at; 0: there was none.
    pub version: i64,
}

impl WrapUpFormView {
    pub fn of(form: wrap_up::WrapUpForm, version: i64) -> Self {
        let terms = |t: wrap_up::WrapUpTerms| WrapUpTermsView { required: t.required, seconds: t.seconds };
        Self {
            categories: form.categories.into_iter().map(shown).collect(),
            inboxes: form.inboxes.into_iter().map(|(id, t)| (id.0, terms(t))).collect(),
            version,
        }
    }

    pub fn form(self) -> wrap_up::WrapUpForm {
        let terms = |t: WrapUpTermsView| wrap_up::WrapUpTerms { required: t.required, seconds: t.seconds };
        wrap_up::WrapUpForm {
            categories: self.categories.into_iter().map(kept).collect(),
            inboxes: self.inboxes.into_iter().map(|(id, t)| (id.into(), terms(t))).collect(),
        }
    }
}

fn shown(c: wrap_up::Category) -> WrapUpCategory {
    WrapUpCategory { key: c.key, zh: c.zh, en: c.en, children: c.children.into_iter().map(shown).collect() }
}

fn kept(c: WrapUpCategory) -> wrap_up::Category {
    wrap_up::Category { key: c.key, zh: c.zh, en: c.en, children: c.children.into_iter().map(kept).collect() }
}

impl Check for WrapUpFormView {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        name_all(&mut self.categories, "categories", wrong);
        let form = self.clone().form();
        let (keys, mut seen) = (form.keys(), HashSet::new());
        if keys.len() > CATEGORIES_MAX || keys.iter().any(|(_, level)| *level > DEPTH_MAX) {
            wrong.push(Invalid::new("categories", "过多或嵌套过深", "are too many or nested too deeply"));
        }
        if let Some((twice, _)) = keys.iter().find(|(key, _)| !seen.insert(*key)) {
            wrong.push(Invalid::new("categories", format!("「{twice}」重复"), format!("have {twice} twice")));
        }
        for (id, terms) in &self.inboxes {
            if !(5..=3_600).contains(&terms.seconds) {
                wrong.push(Invalid::new(format!("inboxes.{id}.seconds"), "应为 5 到 3600", "must be 5 to 3600"));
            }
        }
    }
}

fn name_all(categories: &mut [WrapUpCategory], at: &str, wrong: &mut Vec<Invalid>) {
    for (n, category) in categories.iter_mut().enumerate() {
        let at = format!("{at}[{n}]");
        check::name(&mut category.key, &format!("{at}.key"), 50, wrong);
        check::name(&mut category.zh, &format!("{at}.zh"), 80, wrong);
        check::name(&mut category.en, &format!("{at}.en"), 80, wrong);
        name_all(&mut category.children, &format!("{at}.children"), wrong);
    }
}
