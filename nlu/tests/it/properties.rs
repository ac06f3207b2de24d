//! Any text, however hostile, is read within bounds.

use proptest::prelude::*;
use qn_nlu::{IntentBackend, RulesBackend, Utterance};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_with_a_confidence_between_0_and_1(text in "(\\PC|转|人|工|不|agent |human |\\x00|\u{202E}){0,60}", choices in 0u8..12) {
        let understanding = RulesBackend::new().understand(&Utterance { text: &text, language: None, choices });
        for intent in understanding.intent.iter().chain(&understanding.alternatives) {
            prop_assert!((0.0..=1.0).contains(&intent.confidence));
        }
    }
}

#[test]
fn a_very_long_text_is_read_quickly() {
    let backend = RulesBackend::new();
    for text in ["不要转人工".repeat(20_000), "talk to ".repeat(20_000), "好".repeat(100_000), "，".repeat(100_000)] {
        backend.understand(&Utterance::new(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_lies_on_character_borders_in_order_and_apart(
        text in "(\\PC|[0-9]{1,20}|上周|下个|月|周三|号|点|半|前|后|[a-z]{1,6}|@|\\+86|¥|万|块|从|到|北京|华为|mate|60|京A|last |next |friday|ago| in |:|-|/|１|İ|ß){0,40}",
        now in -9_000_000_000_000i64..9_000_000_000_000,
        offset in -1_500i32..1_500,
    ) {
        use qn_nlu::entity::{Context, find, masked};
        let context = Context { now, offset_minutes: offset, patterns: &[], catalogue: Some(super::entities::catalogue()) };
        let found = find(&text, &context);
        let mut end = 0;
        for entity in &found {
            prop_assert!(entity.start >= end && entity.start < entity.end);
            prop_assert!(text.get(entity.start..entity.end).is_some());
            prop_assert!((0.0..=1.0).contains(&entity.confidence));
            end = entity.end;
        }
        masked(&text, &found);
    }

    #[test]
    fn a_dialogue_goes_on_whatever_is_said(turns in proptest::collection::vec("(\\PC|它|第二个|那|呢|不对|是|and |the |one|this|it|华为|第|个|\u{130}|上海){0,12}", 0..12)) {
        use qn_nlu::dialogue::{DialogueState, Turn, update};
        let mut state = DialogueState::default();
        for text in &turns {
            let entities = super::entities::entities(text);
            state = update(&state, &Turn { text, entities: &entities }).0;
        }
        let stored = serde_json::to_string(&state).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(serde_json::from_str::<DialogueState>(&stored).ok(), Some(state));
    }
}

#[test]
fn ten_thousand_characters_are_searched_in_bounded_time() {
    use qn_nlu::entity::{Context, ENTITIES_MAX, find};
    let context = Context { now: super::entities::NOW, offset_minutes: 480, patterns: &[], catalogue: Some(super::entities::catalogue()) };
    let started = std::time::Instant::now();
    for part in ["1", "一", "上周三", "a@", "138 ", "华为", "mate6", "in two ", "订单", "12-", "半", "1,000", "SF1"] {
        assert!(find(&part.repeat(10_000 / part.chars().count() + 1), &context).len() <= ENTITIES_MAX);
    }
    // Debug builds on a busy machine included; quadratic work would take minutes.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
