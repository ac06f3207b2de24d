//! BERT written down as slowly and plainly as possible, in double precision, straight from the tensors by name.

use crate::tiny::{HEADS, HIDDEN, LAYERS, Tiny};

type Matrix = Vec<Vec<f64>>;

/// The last states of one text, a row for each token. `first` is the row of the position table for the first token.
pub fn states(tiny: &Tiny, ids: &[u32], first: usize) -> Matrix {
    let row =
        |name: &str, index: usize| -> Vec<f64> { tiny.tensors[name].1[index * HIDDEN..][..HIDDEN].iter().map(|x| f64::from(*x)).collect() };
    let mut x: Matrix = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let (word, place) =
                (row("embeddings.word_embeddings.weight", *id as usize), row("embeddings.position_embeddings.weight", first + at));
            sum(&sum(&word, &place), &row("embeddings.token_type_embeddings.weight", 0))
        })
        .collect();
    norm(tiny, "embeddings.LayerNorm", &mut x);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let [q, k, v] = ["query", "key", "value"].map(|part| linear(tiny, &name(&format!("attention.self.{part}")), &x));
        let out = linear(tiny, &name("attention.output.dense"), &mix(&q, &k, &v));
        x = x.iter().zip(&out).map(|(a, b)| sum(a, b)).collect();
        norm(tiny, &name("attention.output.LayerNorm"), &mut x);
        let mut wide = linear(tiny, &name("intermediate.dense"), &x);
        wide.iter_mut().flatten().for_each(|x| *x *= 0.5 * (1.0 + erf(*x / 2f64.sqrt())));
        let out = linear(tiny, &name("output.dense"), &wide);
        x = x.iter().zip(&out).map(|(a, b)| sum(a, b)).collect();
        norm(tiny, &name("output.LayerNorm"), &mut x);
    }
    x
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn linear(tiny: &Tiny, name: &str, x: &Matrix) -> Matrix {
    let (weight, bias) = (&tiny.tensors[&format!("{name}.weight")].1, &tiny.tensors[&format!("{name}.bias")].1);
    let output =
        |row: &Vec<f64>, (line, bias): (&[f32], &f32)| line.iter().zip(row).map(|(w, x)| f64::from(*w) * x).sum::<f64>() + f64::from(*bias);
    x.iter().map(|row| weight.chunks(row.len()).zip(bias).map(|part| output(row, part)).collect()).collect()
}

fn norm(tiny: &Tiny, name: &str, x: &mut Matrix) {
    let (scale, shift) = (&tiny.tensors[&format!("{name}.weight")].1, &tiny.tensors[&format!("{name}.bias")].1);
    for row in x {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let deviation = (row.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / row.len() as f64 + 1e-12).sqrt();
        for ((x, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
            *x = (*x - mean) / deviation * f64::from(*scale) + f64::from(*shift);
        }
    }
}

fn mix(q: &Matrix, k: &Matrix, v: &Matrix) -> Matrix {
    let width = HIDDEN / HEADS;
    let mut out = vec![vec![0.0; HIDDEN]; q.len()];
    for head in 0..HEADS {
        let part = head * width..(head + 1) * width;
        for (query, out) in q.iter().zip(&mut out) {
            let score = |key: &Vec<f64>| key[part.clone()].iter().zip(&query[part.clone()]).map(|(a, b)| a * b).sum::<f64>();
            let weights: Vec<f64> = k.iter().map(|key| (score(key) / (width as f64).sqrt()).exp()).collect();
            let total: f64 = weights.iter().sum();
            for (weight, value) in weights.iter().zip(v) {
                part.clone().for_each(|at| out[at] += weight / total * value[at]);
            }
        }
    }
    out
}

/// The series, good to 1e-12 where these small models go.
fn erf(x: f64) -> f64 {
    let (mut term, mut total) = (x, x);
    for n in 1..120 {
        term *= -x * x / f64::from(n);
        total += term / f64::from(2 * n + 1);
    }
    total * std::f64::consts::FRAC_2_SQRT_PI
}
