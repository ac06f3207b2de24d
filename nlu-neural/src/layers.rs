//! The weights of a model in the form in which they are used: tables, norms and packed panels. Built from `Weights` by name; the
//! shapes are what `config.json` said or loading fails.

use crate::ModelError;
use crate::config::Shape;
use crate::panels::Panels;
use crate::pointwise::Norm;
use crate::weights::Weights;
use pulp::Arch;

#[derive(Debug)]
pub struct Layers {
    pub words: Vec<f32>,
    /// From the first token on; the vector of the first segment is already added.
    pub positions: Vec<f32>,
    pub norm: Norm,
    pub layers: Vec<Layer>,
}

#[derive(Debug)]
pub struct Layer {
    /// Query (already divided by the root of the head's width), key and value side by side.
    pub attention_in: Panels,
    pub attention_out: Panels,
    pub attention_norm: Norm,
    pub up: Panels,
    pub down: Panels,
    pub output_norm: Norm,
}

impl Layers {
    pub fn load(weights: &Weights, shape: &Shape, arch: Arch) -> Result<Self, ModelError> {
        let hidden = shape.hidden;
        let words = weights.get("embeddings.word_embeddings.weight", &[shape.vocabulary, hidden])?;
        let positions = weights.get("embeddings.position_embeddings.weight", &[shape.positions, hidden])?;
        let kinds = weights.get("embeddings.token_type_embeddings.weight", &[shape.kinds, hidden])?;
        let mut positions = positions[shape.first_position * hidden..].to_vec();
        for row in positions.chunks_exact_mut(hidden) {
            for (x, kind) in row.iter_mut().zip(&kinds) {
                *x += kind;
            }
        }
        let source = Source { weights, shape, arch };
        let norm = source.norm("embeddings.LayerNorm")?;
        let layers = (0..shape.layers).map(|index| source.layer(&format!("encoder.layer.{index}"))).collect::<Result<_, _>>()?;
        Ok(Self { words, positions, norm, layers })
    }
}

struct Source<'a> {
    weights: &'a Weights,
    shape: &'a Shape,
    arch: Arch,
}

impl Source<'_> {
    fn layer(&self, name: &str) -> Result<Layer, ModelError> {
        let (hidden, wide) = (self.shape.hidden, self.shape.intermediate);
        let linear = |part: &str, outer, inner| {
            let (weight, bias) = self.linear(&format!("{name}.{part}"), outer, inner)?;
            Ok::<_, ModelError>(Panels::from_linear(self.arch, &weight, &bias))
        };
        Ok(Layer {
            attention_in: self.attention_in(name)?,
            attention_out: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: self.norm(&format!("{name}.attention.output.LayerNorm"))?,
            up: linear("intermediate.dense", wide, hidden)?,
            down: linear("output.dense", hidden, wide)?,
            output_norm: self.norm(&format!("{name}.output.LayerNorm"))?,
        })
    }

    fn attention_in(&self, name: &str) -> Result<Panels, ModelError> {
        let hidden = self.shape.hidden;
        let scale = 1.0 / ((hidden / self.shape.heads) as f32).sqrt();
        let (mut weight, mut bias) = self.linear(&format!("{name}.attention.self.query"), hidden, hidden)?;
        weight.iter_mut().chain(&mut bias).for_each(|x| *x *= scale);
        for part in ["key", "value"] {
            let (more, more_bias) = self.linear(&format!("{name}.attention.self.{part}"), hidden, hidden)?;
            weight.extend(more);
            bias.extend(more_bias);
        }
        Ok(Panels::from_linear(self.arch, &weight, &bias))
    }

    fn linear(&self, name: &str, outer: usize, inner: usize) -> Result<(Vec<f32>, Vec<f32>), ModelError> {
        let weight = self.weights.get(&format!("{name}.weight"), &[outer, inner])?;
        Ok((weight, self.weights.get(&format!("{name}.bias"), &[outer])?))
    }

    fn norm(&self, name: &str) -> Result<Norm, ModelError> {
        let get = |part| self.weights.get(&format!("{name}.{part}"), &[self.shape.hidden]);
        Ok(Norm { scale: get("weight")?, shift: get("bias")?, epsilon: self.shape.epsilon })
    }
}
