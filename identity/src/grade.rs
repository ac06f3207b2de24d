//! How well something about a person is proved, and what may follow from it. The order is the strength.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Likeness: a name and an address, a device, behaviour.
    Inferred,
    /// Typed in a form by whoever.
    Claimed,
    /// The channel vouches for it: OpenID, UnionID, a phone number by the platform's authorisation.
    Channel,
    /// A one-time code, a signed token, a reply to a mail.
    Verified,
}

impl Grade {
    pub const ALL: [Self; 4] = [Self::Inferred, Self::Claimed, Self::Channel, Self::Verified];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Claimed => "claimed",
            Self::Channel => "channel",
            Self::Verified => "verified",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.as_str() == word)
    }

    /// Two people's records may be linked by it without a person's look.
    pub fn is_proof(self) -> bool {
        self >= Self::Channel
    }

    /// A customer may see what was said under the other record. Likeness and claims only ever help the agent.
    pub fn unlocks_history(self) -> bool {
        self.is_proof()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proof_unlocks() {
        let unlocking: Vec<Grade> = Grade::ALL.into_iter().filter(|g| g.unlocks_history()).collect();
        assert_eq!(unlocking, [Grade::Channel, Grade::Verified]);
        assert!(Grade::ALL.into_iter().all(|g| Grade::parse(g.as_str()) == Some(g)));
    }
}
