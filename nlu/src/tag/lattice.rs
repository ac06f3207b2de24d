//! The linear chain: which labels may follow each other, the best sequence, and how probable labels and spans are.
//! Works on plain score arrays; knows nothing of features. Called by the trainer and the tagger.

use super::scheme::Labels;

/// Scores of a sentence: `tokens * labels` for staying at a label, in the order token, label.
#[derive(Debug)]
pub struct Scores<'a> {
    pub labels: usize,
    pub at: &'a [f32],
}

impl Scores<'_> {
    pub fn tokens(&self) -> usize {
        self.at.len() / self.labels
    }

    fn row(&self, token: usize) -> &[f32] {
        &self.at[token * self.labels..(token + 1) * self.labels]
    }
}

/// Transition scores, `labels * labels` in the order before, after; forbidden ones are minus infinity.
#[derive(Debug, Clone, PartialEq)]
pub struct Transitions {
    pub labels: usize,
    pub scores: Vec<f32>,
}

impl Transitions {
    pub fn new(labels: usize) -> Self {
        let allowed = |n: usize| if Labels::may_follow(n / labels, n % labels) { 0.0 } else { f32::NEG_INFINITY };
        Self { labels, scores: (0..labels * labels).map(allowed).collect() }
    }

    /// The exponentials, for `Chain`.
    pub fn weights(&self) -> Vec<f32> {
        self.scores.iter().map(|s| s.exp()).collect()
    }
}

/// The best legal label sequence.
pub fn best(scores: &Scores<'_>, transitions: &Transitions) -> Vec<usize> {
    let (tokens, labels) = (scores.tokens(), scores.labels);
    if tokens == 0 {
        return Vec::new();
    }
    let mut back = vec![0u16; tokens * labels];
    let mut now: Vec<f32> =
        scores.row(0).iter().enumerate().map(|(l, s)| if Labels::may_begin(l) { *s } else { f32::NEG_INFINITY }).collect();
    for token in 1..tokens {
        let mut next = vec![f32::NEG_INFINITY; labels];
        for (before, from) in now.iter().enumerate() {
            let row = &transitions.scores[before * labels..(before + 1) * labels];
            for after in 0..labels {
                let score = from + row[after];
                if score > next[after] {
                    next[after] = score;
                    back[token * labels + after] = before as u16;
                }
            }
        }
        next.iter_mut().zip(scores.row(token)).for_each(|(n, s)| *n += s);
        now = next;
    }
    let mut last = 0;
    for label in (0..labels).filter(|l| Labels::may_end(*l)) {
        if now[label] > now[last] {
            last = label;
        }
    }
    let mut path = vec![last; tokens];
    for token in (1..tokens).rev() {
        path[token - 1] = usize::from(back[token * labels + path[token]]);
    }
    path
}

/// Forward and backward weights, scaled so that they neither vanish nor grow.
#[derive(Debug)]
pub struct Chain {
    labels: usize,
    /// Exponentials of the scores, less the best of each token.
    local: Vec<f32>,
    forward: Vec<f32>,
    backward: Vec<f32>,
    scale: Vec<f32>,
    log_total: f64,
}

impl Chain {
    pub fn new(scores: &Scores<'_>, weights: &[f32]) -> Self {
        let (tokens, labels) = (scores.tokens(), scores.labels);
        let mut chain = Self {
            labels,
            local: vec![0.0; tokens * labels],
            forward: vec![0.0; tokens * labels],
            backward: vec![1.0; tokens * labels],
            scale: vec![1.0; tokens],
            log_total: 0.0,
        };
        for token in 0..tokens {
            chain.local(token, scores.row(token), tokens);
        }
        for token in 0..tokens {
            chain.step_forward(token, weights);
        }
        for token in (0..tokens.saturating_sub(1)).rev() {
            chain.step_backward(token, weights);
        }
        chain
    }

    fn local(&mut self, token: usize, row: &[f32], tokens: usize) {
        let legal = |l: usize| (token > 0 || Labels::may_begin(l)) && (token + 1 < tokens || Labels::may_end(l));
        let top = row.iter().enumerate().filter(|(l, _)| legal(*l)).fold(f32::NEG_INFINITY, |m, (_, s)| m.max(*s));
        self.log_total += f64::from(top);
        for (label, score) in row.iter().enumerate().filter(|(l, _)| legal(*l)) {
            self.local[token * self.labels + label] = (score - top).exp();
        }
    }

    fn step_forward(&mut self, token: usize, weights: &[f32]) {
        let labels = self.labels;
        let at = token * labels;
        let (done, open) = self.forward.split_at_mut(at);
        let row = &mut open[..labels];
        if token == 0 {
            row.copy_from_slice(&self.local[..labels]);
        } else {
            for (before, weight) in done[at - labels..].iter().enumerate().filter(|(_, w)| **w > 1e-12) {
                for (cell, step) in row.iter_mut().zip(&weights[before * labels..(before + 1) * labels]) {
                    *cell += weight * step;
                }
            }
            row.iter_mut().zip(&self.local[at..at + labels]).for_each(|(cell, local)| *cell *= local);
        }
        let sum: f32 = row.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        row.iter_mut().for_each(|cell| *cell /= sum);
        self.scale[token] = sum;
        self.log_total += f64::from(sum).ln();
    }

    fn step_backward(&mut self, token: usize, weights: &[f32]) {
        let labels = self.labels;
        let next = (token + 1) * labels;
        let ahead: Vec<f32> = (next..next + labels).map(|n| self.local[n] * self.backward[n] / self.scale[token + 1]).collect();
        for before in 0..labels {
            let steps = &weights[before * labels..(before + 1) * labels];
            self.backward[token * labels + before] = steps.iter().zip(&ahead).map(|(w, a)| w * a).sum();
        }
    }

    /// The logarithm of the sum over all legal sequences.
    pub fn log_total(&self) -> f64 {
        self.log_total
    }

    /// The probability of a label at a token.
    pub fn label(&self, token: usize, label: usize) -> f32 {
        let at = token * self.labels + label;
        self.forward[at] * self.backward[at]
    }

    /// Calls with (before, after, probability) for the pairs of labels at `token` and `token + 1` that matter.
    pub fn pairs(&self, token: usize, weights: &[f32], least: f32, mut then: impl FnMut(usize, usize, f32)) {
        let (labels, next) = (self.labels, (token + 1) * self.labels);
        let ahead: Vec<(usize, f32)> = (0..labels)
            .map(|l| (l, self.local[next + l] * self.backward[next + l] / self.scale[token + 1]))
            .filter(|(l, _)| self.label(token + 1, *l) > least)
            .collect();
        for before in (0..labels).filter(|l| self.label(token, *l) > least) {
            let weight = self.forward[token * labels + before];
            for (after, rest) in &ahead {
                let probability = weight * weights[before * labels + after] * rest;
                if probability > least {
                    then(before, *after, probability);
                }
            }
        }
    }

    /// The probability that exactly these labels stand from `start` on.
    pub fn run(&self, start: usize, path: &[usize], weights: &[f32]) -> f32 {
        let (Some(first), Some(last)) = (path.first(), path.last()) else { return 0.0 };
        let mut probability = self.forward[start * self.labels + first];
        for (n, pair) in path.windows(2).enumerate() {
            let token = start + n + 1;
            probability *= weights[pair[0] * self.labels + pair[1]] * self.local[token * self.labels + pair[1]] / self.scale[token];
        }
        let end = start + path.len() - 1;
        (probability * self.backward[end * self.labels + last]).clamp(0.0, 1.0)
    }
}
