//! Every feature inside every container, and inside every pair of containers: approvals, timers, signals and compensation are
//! legal anywhere. Each flow is also crashed before and after every commit.

use crate::build::{CONTAINERS, FEATURES, Piece, Shelf, contain, feature, flow};
use crate::crash::crash_everywhere;
use crate::world::World;
use qn_workflow::{Status, compile};
use std::sync::Arc;

fn nested(shelf: &mut Shelf, outer: &str, inner: &str, kind: &str) -> (Piece, usize) {
    let mut inner_times = 1;
    let (piece, times) = contain(shelf, outer, "o", &mut |shelf, id| {
        let (piece, times) = contain(shelf, inner, id, &mut |_, id| feature(kind, id));
        inner_times = times;
        piece
    });
    (piece, times * inner_times)
}

#[test]
fn every_feature_works_inside_every_pair_of_containers() {
    for outer in CONTAINERS {
        for inner in CONTAINERS {
            for kind in FEATURES {
                let mut shelf = Shelf::default();
                let (piece, times) = nested(&mut shelf, outer, inner, kind);
                let program = compile(flow("f", piece, false), &shelf.language, &shelf.programs);
                let program = Arc::new(program.unwrap_or_else(|problems| panic!("{kind} in {inner} in {outer}: {problems:#?}")));
                let world = World::new(Arc::clone(&program)).run();
                assert_eq!(world.state.status, Status::Done, "{kind} in {inner} in {outer}: {:?}", world.state.error);
                let told: Vec<_> = world.done.iter().filter(|(_, path, _)| path == "told").map(|(.., body)| body).collect();
                assert_eq!(told.len(), if kind == "event" { 2 * times } else { 0 }, "{kind} in {inner} in {outer}");
                assert!(told.iter().all(|body| body["at"] == body["of"]), "each hears what is about it: {told:?}");
                let done = world.done_at(if kind == "retried" { "flaky" } else { "do" }).len();
                let expected = if matches!(kind, "undoable" | "retried") { times } else { 0 };
                assert_eq!(done, expected, "{kind} in {inner} in {outer}");
                assert!(world.undone().is_empty());
            }
        }
    }
}

#[test]
fn every_step_is_taken_back_once_in_reverse_from_every_pair_of_containers() {
    for outer in CONTAINERS {
        for inner in CONTAINERS {
            let mut shelf = Shelf::default();
            let (piece, times) = nested(&mut shelf, outer, inner, "undoable");
            let program = Arc::new(compile(flow("f", piece, true), &shelf.language, &shelf.programs).unwrap());
            let world = World::new(Arc::clone(&program)).run();
            assert_eq!(world.state.status, Status::Failed);
            let mut done = world.done_at("do");
            assert_eq!(done.len(), times, "{inner} in {outer}");
            done.reverse();
            assert_eq!(world.undone(), done, "{inner} in {outer}");
            assert_eq!(world.state.not_undone().count(), 0);
        }
    }
}

#[test]
fn a_crash_before_or_after_any_commit_changes_nothing() {
    for outer in CONTAINERS {
        for inner in ["plain", "loop", "branches", "sub"] {
            for kind in FEATURES {
                // With a failing end everything that can be taken back is.
                for fails in [false, true] {
                    let mut shelf = Shelf::default();
                    let (piece, _) = nested(&mut shelf, outer, inner, kind);
                    let program = Arc::new(compile(flow("f", piece, fails), &shelf.language, &shelf.programs).unwrap());
                    crash_everywhere(&program, &format!("{kind} in {inner} in {outer}, fails: {fails}"));
                }
            }
        }
    }
}
