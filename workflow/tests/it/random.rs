//! Random drawings, random failures, random crashes: the invariants hold for all of them.

use crate::build::{CONTAINERS, FEATURES, Piece, Shelf, contain, edge, feature, flow};
use crate::world::World;
use proptest::prelude::*;
use qn_workflow::{Status, compile};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Debug, Clone)]
enum Tree {
    Leaf(usize),
    Inside(usize, Vec<Tree>),
}

fn tree() -> impl Strategy<Value = Vec<Tree>> {
    let leaf = (0..FEATURES.len()).prop_map(Tree::Leaf);
    let inner = leaf.prop_recursive(3, 12, 3, |inside| {
        (0..CONTAINERS.len(), prop::collection::vec(inside, 1..3)).prop_map(|(kind, trees)| Tree::Inside(kind, trees))
    });
    prop::collection::vec(inner, 1..3)
}

fn row(shelf: &mut Shelf, id: &str, trees: &[Tree]) -> Piece {
    let mut out: Option<Piece> = None;
    for (i, tree) in trees.iter().enumerate() {
        let id = format!("{id}{i}");
        let piece = match tree {
            Tree::Leaf(kind) => feature(FEATURES[*kind], &id),
            Tree::Inside(kind, trees) => contain(shelf, CONTAINERS[*kind], &id, &mut |shelf, id| row(shelf, id, trees)).0,
        };
        out = Some(match out {
            None => piece,
            Some(mut before) => {
                before.nodes.extend(piece.nodes);
                before.edges.extend(piece.edges);
                before.edges.push(edge(&before.exit.0, &before.exit.1, &piece.entry));
                before.exit = piece.exit;
                before
            }
        });
    }
    out.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_drawn_ends_once_and_is_taken_back_in_reverse(trees in tree(), fails: bool, crash in 0usize..120) {
        let mut shelf = Shelf::default();
        let piece = row(&mut shelf, "n", &trees);
        let program = compile(flow("f", piece, fails), &shelf.language, &shelf.programs);
        let program = Arc::new(program.map_err(|problems| TestCaseError::fail(format!("{problems:#?}")))?);
        let peace = World::new(Arc::clone(&program)).run();
        prop_assert_eq!(peace.state.status, if fails { Status::Failed } else { Status::Done });
        let mut done = peace.done_at("do");
        done.reverse();
        prop_assert_eq!(peace.undone(), if fails { done } else { vec![] });
        let keys: BTreeSet<&String> = peace.done.iter().map(|(key, ..)| key).collect();
        prop_assert_eq!(keys.len(), peace.done.len());

        let mut world = World::new(Arc::clone(&program));
        world.crash = Some(crash);
        let world = world.run();
        prop_assert_eq!(world.state.status, peace.state.status);
        prop_assert_eq!(&world.state.output, &peace.state.output);
        let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) =
            (world.done.iter().map(|d| &d.0).collect(), peace.done.iter().map(|d| &d.0).collect());
        prop_assert_eq!(ours, theirs);
    }
}
