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
