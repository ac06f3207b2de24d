//! The rules backend: works from the first second without training. It reads what steers a conversation (a person, please;
//! thanks; the second one) and leaves everything else to retrieval. Phrase lists live beside it.

use super::{person::Person, phrases::Phrases};
use crate::emotion::Moods;
use crate::language::identify;
use crate::normalise::Normal;
use crate::understanding::{Act, Intent, IntentBackend, Understanding, Utterance};

/// Small talk is short. Longer turns are not searched for phrases that fill them.
const ATOMS_MAX: usize = 48;
/// The whole turn consists of known phrases.
const CONFIDENCE_WHOLE: f32 = 0.95;
/// A second act found beside the first.
const CONFIDENCE_BESIDE: f32 = 0.6;

pub struct RulesBackend {
    phrases: Phrases,
    person: Person,
    moods: Moods,
}

impl RulesBackend {
    pub fn new() -> Self {
        Self { phrases: Phrases::new(), person: Person::new(), moods: Moods::new() }
    }

    /// The acts of a turn made of nothing but known phrases, strongest first.
    fn small_talk(&self, normal: &Normal, choices: u8) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut atoms_left = ATOMS_MAX;
        for clause in normal.clauses() {
            let Some(found) = self.phrases.cover(clause, &mut atoms_left, choices) else {
                return if self.phrases.only_heard(normal.clauses()) { vec![Act::Yes] } else { Vec::new() };
            };
            acts.extend(found);
        }
        if acts.is_empty() && self.phrases.only_heard(normal.clauses()) {
            acts.push(Act::Yes);
        }
        acts.sort_by_key(|act| strength(*act));
        acts.dedup();
        acts
    }
}

impl Default for RulesBackend {
    fn default() -> Self {
        Self::new()
    }
}

/// Which of two acts in one turn decides: "no, thanks" is a no.
fn strength(act: Act) -> u8 {
    match act {
        Act::AskPerson => 0,
        Act::Choose { .. } => 1,
        Act::AboutBot => 2,
        Act::NotHelpful => 3,
        Act::No => 4,
        Act::Resolved => 5,
        Act::Goodbye => 6,
        Act::Thanks => 7,
        Act::Yes => 8,
        Act::Greeting => 9,
    }
}

impl IntentBackend for RulesBackend {
    fn understand(&self, utterance: &Utterance<'_>) -> Understanding {
        let (language, _) = identify(utterance.text, utterance.language);
        let normal = Normal::new(utterance.text);
        let mut readings: Vec<Intent> = Vec::new();
        if let Some(confidence) = self.person.asked_for(&normal) {
            readings.push(Intent { act: Act::AskPerson, confidence });
        }
        for act in self.small_talk(&normal, utterance.choices) {
            let confidence = if readings.is_empty() { CONFIDENCE_WHOLE } else { CONFIDENCE_BESIDE };
            readings.push(Intent { act, confidence });
        }
        let mut readings = readings.into_iter();
        let intent = readings.next();
        Understanding { language, intent, alternatives: readings.collect(), mood: self.moods.read(utterance.text) }
    }
}
