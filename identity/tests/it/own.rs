//! What likeness proves at made-up companies: learnt where there is much to learn from, the usual where there is not, and never absurd.

use qn_domain::MatchWeights;
use qn_identity::own::{CONTACTS_MIN, Said, Sample, learn};
use qn_identity::usual::{FIELDS, bits};
use std::collections::{BTreeMap, BTreeSet};

const FAMILY: [&str; 20] =
    ["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "罗", "高"];
const GIVEN: [&str; 30] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "文", "辉",
    "玲", "桂", "建", "国", "红", "海", "波", "斌",
];

fn named(n: usize) -> String {
    format!("{}{}{}", FAMILY[n % 20], GIVEN[n / 20 % 30], GIVEN[(n / 600 + 7 * n) % 30])
}

fn phone(n: usize) -> String {
    format!("13{:09}", n as u64 * 7_919_777 % 1_000_000_000)
}

fn said(name: &str, phone: &str) -> Said {
    Said { name: name.to_owned(), phone: phone.to_owned(), ..Said::default() }
}

/// All contacts drawn, with the pairs that share a name or a phone which not too many have, as the house finds them.
fn whole(people: Vec<Said>) -> Sample {
    let mut having: BTreeMap<(usize, &str), Vec<u32>> = BTreeMap::new();
    for (i, said) in people.iter().enumerate() {
        for (field, text) in [(0, said.name.as_str()), (1, said.phone.as_str())] {
            if !text.is_empty() {
                having.entry((field, text)).or_default().push(i as u32);
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for ((field, _), who) in having {
        if who.len() <= [30, 8][field] {
            who.iter().enumerate().for_each(|(i, a)| pairs.extend(who[i + 1..].iter().map(|b| (*a, *b))));
        }
    }
    Sample { contacts: people.len(), drawn: people.len(), people, pairs: pairs.into_iter().collect(), judged: Vec::new() }
}

fn level(weights: &MatchWeights, field: &str, level: usize) -> f64 {
    weights.levels(field).unwrap()[level].bits
}

/// Each level is on the side its usual weight is on and within reach of it, and a lower one never says more.
fn is_sound(weights: &MatchWeights) {
    for (field, role) in FIELDS {
        let own: Vec<f64> = weights.levels(field).unwrap().iter().map(|level| level.bits).collect();
        assert_eq!(own.len(), bits(role).len());
        assert!(own.windows(2).all(|w| w[0] >= w[1]), "{field} {own:?}");
        for (own, usual) in own.iter().zip(bits(role)) {
            assert!(own.is_finite() && own * usual >= 0.0 && *own <= usual + 3.0 && *own >= usual - 12.0, "{field} {own} {usual}");
        }
    }
}

#[test]
fn where_everybody_has_one_name_it_proves_little_and_a_phone_much() {
    let mut people: Vec<Said> = (0..2_000).map(|n| said("王伟", &phone(n))).collect();
    people.extend((0..600).map(|n| said("王伟", &phone(n))));
    let weights = learn(&whole(people), 7).unwrap();
    is_sound(&weights);
    assert!(level(&weights, "name", 0) < 4.0, "{weights:?}");
    assert!(level(&weights, "phone", 0) > 18.0, "{weights:?}");
    assert_eq!((weights.contacts, weights.pairs, weights.learnt_at), (2_600, 600, 7));
    assert!((590..=600).contains(&weights.same), "{}", weights.same);
}

#[test]
fn a_small_company_keeps_what_is_usual() {
    let company = |count: usize| {
        let mut people: Vec<Said> = (0..count - 20).map(|n| said(&named(n), &phone(n))).collect();
        people.extend((0..20).map(|n| said(&named(n), &phone(n))));
        whole(people)
    };
    assert_eq!(learn(&company(CONTACTS_MIN - 1), 0), None);
    let weights = learn(&company(300), 0).unwrap();
    is_sound(&weights);
    for (field, role) in FIELDS {
        for (l, usual) in bits(role).iter().enumerate() {
            assert!((level(&weights, field, l) - usual).abs() < 3.0, "{field} {l}: {weights:?}");
        }
    }
    let is_usual = |own: f64, usual: f64| (own - usual).abs() < 1e-9;
    assert!(is_usual(level(&weights, "email", 0), 20.0) && is_usual(level(&weights, "address", 0), 12.0), "nothing was said of these");
}

#[test]
fn what_people_judged_counts() {
    // Households: one phone, two names.
    let mut people: Vec<Said> = (0..2_600).map(|n| said(&named(n), &phone(n))).collect();
    people.extend((0..400).map(|n| said(&named(n + 5_000), &phone(n))));
    let sample = whole(people);
    let judged = |same: bool| {
        let judged = (0..400).map(|n| (n, n + 2_600, same)).collect();
        learn(&Sample { judged, ..sample.clone() }, 0).unwrap()
    };
    let (two, one) = (judged(false), judged(true));
    is_sound(&two);
    is_sound(&one);
    assert!(level(&two, "phone", 0) < 16.0 && level(&one, "phone", 0) > 18.0, "{two:?} {one:?}");
    assert!(level(&one, "name", 6) > level(&two, "name", 6), "many of one person have two names here");
}

#[test]
fn hostile_companies_teach_nothing_absurd() {
    let everybody = |count: usize, each: &dyn Fn(usize) -> Said| whole((0..count).map(each).collect());
    let equal =
        Said { name: "王伟".into(), phone: phone(1), email: "w@qq.com".into(), address: "上海市徐汇区漕溪北路88号".into() };
    let weights = learn(&everybody(3_000, &|_| equal.clone()), 0).unwrap();
    is_sound(&weights);
    assert_eq!(weights.pairs, 0);
    assert!((level(&weights, "phone", 0) - 19.0).abs() < 1e-9, "a value that all have is nobody's, and teaches nothing of phones");

    let weights = learn(&everybody(3_000, &|_| Said::default()), 0).unwrap();
    is_sound(&weights);
    assert!((level(&weights, "name", 0) - 10.0).abs() < 1e-9);

    let junk = everybody(10_000, &|n| said(&named(n), &phone(1)));
    let weights = learn(&junk, 0).unwrap();
    is_sound(&weights);
    assert!((level(&weights, "phone", 0) - 19.0).abs() < 1e-9);

    let broken = Sample { pairs: vec![(0, 0), (1, 999_999)], judged: vec![(5, 5, true)], ..everybody(500, &|n| said(&named(n), "")) };
    is_sound(&learn(&broken, 0).unwrap());
}

#[test]
fn the_same_contacts_teach_the_same() {
    let people: Vec<Said> = (0..1_500).map(|n| said(&named(n % 900), &phone(n % 1_200))).collect();
    assert_eq!(learn(&whole(people.clone()), 0), learn(&whole(people), 0));
}
