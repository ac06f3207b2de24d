//! A person is a set of contacts joined by links that stand. Nothing else is stored of it that could not be made anew from the links,
//! so taking a link back restores what was before exactly.

use std::collections::{BTreeMap, BTreeSet};

/// The person of each of `contacts`: the smallest contact reached over `links` (pairs of contacts whose links stand). Links to
/// contacts that are not among `contacts` are ignored.
pub fn of<'a>(contacts: &BTreeSet<&'a str>, links: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, &'a str> {
    let mut beside: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for (a, b) in links.iter().filter(|(a, b)| contacts.contains(a) && contacts.contains(b)) {
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    }
    let mut person: BTreeMap<&str, &str> = BTreeMap::new();
    // In ascending order: whoever is reached first from the smallest belongs to it.
    for root in contacts {
        let mut waiting = vec![*root];
        while let Some(contact) = waiting.pop() {
            if person.contains_key(contact) {
                continue;
            }
            person.insert(contact, root);
            waiting.extend(beside.get(contact).into_iter().flatten());
        }
    }
    person
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

    #[test]
    fn the_smallest_names_the_person() {
        let contacts = BTreeSet::from(["a", "b", "c", "d"]);
        let person = of(&contacts, &[("d", "b"), ("c", "d"), ("a", "z")]);
        assert_eq!(person, BTreeMap::from([("a", "a"), ("b", "b"), ("c", "b"), ("d", "b")]));
    }

    proptest! {
        /// Whatever was linked, linking once more and taking that back changes nothing; and the order of links does not count.
        #[test]
        fn undo_restores(links in prop::collection::vec((0usize..8, 0usize..8), 0..20), extra in (0usize..8, 0usize..8)) {
            let contacts: BTreeSet<&str> = NAMES.into_iter().collect();
            let mut standing: Vec<(&str, &str)> = links.iter().map(|(a, b)| (NAMES[*a], NAMES[*b])).collect();
            let before = of(&contacts, &standing);
            standing.push((NAMES[extra.0], NAMES[extra.1]));
            let joined = of(&contacts, &standing);
            prop_assert_eq!(joined[NAMES[extra.0]], joined[NAMES[extra.1]]);
            standing.pop();
            standing.reverse();
            prop_assert_eq!(of(&contacts, &standing), before);
        }
    }
}
