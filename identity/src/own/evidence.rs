//! How the pairs of a sample compare: those that share a value one kind at a time, and strangers drawn from the rest and weighted up to
//! their number. A phone, an e-mail or an address that many drawn contacts have says nothing of anybody and is left out.

use super::{Said, Sample};
use crate::fact::sharers_max;
use crate::link::compare::{self, LEVELS_MAX};
use crate::link::table::Value;
use crate::usual::FIELDS;
use qn_domain::FactKind;
use qn_nlu::learn::rng::Rng;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Pairs that share nothing, drawn to know how strangers compare.
const STRANGERS_MAX: usize = 200_000;

/// By field; none where one of the two says nothing.
pub(super) type Levels = [Option<u8>; 4];
type Values = [Option<Value>; 4];

/// By field and level.
#[derive(Debug, Default)]
pub(super) struct Tally(pub [[f64; LEVELS_MAX]; 4]);

impl Tally {
    pub fn add(&mut self, levels: &Levels, count: f64) {
        for (field, level) in self.0.iter_mut().zip(levels) {
            if let Some(level) = level {
                field[usize::from(*level)] += count;
            }
        }
    }
}

/// Pairs that compare alike and of which people say the same.
pub(super) struct Alike {
    pub levels: Levels,
    /// What people say: one person, or two.
    pub said: Option<bool>,
    pub count: f64,
}

pub(super) struct Evidence {
    /// In a fixed order: sums of floats depend on it.
    pub pairs: Vec<Alike>,
    pub strangers: Tally,
    /// How many pairs of strangers each drawn one stands for.
    pub each: f64,
    /// Drawn contacts that say something, by field.
    pub filled: [f64; 4],
    pub drawn: f64,
    /// All pairs with a drawn contact in them.
    pub universe: f64,
}

impl Evidence {
    pub fn gather(sample: &Sample) -> Self {
        let people = &sample.people[..sample.drawn.min(sample.people.len())];
        let crowds = Crowds::of(people);
        let drawn: Vec<Values> = people.iter().map(|said| crowds.read(said)).collect();
        let of = |i: u32| -> Cow<'_, Values> {
            let i = i as usize;
            drawn.get(i).map_or_else(|| Cow::Owned(sample.people.get(i).map(|said| crowds.read(said)).unwrap_or_default()), Cow::Borrowed)
        };
        // What was judged among others says nothing of how many pairs of the drawn are one person's.
        let touches_drawn = |a: u32, b: u32| (a.min(b) as usize) < people.len();
        let judged = sample.judged.iter().filter(|(a, b, _)| touches_drawn(*a, *b));
        let judged: FxHashMap<(u32, u32), bool> = judged.map(|(a, b, same)| (ordered(*a, *b), *same)).collect();
        let known: FxHashSet<(u32, u32)> =
            sample.pairs.iter().map(|(a, b)| ordered(*a, *b)).chain(judged.keys().copied()).filter(|(a, b)| a != b).collect();
        let mut counts: BTreeMap<(Levels, Option<bool>), f64> = BTreeMap::new();
        for &(a, b) in &known {
            let levels = compare_all(&of(a), &of(b));
            *counts.entry((levels, judged.get(&(a, b)).copied())).or_default() += 1.0;
        }
        let (strangers, met) = strangers(&drawn, &known);
        let n = drawn.len() as f64;
        let universe = (n * (sample.contacts.max(drawn.len()) as f64 - 1.0) - n * (n - 1.0) / 2.0).max(1.0);
        let filled = std::array::from_fn(|f| drawn.iter().filter(|values| values[f].is_some()).count() as f64);
        Self {
            pairs: counts.into_iter().map(|((levels, said), count)| Alike { levels, said, count }).collect(),
            strangers,
            each: ((universe - known.len() as f64) / met.max(1.0)).max(1.0),
            filled,
            drawn: n,
            universe,
        }
    }

    pub fn candidates(&self) -> f64 {
        self.pairs.iter().map(|alike| alike.count).sum()
    }

    /// Pairs that were compared and came out so.
    pub fn compared(&self, field: usize, level: usize) -> i64 {
        let has = |alike: &&Alike| alike.levels[field].is_some_and(|l| usize::from(l) == level);
        let sharing: f64 = self.pairs.iter().filter(has).map(|alike| alike.count).sum();
        (sharing + self.strangers.0[field][level]) as i64
    }
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

fn compare_all(one: &Values, other: &Values) -> Levels {
    std::array::from_fn(|f| Some(compare::level(FIELDS[f].1, one[f].as_ref()?, other[f].as_ref()?)))
}

/// How strangers compare, and how many were met: all pairs of the drawn that share nothing where they are few, else some.
fn strangers(drawn: &[Values], known: &FxHashSet<(u32, u32)>) -> (Tally, f64) {
    let (mut tally, mut met) = (Tally::default(), 0.0);
    let mut meet = |a: usize, b: usize| {
        if a != b && !known.contains(&ordered(a as u32, b as u32)) {
            tally.add(&compare_all(&drawn[a], &drawn[b]), 1.0);
            met += 1.0;
        }
    };
    if drawn.len() * drawn.len().saturating_sub(1) / 2 <= STRANGERS_MAX {
        (0..drawn.len()).for_each(|a| (a + 1..drawn.len()).for_each(|b| meet(a, b)));
    } else {
        let mut rng = Rng::new(1);
        (0..STRANGERS_MAX).for_each(|_| meet(rng.below(drawn.len()), rng.below(drawn.len())));
    }
    (tally, met)
}

/// Values that too many of the drawn contacts have.
struct Crowds(FxHashSet<(usize, Box<str>)>);

impl Crowds {
    fn of(people: &[Said]) -> Self {
        let mut counts: FxHashMap<(usize, Box<str>), usize> = FxHashMap::default();
        for said in people {
            for (f, value) in values(said).into_iter().enumerate() {
                if let Some(value) = value {
                    *counts.entry((f, value.text)).or_default() += 1;
                }
            }
        }
        // A name that many have is a common name, which is what is to be learnt.
        let is_crowd = |(key, n): ((usize, Box<str>), usize)| (key.0 != 0 && n > sharers_max(FactKind::Phone)).then_some(key);
        Self(counts.into_iter().filter_map(is_crowd).collect())
    }

    fn read(&self, said: &Said) -> Values {
        let mut values = values(said);
        for (f, value) in values.iter_mut().enumerate() {
            if value.as_ref().is_some_and(|v| self.0.contains(&(f, v.text.clone()))) {
                *value = None;
            }
        }
        values
    }
}

fn values(said: &Said) -> Values {
    let texts = [&said.name, &said.phone, &said.email, &said.address];
    std::array::from_fn(|f| Value::read(FIELDS[f].1, texts[f]))
}
