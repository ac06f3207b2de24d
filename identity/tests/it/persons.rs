//! Persons are made of links: whatever was linked, one link more and its undoing change nothing.

use proptest::prelude::*;
use qn_domain::link::persons;
use std::collections::BTreeSet;

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

proptest! {
    #[test]
    fn undo_restores_and_order_does_not_count(links in prop::collection::vec((0usize..8, 0usize..8), 0..20), extra in (0usize..8, 0usize..8)) {
        let contacts: BTreeSet<&str> = NAMES.into_iter().collect();
        let mut standing: Vec<(&str, &str)> = links.iter().map(|(a, b)| (NAMES[*a], NAMES[*b])).collect();
        let before = persons(&contacts, &standing);
        standing.push((NAMES[extra.0], NAMES[extra.1]));
        let joined = persons(&contacts, &standing);
        prop_assert_eq!(joined[NAMES[extra.0]], joined[NAMES[extra.1]]);
        standing.pop();
        standing.reverse();
        prop_assert_eq!(persons(&contacts, &standing), before);
    }
}
