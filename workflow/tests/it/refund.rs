//! The refund flow that is shipped as an example: killed at every journal position, with a good and with a failing ending.

use crate::world::World;
use qn_workflow::{Flow, Language, Program, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const REFUND: &str = include_str!("../../../examples/flows/refund.json");

fn refund() -> Arc<Program> {
    let flow: Flow = serde_json::from_str(REFUND).unwrap();
    Arc::new(compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

fn end(order: &str, crash: Option<usize>) -> World {
    let mut world = World::new(refund());
    world.crash = crash;
    world.start(json!({"order_id": order}));
    world.go();
    world
}

fn paths(world: &World) -> Vec<&str> {
    world.done.iter().map(|(_, path, _)| path.as_str()).collect()
}

#[test]
fn a_refund_is_paid_once_wherever_the_process_dies() {
    let peace = end("SO1", None);
    assert_eq!((peace.state.status, peace.commits.len()), (Status::Done, 4), "four commits for six steps");
    for crash in 0..=2 * peace.commits.len() + 1 {
        let world = end("SO1", Some(crash));
        assert_eq!((world.state.status, &world.state.output), (Status::Done, &peace.state.output), "crash {crash}");
        assert_eq!(paths(&world), ["SO1", "refunds", "notes"], "crash {crash}");
    }
}

#[test]
fn a_refund_whose_note_is_refused_is_taken_back_once_wherever_the_process_dies() {
    let peace = end("SO7", None);
    assert_eq!(peace.state.status, Status::Failed);
    for crash in 0..=2 * peace.commits.len() + 1 {
        let world = end("SO7", Some(crash));
        assert_eq!(world.state.status, Status::Failed, "crash {crash}");
        assert_eq!(paths(&world), ["SO7", "refunds", "reverse"], "crash {crash}");
        assert_eq!(world.state.not_undone().count(), 0);
    }
}

/// What the back office would say to a call of this flow.
pub fn office(path: &str, body: &Value) -> Option<Value> {
    let order = body["order_id"].as_str().unwrap_or_default();
    match path {
        "refunds" => Some(json!({"status": 201, "body": {"id": "bo_1"}})),
        "reverse" => Some(json!({"status": 201, "body": {"id": "bo_2"}})),
        "notes" if order.ends_with('7') => Some(json!({"status": 409, "body": null})),
        "notes" => Some(json!({"status": 201, "body": {"id": "bo_3"}})),
        path if path.starts_with("SO") => Some(json!({"status": 200, "body": {"paid": true, "refunded": false, "amount": 100}})),
        _ => None,
    }
}

#[test]
fn the_flows_of_the_demo_are_sound_and_do_what_their_tests_say() {
    for document in [include_str!("../../../server/demo/flows/refund.json"), include_str!("../../../server/demo/flows/refund_csat.json")] {
        let flow: Flow = serde_json::from_str(document).unwrap();
        let program = compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert_eq!(program.warnings, []);
        for outcome in qn_workflow::simulate::run_tests(&program) {
            assert!(outcome.passed, "{}: {:?}", outcome.name, outcome.misses);
        }
    }
}
