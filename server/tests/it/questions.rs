//! Who answers, over a third of the repository's set of questions, so that the figures of docs/benchmarks.md cannot rot.

use crate::binary::json;
use serde_json::Value;

#[test]
fn the_bot_keeps_what_is_simple_and_people_get_what_is_angry_or_important() {
    let rows = json(&["bench", "questions", "--every", "3", "--show"]);
    let of = |kind: &str| rows.as_array().unwrap().iter().find(|r| r["kind"] == kind && r["language"] == "all").unwrap();
    let share = |row: &Value| row["share_percent"].as_f64().unwrap();
    assert!(of("simple")["questions"].as_u64().unwrap() >= 60 && share(of("simple")) >= 80.0, "{}", of("simple"));
    assert_eq!(share(of("angry")), 100.0, "{}", of("angry"));
    assert_eq!(share(of("vip_complex")), 100.0, "{}", of("vip_complex"));
}

/// Written by somebody who had seen neither the examples nor the other questions.
#[test]
fn strangers_anger_goes_to_people_and_their_calm_does_not() {
    let set = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/questions/moods.csv");
    let rows = json(&["bench", "questions", "--file", set, "--show"]);
    let of = |kind: &str| rows.as_array().unwrap().iter().find(|r| r["kind"] == kind && r["language"] == "all").unwrap();
    assert!(of("angry")["share_percent"].as_f64().unwrap() >= 95.0, "{}", of("angry"));
    assert!(of("calm")["share_percent"].as_f64().unwrap() >= 98.0, "{}", of("calm"));
}
