//! Which conversations are drawn for review: by lot, the same lot for the same seed, as many for everybody. Pure.

use qn_domain::{ConversationId, UserId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A conversation that may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub conversation_id: ConversationId,
    pub agent_id: UserId,
    /// The greater is drawn first; equals are drawn by lot.
    pub urgency: i64,
}

/// One that was drawn, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub conversation_id: ConversationId,
    pub agent_id: UserId,
    /// None where nobody but the agent could score it.
    pub reviewer_id: Option<UserId>,
}

#[derive(Debug, Clone, Copy)]
pub struct Lot<'a> {
    pub per_agent: usize,
    /// Another seed is another lot.
    pub seed: &'a str,
    pub reviewers: &'a [UserId],
    /// What this plan drew of this period before; counts, and is not drawn again.
    pub before: &'a [Drawn],
}

/// As many conversations of every agent as the lot says, fewer only where there are no more, and whoever of the reviewers has the fewest
/// for each, never its agent. The order of candidates does not matter.
pub fn sample(candidates: &[Candidate], lot: &Lot<'_>) -> Vec<Drawn> {
    let mut seen: HashSet<&ConversationId> = lot.before.iter().map(|drawn| &drawn.conversation_id).collect();
    let mut of_agent: BTreeMap<&UserId, Vec<&Candidate>> = BTreeMap::new();
    let mut ranked: Vec<&Candidate> = candidates.iter().collect();
    ranked.sort_by_key(|c| (-c.urgency, rank(lot.seed, c.conversation_id.as_str()), &c.conversation_id, &c.agent_id));
    for candidate in ranked {
        if seen.insert(&candidate.conversation_id) {
            of_agent.entry(&candidate.agent_id).or_default().push(candidate);
        }
    }
    let mut chosen: Vec<&Candidate> = Vec::new();
    for (agent, waiting) in of_agent {
        let had = lot.before.iter().filter(|drawn| drawn.agent_id == *agent).count();
        chosen.extend(waiting.into_iter().take(lot.per_agent.saturating_sub(had)));
    }
    chosen.sort_by_key(|c| (rank(lot.seed, c.conversation_id.as_str()), &c.conversation_id));
    assign(&chosen, lot)
}

fn assign(chosen: &[&Candidate], lot: &Lot<'_>) -> Vec<Drawn> {
    let mut load: HashMap<&UserId, usize> = HashMap::new();
    for reviewer in lot.before.iter().filter_map(|drawn| drawn.reviewer_id.as_ref()) {
        *load.entry(reviewer).or_default() += 1;
    }
    let mut drawn = Vec::with_capacity(chosen.len());
    for candidate in chosen {
        let others = lot.reviewers.iter().filter(|reviewer| **reviewer != candidate.agent_id);
        let reviewer = others.min_by_key(|r| (load.get(r).copied().unwrap_or(0), rank(lot.seed, r.as_str()), *r));
        if let Some(reviewer) = reviewer {
            *load.entry(reviewer).or_default() += 1;
        }
        drawn.push(Drawn {
            conversation_id: candidate.conversation_id.clone(),
            agent_id: candidate.agent_id.clone(),
            reviewer_id: reviewer.cloned(),
        });
    }
    drawn
}

/// A number that looks like chance and follows from seed and text: FNV-1a with the last mix of MurmurHash3.
fn rank(seed: &str, text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.bytes().chain([0]).chain(text.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    for mix in [0xff51_afd7_ed55_8ccd_u64, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(mix);
    }
    hash ^ (hash >> 33)
}
