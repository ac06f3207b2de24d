//! A text classifier learnt from labelled rows. Machines layer: a large-margin model and, beside it, one over naive-Bayes log-count ratios
//! (NBSVM, Wang and Manning 2012) on the features of a text. Second layer: boosted trees over the first layer's scores for the whole and
//! for its clauses, learnt on texts the first layer had not seen ("tasty, but two hours late" is decided there). Knows nothing of which
//! labels exist; the shipped emotions and the command line use it.

use super::features::{bag, clauses, grams};
use super::machines::{self, Machines, Texts};
use super::vectors;
use crate::encoder::{Encoder, EncoderError};
use crate::learn::boost::{Boost, BoostOptions};
use crate::learn::calibrate::Temperature;
use crate::learn::codec::{CodecError, Reader, Writer};
use crate::learn::folds::{split, stratified};
use crate::learn::grams::GramOptions;
use crate::learn::measure::{Confusion, Target};

const KIND: [u8; 4] = *b"MOOD";
const VERSION: u16 = 1;
const FOLDS: usize = 5;
/// Brings log-odds to the measure of margins. Small, so that rare labels, which trees see too little of, keep their margins.
const FOREST_SHARE: f32 = 0.25;

/// How to learn. The defaults were chosen by cross-validation on the training parts of two public Chinese sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    pub grams: GramOptions,
    /// Whether the groups that words belong to (`groups`) are read as well.
    pub groups: bool,
    /// Weight of words, pieces of words, and everything else (`learn::grams::Block` order).
    pub shares: [f32; 3],
    pub columns_max: usize,
    /// Grams in fewer texts than this are not read.
    pub texts_min: u32,
    /// Cost of an error for the large-margin part and for the naive-Bayes part.
    pub c: f32,
    pub bayes_c: f32,
    /// 0: every example counts alike; 1: every class.
    pub balance: f32,
    /// Share of the naive-Bayes part in the score, 0 to 1.
    pub bayes: f32,
    /// An example is kept from the first layer when machines that have not seen it score another label higher than its own by this
    /// much: in labelled data such rows are mostly mistakes.
    pub contradiction: f32,
    pub boost: BoostOptions,
    /// Which measure the borders between classes are set for.
    pub target: Target,
    pub seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            grams: grams([2, 3, 2, 5]),
            groups: true,
            shares: [1.0, 0.6, 0.5],
            columns_max: 1 << 19,
            texts_min: 1,
            c: 0.4,
            bayes_c: 0.3,
            balance: 1.0,
            bayes: 0.5,
            contradiction: 1.0,
            boost: BoostOptions { trees: 120, leaf_rows_min: 20, ..BoostOptions::default() },
            target: Target::Accuracy,
            seed: 1,
        }
    }
}

/// One labelled text; the label is an index into the classifier's labels.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    pub text: &'a str,
    pub label: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    labels: Vec<String>,
    /// The name of the encoder it was learnt with; empty without one.
    encoder: String,
    machines: Machines,
    /// One forest for each label; for two labels only the second's.
    forests: Vec<Boost>,
    /// Added to each class's score before comparing.
    borders: Vec<f32>,
    scale: f32,
}

impl Classifier {
    /// Learns from `examples`; their labels must be below `labels.len()` and each label must occur. Deterministic: the same
    /// input gives the same bytes.
    pub fn fit(labels: &[String], examples: &[Example<'_>], recipe: &Recipe) -> Self {
        Self::learn(labels, examples, Vec::new(), recipe)
    }

    /// As `fit`, with an encoder's vectors beside the words.
    pub fn fit_with(labels: &[String], examples: &[Example<'_>], encoder: &dyn Encoder, recipe: &Recipe) -> Result<Self, EncoderError> {
        let texts: Vec<&str> = examples.iter().map(|e| e.text).collect();
        let vectors = vectors::read(&texts, encoder)?;
        Ok(Self { encoder: encoder.name().to_owned(), ..Self::learn(labels, examples, vectors, recipe) })
    }

    fn learn(labels: &[String], examples: &[Example<'_>], vectors: Vec<Vec<f32>>, recipe: &Recipe) -> Self {
        let texts = Texts { bags: examples.iter().map(|e| bag(e.text, &recipe.grams, recipe.groups)).collect(), vectors };
        let truth: Vec<u32> = examples.iter().map(|e| e.label).collect();
        let all = vec![true; examples.len()];
        let first = unseen(&texts, &truth, &all, recipe, |i, machines| machines.scores_of(&texts.bags[i], texts.vector(i)));
        let kept: Vec<bool> = first.iter().zip(&truth).map(|(s, t)| !is_contradicted(s, *t, recipe.contradiction)).collect();
        let rows = unseen(&texts, &truth, &kept, recipe, |i, machines| row(examples[i].text, texts.vector(i), machines));
        let held_out = cross_scores(&rows, &truth, labels.len(), recipe);
        let borders = borders(&held_out, &truth, recipe.target);
        let shifted: Vec<Vec<f32>> = held_out.iter().map(|s| shift(s, &borders)).collect();
        let scale = Temperature::fit(&shifted, &truth).scale;
        let everything: Vec<usize> = (0..rows.len()).collect();
        let forests = forests(&rows, &truth, &everything, labels.len(), recipe);
        let chosen: Vec<usize> = (0..rows.len()).filter(|i| kept[*i]).collect();
        let machines = machines::learn(&texts, &truth, &chosen, labels.len(), recipe);
        Self { labels: labels.to_vec(), encoder: String::new(), machines, forests, borders, scale }
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The name of the encoder whose vectors it reads beside the words.
    pub fn encoder(&self) -> Option<&str> {
        Some(self.encoder.as_str()).filter(|name| !name.is_empty())
    }

    /// The probability of each label, calibrated on held-out examples.
    pub fn probabilities(&self, text: &str) -> Vec<f32> {
        self.probabilities_with(text, &[])
    }

    /// The same with the encoder's vector of the text; without one (empty) the words alone are read.
    pub fn probabilities_with(&self, text: &str, vector: &[f32]) -> Vec<f32> {
        let scores = scores(&self.forests, &row(text, vector, &self.machines), self.labels.len());
        Temperature { scale: self.scale }.apply(&shift(&scores, &self.borders))
    }

    /// The likeliest label's index.
    pub fn predict(&self, text: &str) -> u32 {
        self.predict_with(text, &[])
    }

    pub fn predict_with(&self, text: &str, vector: &[f32]) -> u32 {
        best(&self.probabilities_with(text, vector))
    }

    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::new(KIND, VERSION);
        out.strings(&self.labels);
        self.machines.write(&mut out);
        self.forests.iter().for_each(|f| f.write(&mut out));
        out.f32s(&self.borders);
        out.f32(self.scale);
        if let Some(name) = self.encoder() {
            out.string(name);
        }
        out.finish()
    }

    pub fn read(file: &[u8]) -> Result<Self, CodecError> {
        let mut from = Reader::new(file, KIND, VERSION)?;
        let labels = from.strings()?;
        let machines = Machines::read(&mut from)?;
        if labels.len() < 2 || machines.classes() != labels.len() {
            return Err(CodecError::Inconsistent("labels of the classifier"));
        }
        let forests = forest_labels(labels.len()).map(|_| Boost::read(&mut from)).collect::<Result<Vec<Boost>, CodecError>>()?;
        let (borders, scale) = (from.f32s()?, from.f32()?);
        let encoder = if machines.reads_vectors() { from.string()? } else { String::new() };
        from.finish()?;
        if borders.len() != labels.len() {
            return Err(CodecError::Inconsistent("borders of the classifier"));
        }
        Ok(Self { labels, encoder, machines, forests, borders, scale })
    }
}

/// What the trees read: the whole text's scores; of its clauses the lowest, highest, mean, first and last score of each class; counts.
/// An encoder is asked for whole texts only, so clauses are read by their words.
fn row(text: &str, vector: &[f32], machines: &Machines) -> Vec<f32> {
    let whole = machines.scores(text, vector);
    let mut parts: Vec<Vec<f32>> = clauses(text).into_iter().map(|c| machines.scores(c, &[])).collect();
    if parts.is_empty() {
        parts.push(whole.clone());
    }
    let mut row = whole.clone();
    for class in 0..whole.len() {
        let of_class: Vec<f32> = parts.iter().map(|p| p[class]).collect();
        row.push(of_class.iter().copied().fold(f32::MAX, f32::min));
        row.push(of_class.iter().copied().fold(f32::MIN, f32::max));
        row.push(of_class.iter().sum::<f32>() / parts.len() as f32);
        row.extend([of_class[0], of_class[of_class.len() - 1]]);
    }
    let count = |marks: [char; 2]| text.matches(marks).count() as f32;
    row.extend([parts.len() as f32, text.chars().count() as f32, count(['!', '！']), count(['?', '？'])]);
    row
}

/// What machines that have not seen an example, and learnt from kept ones only, make of each example.
fn unseen(texts: &Texts, truth: &[u32], kept: &[bool], recipe: &Recipe, read: impl Fn(usize, &Machines) -> Vec<f32>) -> Vec<Vec<f32>> {
    let fold = stratified(truth, FOLDS, recipe.seed);
    let classes = truth.iter().max().map_or(0, |t| *t as usize + 1);
    let mut rows = vec![Vec::new(); truth.len()];
    for held_out in 0..FOLDS {
        let (mut inside, outside) = split(&fold, held_out);
        inside.retain(|i| kept[*i]);
        let machines = machines::learn(texts, truth, &inside, classes, recipe);
        outside.into_iter().for_each(|i| rows[i] = read(i, &machines));
    }
    rows
}

fn is_contradicted(scores: &[f32], own: u32, by: f32) -> bool {
    scores[best(scores) as usize] - scores[own as usize] > by
}

/// Scores of each example by trees that have not seen it.
fn cross_scores(rows: &[Vec<f32>], truth: &[u32], classes: usize, recipe: &Recipe) -> Vec<Vec<f32>> {
    // Other folds than the first layer's, so that no fold's peculiarity is learnt twice.
    let fold = stratified(truth, FOLDS, recipe.seed.wrapping_add(1));
    let mut held_out = vec![Vec::new(); rows.len()];
    for k in 0..FOLDS {
        let (inside, outside) = split(&fold, k);
        let forests = forests(rows, truth, &inside, classes, recipe);
        outside.into_iter().for_each(|i| held_out[i] = scores(&forests, &rows[i], classes));
    }
    held_out
}

fn forest_labels(classes: usize) -> std::ops::Range<usize> {
    if classes == 2 { 1..2 } else { 0..classes }
}

fn forests(rows: &[Vec<f32>], truth: &[u32], chosen: &[usize], classes: usize, recipe: &Recipe) -> Vec<Boost> {
    let width = rows.first().map_or(0, Vec::len);
    let columns: Vec<Vec<f32>> = (0..width).map(|c| chosen.iter().map(|&i| rows[i][c]).collect()).collect();
    let of_class = |class: usize| {
        let yes: Vec<bool> = chosen.iter().map(|&i| truth[i] as usize == class).collect();
        Boost::fit(&columns, &yes, &recipe.boost)
    };
    forest_labels(classes).map(of_class).collect()
}

/// The score of each class: the first layer's for the whole text, and the trees' log-odds on top.
fn scores(forests: &[Boost], row: &[f32], classes: usize) -> Vec<f32> {
    let mut odds: Vec<f32> = forests.iter().map(|f| f.score(row)).collect();
    if classes == 2 {
        odds.insert(0, -odds[0]);
    }
    row.iter().zip(odds).map(|(score, odds)| score + FOREST_SHARE * odds).collect()
}

/// What to add to each class's score so that held-out predictions do best by the target: one class after the other, small steps.
fn borders(scores: &[Vec<f32>], truth: &[u32], target: Target) -> Vec<f32> {
    const STEPS: i32 = 20;
    const STEP: f32 = 0.02;
    let classes = scores.first().map_or(0, Vec::len);
    let mut borders = vec![0.0; classes];
    let mut reached = quality(scores, &borders, truth, target);
    for _round in 0..3 {
        for class in 0..classes {
            let before = borders[class];
            let mut chosen = before;
            for step in -STEPS..=STEPS {
                borders[class] = before + STEP * step as f32;
                let quality = quality(scores, &borders, truth, target);
                if quality > reached + 1e-6 {
                    (reached, chosen) = (quality, borders[class]);
                }
            }
            borders[class] = chosen;
        }
    }
    borders
}

fn quality(scores: &[Vec<f32>], borders: &[f32], truth: &[u32], target: Target) -> f32 {
    let mut confusion = Confusion::new(borders.len());
    for (scores, truth) in scores.iter().zip(truth) {
        confusion.add(*truth, Some(best(&shift(scores, borders))));
    }
    target.of(&confusion)
}

fn shift(scores: &[f32], by: &[f32]) -> Vec<f32> {
    scores.iter().zip(by).map(|(s, b)| s + b).collect()
}

/// The index of the largest number, the first of equals.
pub(crate) fn best(scores: &[f32]) -> u32 {
    let mut best = 0;
    for (i, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = i;
        }
    }
    best as u32
}
