//! What likeness of two customers usually proves, for single contacts where there is no table to learn from. The bits are set by hand
//! on the careful side; a tenant's own table can be learnt with `link`.

use crate::link::compare;
use crate::link::table::Value;
use crate::link::{Role, Weight, em};

/// Two contacts drawn at random are one person's about once in 130,000.
const PRIOR_BITS: f64 = -17.0;

/// By level of `compare`, in bits.
const fn bits(role: Role) -> &'static [f64] {
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

/// One weight for each thing both sides say.
pub fn weigh(one: &Profile<'_>, other: &Profile<'_>) -> Vec<Weight> {
    let sides = [
        ("name", Role::Name, one.name, other.name),
        ("phone", Role::Phone, one.phone, other.phone),
        ("email", Role::Email, one.email, other.email),
        ("address", Role::Address, one.address, other.address),
    ];
    let weight = |(column, role, one, other): (&str, Role, &str, &str)| {
        let level = compare::level(role, &Value::read(role, one)?, &Value::read(role, other)?);
        let bits = *bits(role).get(usize::from(level))?;
        Some(Weight { column: column.to_owned(), level: compare::names(role)[usize::from(level)], bits, rarity_bits: 0.0 })
    };
    sides.into_iter().filter_map(weight).collect()
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
        let chance = |one: Profile<'_>, other: Profile<'_>| probability(&weigh(&one, &other));
        let (wang, typed) = (Profile { name: "王小明", ..Profile::default() }, Profile { name: "Wang Xiaoming", ..Profile::default() });
        assert!(chance(wang, typed) < 0.05);
        let phone = |p: &Profile<'static>, phone: &'static str| Profile { phone, ..*p };
        assert!(chance(phone(&wang, "13910862253"), phone(&typed, "+86 139 1086 2253")) > 0.99);
        assert!(chance(phone(&wang, "13910862253"), phone(&typed, "13712349876")) < 0.01);
    }

    #[test]
    fn a_device_or_an_order_is_worth_a_look_unless_two_people_say_their_names() {
        let names = |one, other| weigh(&Profile { name: one, ..Profile::default() }, &Profile { name: other, ..Profile::default() });
        for same in [same_device, same_order] {
            let chance = |weights: Vec<Weight>| probability(&[weights, vec![same()]].concat());
            assert!((0.5..0.9).contains(&chance(Vec::new())), "enough to look, not to link");
            assert!(chance(names("王小明", "Wang Xiaoming")) > 0.99);
            assert!(chance(names("王小明", "李娜")) < 0.1);
        }
    }

    #[test]
    fn every_level_has_its_bits() {
        for role in [Role::Name, Role::Phone, Role::Email, Role::Address] {
            assert_eq!(bits(role).len(), compare::names(role).len());
            assert!(bits(role).windows(2).all(|w| w[0] >= w[1]), "a lower level never says less");
        }
    }
}
