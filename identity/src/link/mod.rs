//! Links the records of a table without labels: read the columns (`role`, `table`), choose pairs (`block`), compare them
//! (`compare`, `pattern`), learn what likeness proves (`em`), weigh each pair (`weights`), and make people of pairs (`cluster`).

pub mod block;
pub mod cluster;
pub mod compare;
pub mod em;
pub mod pattern;
pub mod role;
pub mod table;
pub mod weights;

pub use cluster::{Clusters, Scored};
pub use em::Model;
pub use pattern::Pattern;
pub use role::Role;
pub use table::{Table, TableError};
pub use weights::{Scorer, Weight};

use em::Counted;
use qn_nlu::learn::rng::Rng;
use rustc_hash::FxHashMap;

/// Pairs that are no candidates, drawn to know how strangers compare.
const STRANGERS: usize = 200_000;
/// Pairs below this are forgotten after scoring.
const KEPT_PROBABILITY_MIN: f64 = 0.001;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Records whose groups are alike by at least this on the whole are one person's.
    pub link: f64,
    /// Pairs from here up to `link` are worth a person's look.
    pub suggest: f64,
}

impl Default for Thresholds {
    /// More likely than not; and one in ten. Set by reason, not on any data.
    fn default() -> Self {
        Self { link: 0.5, suggest: 0.1 }
    }
}

/// Two records of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub a: u32,
    pub b: u32,
    /// Of the pair by itself, or of its group where that is surer.
    pub score: f64,
    /// False when only others of the group say so.
    pub direct: bool,
}

#[derive(Debug, Clone)]
pub struct Outcome {
    pub model: Model,
    pub links: Vec<Link>,
    pub suggestions: Vec<Scored>,
    pub groups: Vec<Vec<u32>>,
    pub candidates: usize,
}

/// Deterministic: the same table gives the same outcome.
pub fn link(table: &Table, thresholds: Thresholds) -> Outcome {
    let candidates = block::pairs(table);
    let patterns: Vec<Pattern> = candidates.iter().map(|(a, b)| pattern::compare(table, *a as usize, *b as usize)).collect();
    let model = em::fit(table, &counted(table, &candidates, &patterns));
    let scorer = Scorer { table, model: &model };
    let score = |(&(a, b), pattern): (&(u32, u32), &Pattern)| {
        let probability = scorer.probability(*pattern, a as usize, b as usize);
        (probability >= KEPT_PROBABILITY_MIN).then_some(Scored { a, b, probability })
    };
    let scored: Vec<Scored> = candidates.iter().zip(&patterns).filter_map(score).collect();
    let groups = Clusters { exclusive: &table.exclusive, threshold: thresholds.link }.of(table.len(), &scored);
    let (links, suggestions) = told(&groups, &scored, table.len(), thresholds);
    Outcome { links, suggestions, groups, candidates: candidates.len(), model }
}

/// How all pairs of the table compare: the candidates, and strangers drawn from the rest and weighted up to their number.
fn counted(table: &Table, candidates: &[(u32, u32)], patterns: &[Pattern]) -> Counted {
    let mut counted = Counted::default();
    patterns.iter().for_each(|p| *counted.entry(*p).or_default() += 1.0);
    let records = table.len();
    let others = (records * records.saturating_sub(1) / 2) as f64 - candidates.len() as f64;
    if others <= 0.0 {
        return counted;
    }
    let mut rng = Rng::new(1);
    let mut strangers = Vec::with_capacity(STRANGERS);
    for _ in 0..4 * STRANGERS {
        let (a, b) = (rng.below(records), rng.below(records));
        let (a, b) = (a.min(b), a.max(b));
        if a != b && candidates.binary_search(&(a as u32, b as u32)).is_err() {
            strangers.push(pattern::compare(table, a, b));
        }
        if strangers.len() == STRANGERS {
            break;
        }
    }
    let each = others / strangers.len().max(1) as f64;
    strangers.into_iter().for_each(|p| *counted.entry(p).or_default() += each);
    counted
}

/// The links of the groups, surest first, and what is left for people to look at.
fn told(groups: &[Vec<u32>], scored: &[Scored], records: usize, thresholds: Thresholds) -> (Vec<Link>, Vec<Scored>) {
    let known: FxHashMap<(u32, u32), f64> = scored.iter().map(|s| ((s.a, s.b), s.probability)).collect();
    let mut group_of = vec![u32::MAX; records];
    let mut links = Vec::new();
    for (n, group) in groups.iter().enumerate() {
        group.iter().for_each(|r| group_of[*r as usize] = n as u32);
        let pairs = || group.iter().enumerate().flat_map(|(i, a)| group[i + 1..].iter().map(move |b| (*a, *b)));
        let own = |pair: &(u32, u32)| known.get(pair).copied().unwrap_or(0.0);
        let mean = pairs().map(|p| own(&p)).sum::<f64>() / pairs().count() as f64;
        links.extend(pairs().map(|pair| {
            let probability = own(&pair);
            Link { a: pair.0, b: pair.1, score: probability.max(mean), direct: probability >= thresholds.link }
        }));
    }
    links.sort_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let apart = |s: &&Scored| group_of[s.a as usize] == u32::MAX || group_of[s.a as usize] != group_of[s.b as usize];
    let mut suggestions: Vec<Scored> = scored.iter().filter(|s| s.probability >= thresholds.suggest).filter(apart).copied().collect();
    suggestions.sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
    (links, suggestions)
}
