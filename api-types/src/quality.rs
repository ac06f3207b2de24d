//! Quality of conversations: score forms, plans that draw conversations, and reviews. Scores are times 100: 8750 is 87.50 of 100.

use crate::check::{self, Check, Invalid};
use qn_domain as domain;
use qn_domain::quality;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use utoipa::ToSchema;

const NAME_CHARS_MAX: usize = 80;
const NOTE_CHARS_MAX: usize = 500;
pub(crate) const TEXT_CHARS_MAX: usize = 2_000;
const SECTIONS_MAX: usize = 20;
pub(crate) const CRITERIA_MAX: usize = 50;
const OPTIONS_MAX: usize = 10;

macro_rules! mirror {
    ($($(#[$doc:meta])* $name:ident of $of:path { $($(#[$say:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$say])* $variant),* }

        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                use $of as Known;
                match value { $(Known::$variant => Self::$variant),* }
            }
        }

        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                use $of as Known;
                match value { $($name::$variant => Known::$variant),* }
            }
        }
    )*};
}

mirror! {
    CriterionKind of quality::CriterionKind {
        /// `yes` is worth 100, `no` 0.
        YesNo,
        /// `1` to `5`, worth 0 to 100.
        Scale,
        /// One of the options, worth its points.
        Choice,
    }
    DrawEvery of quality::Every { Day, Week }
    DrawFirst of quality::DrawFirst {
        /// By lot alone.
        Random,
        LowCsat,
        Angry,
    }
    ReviewState of domain::ReviewState { Open, Submitted, Appealed, Settled, Skipped }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreOption {
    /// Unique in the criterion.
    pub key: String,
    pub zh: String,
    pub en: String,
    /// 0 to 100.
    pub points: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Unique in the form; answers are kept under it.
    pub key: String,
    pub zh: String,
    pub en: String,
    /// What to look at.
    #[serde(default)]
    pub note: String,
    pub kind: CriterionKind,
    /// Of a choice; two or more.
    #[serde(default)]
    pub options: Vec<ScoreOption>,
    /// 1 to 100, against the other criteria.
    pub weight: i64,
    /// The worst answer makes the whole score 0.
    #[serde(default)]
    pub fatal: bool,
    /// May be answered with `na`, does not apply.
    #[serde(default)]
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreSection {
    pub zh: String,
    pub en: String,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreForm {
    pub zh: String,
    pub en: String,
    /// For whoever scores.
    #[serde(default)]
    pub note: String,
    pub sections: Vec<ScoreSection>,
}

/// One version of a form. Every change makes another; reviews keep the version they were scored with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScorecardView {
    pub id: String,
    pub version: i64,
    pub form: ScoreForm,
    pub changed_by: String,
    pub changed_at: i64,
}

impl From<domain::Scorecard> for ScorecardView {
    fn from(c: domain::Scorecard) -> Self {
        Self { id: c.id.0, version: c.version, form: c.form.into(), changed_by: c.changed_by.0, changed_at: c.changed_at }
    }
}

impl From<quality::ScoreForm> for ScoreForm {
    fn from(f: quality::ScoreForm) -> Self {
        let option = |o: quality::ScoreOption| ScoreOption { key: o.key, zh: o.zh, en: o.en, points: o.points };
        let criterion = |c: quality::Criterion| Criterion {
            key: c.key,
            zh: c.zh,
            en: c.en,
            note: c.note,
            kind: c.kind.into(),
            options: c.options.into_iter().map(option).collect(),
            weight: c.weight,
            fatal: c.fatal,
            optional: c.optional,
        };
        let section =
            |s: quality::ScoreSection| ScoreSection { zh: s.zh, en: s.en, criteria: s.criteria.into_iter().map(criterion).collect() };
        Self { zh: f.zh, en: f.en, note: f.note, sections: f.sections.into_iter().map(section).collect() }
    }
}

impl From<ScoreForm> for quality::ScoreForm {
    fn from(f: ScoreForm) -> Self {
        let option = |o: ScoreOption| quality::ScoreOption { key: o.key, zh: o.zh, en: o.en, points: o.points };
        let criterion = |c: Criterion| quality::Criterion {
            options: if c.kind == CriterionKind::Choice { c.options.into_iter().map(option).collect() } else { Vec::new() },
            key: c.key,
            zh: c.zh,
            en: c.en,
            note: c.note,
            kind: c.kind.into(),
            weight: c.weight,
            fatal: c.fatal,
            optional: c.optional,
        };
        let section =
            |s: ScoreSection| quality::ScoreSection { zh: s.zh, en: s.en, criteria: s.criteria.into_iter().map(criterion).collect() };
        Self { zh: f.zh, en: f.en, note: f.note, sections: f.sections.into_iter().map(section).collect() }
    }
}

impl Check for ScoreForm {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.zh, "zh", NAME_CHARS_MAX, wrong);
        check::name(&mut self.en, "en", NAME_CHARS_MAX, wrong);
        check::text(&mut self.note, "note", TEXT_CHARS_MAX, wrong);
        let criteria: usize = self.sections.iter().map(|s| s.criteria.len()).sum();
        if self.sections.len() > SECTIONS_MAX || criteria > CRITERIA_MAX {
            let (zh, en) = (format!("最多 {CRITERIA_MAX} 项"), format!("have at most {CRITERIA_MAX} criteria"));
            wrong.push(Invalid::new("sections", zh, en));
        }
        if criteria == 0 {
            wrong.push(Invalid::new("sections", "至少要有一项", "need a criterion"));
        }
        let mut seen = HashSet::new();
        for (n, section) in self.sections.iter_mut().enumerate() {
            check::name(&mut section.zh, &format!("sections[{n}].zh"), NAME_CHARS_MAX, wrong);
            check::name(&mut section.en, &format!("sections[{n}].en"), NAME_CHARS_MAX, wrong);
            for (m, criterion) in section.criteria.iter_mut().enumerate() {
                let at = format!("sections[{n}].criteria[{m}]");
                criterion.check_at(&at, wrong);
                if !seen.insert(criterion.key.clone()) {
                    wrong.push(Invalid::new(format!("{at}.key"), "重复", "is there twice"));
                }
            }
        }
    }
}

impl Criterion {
    fn check_at(&mut self, at: &str, wrong: &mut Vec<Invalid>) {
        check::key(&self.key, &format!("{at}.key"), 40, wrong);
        check::name(&mut self.zh, &format!("{at}.zh"), NAME_CHARS_MAX, wrong);
        check::name(&mut self.en, &format!("{at}.en"), NAME_CHARS_MAX, wrong);
        check::text(&mut self.note, &format!("{at}.note"), NOTE_CHARS_MAX, wrong);
        if !(1..=100).contains(&self.weight) {
            wrong.push(Invalid::new(format!("{at}.weight"), "应为 1 到 100", "is 1 to 100"));
        }
        if self.kind != CriterionKind::Choice {
            return;
        }
        if !(2..=OPTIONS_MAX).contains(&self.options.len()) {
            wrong.push(Invalid::new(format!("{at}.options"), "应有 2 到 10 个选项", "are 2 to 10"));
        }
        let mut seen = HashSet::new();
        for (n, option) in self.options.iter_mut().enumerate() {
            let at = format!("{at}.options[{n}]");
            check::key(&option.key, &format!("{at}.key"), 40, wrong);
            check::name(&mut option.zh, &format!("{at}.zh"), NAME_CHARS_MAX, wrong);
            check::name(&mut option.en, &format!("{at}.en"), NAME_CHARS_MAX, wrong);
            if !(0..=100).contains(&option.points) {
                wrong.push(Invalid::new(format!("{at}.points"), "应为 0 到 100", "are 0 to 100"));
            }
            if option.key == "na" || !seen.insert(option.key.clone()) {
                wrong.push(Invalid::new(format!("{at}.key"), "重复或不可用", "is there twice or is taken"));
            }
        }
    }
}

/// Which conversations are drawn, and for whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewPlanRule {
    pub name: String,
    pub scorecard_id: String,
    pub every: DrawEvery,
    /// 1 to 100.
    pub per_agent: i64,
    pub first: DrawFirst,
    /// Only conversations that ended in the period; else those that began in it.
    pub resolved_only: bool,
    /// Of the customer and people together, 0 to 1,000.
    pub messages_min: i64,
    /// All where empty.
    #[serde(default)]
    pub inbox_ids: Vec<String>,
    #[serde(default)]
    pub team_ids: Vec<String>,
    /// Every supervisor and admin where empty.
    #[serde(default)]
    pub reviewer_ids: Vec<String>,
    pub active: bool,
}

impl Check for ReviewPlanRule {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", NAME_CHARS_MAX, wrong);
        check::id(&self.scorecard_id, "scorecard_id", wrong);
        if !(1..=100).contains(&self.per_agent) {
            wrong.push(Invalid::new("per_agent", "应为 1 到 100", "is 1 to 100"));
        }
        if !(0..=1_000).contains(&self.messages_min) {
            wrong.push(Invalid::new("messages_min", "应为 0 到 1000", "is 0 to 1,000"));
        }
        let lists = [("inbox_ids", &self.inbox_ids), ("team_ids", &self.team_ids), ("reviewer_ids", &self.reviewer_ids)];
        for (field, ids) in lists {
            if ids.len() > 200 {
                wrong.push(Invalid::new(field, "最多 200 个", "are at most 200"));
            }
        }
    }
}

impl ReviewPlanRule {
    pub fn rule(self) -> quality::PlanRule {
        quality::PlanRule {
            name: self.name,
            scorecard_id: self.scorecard_id.into(),
            every: self.every.into(),
            per_agent: self.per_agent,
            first: self.first.into(),
            resolved_only: self.resolved_only,
            messages_min: self.messages_min,
            inbox_ids: self.inbox_ids.into_iter().map(Into::into).collect(),
            team_ids: self.team_ids.into_iter().map(Into::into).collect(),
            reviewer_ids: self.reviewer_ids.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewPlanView {
    pub id: String,
    pub rule: ReviewPlanRule,
    /// When the running period is over and drawn.
    pub next_at: i64,
    pub version: i64,
    pub created_at: i64,
}

impl From<domain::ReviewPlan> for ReviewPlanView {
    fn from(p: domain::ReviewPlan) -> Self {
        let r = p.rule;
        let rule = ReviewPlanRule {
            name: r.name,
            scorecard_id: r.scorecard_id.0,
            every: r.every.into(),
            per_agent: r.per_agent,
            first: r.first.into(),
            resolved_only: r.resolved_only,
            messages_min: r.messages_min,
            inbox_ids: r.inbox_ids.into_iter().map(|id| id.0).collect(),
            team_ids: r.team_ids.into_iter().map(|id| id.0).collect(),
            reviewer_ids: r.reviewer_ids.into_iter().map(|id| id.0).collect(),
            active: p.active,
        };
        Self { id: p.id.0, rule, next_at: p.next_at, version: p.version, created_at: p.created_at }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrawPeriod {
    /// The last period that is over.
    Last,
    /// The running one so far; at its end it is filled up.
    Running,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawReviews {
    pub period: DrawPeriod,
}

impl Check for DrawReviews {}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrawnView {
    /// How many are new.
    pub drawn: i64,
}

/// `yes` or `no`, `1` to `5`, an option's key, or `na`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAnswer {
    pub value: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewView {
    pub id: String,
    pub conversation_id: String,
    pub opened_at: i64,
    pub agent_id: String,
    /// Null while anybody but the agent may take it.
    pub reviewer_id: Option<String>,
    pub scorecard_id: String,
    pub scorecard_version: i64,
    pub state: ReviewState,
    /// By criterion; empty in lists.
    pub answers: BTreeMap<String, ReviewAnswer>,
    pub note: String,
    pub score_x100: Option<i64>,
    /// A fatal criterion failed.
    pub fatal: bool,
    /// What it was before it was settled.
    pub first_score_x100: Option<i64>,
    pub appeal: Option<String>,
    pub settlement: Option<String>,
    pub drawn_at: i64,
    pub submitted_at: Option<i64>,
    pub appealed_at: Option<i64>,
    pub settled_at: Option<i64>,
    /// Who sent it to review by hand, and why; null where a plan drew it.
    pub asked_by: Option<String>,
    pub asked_why: String,
    /// Why the reviewer passed it over.
    pub skip_reason: Option<String>,
    pub skipped_at: Option<i64>,
    /// Something was answered.
    pub begun: bool,
    pub version: i64,
}

impl From<domain::Review> for ReviewView {
    fn from(r: domain::Review) -> Self {
        let answer = |(key, a): (String, quality::Answer)| (key, ReviewAnswer { value: a.value, note: a.note });
        Self {
            id: r.id.0,
            conversation_id: r.conversation_id.0,
            opened_at: r.opened_at,
            agent_id: r.agent_id.0,
            reviewer_id: r.reviewer_id.map(|id| id.0),
            scorecard_id: r.scorecard_id.0,
            scorecard_version: r.scorecard_version,
            state: r.state.into(),
            begun: !r.answers.is_empty(),
            answers: r.answers.into_iter().map(answer).collect(),
            note: r.note,
            score_x100: r.score_x100,
            fatal: r.fatal,
            first_score_x100: r.first_score_x100,
            appeal: r.appeal,
            settlement: r.settlement,
            drawn_at: r.drawn_at,
            submitted_at: r.submitted_at,
            appealed_at: r.appealed_at,
            settled_at: r.settled_at,
            asked_by: r.asked_by.map(|id| id.0),
            asked_why: r.asked_why,
            skip_reason: r.skip_reason,
            skipped_at: r.skipped_at,
            version: r.version,
        }
    }
}
