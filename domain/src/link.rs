//! What joins contacts to one person: facts with grades, and links that can be taken back. A person is nothing but the contacts that
//! standing links join; it is named by its smallest contact and could be made anew at any time.

use crate::people::text_enum;
use crate::{ContactId, LinkId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How well something about a person is proved. The order is the strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Likeness: a name and an address, a device, an order that both named.
    Inferred,
    /// Typed in a form by whoever.
    Claimed,
    /// The channel vouches for it: OpenID, UnionID, a phone number by the platform's authorisation.
    Channel,
    /// A one-time code, a signed token, a reply to a mail.
    Verified,
}

text_enum!(Grade { Inferred = "inferred", Claimed = "claimed", Channel = "channel", Verified = "verified" });

impl Grade {
    pub const ALL: [Self; 4] = [Self::Inferred, Self::Claimed, Self::Channel, Self::Verified];

    /// 0 for the weakest; kept as a number so that a database can compare.
    pub fn rank(self) -> i64 {
        self as i64
    }

    pub fn of_rank(rank: i64) -> Option<Self> {
        usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
    }

    /// Contacts may be linked by it without a person's look.
    pub fn is_proof(self) -> bool {
        self >= Self::Channel
    }

    /// A customer may meet what was said under the other contact. Likeness and claims only ever help the agent.
    pub fn unlocks_history(self) -> bool {
        self.is_proof()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// An id of the customer at the company or a platform; the scope says whose.
    UserId,
    /// WeChat's id of a person within one open-platform account; the scope is that account.
    UnionId,
    Phone,
    Email,
    /// The mark of a browser or an app, with its user's consent: never more than inferred.
    Device,
    /// The number of an order that the customer named: what they do, never more than inferred.
    Order,
    /// How a name sounds: only ever a reason to look.
    Name,
    /// Where somebody lives, in few words: the same.
    Address,
}

text_enum!(FactKind {
    UserId = "user_id",
    UnionId = "union_id",
    Phone = "phone",
    Email = "email",
    Device = "device",
    Order = "order",
    Name = "name",
    Address = "address",
});

/// What is known of a contact that could be known of another as well.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub kind: FactKind,
    /// Where the value names one person; empty = everywhere.
    pub scope: String,
    /// In one spelling.
    pub value: String,
    pub grade: Grade,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    Standing,
    /// Taken back; it stays as history, and no rule makes it again.
    Undone,
    /// A person said that the two are not one.
    Refused,
}

text_enum!(LinkState { Standing = "standing", Undone = "undone", Refused = "refused" });

/// From which likelihood on (0 to 1) two contacts are shown to agents as perhaps one person, and from which on they are linked without
/// asking; none: never.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkPolicy {
    pub suggest: Option<f64>,
    pub link: Option<f64>,
}

impl Default for LinkPolicy {
    fn default() -> Self {
        Self { suggest: Some(0.1), link: None }
    }
}

/// Two contacts of one person, `a` the smaller. Rows are never rewritten but for being taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactLink {
    pub id: LinkId,
    pub tenant_id: TenantId,
    pub a: ContactId,
    pub b: ContactId,
    pub state: LinkState,
    pub grade: Grade,
    /// A stable word: a kind of fact, `likeness` or `agent`.
    pub reason: String,
    /// Weights and whatever else was known when it was made.
    pub evidence: serde_json::Value,
    /// None: a rule made it.
    pub made_by: Option<UserId>,
    pub at: Timestamp,
    pub undone_by: Option<UserId>,
    pub undone_at: Option<Timestamp>,
}

/// The person of each of `contacts`: the smallest contact reached over `links`. Links to others are ignored.
pub fn persons<'a>(contacts: &BTreeSet<&'a str>, links: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, &'a str> {
    let mut beside: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for (a, b) in links.iter().filter(|(a, b)| contacts.contains(a) && contacts.contains(b)) {
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    }
    let mut person: BTreeMap<&str, &str> = BTreeMap::new();
    // In ascending order: whoever is reached first from the smallest belongs to it.
    for root in contacts {
        let mut waiting = vec![*root];
        while let Some(contact) = waiting.pop() {
            if person.contains_key(contact) {
                continue;
            }
            person.insert(contact, root);
            waiting.extend(beside.get(contact).into_iter().flatten());
        }
    }
    person
}

/// Verified ids of one scope that all differ: two customers of the company, whatever else they share.
pub fn forbids(one: &[Fact], other: &[Fact]) -> bool {
    let is_id = |f: &&Fact| f.kind == FactKind::UserId && f.grade == Grade::Verified;
    let ours: Vec<&Fact> = one.iter().filter(is_id).collect();
    let theirs: Vec<&Fact> = other.iter().filter(is_id).collect();
    let scopes: BTreeSet<&str> = ours.iter().map(|f| f.scope.as_str()).collect();
    scopes.into_iter().any(|scope| {
        let values = |facts: &[&Fact]| -> BTreeSet<String> { facts.iter().filter(|f| f.scope == scope).map(|f| f.value.clone()).collect() };
        let (ours, theirs) = (values(&ours), values(&theirs));
        !theirs.is_empty() && ours.is_disjoint(&theirs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_names_the_person() {
        let contacts = BTreeSet::from(["a", "b", "c", "d"]);
        let person = persons(&contacts, &[("d", "b"), ("c", "d"), ("a", "z")]);
        assert_eq!(person, BTreeMap::from([("a", "a"), ("b", "b"), ("c", "b"), ("d", "b")]));
    }

    #[test]
    fn only_proof_unlocks() {
        let unlocking: Vec<Grade> = Grade::ALL.into_iter().filter(|g| g.unlocks_history()).collect();
        assert_eq!(unlocking, [Grade::Channel, Grade::Verified]);
        assert!(Grade::ALL.into_iter().all(|g| Grade::parse(g.as_str()) == Some(g) && Grade::of_rank(g.rank()) == Some(g)));
    }

    #[test]
    fn two_customers_stay_two() {
        let id = |scope: &str, value: &str, grade| vec![Fact { kind: FactKind::UserId, scope: scope.into(), value: value.into(), grade }];
        assert!(forbids(&id("", "u1", Grade::Verified), &id("", "u2", Grade::Verified)));
        assert!(!forbids(&id("", "u1", Grade::Verified), &id("", "u1", Grade::Verified)));
        assert!(!forbids(&id("", "u1", Grade::Verified), &id("", "u2", Grade::Claimed)));
        // Ids of two shops say nothing of each other.
        assert!(!forbids(&id("", "u1", Grade::Verified), &id("shop", "u9", Grade::Verified)));
    }
}
