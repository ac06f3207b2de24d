//! Where the learning crate's intent models meet the company's intents: a label is an intent's name and id, so that the same names and
//! sentences train the same model whatever their ids. No store, no clock; called by training and by the live version.

use super::evaluate::Lessons;
use qn_domain::{
    Confusion, ConfusionCell, CurvePoint, Evaluation, Finding, FindingKind, Intent, IntentExample, IntentId, IntentScore, TrainingReport,
};
use qn_nlu::encoder::{Encoder, Remembering};
use qn_nlu::intent::report::{Folds, Mistake, Report, cross_validate_watched};
use qn_nlu::intent::{CurvePoint as Measured, Example, IntentModel, TrainError, TrainOptions, lint, train};
use qn_nlu::learn::codec::CodecError;
use std::collections::HashMap;

/// Intents a reading ranks.
const RANKED_MAX: usize = 5;
/// Words a reading names, and the least of the strongest one's weight that is worth naming.
const WORDS_MAX: usize = 6;
const WORD_SHARE_MIN: f32 = 0.3;
/// Measuring a version costs a training per fold; large sets need fewer to be measured well.
const FOLDS: [(usize, usize); 3] = [(3_000, 5), (20_000, 3), (usize::MAX, 2)];
/// Whoever presses "train" waits for the measuring too: above this many examples one part in five is held out once, which tells enough. An
/// evaluation reads every example.
const ONE_ROUND_FROM: usize = 20_000;
/// What the threshold chosen to begin with allows: answers that are wrong, as a share of what was taught, and questions never taught that
/// are answered all the same. The knowledge base stands behind,
/// but who taught the bot a sentence expects it to know it.
const WRONG_MAX: f32 = 0.05;
const STRANGERS_ANSWERED_MAX: f32 = 0.2;
/// Fewer questions of articles say nothing about a threshold.
const STRANGERS_MIN: usize = 40;
const CONFUSIONS_MAX: usize = 20;
const FINDINGS_MAX: usize = 100;

pub(crate) struct Brain(IntentModel);

/// What a text says, with labels as they were trained.
pub(crate) struct Thought {
    /// Likeliest first, with probabilities.
    pub ranked: Vec<(IntentId, f32)>,
    /// Compared with the threshold.
    pub score: f32,
    /// The probability that it is one of the intents at all.
    pub in_scope: f32,
    pub encoded: bool,
    /// What spoke for the likeliest, strongest first.
    pub words: Vec<(String, f32)>,
}

impl Brain {
    /// Trains on `examples`, and measures on parts of them that were held out, and on questions of articles, which it should leave.
    /// `step` is told how far the work is, the model being its first part and each held-out part a further one, and says whether to go on.
    pub fn train(
        examples: &[&IntentExample],
        intents: &[Intent],
        strangers: &[String],
        encoder: Option<&dyn Encoder>,
        step: &dyn Fn(usize, usize) -> bool,
    ) -> Result<(Self, TrainingReport), TrainError> {
        let (examples, labelled) = labelled(examples, intents);
        let options = options();
        // Each text is encoded once, for training and for every fold of the measuring.
        let remembered = encoder.map(Remembering::new);
        let encoder = remembered.as_ref().map(|e| e as &dyn Encoder);
        let all = folds_for(labelled.len());
        let quick = labelled.len() > ONE_ROUND_FROM;
        let folds = if quick { Folds { parts: 5, rounds: 1 } } else { Folds { parts: all, rounds: all } };
        let of = folds.rounds + 1;
        if !step(0, of) {
            return Err(TrainError::Stopped);
        }
        let model = train(&labelled, &[], &options, encoder)?;
        let go_on = |done: usize| step(done + 1, of);
        let measured = cross_validate_watched(&labelled, folds, &options, encoder, &go_on)?;
        let curve = curve(&model.operating(model.encoder().is_some()).curve, &scores(&model, strangers, encoder));
        let report = report(&model, &measured, folds.rounds, &examples, &curve, &lint::check(&labelled, &[]));
        if !step(of, of) {
            return Err(TrainError::Stopped);
        }
        Ok((Self(model), report))
    }

    /// How well the examples can be learnt; `step` is told how far the work is and says whether to go on.
    pub fn evaluate(
        examples: &[&IntentExample],
        intents: &[Intent],
        strangers: &[String],
        encoder: Option<&dyn Encoder>,
        step: &dyn Fn(usize, usize) -> bool,
    ) -> Result<Evaluation, TrainError> {
        let (_, labelled) = labelled(examples, intents);
        let remembered = encoder.map(Remembering::new);
        let encoder = remembered.as_ref().map(|e| e as &dyn Encoder);
        let folds = folds_for(labelled.len());
        let go_on = |done| step(done, folds);
        let parted = Folds { parts: folds, rounds: folds };
        let measured = cross_validate_watched(&labelled, parted, &options(), encoder, &go_on)?;
        let whole = if strangers.is_empty() { None } else { Some(train(&labelled, &[], &options(), encoder)?) };
        let curve = curve(&measured.curve, &whole.map(|model| scores(&model, strangers, encoder)).unwrap_or_default());
        let cell = |m: &Mistake| ConfusionCell { intent_id: id_of(&m.label), read_as_id: id_of(&m.predicted), count: i64::from(m.count) };
        let mut scores: Vec<IntentScore> = measured.intents.iter().map(score).collect();
        scores.sort_by(|a, b| a.f1.total_cmp(&b.f1));
        Ok(Evaluation {
            took_ms: 0,
            folds: folds as i64,
            examples: labelled.len() as i64,
            accuracy: measured.accuracy,
            macro_f1: measured.macro_f1,
            intents: scores,
            cells: measured.cells.iter().map(cell).collect(),
            curve: curve.iter().map(point).collect(),
            threshold: careful(&curve).unwrap_or_default(),
            comparison: None,
        })
    }

    /// What is wrong with the examples, test questions among them.
    pub fn lint(lessons: &Lessons) -> Vec<Finding> {
        let examples: Vec<&IntentExample> = lessons.examples.iter().collect();
        let tests: Vec<&IntentExample> = lessons.tests.iter().collect();
        let (examples, learnt) = labelled(&examples, &lessons.intents);
        let (tests, asked) = labelled(&tests, &lessons.intents);
        lint::check(&learnt, &asked).iter().map(|f| finding(f, &examples, &tests)).take(FINDINGS_MAX).collect()
    }

    pub fn encode(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        IntentModel::from_bytes(bytes).map(Self)
    }

    /// Name of the encoder it was trained with.
    pub fn encoder(&self) -> Option<&str> {
        self.0.encoder()
    }

    /// A threshold chosen for turns with their vector, or the one that is as strict for those without.
    pub fn threshold(&self, chosen: f32, encoded: bool) -> f32 {
        if encoded { chosen } else { self.0.threshold_without_encoder(chosen) }
    }

    /// `vector` is the encoder's, or empty.
    pub fn read(&self, text: &str, vector: &[f32]) -> Thought {
        let prediction = self.0.predict_encoded(text, vector, RANKED_MAX);
        let words = prediction.alternatives.first().map(|best| words(&self.0, text, &best.label)).unwrap_or_default();
        Thought {
            ranked: prediction.alternatives.into_iter().map(|a| (id_of(&a.label), a.probability)).collect(),
            score: prediction.scope_score,
            in_scope: prediction.scope_probability,
            encoded: prediction.encoded,
            words,
        }
    }
}

fn options() -> TrainOptions {
    TrainOptions { balance: 0.5, ..TrainOptions::default() }
}

fn folds_for(examples: usize) -> usize {
    FOLDS.iter().find(|(most, _)| examples <= *most).map_or(2, |(_, folds)| *folds)
}

/// In an order that does not depend on ids, so that the same names and sentences train the same model.
fn labelled<'a>(examples: &[&'a IntentExample], intents: &[Intent]) -> (Vec<&'a IntentExample>, Vec<Example>) {
    let names: HashMap<&IntentId, &str> = intents.iter().map(|i| (&i.id, i.name.as_str())).collect();
    let mut examples = examples.to_vec();
    examples.sort_by_key(|e| (names.get(&e.intent_id), e.language.code(), &e.text));
    let labelled = examples.iter().map(|e| example(e, names.get(&e.intent_id).copied().unwrap_or_default())).collect();
    (examples, labelled)
}

fn point(p: &Measured) -> CurvePoint {
    CurvePoint { threshold: p.threshold, answered: p.answered, wrong: p.wrong, strangers_left: p.caught }
}

/// How surely each text is taken for something that was taught.
fn scores(model: &IntentModel, texts: &[String], encoder: Option<&dyn Encoder>) -> Vec<f32> {
    texts.iter().map(|text| model.predict(text, encoder, 1).scope_score).collect()
}

/// The curve with the strangers that are caught worse: other intents' examples, or articles' questions, whose scores these are.
fn curve(measured: &[Measured], strangers: &[f32]) -> Vec<Measured> {
    let left = |threshold: f32| strangers.iter().filter(|score| **score < threshold).count() as f32 / strangers.len() as f32;
    let worse = |point: &Measured| match strangers.len() < STRANGERS_MIN {
        true => point.caught,
        false => Some(left(point.threshold).min(point.caught.unwrap_or(1.0))),
    };
    measured.iter().map(|point| Measured { caught: worse(point), ..*point }).collect()
}

/// The most permissive threshold that is careful enough, or the strictest there is.
fn careful(curve: &[Measured]) -> Option<f32> {
    let enough = |p: &&Measured| p.wrong <= WRONG_MAX && p.caught.is_none_or(|c| c >= 1.0 - STRANGERS_ANSWERED_MAX);
    let by_threshold = |a: &&Measured, b: &&Measured| a.threshold.total_cmp(&b.threshold);
    let found = curve.iter().filter(enough).min_by(by_threshold).or_else(|| curve.iter().max_by(by_threshold));
    found.map(|p| p.threshold)
}

fn example(e: &IntentExample, name: &str) -> Example {
    Example { text: e.text.clone(), label: format!("{name}{BETWEEN}{}", e.intent_id), language: Some(e.language) }
}

/// Stands between name and id in a label; no name holds it.
const BETWEEN: char = '\u{1f}';

fn id_of(label: &str) -> IntentId {
    label.rsplit_once(BETWEEN).map_or(label, |(_, id)| id).into()
}

fn name_of(label: &str) -> String {
    label.rsplit_once(BETWEEN).map_or(label, |(name, _)| name).to_owned()
}

/// Chinese characters that stand together are named together.
fn words(model: &IntentModel, text: &str, label: &str) -> Vec<(String, f32)> {
    let spoken = model.explain(text, label);
    let strongest = spoken.iter().map(|s| s.weight).fold(0.0, f32::max);
    let mut words: Vec<(String, f32)> = Vec::new();
    let mut open = false;
    for word in spoken {
        let counts = word.weight > 0.0 && word.weight >= strongest * WORD_SHARE_MIN;
        let han = word.word.chars().all(qn_base::text::is_cjk);
        match words.last_mut() {
            Some(last) if counts && open && han => {
                last.0.push_str(&word.word);
                last.1 += word.weight;
            }
            _ if counts => words.push((word.word, word.weight)),
            _ => {}
        }
        open = counts && han;
    }
    words.sort_by(|a, b| b.1.total_cmp(&a.1));
    words.truncate(WORDS_MAX);
    words
}

fn report(
    model: &IntentModel,
    measured: &Report,
    folds: usize,
    examples: &[&IntentExample],
    curve: &[Measured],
    findings: &[lint::Finding],
) -> TrainingReport {
    let mut intents: Vec<IntentScore> = measured.intents.iter().map(score).collect();
    intents.sort_by(|a, b| a.f1.total_cmp(&b.f1));
    let confusions = measured.mistakes.iter().take(CONFUSIONS_MAX).map(|m| Confusion {
        intent_id: id_of(&m.label),
        name: name_of(&m.label),
        taken_for_id: id_of(&m.predicted),
        taken_for_name: name_of(&m.predicted),
        count: i64::from(m.count),
    });
    let operating = model.operating(model.encoder().is_some());
    TrainingReport {
        took_ms: 0,
        encoder: model.encoder().map(str::to_owned),
        folds: folds as i64,
        accuracy: measured.accuracy,
        macro_f1: measured.macro_f1,
        intents,
        confusions: confusions.collect(),
        curve: curve.iter().map(point).collect(),
        threshold: careful(curve).unwrap_or(operating.threshold),
        findings: findings.iter().map(|f| finding(f, examples, &[])).take(FINDINGS_MAX).collect(),
    }
}

fn score(i: &qn_nlu::intent::report::IntentReport) -> IntentScore {
    IntentScore {
        intent_id: id_of(&i.label),
        name: name_of(&i.label),
        examples: i64::from(i.support),
        precision: i.precision,
        recall: i.recall,
        f1: i.f1,
    }
}

fn finding(found: &lint::Finding, examples: &[&IntentExample], tests: &[&IntentExample]) -> Finding {
    if let lint::Finding::Leak { test, example } = found {
        return leak(examples.get(*example).copied(), tests.get(*test).copied());
    }
    let (kind, labels, indices) = match found {
        lint::Finding::Duplicate { examples, label } => (FindingKind::Duplicate, vec![label], examples.as_slice()),
        lint::Finding::Conflict { examples, labels } => (FindingKind::Conflict, labels.iter().collect(), examples.as_slice()),
        lint::Finding::Empty { example } => (FindingKind::Empty, vec![], std::slice::from_ref(example)),
        lint::Finding::Tiny { label, .. } => (FindingKind::Tiny, vec![label], &[][..]),
        lint::Finding::Overlap { labels, .. } => (FindingKind::Overlap, labels.iter().collect(), &[][..]),
        lint::Finding::Unbalanced { label, .. } => (FindingKind::Unbalanced, vec![label], &[][..]),
        lint::Finding::Leak { .. } => (FindingKind::Leak, vec![], &[][..]),
    };
    let concerned: Vec<&IntentExample> = indices.iter().filter_map(|i| examples.get(*i).copied()).collect();
    Finding {
        kind,
        intent_names: labels.iter().map(|label| name_of(label)).collect(),
        intent_ids: labels.into_iter().map(|label| id_of(label)).collect(),
        example_ids: concerned.iter().map(|e| e.id.clone()).collect(),
        example_intent_ids: concerned.iter().map(|e| e.intent_id.clone()).collect(),
        texts: concerned.iter().map(|e| e.text.clone()).collect(),
    }
}

/// The example that is learnt, then the test question.
fn leak(example: Option<&IntentExample>, test: Option<&IntentExample>) -> Finding {
    let both: Vec<&IntentExample> = example.into_iter().chain(test).collect();
    Finding {
        kind: FindingKind::Leak,
        intent_ids: Vec::new(),
        intent_names: Vec::new(),
        example_ids: both.iter().map(|e| e.id.clone()).collect(),
        example_intent_ids: both.iter().map(|e| e.intent_id.clone()).collect(),
        texts: both.iter().map(|e| e.text.clone()).collect(),
    }
}
