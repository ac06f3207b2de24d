//! `Tuner`: a model folder and labelled texts to tuned weights. Steps follow from the examples, the settings and the seed alone; the
//! same number of threads gives the same bytes.

use super::adam::Adam;
use super::dropout::Dropout;
use super::examples::{self, Example, Item, Known};
use super::head;
use super::learn::{Score, Share, learn, vectors};
use super::packed::Packed;
use super::pass::{Network, Work};
use super::plan::Plan;
use super::pooling::unit;
use super::settings::{Settings, TuneError};
use super::sums::add_scaled;
use crate::ModelError;
use crate::config::Shape;
use crate::neural::THREADS_MAX;
use crate::shares::share_out;
use crate::tokens::Tokens;
use crate::weights::Weights;
use pulp::Arch;
use qn_nlu::learn::rng::Rng;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;

/// Examples of a label whose mean the head begins with.
const FIRST_EXAMPLES: usize = 32;

/// Told after every step and every epoch.
#[derive(Debug, Clone, Copy)]
pub enum Progress {
    Step {
        /// From 1, over all epochs.
        step: usize,
        steps: usize,
        /// Of the step's batch, in nats an example.
        loss: f64,
    },
    Epoch(Epoch),
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: u32,
    /// Mean over the epoch's examples while it ran, in nats.
    pub loss: f64,
    /// Share of validation examples that the head reads rightly after it.
    pub validation_accuracy: Option<f64>,
}

pub struct Tuner {
    pub(super) folder: PathBuf,
    arch: Arch,
    pub(super) shape: Shape,
    pub(super) plan: Plan,
    pub(super) known: Known,
    pub(super) values: Vec<f32>,
    settings: Settings,
    items: Vec<Item>,
    validation: Vec<Item>,
    packed: Packed,
    works: Vec<Work>,
}

impl Tuner {
    /// Loads the folder and cuts the texts into tokens. Labels are numbers from 0 without gaps.
    pub fn new(folder: &Path, examples: &[Example<'_>], validation: &[Example<'_>], settings: Settings) -> Result<Self, TuneError> {
        let shape = Shape::read(folder)?;
        let tokens = Tokens::read(folder, &shape)?;
        let all: Vec<Example<'_>> = examples.iter().chain(validation).copied().collect();
        let (mut items, known) = examples::read(&tokens, &all)?;
        let validation = items.split_off(examples.len());
        let labels = 1 + items.iter().map(|item| item.label as usize).max().unwrap_or_default();
        if labels < 2 || validation.iter().any(|item| item.label as usize >= labels) {
            return Err(TuneError::TooFewLabels);
        }
        let plan = Plan::new(&shape, (known.words.len(), known.positions), labels);
        let values = load(&Weights::open(folder)?, (&shape, &plan, &known))?;
        let settings = Settings { threads: settings.threads.clamp(1, THREADS_MAX), batch: settings.batch.max(1), ..settings };
        let works = (0..settings.threads).map(|_| Work::default()).collect();
        let (arch, packed) = (Arch::new(), Packed::default());
        let mut tuner = Self { folder: folder.to_owned(), arch, shape, plan, known, values, settings, items, validation, packed, works };
        tuner.begin_head()?;
        Ok(tuner)
    }

    /// The best epoch by validation, without validation the last one, stays. Breaking off leaves a tuner that is of no use.
    pub fn train(&mut self, told: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<Vec<Epoch>, TuneError> {
        let mut adam = Adam::new(self.arch, &self.plan);
        let mut gradients: Vec<Vec<f32>> = (0..self.settings.threads).map(|_| vec![0.0; self.plan.total]).collect();
        let mut random = Rng::new(self.settings.seed);
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        let steps = order.len().div_ceil(self.settings.batch) * self.settings.epochs as usize;
        let (mut epochs, mut best, mut step) = (Vec::<Epoch>::new(), None, 0);
        for epoch in 1..=self.settings.epochs {
            random.shuffle(&mut order);
            let mut total = Score::default();
            for batch in order.chunks(self.settings.batch) {
                let score = self.learn_batch(batch, random.next_u64(), &mut gradients)?;
                let used = self.settings.threads.min(batch.len());
                let pace = self.settings.pace(step, steps);
                let length = adam.step(&mut self.values, &mut gradients[..used], pace, self.settings.threads);
                step += 1;
                // a loss stays finite when scores are not; gradients do not
                if !(score.loss.is_finite() && length.is_finite()) {
                    return Err(TuneError::Diverged { step, rate: self.settings.rate });
                }
                total.add(score);
                let loss = score.loss / score.examples as f64;
                if told(Progress::Step { step, steps, loss }).is_break() {
                    return Err(TuneError::Stopped);
                }
            }
            let validation_accuracy = self.validation_accuracy()?;
            let done = Epoch { epoch, loss: total.loss / total.examples.max(1) as f64, validation_accuracy };
            if validation_accuracy.is_some() && epochs.iter().all(|before| before.validation_accuracy < validation_accuracy) {
                best = Some(self.values.clone());
            }
            epochs.push(done);
            if told(Progress::Epoch(done)).is_break() {
                return Err(TuneError::Stopped);
            }
        }
        if let Some(best) = best {
            self.values = best;
        }
        Ok(epochs)
    }

    fn learn_batch(&mut self, batch: &[usize], key: u64, gradients: &mut [Vec<f32>]) -> Result<Score, TuneError> {
        self.pack();
        let texts: Vec<&[u32]> = batch.iter().map(|at| self.items[*at].tokens.as_slice()).collect();
        let labels: Vec<u32> = batch.iter().map(|at| self.items[*at].label).collect();
        let network = Network { arch: self.arch, shape: &self.shape, plan: &self.plan, values: &self.values, packed: &self.packed };
        let (weight, rate, mut left) = (1.0 / batch.len() as f32, self.settings.dropout as f32, labels.as_slice());
        let shares = share_out(&texts, self.settings.threads);
        // of a batch with fewer shares than threads, these stay without a gradient
        gradients.iter_mut().skip(shares.len()).for_each(|unused| unused.fill(0.0));
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for ((turn, texts), (work, gradient)) in shares.iter().enumerate().zip(self.works.iter_mut().zip(gradients)) {
                let (labels, rest) = left.split_at(texts.len());
                left = rest;
                let dropout = Dropout { rate, key: key ^ (turn as u64) << 32 };
                threads.push(scope.spawn(move || learn(network, Share { texts, labels, weight, dropout }, work, gradient)));
            }
            let mut total = Score::default();
            for thread in threads {
                total.add(thread.join().map_err(|_| TuneError::Broken)?);
            }
            Ok(total)
        })
    }

    fn pack(&mut self) {
        self.packed.pack(self.arch, &self.plan, &self.values, self.settings.threads);
    }

    /// The vectors of validation texts at length 1, in their order.
    pub fn validation_vectors(&mut self) -> Result<Vec<Vec<f32>>, TuneError> {
        self.pack();
        let validation = std::mem::take(&mut self.validation);
        let found = self.vectors(&validation.iter().collect::<Vec<_>>());
        self.validation = validation;
        found
    }

    fn vectors(&mut self, items: &[&Item]) -> Result<Vec<Vec<f32>>, TuneError> {
        let texts: Vec<&[u32]> = items.iter().map(|item| item.tokens.as_slice()).collect();
        let network = Network { arch: self.arch, shape: &self.shape, plan: &self.plan, values: &self.values, packed: &self.packed };
        thread::scope(|scope| {
            let shares = share_out(&texts, self.settings.threads).into_iter().zip(&mut self.works);
            let threads: Vec<_> = shares.map(|(share, work)| scope.spawn(move || vectors(network, share, work))).collect();
            let mut all = Vec::with_capacity(texts.len());
            for thread in threads {
                all.extend(thread.join().map_err(|_| TuneError::Broken)?);
            }
            Ok(all)
        })
    }

    /// Share of validation examples that the head reads rightly.
    pub fn validation_accuracy(&mut self) -> Result<Option<f64>, TuneError> {
        if self.validation.is_empty() {
            return Ok(None);
        }
        let vectors = self.validation_vectors()?;
        let mut scores = Vec::new();
        let mut is_right = |vector: &[f32], label: u32| {
            head::scores(vector, self.plan.head.of(&self.values), &mut scores);
            head::best(&scores) == label
        };
        let right = vectors.iter().zip(&self.validation).filter(|(vector, item)| is_right(vector, item.label)).count();
        Ok(Some(right as f64 / vectors.len() as f64))
    }

    /// The head begins with each label's mean vector.
    fn begin_head(&mut self) -> Result<(), TuneError> {
        self.pack();
        let head = self.plan.head;
        let items = std::mem::take(&mut self.items);
        let mut counts = vec![0; head.outer];
        let some: Vec<&Item> = items
            .iter()
            .filter(|item| {
                counts[item.label as usize] += 1;
                counts[item.label as usize] <= FIRST_EXAMPLES
            })
            .collect();
        let vectors = self.vectors(&some)?;
        let (weight, _) = head.of_mut(&mut self.values);
        for (vector, item) in vectors.iter().zip(&some) {
            add_scaled(&mut weight[item.label as usize * head.inner..][..head.inner], 1.0, vector);
        }
        weight.chunks_exact_mut(head.inner).for_each(|line| _ = unit(line));
        self.items = items;
        if counts.contains(&0) { Err(TuneError::TooFewLabels) } else { Ok(()) }
    }
}

/// The weights that the plan names, from the folder's file.
fn load(weights: &Weights, (shape, plan, known): (&Shape, &Plan, &Known)) -> Result<Vec<f32>, ModelError> {
    let hidden = shape.hidden;
    let mut values = vec![0.0; plan.total];
    let words = weights.get(WORDS, &[shape.vocabulary, hidden])?;
    for (row, id) in values[plan.words.clone()].chunks_exact_mut(hidden).zip(&known.words) {
        row.copy_from_slice(&words[*id as usize * hidden..][..hidden]);
    }
    let positions = weights.get(POSITIONS, &[shape.positions, hidden])?;
    values[plan.positions.clone()].copy_from_slice(&positions[shape.first_position * hidden..][..plan.positions.len()]);
    values[plan.kind.clone()].copy_from_slice(&weights.get(KINDS, &[shape.kinds, hidden])?[..hidden]);
    for (name, shape, range) in plan.tensors() {
        values[range].copy_from_slice(&weights.get(&name, &shape)?);
    }
    Ok(values)
}

pub(super) const WORDS: &str = "embeddings.word_embeddings.weight";
pub(super) const POSITIONS: &str = "embeddings.position_embeddings.weight";
pub(super) const KINDS: &str = "embeddings.token_type_embeddings.weight";
