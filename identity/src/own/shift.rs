//! How far a level's weight moves from the usual one. Among pairs of one person the usual chances count like so many pairs; among
//! strangers, whose chances range over many powers of two, the weight goes a share of the way that grows with the pairs seen.

use crate::link::Role;
use crate::link::compare::LEVELS_MAX;
use crate::usual;

/// Pairs of one person that what is usual stands for.
const USUAL_PAIRS: f64 = 100.0;
/// Strangers of a level at which it goes half of the way.
const HALF_WAY: f64 = 50.0;
/// Pairs are many and their contacts few: all of one level count as no more than this share of the contacts.
const PAIRS_BY_CONTACT: f64 = 0.05;

/// Bits a level may gain and lose by what is learnt. Gains are small, so that two different names with one phone link nobody.
const GAIN_MAX: f64 = 3.0;
const LOSS_MAX: f64 = 12.0;
/// The same for what speaks against: how much less and how much more it may.
const MILDER_MAX: f64 = 2.0;
const HARDER_MAX: f64 = 4.0;

/// Counts by level of one field.
pub(super) struct Seen<'a> {
    /// Pairs of one person.
    pub one: &'a [f64; LEVELS_MAX],
    /// Pairs of two that share something.
    pub two: &'a [f64; LEVELS_MAX],
    /// Strangers drawn; each stands for `each`.
    pub strangers: &'a [f64; LEVELS_MAX],
    pub each: f64,
    /// Drawn contacts that say something here.
    pub filled: f64,
}

/// The chances of a field's levels among pairs of one person, by reason; with the usual bits they make those among strangers.
const fn usual_chances(role: Role) -> &'static [f64] {
    match role {
        Role::Name => &[0.6, 0.12, 0.06, 0.06, 0.06, 0.07, 0.03],
        Role::Phone => &[0.65, 0.05, 0.05, 0.25],
        Role::Email => &[0.6, 0.05, 0.03, 0.07, 0.25],
        Role::Address => &[0.35, 0.1, 0.1, 0.11, 0.1, 0.24],
        _ => &[],
    }
}

/// By level, in bits: within bounds, on the side the usual weight is on, and a lower level never more than a higher one.
pub(super) fn bits(role: Role, seen: &Seen<'_>) -> Vec<f64> {
    let ones: f64 = seen.one.iter().sum();
    let twos: f64 = (0..LEVELS_MAX).map(|level| seen.two[level] + seen.each * seen.strangers[level]).sum();
    let mut most = f64::INFINITY;
    let levels = usual::bits(role).iter().zip(usual_chances(role)).enumerate();
    let learnt = levels.map(|(level, (usual, chance))| {
        let m = (seen.one[level] + USUAL_PAIRS * chance) / (ones + USUAL_PAIRS);
        let moved = (m / chance).log2() - strangers_shift(seen, level, chance * (-usual).exp2(), twos);
        most = bounded(*usual, usual + moved).min(most);
        most
    });
    learnt.collect()
}

/// log2 of how much oftener strangers compare so than is usual, as far as what was seen carries it.
fn strangers_shift(seen: &Seen<'_>, level: usize, usual: f64, twos: f64) -> f64 {
    if twos <= 0.0 {
        return 0.0;
    }
    // Equal values share a fact and were all looked at; other levels are known from the drawn strangers only.
    let unit = if level == 0 { 1.0 } else { seen.each };
    let met = seen.two[level] + seen.each * seen.strangers[level];
    let expected = usual * twos / unit;
    let carried = (seen.two[level] + seen.strangers[level]).max(expected).min(PAIRS_BY_CONTACT * seen.filled);
    let share = carried / (carried + HALF_WAY);
    share * ((met + 0.5 * unit) / (twos + 0.5 * unit) / usual).log2()
}

fn bounded(usual: f64, bits: f64) -> f64 {
    if usual > 0.0 {
        bits.clamp((usual - LOSS_MAX).max(0.0), usual + GAIN_MAX)
    } else {
        bits.clamp(usual - HARDER_MAX, (usual + MILDER_MAX).min(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usual::FIELDS;

    #[test]
    fn the_chances_are_shares_and_nothing_seen_moves_nothing() {
        let none = [0.0; LEVELS_MAX];
        for (_, role) in FIELDS {
            let chances = usual_chances(role);
            assert_eq!(chances.len(), usual::bits(role).len());
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let seen = Seen { one: &none, two: &none, strangers: &none, each: 1.0, filled: 0.0 };
            assert!(bits(role, &seen).iter().zip(usual::bits(role)).all(|(own, usual)| (own - usual).abs() < 1e-9));
        }
    }
}
