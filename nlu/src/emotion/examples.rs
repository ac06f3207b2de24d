//! Reads the hand-written examples in `nlu/emotion/` (one sentence a line, a file for each emotion and language) and learns the shipped
//! model from them. Called by the example program that writes the model and by the test that proves the model is what they give.

use super::classifier::{Classifier, Example, Recipe};
use super::features::grams;
use crate::learn::measure::Target;
use crate::understanding::Emotion;

/// Labels of the shipped model, in its order, with the files their examples are in.
pub const LABELS: [(Emotion, &str); 5] = [
    (Emotion::Neutral, "neutral"),
    (Emotion::Anger, "anger"),
    (Emotion::Disappointment, "disappointment"),
    (Emotion::Anxiety, "anxiety"),
    (Emotion::Joy, "joy"),
];
pub const LANGUAGES: [&str; 2] = ["zh", "en"];

/// How the shipped model is learnt: fewer columns than the default, so that it stays small.
pub fn recipe() -> Recipe {
    Recipe {
        grams: grams([2, 2, 3, 4]),
        groups: false,
        shares: [1.0, 0.5, 0.8],
        texts_min: 2,
        c: 0.5,
        target: Target::MacroF1,
        ..Recipe::default()
    }
}

/// Learns from (label index, sentence) pairs; the same sentences in the same order give the same model.
pub fn learn(sentences: &[(u32, String)]) -> Classifier {
    let labels: Vec<String> = LABELS.iter().map(|(_, name)| (*name).to_owned()).collect();
    let examples: Vec<Example<'_>> = sentences.iter().map(|(label, text)| Example { text, label: *label }).collect();
    Classifier::fit(&labels, &examples, &recipe())
}

/// The sentences of all files, read by `file` (name without folder to content), in a fixed order. Blank lines are skipped.
pub fn collect<E>(mut file: impl FnMut(&str) -> Result<String, E>) -> Result<Vec<(u32, String)>, E> {
    let mut sentences = Vec::new();
    for (label, (_, name)) in LABELS.iter().enumerate() {
        for language in LANGUAGES {
            let text = file(&format!("{name}.{language}.txt"))?;
            sentences.extend(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(|l| (label as u32, l.to_owned())));
        }
    }
    Ok(sentences)
}
