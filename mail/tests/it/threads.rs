//! Threads by RFC 5256 and as a partition, with whatever ids hold.

use proptest::prelude::*;
use qn_mail::thread::{Entry, Tree, ordered_subject, partition, references, render};

fn mail(id: &str, refs: &[&str], subject: &str, at: i64) -> Entry {
    Entry {
        message_id: (!id.is_empty()).then(|| id.to_owned()),
        references: refs.iter().map(|r| (*r).to_owned()).collect(),
        in_reply_to: Vec::new(),
        subject: subject.to_owned(),
        sent_at: at,
    }
}

#[test]
fn references_of_rfc_5256() {
    let shown = |entries: &[Entry]| render(&references(entries));
    // A chain with a branch.
    assert_eq!(
        shown(&[mail("a", &[], "x", 1), mail("b", &["a"], "Re: x", 2), mail("c", &["a", "b"], "Re: x", 3), mail("d", &["a"], "Re: x", 4)]),
        "(1 (2 3)(4))"
    );
    // The parent is missing and stands for two.
    assert_eq!(shown(&[mail("b", &["a"], "", 1), mail("c", &["a"], "", 2)]), "((1)(2))");
    // A loop is cut.
    assert_eq!(shown(&[mail("a", &["b"], "", 1), mail("b", &["a"], "", 2)]), "(2 1)");
    // A mail is not its own parent.
    assert_eq!(shown(&[mail("a", &["a"], "", 1)]), "(1)");
    // A repeated Message-ID is another mail.
    assert_eq!(shown(&[mail("a", &[], "", 1), mail("a", &[], "", 2)]), "(1)(2)");
    // Subjects gather: an answer goes below, equals stand side by side.
    assert_eq!(shown(&[mail("a", &[], "Order", 1), mail("b", &[], "Re: order", 2)]), "(1 2)");
    assert_eq!(shown(&[mail("a", &[], "Re: order", 1), mail("b", &[], "order", 2)]), "(2 1)");
    assert_eq!(shown(&[mail("a", &[], "order", 1), mail("b", &[], "order", 2), mail("c", &[], "order", 3)]), "((1)(2)(3))");
    // In-Reply-To counts where there are no references.
    let answer = Entry { in_reply_to: vec!["a".into(), "z".into()], ..mail("b", &[], "", 2) };
    assert_eq!(shown(&[mail("a", &[], "", 1), answer]), "(1 2)");
}

#[test]
fn ordered_subject_of_rfc_5256() {
    let entries =
        [mail("", &[], "b", 5), mail("", &[], "a", 2), mail("", &[], "Re: B", 1), mail("", &[], "fwd: b", 9), mail("", &[], "", 3)];
    assert_eq!(render(&ordered_subject(&entries)), "(3 (1)(4))(2)(5)");
}

#[test]
fn the_partition_joins_over_missing_mails() {
    let entries =
        [mail("a", &["x"], "", 1), mail("b", &["y"], "", 2), mail("c", &["x", "y"], "", 3), mail("d", &[], "a", 4), mail("", &[], "a", 5)];
    assert_eq!(partition(&entries), [vec![0, 1, 2], vec![3], vec![4]]);
}

#[test]
fn a_thread_as_deep_as_a_mailbox_is_long() {
    let id = |n: usize| format!("m{n}@x");
    let entries: Vec<Entry> =
        (0..50_000).map(|n| if n == 0 { mail(&id(0), &[], "", 0) } else { mail(&id(n), &[&id(n - 1)], "", n as i64) }).collect();
    let tree = references(&entries);
    assert_eq!(tree.roots.len(), 1);
    assert!(render(&tree).ends_with(" 50000)"));
    assert_eq!(partition(&entries).len(), 1);
}

fn mails_in(tree: &Tree) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = tree.roots.clone();
    while let Some(at) = open.pop() {
        found.extend(tree.nodes[at].mail);
        open.extend_from_slice(&tree.nodes[at].children);
    }
    found.sort_unstable();
    found
}

fn any_mail() -> impl Strategy<Value = Entry> {
    let id = || prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "h"]);
    let subject = prop::sample::select(vec!["", "x", "Re: x", "y", "Fwd: y", "re: z"]);
    (prop::option::of(id()), prop::collection::vec(id(), 0..5), prop::collection::vec(id(), 0..2), subject, 0..5_i64).prop_map(
        |(message_id, references, in_reply_to, subject, sent_at)| Entry {
            message_id: message_id.map(str::to_owned),
            references: references.into_iter().map(str::to_owned).collect(),
            in_reply_to: in_reply_to.into_iter().map(str::to_owned).collect(),
            subject: subject.to_owned(),
            sent_at,
        },
    )
}

proptest! {
    /// Whatever loops and repetitions the ids make: each mail stands in exactly one place.
    #[test]
    fn every_mail_is_in_one_thread(entries in prop::collection::vec(any_mail(), 0..30)) {
        let all: Vec<usize> = (0..entries.len()).collect();
        prop_assert_eq!(mails_in(&references(&entries)), all.clone());
        prop_assert_eq!(mails_in(&ordered_subject(&entries)), all.clone());
        let mut parted: Vec<usize> = partition(&entries).concat();
        parted.sort_unstable();
        prop_assert_eq!(parted, all);
        let shown = render(&references(&entries));
        prop_assert_eq!(shown.matches('(').count(), shown.matches(')').count());
    }

    /// The partition does not depend on the order in which mails arrived.
    #[test]
    fn the_partition_has_no_order(entries in prop::collection::vec(any_mail(), 1..20)) {
        let reversed: Vec<Entry> = entries.iter().rev().cloned().collect();
        let n = entries.len();
        let mut back: Vec<Vec<usize>> = partition(&reversed).into_iter().map(|set| {
            let mut set: Vec<usize> = set.into_iter().map(|at| n - 1 - at).collect();
            set.sort_unstable();
            set
        }).collect();
        back.sort();
        let mut straight = partition(&entries);
        straight.sort();
        prop_assert_eq!(straight, back);
    }
}
