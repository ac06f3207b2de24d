//! What likeness proves among one company's own contacts: expectation–maximisation (`link::em` has the model) over pairs that share a
//! value, against pairs drawn at random, with the usual weights as what is believed beforehand. A level leaves its usual weight as far
//! as the pairs it rests on carry it, within bounds, and never counts the wrong way round. A small company keeps the usual ones.

mod evidence;
mod shift;

use crate::link::{compare, em};
use crate::usual::{self, FIELDS};
use evidence::{Evidence, Tally};
use qn_domain::{FieldWeights, LevelWeight, MatchWeights, Timestamp};
use shift::Seen;

/// With fewer contacts chance would teach more than they do.
pub const CONTACTS_MIN: usize = 200;
const ROUNDS_MAX: usize = 60;
/// Contacts of the same person that a contact has at the most and at the least, on the whole.
const PARTNERS_MAX: f64 = 1.0;
const PARTNERS_MIN: f64 = 0.001;
const PARTNERS_FIRST: f64 = 0.05;

/// What is said of one contact, as it was typed; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub address: String,
}

#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Contacts of the company.
    pub contacts: usize,
    /// The first `drawn` were drawn at random; the rest are those they are paired with.
    pub people: Vec<Said>,
    pub drawn: usize,
    /// All pairs of a drawn contact with one that shares a value, each once, as places in `people`.
    pub pairs: Vec<(u32, u32)>,
    /// Pairs that people judged: one person, or two.
    pub judged: Vec<(u32, u32, bool)>,
}

/// What is believed in one round: bits by field and level, and the chance that two contacts are one person's.
struct Model {
    bits: Vec<Vec<f64>>,
    share: f64,
    same: f64,
}

/// None where there are too few contacts. The same sample gives the same weights.
pub fn learn(sample: &Sample, now: Timestamp) -> Option<MatchWeights> {
    if sample.contacts < CONTACTS_MIN || sample.drawn < 2 {
        return None;
    }
    let evidence = Evidence::gather(sample);
    let usual = FIELDS.into_iter().map(|(_, role)| usual::bits(role).to_vec()).collect();
    let mut model = Model { bits: usual, share: share(&evidence, PARTNERS_FIRST * evidence.drawn), same: 0.0 };
    for _ in 0..ROUNDS_MAX {
        let next = round(&evidence, &model);
        let moved = (next.share / model.share).ln().abs();
        model = next;
        if moved < 1e-6 {
            break;
        }
    }
    let fields = FIELDS.into_iter().enumerate().map(|(f, (field, _))| {
        let level = |(l, bits): (usize, &f64)| LevelWeight { bits: *bits, pairs: evidence.compared(f, l) };
        FieldWeights { field: field.to_owned(), levels: model.bits[f].iter().enumerate().map(level).collect() }
    });
    Some(MatchWeights {
        fields: fields.collect(),
        contacts: i64::try_from(sample.contacts).unwrap_or(i64::MAX),
        pairs: evidence.candidates() as i64,
        same: model.same.round() as i64,
        learnt_at: now,
    })
}

/// Of all pairs, when so many are one person's; within what companies have.
fn share(evidence: &Evidence, same: f64) -> f64 {
    (same.clamp(PARTNERS_MIN * evidence.drawn, PARTNERS_MAX * evidence.drawn) / evidence.universe).clamp(1e-12, 0.5)
}

fn round(evidence: &Evidence, model: &Model) -> Model {
    let (mut one, mut two) = (Tally::default(), Tally::default());
    let mut same = 0.0;
    for pairs in &evidence.pairs {
        let chance = pairs.said.map_or_else(|| chance(model, &pairs.levels), |same| if same { 1.0 } else { 0.0 });
        same += chance * pairs.count;
        one.add(&pairs.levels, chance * pairs.count);
        two.add(&pairs.levels, (1.0 - chance) * pairs.count);
    }
    let bits = FIELDS.into_iter().enumerate().map(|(f, (_, role))| {
        let seen =
            Seen { one: &one.0[f], two: &two.0[f], strangers: &evidence.strangers.0[f], each: evidence.each, filled: evidence.filled[f] };
        shift::bits(role, &seen)
    });
    Model { bits: bits.collect(), share: share(evidence, same), same }
}

/// That a pair which compares so is one person's. It must not differ outright in more fields than it is alike in, or namesakes of one
/// household would pass for the people to be found.
fn chance(model: &Model, levels: &evidence::Levels) -> f64 {
    let (mut alike, mut differ) = (0, 0);
    let mut weight = (model.share / (1.0 - model.share)).log2();
    for (f, (_, role)) in FIELDS.into_iter().enumerate() {
        let Some(level) = levels[f] else { continue };
        let last = compare::last(role);
        alike += u32::from(2 * level < last);
        differ += u32::from(level == last);
        weight += model.bits[f][usize::from(level)];
    }
    if differ > alike { 0.0 } else { em::probability(weight) }
}
