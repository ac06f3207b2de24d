//! Where each weight that is tuned lies in one long row of numbers: gradients and the optimiser's memory have the same order. Of the
//! tables of words and positions only rows that examples use are here; the others stay as they are.

use crate::config::Shape;
use std::ops::Range;

/// A linear layer: `weight[outer][inner]`, then its bias.
#[derive(Debug, Clone, Copy)]
pub struct Linear {
    pub from: usize,
    pub inner: usize,
    pub outer: usize,
}

impl Linear {
    pub fn weight(self) -> Range<usize> {
        self.from..self.from + self.outer * self.inner
    }

    pub fn bias(self) -> Range<usize> {
        let start = self.weight().end;
        start..start + self.outer
    }

    pub fn of(self, values: &[f32]) -> (&[f32], &[f32]) {
        values[self.from..self.bias().end].split_at(self.outer * self.inner)
    }

    pub fn of_mut(self, values: &mut [f32]) -> (&mut [f32], &mut [f32]) {
        values[self.from..self.bias().end].split_at_mut(self.outer * self.inner)
    }
}

/// A normalisation: its scale, then its shift.
#[derive(Debug, Clone, Copy)]
pub struct Norm {
    pub from: usize,
    pub width: usize,
}

impl Norm {
    fn range(self) -> Range<usize> {
        self.from..self.from + 2 * self.width
    }

    pub fn of(self, values: &[f32]) -> (&[f32], &[f32]) {
        values[self.range()].split_at(self.width)
    }

    pub fn of_mut(self, values: &mut [f32]) -> (&mut [f32], &mut [f32]) {
        values[self.range()].split_at_mut(self.width)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// Query, key and value side by side.
    pub attention_in: Linear,
    pub attention_out: Linear,
    pub attention_norm: Norm,
    pub up: Linear,
    pub down: Linear,
    pub output_norm: Norm,
}

#[derive(Debug)]
pub struct Plan {
    pub words: Range<usize>,
    pub positions: Range<usize>,
    /// The vector of the first segment, added to every token.
    pub kind: Range<usize>,
    pub norm: Norm,
    pub layers: Vec<Layer>,
    /// Labels from vectors; not part of the encoder. The last in the row.
    pub head: Linear,
    pub total: usize,
}

/// Hands out the row, piece by piece.
struct Row(usize);

impl Row {
    fn take(&mut self, count: usize) -> Range<usize> {
        self.0 += count;
        self.0 - count..self.0
    }

    fn linear(&mut self, outer: usize, inner: usize) -> Linear {
        Linear { from: self.take(outer * inner + outer).start, inner, outer }
    }

    fn norm(&mut self, width: usize) -> Norm {
        Norm { from: self.take(2 * width).start, width }
    }
}

impl Plan {
    /// `words` and `positions` count the rows in use.
    pub fn new(shape: &Shape, (words, positions): (usize, usize), labels: usize) -> Self {
        let (hidden, wide, mut row) = (shape.hidden, shape.intermediate, Row(0));
        let (words, positions, kind) = (row.take(words * hidden), row.take(positions * hidden), row.take(hidden));
        let norm = row.norm(hidden);
        let mut layer = || Layer {
            attention_in: row.linear(3 * hidden, hidden),
            attention_out: row.linear(hidden, hidden),
            attention_norm: row.norm(hidden),
            up: row.linear(wide, hidden),
            down: row.linear(hidden, wide),
            output_norm: row.norm(hidden),
        };
        let layers = (0..shape.layers).map(|_| layer()).collect();
        let head = row.linear(labels, hidden);
        Self { words, positions, kind, norm, layers, head, total: row.0 }
    }

    /// Tensors that are here as a whole, by the names that model files have, without a prefix.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>, Range<usize>)> {
        let mut all = Vec::new();
        name_norm(&mut all, "embeddings.LayerNorm", self.norm);
        for (index, layer) in self.layers.iter().enumerate() {
            let name = |part: &str| format!("encoder.layer.{index}.{part}");
            let width = layer.attention_in.inner;
            for (turn, part) in ["query", "key", "value"].into_iter().enumerate() {
                let (weight, bias) = (layer.attention_in.from + turn * width * width, layer.attention_in.bias().start + turn * width);
                all.push((name(&format!("attention.self.{part}.weight")), vec![width, width], weight..weight + width * width));
                all.push((name(&format!("attention.self.{part}.bias")), vec![width], bias..bias + width));
            }
            name_linear(&mut all, &name("attention.output.dense"), layer.attention_out);
            name_norm(&mut all, &name("attention.output.LayerNorm"), layer.attention_norm);
            name_linear(&mut all, &name("intermediate.dense"), layer.up);
            name_linear(&mut all, &name("output.dense"), layer.down);
            name_norm(&mut all, &name("output.LayerNorm"), layer.output_norm);
        }
        all
    }

    /// What is drawn towards zero: the weights of linear layers. Not norms, biases, tables or the head.
    pub fn decaying(&self) -> Vec<Range<usize>> {
        let of = |layer: &Layer| [layer.attention_in, layer.attention_out, layer.up, layer.down].map(Linear::weight);
        self.layers.iter().flat_map(of).collect()
    }
}

type Named = Vec<(String, Vec<usize>, Range<usize>)>;

fn name_linear(all: &mut Named, name: &str, linear: Linear) {
    all.push((format!("{name}.weight"), vec![linear.outer, linear.inner], linear.weight()));
    all.push((format!("{name}.bias"), vec![linear.outer], linear.bias()));
}

fn name_norm(all: &mut Named, name: &str, norm: Norm) {
    all.push((format!("{name}.weight"), vec![norm.width], norm.from..norm.from + norm.width));
    all.push((format!("{name}.bias"), vec![norm.width], norm.from + norm.width..norm.from + 2 * norm.width));
}
