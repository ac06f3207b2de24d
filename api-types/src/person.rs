//! One customer over several contacts: the contacts, the links that join them, and who else it may be.

use crate::contact::ContactView;
use crate::words::Grade;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    /// The smallest of the contacts' ids. It changes with the links: keep contacts' ids, not this one.
    pub id: String,
    /// One or more.
    pub contacts: Vec<ContactView>,
    /// Everything ever said about these contacts, oldest first: standing, undone and refused links.
    pub links: Vec<ContactLinkView>,
    /// At most five, likeliest first.
    pub suggestions: Vec<PersonSuggestion>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContactLinkView {
    pub id: String,
    pub a: String,
    pub b: String,
    /// `standing`, `undone` or `refused`.
    pub state: String,
    pub grade: Grade,
    /// What they share: `union_id`, `user_id`, `phone`, `email`; `agent` when a colleague said so, `likeness` when the company's threshold did.
    pub reason: String,
    /// The value's end, or the weights as they were.
    #[schema(value_type = Object)]
    pub evidence: Value,
    /// Null when a rule made it.
    pub made_by: Option<String>,
    pub at: i64,
    pub undone_by: Option<String>,
    pub undone_at: Option<i64>,
}

impl From<qn_domain::ContactLink> for ContactLinkView {
    fn from(l: qn_domain::ContactLink) -> Self {
        Self {
            id: l.id.0,
            a: l.a.0,
            b: l.b.0,
            state: l.state.as_str().to_owned(),
            grade: l.grade.into(),
            reason: l.reason,
            evidence: l.evidence,
            made_by: l.made_by.map(|id| id.0),
            at: l.at,
            undone_by: l.undone_by.map(|id| id.0),
            undone_at: l.undone_at,
        }
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonSuggestion {
    pub contact: ContactView,
    /// From 0 to 1.
    pub probability: f64,
    pub weights: Vec<MatchWeight>,
}

/// What one thing that both say speaks for or against.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchWeight {
    /// `name`, `phone`, `email`, `address`, `device` or `order`.
    pub field: String,
    /// How alike they are, e.g. `exact`, `one_edit`, `same_sound`, `else`.
    pub level: String,
    /// log2 of how much likelier this is of one person than of two: above 0 speaks for one.
    pub bits: f64,
}

/// From which likelihood on (0 to 1) contacts are shown as perhaps one person, and from which on they are linked. Null: never.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LinkPolicyView {
    pub suggest: Option<f64>,
    pub link: Option<f64>,
    /// 0: nothing was changed yet.
    pub version: i64,
}

impl LinkPolicyView {
    pub fn of(policy: &qn_domain::LinkPolicy, version: i64) -> Self {
        Self { suggest: policy.suggest, link: policy.link, version }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteLinkPolicy {
    /// 0.01 to 0.99; null: nobody is suggested.
    pub suggest: Option<f64>,
    /// 0.9 to 0.9999; null, as at first: nobody is linked by likeness.
    pub link: Option<f64>,
    /// The one that was read.
    pub version: i64,
}

impl WriteLinkPolicy {
    pub fn policy(&self) -> qn_domain::LinkPolicy {
        qn_domain::LinkPolicy { suggest: self.suggest, link: self.link }
    }
}

impl crate::Check for WriteLinkPolicy {
    fn check(&mut self, wrong: &mut Vec<crate::Invalid>) {
        if self.suggest.is_some_and(|least| !(0.01..=0.99).contains(&least)) {
            wrong.push(crate::Invalid::new("suggest", "应在 0.01 到 0.99 之间", "is between 0.01 and 0.99"));
        }
        if self.link.is_some_and(|least| !(0.9..=0.9999).contains(&least)) {
            wrong.push(crate::Invalid::new("link", "应在 0.9 到 0.9999 之间", "is between 0.9 and 0.9999"));
        }
        if self.link.zip(self.suggest).is_some_and(|(link, suggest)| link < suggest) {
            wrong.push(crate::Invalid::new("link", "不能低于提示的阈值", "is not below the threshold of suggestions"));
        }
    }
}

/// What a contact agreed to or took back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    /// `device`: that agents are shown who else wrote from the same device.
    pub purpose: String,
    /// False: refused, or taken back.
    pub given: bool,
    /// Where they said it.
    pub inbox_id: String,
    /// What the site calls the notice that they were shown; may be empty.
    pub notice: String,
    pub at: i64,
}

impl From<qn_domain::consent::Consent> for ConsentView {
    fn from(c: qn_domain::consent::Consent) -> Self {
        Self { purpose: c.purpose.as_str().to_owned(), given: c.given, inbox_id: c.inbox_id.0, notice: c.notice, at: c.at }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContactLink {
    pub contact_id: String,
    /// False: they are two people, and that is not asked again.
    #[serde(default = "yes")]
    pub same: bool,
}

fn yes() -> bool {
    true
}

impl crate::Check for NewContactLink {
    fn check(&mut self, _wrong: &mut Vec<crate::Invalid>) {}
}
