//! The whole network over a group of texts: forward, keeping what the way back needs, and back to the gradients of all weights. Single-threaded;
//! every thread has a `Work` of its own, whose memory grows with the rows of one group.

use super::activation;
use super::attention::{self, Kept};
use super::dropout::Dropout;
use super::linear::{self, Scratch};
use super::norm::{self, Normed};
use super::packed::{Packed, PackedLayer};
use super::plan::{Layer, Plan};
use super::sums::add_scaled;
use crate::config::Shape;
use crate::rows::Rows;
use pulp::Arch;

/// What all threads of a step read.
#[derive(Clone, Copy)]
pub struct Network<'a> {
    pub arch: Arch,
    pub shape: &'a Shape,
    pub plan: &'a Plan,
    pub values: &'a [f32],
    pub packed: &'a Packed,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Work {
    /// rows × hidden; the result of a forward pass
    pub states: Vec<f32>,
    /// rows × hidden; set to the states' gradient before the way back
    pub gradient: Vec<f32>,
    embedded: Normed,
    layers: Vec<LayerWork>,
    branch: Vec<f32>,
    wide: Vec<f32>,
    slopes: Vec<f32>,
    scratch: Scratch,
}

/// What one layer keeps of a forward pass.
#[derive(Debug, Default)]
struct LayerWork {
    input: Vec<f32>,
    projected: Vec<f32>,
    /// Of one text after the other, heads × tokens².
    weights: Vec<f32>,
    mixed: Vec<f32>,
    attended: Normed,
    middle: Vec<f32>,
    before: Vec<f32>,
    active: Vec<f32>,
    put_out: Normed,
}

/// Leaves a row for each token in `work.states`. Texts are rows of the plan's words.
pub fn forward(network: Network<'_>, texts: &[&[u32]], dropout: Dropout, work: &mut Work) {
    embed(network, texts, work);
    dropout.apply(0, &mut work.states);
    work.layers.resize_with(network.plan.layers.len(), LayerWork::default);
    let Work { states, layers, branch, scratch, .. } = work;
    for (index, kept) in layers.iter_mut().enumerate() {
        let (layer, packed) = (&network.plan.layers[index], &network.packed.layers[index]);
        kept.input.clone_from(states);
        attend(network, packed, texts, (kept, branch), scratch);
        dropout.apply(2 * index + 1, branch);
        add_scaled(states, 1.0, branch);
        norm::forward(network.arch, states, layer.attention_norm.of(network.values), network.shape.epsilon, &mut kept.attended);
        kept.middle.clone_from(states);
        linear::forward(network.arch, states, &packed.up.forward, &mut kept.before, scratch);
        activation::forward(network.arch, network.shape.activation, &kept.before, &mut kept.active);
        linear::forward(network.arch, &kept.active, &packed.down.forward, branch, scratch);
        dropout.apply(2 * index + 2, branch);
        add_scaled(states, 1.0, branch);
        norm::forward(network.arch, states, layer.output_norm.of(network.values), network.shape.epsilon, &mut kept.put_out);
    }
}

fn embed(network: Network<'_>, texts: &[&[u32]], work: &mut Work) {
    let Network { plan, values, shape, .. } = network;
    let (hidden, kind) = (shape.hidden, &values[plan.kind.clone()]);
    work.states.clear();
    for text in texts {
        for (word, position) in text.iter().zip(values[plan.positions.clone()].chunks_exact(hidden)) {
            let word = &values[plan.words.start + *word as usize * hidden..][..hidden];
            work.states.extend(word.iter().zip(position).zip(kind).map(|((word, position), kind)| word + (position + kind)));
        }
    }
    norm::forward(network.arch, &mut work.states, plan.norm.of(values), shape.epsilon, &mut work.embedded);
}

/// The attention half up to the sum with its input, which is left to the caller.
fn attend(network: Network<'_>, packed: &PackedLayer, texts: &[&[u32]], out: (&mut LayerWork, &mut Vec<f32>), scratch: &mut Scratch) {
    let (kept, branch) = out;
    let (arch, hidden, heads) = (network.arch, network.shape.hidden, network.shape.heads);
    linear::forward(arch, &kept.input, &packed.attention_in.forward, &mut kept.projected, scratch);
    scale_queries(network.shape, &mut kept.projected);
    kept.mixed.resize(kept.input.len(), 0.0);
    kept.weights.resize(texts.iter().map(|text| heads * text.len() * text.len()).sum(), 0.0);
    let (mut first, mut weights) = (0, kept.weights.as_mut_slice());
    for text in texts {
        let (own, rest) = weights.split_at_mut(heads * text.len() * text.len());
        let projected = Rows::whole(&kept.projected, 3 * hidden).part((first, text.len()), (0, 3 * hidden));
        attention::forward(arch, projected, heads, (own, &mut kept.mixed[first * hidden..]), scratch);
        weights = rest;
        first += text.len();
    }
    linear::forward(arch, &kept.mixed, &packed.attention_out.forward, branch, scratch);
}

fn scale_queries(shape: &Shape, projected: &mut [f32]) {
    let scale = 1.0 / ((shape.hidden / shape.heads) as f32).sqrt();
    for row in projected.chunks_exact_mut(3 * shape.hidden) {
        row[..shape.hidden].iter_mut().for_each(|x| *x *= scale);
    }
}

/// From `work.gradient` to the gradients of all weights, which are added. The texts and the dropout are those of the forward pass.
pub fn backward(network: Network<'_>, texts: &[&[u32]], dropout: Dropout, work: &mut Work, gradients: &mut [f32]) {
    for index in (0..network.plan.layers.len()).rev() {
        let (layer, packed) = (&network.plan.layers[index], &network.packed.layers[index]);
        feed_forward_back(network, (layer, packed, index), dropout, work, gradients);
        let Work { gradient, layers, branch, .. } = &mut *work;
        let kept = &layers[index];
        let (scale, _) = layer.attention_norm.of(network.values);
        norm::backward(network.arch, gradient, &kept.attended, scale, layer.attention_norm.of_mut(gradients));
        branch.clone_from(gradient);
        dropout.apply(2 * index + 1, branch);
        attend_back(network, (layer, packed, index), texts, work, gradients);
    }
    dropout.apply(0, &mut work.gradient);
    embed_back(network, texts, work, gradients);
}

type Place<'a> = (&'a Layer, &'a PackedLayer, usize);

fn feed_forward_back(network: Network<'_>, (layer, packed, index): Place<'_>, dropout: Dropout, work: &mut Work, gradients: &mut [f32]) {
    let Work { gradient, layers, branch, wide, scratch, .. } = work;
    let (arch, kept) = (network.arch, &layers[index]);
    let (scale, _) = layer.output_norm.of(network.values);
    norm::backward(arch, gradient, &kept.put_out, scale, layer.output_norm.of_mut(gradients));
    branch.clone_from(gradient);
    dropout.apply(2 * index + 2, branch);
    linear::backward(arch, (branch, &kept.active), &packed.down.backward, layer.down.of_mut(gradients), (wide, scratch));
    activation::backward(arch, network.shape.activation, &kept.before, wide);
    linear::backward(arch, (wide, &kept.middle), &packed.up.backward, layer.up.of_mut(gradients), (branch, scratch));
    add_scaled(gradient, 1.0, branch);
}

/// `work.branch` holds the gradient of the attention half.
fn attend_back(network: Network<'_>, (layer, packed, index): Place<'_>, texts: &[&[u32]], work: &mut Work, gradients: &mut [f32]) {
    let Work { gradient, layers, branch, wide, slopes, scratch, .. } = work;
    let (arch, kept, hidden, heads) = (network.arch, &layers[index], network.shape.hidden, network.shape.heads);
    let mixed = wide;
    linear::backward(arch, (branch, &kept.mixed), &packed.attention_out.backward, layer.attention_out.of_mut(gradients), (mixed, scratch));
    branch.clear();
    branch.resize(kept.projected.len(), 0.0);
    let (mut first, mut weights) = (0, kept.weights.as_slice());
    for text in texts {
        let (own, rest) = weights.split_at(heads * text.len() * text.len());
        let projected = Rows::whole(&kept.projected, 3 * hidden).part((first, text.len()), (0, 3 * hidden));
        let (of_mixed, of_projected) = (&mixed[first * hidden..], &mut branch[first * 3 * hidden..]);
        attention::backward(arch, Kept { projected, weights: own }, heads, (of_mixed, of_projected), (slopes, scratch));
        weights = rest;
        first += text.len();
    }
    scale_queries(network.shape, branch);
    let of_input = mixed;
    let of_weight = layer.attention_in.of_mut(gradients);
    linear::backward(arch, (branch, &kept.input), &packed.attention_in.backward, of_weight, (of_input, scratch));
    add_scaled(gradient, 1.0, of_input);
}

fn embed_back(network: Network<'_>, texts: &[&[u32]], work: &mut Work, gradients: &mut [f32]) {
    let Network { plan, values, shape, .. } = network;
    let hidden = shape.hidden;
    norm::backward(network.arch, &mut work.gradient, &work.embedded, plan.norm.of(values).0, plan.norm.of_mut(gradients));
    let mut rows = work.gradient.chunks_exact(hidden);
    for text in texts {
        for ((position, word), row) in text.iter().enumerate().zip(&mut rows) {
            for from in [plan.words.start + *word as usize * hidden, plan.positions.start + position * hidden, plan.kind.start] {
                add_scaled(&mut gradients[from..from + hidden], 1.0, row);
            }
        }
    }
}
