//! What likeness of two customers usually proves, for single contacts where there is no table to learn from. The bits are set by hand
//! on the careful side. A company with enough contacts has its own (`own`); a tenant's own table can be learnt with `link`.

use crate::link::compare;
use crate::link::table::Value;
use crate::link::{Role, Weight, em};
use qn_domain::MatchWeights;

/// What two contacts are compared by, in the order of `Profile`.
pub const FIELDS: [(&str, Role); 4] = [("name", Role::Name), ("phone", Role::Phone), ("email", Role::Email), ("address", Role::Address)];

/// Two contacts drawn at random are one person's about once in 130,000.
const PRIOR_BITS: f64 = -17.0;

/// By level of `compare`, in bits.
pub const fn bits(role: Role) -> &'static [f64] {
    match role {
        Role::Name => &[10.0, 9.0, 7.0, 6.0, 5.0, 2.0, -5.0],
        Role::Phone => &[19.0, 12.0, 8.0, -2.0],
        Role::Email => &[20.0, 10.0, 9.0, 5.0, -2.0],
        Role::Address => &[12.0, 11.0, 10.0, 6.0, 1.0, -2.0],
        _ => &[],
    }
}

/// One device: one person or their household.
const DEVICE_BITS: f64 = 18.0;
/// One order: who placed it, their household, or whoever was sent its number.
const ORDER_BITS: f64 = 18.0;

/// What is said of a customer, as it was typed; empty where nothing is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Profile<'a> {
    pub name: &'a str,
    pub phone: &'a str,
    pub email: &'a str,
    pub address: &'a str,
}

impl<'a> Profile<'a> {
    fn texts(&self) -> [&'a str; 4] {
        [self.name, self.phone, self.email, self.address]
    }
}

/// One weight for each thing both sides say; `own` are the company's where it has any.
pub fn weigh(one: &Profile<'_>, other: &Profile<'_>, own: Option<&MatchWeights>) -> Vec<Weight> {
    let sides = FIELDS.into_iter().zip(one.texts().into_iter().zip(other.texts()));
    let weight = |((field, role), (one, other)): ((&str, Role), (&str, &str))| {
        let level = usize::from(compare::level(role, &Value::read(role, one)?, &Value::read(role, other)?));
        let bits = own.and_then(|own| learnt(own, field, role, level)).or_else(|| bits(role).get(level).copied())?;
        Some(Weight { column: field.to_owned(), level: compare::names(role)[level], bits, rarity_bits: 0.0 })
    };
    sides.filter_map(weight).collect()
}

/// None for weights of other levels than today's, as an older program kept them.
fn learnt(own: &MatchWeights, field: &str, role: Role, level: usize) -> Option<f64> {
    let levels = own.levels(field).filter(|levels| levels.len() == compare::names(role).len())?;
    levels.get(level).map(|weight| weight.bits)
}

/// Both wrote from one device.
pub fn same_device() -> Weight {
    Weight { column: "device".to_owned(), level: "exact", bits: DEVICE_BITS, rarity_bits: 0.0 }
}

/// Both named one order.
pub fn same_order() -> Weight {
    Weight { column: "order".to_owned(), level: "exact", bits: ORDER_BITS, rarity_bits: 0.0 }
}

/// The chance that the two are one person.
pub fn probability(weights: &[Weight]) -> f64 {
    em::probability(PRIOR_BITS + weights.iter().map(|w| w.bits + w.rarity_bits).sum::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_proves_nothing_a_number_with_it_much() {
        let chance = |one: Profile<'_>, other: Profile<'_>| probability(&weigh(&one, &other, None));
        let (wang, typed) = (Profile { name: "王小明", ..Profile::default() }, Profile { name: "Wang Xiaoming", ..Profile::default() });
        assert!(chance(wang, typed) < 0.05);
        let phone = |p: &Profile<'static>, phone: &'static str| Profile { phone, ..*p };
        assert!(chance(phone(&wang, "13910862253"), phone(&typed, "+86 139 1086 2253")) > 0.99);
        assert!(chance(phone(&wang, "13910862253"), phone(&typed, "13712349876")) < 0.01);
    }

    #[test]
    fn a_device_or_an_order_is_worth_a_look_unless_two_people_say_their_names() {
        let names = |one, other| weigh(&Profile { name: one, ..Profile::default() }, &Profile { name: other, ..Profile::default() }, None);
        for same in [same_device, same_order] {
            let chance = |weights: Vec<Weight>| probability(&[weights, vec![same()]].concat());
            assert!((0.5..0.9).contains(&chance(Vec::new())), "enough to look, not to link");
            assert!(chance(names("王小明", "Wang Xiaoming")) > 0.99);
            assert!(chance(names("王小明", "李娜")) < 0.1);
        }
    }

    #[test]
    fn a_companys_own_weights_come_first_unless_their_levels_are_of_another_time() {
        let own = |levels: usize| MatchWeights {
            fields: vec![qn_domain::FieldWeights {
                field: "phone".into(),
                levels: vec![qn_domain::LevelWeight { bits: 7.5, pairs: 1 }; levels],
            }],
            contacts: 1_000,
            pairs: 10,
            same: 5,
            learnt_at: 0,
        };
        let wang = Profile { name: "王小明", phone: "13910862253", ..Profile::default() };
        let bits = |own: &MatchWeights| weigh(&wang, &wang, Some(own)).iter().map(|w| w.bits).collect::<Vec<_>>();
        assert_eq!(bits(&own(4)), [10.0, 7.5]);
        assert_eq!(bits(&own(3)), [10.0, 19.0]);
    }

    #[test]
    fn every_level_has_its_bits() {
        for role in [Role::Name, Role::Phone, Role::Email, Role::Address] {
            assert_eq!(bits(role).len(), compare::names(role).len());
            assert!(bits(role).windows(2).all(|w| w[0] >= w[1]), "a lower level never says less");
        }
    }
}
