//! What one thread does with its share of a batch: forward, loss, and back to gradients. And vectors without learning.

use super::dropout::Dropout;
use super::head::{self, Judged};
use super::pass::{self, Network, Work};
use super::pooling;
use crate::shares::groups;

/// Sums over examples.
#[derive(Debug, Default, Clone, Copy)]
pub struct Score {
    pub examples: usize,
    pub right: usize,
    pub loss: f64,
}

impl Score {
    pub fn add(&mut self, other: Score) {
        self.examples += other.examples;
        self.right += other.right;
        self.loss += other.loss;
    }

    fn count(&mut self, judged: &Judged) {
        self.add(Score { examples: 1, right: usize::from(judged.right), loss: f64::from(judged.loss) });
    }
}

/// The vectors of the texts, at length 1.
pub fn vectors(network: Network<'_>, texts: &[&[u32]], work: &mut Work) -> Vec<Vec<f32>> {
    let mut vectors = Vec::with_capacity(texts.len());
    for group in groups(texts) {
        pass::forward(network, group, Dropout::NONE, work);
        let mut rows = work.states.as_slice();
        for text in group {
            let (own, rest) = rows.split_at(text.len() * network.shape.hidden);
            let mut vector = vec![0.0; network.shape.hidden];
            pooling::forward(network.shape.pooling, own, &mut vector);
            pooling::unit(&mut vector);
            vectors.push(vector);
            rows = rest;
        }
    }
    vectors
}

/// A thread's part of a batch.
#[derive(Clone, Copy)]
pub struct Share<'a> {
    pub texts: &'a [&'a [u32]],
    pub labels: &'a [u32],
    /// What one example counts: one over the size of the whole batch.
    pub weight: f32,
    pub dropout: Dropout,
}

/// Sets `gradients` to those of the share.
pub fn learn(network: Network<'_>, share: Share<'_>, work: &mut Work, gradients: &mut [f32]) -> Score {
    gradients.fill(0.0);
    let (mut score, mut labels) = (Score::default(), share.labels);
    for (turn, group) in groups(share.texts).enumerate() {
        let dropout = Dropout { key: share.dropout.key ^ (turn as u64) << 48, ..share.dropout };
        pass::forward(network, group, dropout, work);
        let (own, rest) = labels.split_at(group.len());
        judge(network, (group, own, share.weight), work, (gradients, &mut score));
        pass::backward(network, group, dropout, work, gradients);
        labels = rest;
    }
    score
}

/// From a group's states to the gradient of these, over the head.
fn judge(network: Network<'_>, (texts, labels, weight): (&[&[u32]], &[u32], f32), work: &mut Work, out: (&mut [f32], &mut Score)) {
    let (gradients, score) = out;
    let (hidden, pooling) = (network.shape.hidden, network.shape.pooling);
    work.gradient.resize(work.states.len(), 0.0);
    let (mut vector, mut of_vector, mut scores) = (vec![0.0; hidden], vec![0.0; hidden], Vec::new());
    let mut first = 0;
    for (text, label) in texts.iter().zip(labels) {
        let rows = first * hidden..(first + text.len()) * hidden;
        pooling::forward(pooling, &work.states[rows.clone()], &mut vector);
        let factor = pooling::unit(&mut vector);
        let own = network.plan.head.of(network.values);
        head::scores(&vector, own, &mut scores);
        score.count(&head::loss(network.arch, &mut scores, *label, weight));
        head::backward(&scores, &vector, own.0, network.plan.head.of_mut(gradients), &mut of_vector);
        pooling::unit_backward(&vector, factor, &mut of_vector);
        pooling::backward(pooling, &work.states[rows.clone()], &of_vector, &mut work.gradient[rows]);
        first += text.len();
    }
}
