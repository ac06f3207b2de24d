//! The rules that link two contacts by what both are known by, without any model. Proof on both sides links; a claim on either side
//! only suggests; a value too many share says nothing.

use crate::fact::sharers_max;
use qn_domain::{Fact, FactKind, Grade};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Link without asking; the grade is the weaker of the two.
    Link(Grade),
    /// Show to a person, with the reason.
    Suggest(Grade),
    Nothing,
}

/// What follows from `ours` and `theirs` being the same value; `sharers` contacts have it.
pub fn judge(ours: &Fact, theirs: &Fact, sharers: usize) -> Verdict {
    let same = ours.kind == theirs.kind && ours.scope == theirs.scope && ours.value == theirs.value;
    if !same || sharers > sharers_max(ours.kind) {
        return Verdict::Nothing;
    }
    let grade = ours.grade.min(theirs.grade);
    match ours.kind {
        FactKind::Device | FactKind::Order | FactKind::Name | FactKind::Address => Verdict::Suggest(Grade::Inferred),
        _ if grade.is_proof() => Verdict::Link(grade),
        _ => Verdict::Suggest(grade),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fact(kind: FactKind, scope: &str, value: &str, grade: Grade) -> Fact {
        crate::fact::read(kind, scope, value, grade).unwrap()
    }

    #[test]
    fn proof_links_claims_suggest_crowds_say_nothing() {
        let phone = |grade| fact(FactKind::Phone, "", "13910862253", grade);
        assert_eq!(judge(&phone(Grade::Verified), &phone(Grade::Channel), 2), Verdict::Link(Grade::Channel));
        assert_eq!(judge(&phone(Grade::Verified), &phone(Grade::Claimed), 2), Verdict::Suggest(Grade::Claimed));
        assert_eq!(judge(&phone(Grade::Verified), &phone(Grade::Verified), 9), Verdict::Nothing);
        let device = fact(FactKind::Device, "", "ab12cd", Grade::Verified);
        assert_eq!(judge(&device, &device, 2), Verdict::Suggest(Grade::Inferred));
    }

    #[test]
    fn a_union_id_counts_within_its_account_only() {
        let union = |scope: &str| fact(FactKind::UnionId, scope, "oX1", Grade::Channel);
        assert_eq!(judge(&union("wxopen1"), &union("wxopen1"), 2), Verdict::Link(Grade::Channel));
        assert_eq!(judge(&union("wxopen1"), &union("wxopen2"), 2), Verdict::Nothing);
    }
}
