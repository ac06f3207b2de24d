//! The forward pass over some texts whose rows lie one after another, without padding; only attention looks at texts one by one.
//! Single-threaded. Memory is the workspace, which grows with the rows of one call.

use crate::attention::{Attention, attend};
use crate::config::Shape;
use crate::layers::{Layer, Layers};
use crate::matmul::multiply;
use crate::pointwise::{Activation, add_and_norm};
use crate::rows::{Rows, Target};
use pulp::Arch;

/// Buffers that calls reuse.
#[derive(Debug, Default)]
pub struct Workspace {
    /// rows × hidden; the result of a pass
    pub states: Vec<f32>,
    mixed: Vec<f32>,
    /// rows × 3 hidden: queries, keys, values
    projected: Vec<f32>,
    /// rows × intermediate
    wide: Vec<f32>,
    packed: Vec<f32>,
    attention: Attention,
}

/// Leaves one row for each token in `workspace.states`.
pub fn forward(arch: Arch, model: (&Layers, &Shape), texts: &[Vec<u32>], workspace: &mut Workspace) {
    let (layers, shape) = model;
    let rows = texts.iter().map(Vec::len).sum::<usize>();
    workspace.states.resize(rows * shape.hidden, 0.0);
    workspace.mixed.resize(rows * shape.hidden, 0.0);
    workspace.projected.resize(rows * shape.hidden * 3, 0.0);
    workspace.wide.resize(rows * shape.intermediate, 0.0);
    embed(arch, layers, shape, texts, workspace);
    for layer in &layers.layers {
        attention_half(arch, (layer, shape), texts, workspace);
        feed_forward_half(arch, (layer, shape), workspace);
    }
}

fn embed(arch: Arch, layers: &Layers, shape: &Shape, texts: &[Vec<u32>], workspace: &mut Workspace) {
    let hidden = shape.hidden;
    let mut rows = workspace.states.chunks_exact_mut(hidden).zip(workspace.mixed.chunks_exact_mut(hidden));
    for text in texts {
        for ((id, position), (word_row, position_row)) in text.iter().zip(layers.positions.chunks_exact(hidden)).zip(&mut rows) {
            word_row.copy_from_slice(&layers.words[*id as usize * hidden..][..hidden]);
            position_row.copy_from_slice(position);
        }
    }
    add_and_norm(arch, &mut workspace.states, &workspace.mixed, &layers.norm);
}

fn attention_half(arch: Arch, (layer, shape): (&Layer, &Shape), texts: &[Vec<u32>], workspace: &mut Workspace) {
    let hidden = shape.hidden;
    let Workspace { states, mixed, projected, packed, attention, .. } = workspace;
    let out = Target { values: projected, stride: 3 * hidden };
    multiply(arch, Rows::whole(states, hidden), &layer.attention_in, Activation::Identity, (out, packed));
    let mut first = 0;
    for text in texts {
        let text_rows = Rows::whole(projected, 3 * hidden).part((first, text.len()), (0, 3 * hidden));
        let out = Target { values: &mut mixed[first * hidden..], stride: hidden };
        attend(arch, text_rows, shape.heads, out, attention);
        first += text.len();
    }
    // the projected rows are used up; their room takes the product before it joins the states
    let sum = &mut projected[..states.len()];
    let out = Target { values: sum, stride: hidden };
    multiply(arch, Rows::whole(mixed, hidden), &layer.attention_out, Activation::Identity, (out, packed));
    add_and_norm(arch, states, &projected[..mixed.len()], &layer.attention_norm);
}

fn feed_forward_half(arch: Arch, (layer, shape): (&Layer, &Shape), workspace: &mut Workspace) {
    let Workspace { states, mixed, wide, packed, .. } = workspace;
    let out = Target { values: wide, stride: shape.intermediate };
    multiply(arch, Rows::whole(states, shape.hidden), &layer.up, shape.activation, (out, packed));
    let out = Target { values: mixed, stride: shape.hidden };
    multiply(arch, Rows::whole(wide, shape.intermediate), &layer.down, Activation::Identity, (out, packed));
    add_and_norm(arch, states, mixed, &layer.output_norm);
}
