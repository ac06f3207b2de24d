//! `NeuralEncoder`: a model folder as an encoder. Runs on the caller's thread, with further threads only if it was asked for them; texts of a
//! call are shared out by tokens and go through the model in bounded groups.

use crate::ModelError;
use crate::config::{Pooling, Shape};
use crate::digest;
use crate::forward::{Workspace, forward};
use crate::layers::Layers;
use crate::shares::{groups, share_out};
use crate::tokens::Tokens;
use crate::weights::Weights;
use pulp::Arch;
use qn_nlu::{Encoder, EncoderError};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

pub const THREADS_MAX: usize = 64;

pub struct NeuralEncoder {
    name: String,
    arch: Arch,
    shape: Shape,
    layers: Layers,
    tokens: Tokens,
    threads: usize,
    workspaces: Mutex<Vec<Workspace>>,
}

impl NeuralEncoder {
    /// Loads and checks the folder, and lets a test sentence through. Uses one thread.
    pub fn load(folder: &Path) -> Result<Self, ModelError> {
        let shape = Shape::read(folder)?;
        let tokens = Tokens::read(folder, &shape)?;
        let arch = Arch::new();
        let layers = Layers::load(&Weights::open(folder)?, &shape, arch)?;
        let called = folder.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned());
        let name = format!("{called}@{}", digest::of_folder(folder)?);
        let encoder = Self { name, arch, shape, layers, tokens, threads: 1, workspaces: Mutex::default() };
        let tried =
            encoder.encode(&["Where is my order? 我的订单到哪里了?"]).map_err(|error| ModelError::Trial { reason: error.reason })?;
        if tried.iter().flatten().all(|x| *x == 0.0) {
            return Err(ModelError::Trial { reason: "it is zero".to_owned() });
        }
        Ok(encoder)
    }

    /// How many threads share the texts of one call, the caller's included.
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.clamp(1, THREADS_MAX);
        self
    }

    /// Longer texts are cut to this many tokens.
    pub fn tokens_max(&self) -> usize {
        self.shape.tokens_max
    }

    /// Numbers in the model, near enough to judge its memory (four bytes each).
    pub fn weights(&self) -> usize {
        self.shape.weights()
    }

    /// As `encode`, for texts that are already token numbers of this model's tokenizer.
    pub fn encode_tokens(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let bad = |text: &Vec<u32>| text.is_empty() || text.len() > self.shape.tokens_max;
        if texts.iter().any(|text| bad(text) || text.iter().any(|id| *id as usize >= self.shape.vocabulary)) {
            return Err(self.failure("token numbers that are not this model's".to_owned()));
        }
        let shares = share_out(texts, self.threads);
        let vectors = thread::scope(|scope| {
            let (own, others) = shares.split_first().unwrap_or((&texts, &[]));
            let threads: Vec<_> = others.iter().map(|share| scope.spawn(|| self.run(share))).collect();
            let mut vectors = self.run(own);
            for thread in threads {
                vectors.extend(thread.join().ok()?);
            }
            Some(vectors)
        });
        let vectors = vectors.ok_or_else(|| self.failure("a thread broke off".to_owned()))?;
        match vectors.iter().flatten().all(|x| x.is_finite()) {
            true => Ok(vectors),
            false => Err(self.failure("a vector is not finite".to_owned())),
        }
    }

    fn run(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut workspace = self.workspaces().pop().unwrap_or_default();
        let mut vectors = Vec::with_capacity(texts.len());
        for group in groups(texts) {
            forward(self.arch, (&self.layers, &self.shape), group, &mut workspace);
            let mut rest = workspace.states.as_slice();
            for text in group {
                let (rows, after) = rest.split_at(text.len() * self.shape.hidden);
                vectors.push(self.pool(rows));
                rest = after;
            }
        }
        self.workspaces().push(workspace);
        vectors
    }

    fn workspaces(&self) -> std::sync::MutexGuard<'_, Vec<Workspace>> {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pool(&self, rows: &[f32]) -> Vec<f32> {
        let hidden = self.shape.hidden;
        let (first, rest) = rows.split_at(hidden);
        let mut vector = first.to_vec();
        let count = rows.len() / hidden;
        for row in rest.chunks_exact(hidden) {
            let pairs = vector.iter_mut().zip(row);
            match self.shape.pooling {
                Pooling::First => break,
                Pooling::Mean => pairs.for_each(|(sum, x)| *sum += x),
                Pooling::Max => pairs.for_each(|(most, x)| *most = most.max(*x)),
            }
        }
        let mut factor = if self.shape.pooling == Pooling::Mean { 1.0 / count as f32 } else { 1.0 };
        if self.shape.normalised {
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            factor = 1.0 / length.max(1e-12);
        }
        vector.iter_mut().for_each(|x| *x *= factor);
        vector
    }

    fn failure(&self, reason: String) -> EncoderError {
        EncoderError { name: self.name.clone(), reason }
    }
}

impl Encoder for NeuralEncoder {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let split: Result<Vec<_>, _> = texts.iter().map(|text| self.tokens.split(text)).collect();
        self.encode_tokens(&split.map_err(|reason| self.failure(reason))?)
    }

    fn dims(&self) -> usize {
        self.shape.hidden
    }

    fn name(&self) -> &str {
        &self.name
    }
}
