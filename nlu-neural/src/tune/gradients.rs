//! Every way back against numeric slopes, over random shapes. Where a slope has edges (a cut, a highest value) inputs keep away from them.

use super::dropout::Dropout;
use super::learn::{Share, learn};
use super::linear::Scratch;
use super::packed::Packed;
use super::pass::{Network, Work};
use super::plan::Plan;
use super::{activation, attention, head, linear, norm, pooling};
use crate::config::{Pooling, Shape};
use crate::panels::Panels;
use crate::pointwise::Activation;
use crate::rows::Rows;
use proptest::prelude::*;
use pulp::Arch;
use qn_nlu::learn::rng::Rng;

const STEP: f32 = 4e-3;

fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Rng::new(seed);
    (0..count).map(|_| 2.0 * random.unit() as f32 - 1.0).collect()
}

fn along(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Compares a gradient with the slopes of `loss` at `values`.
fn agrees(about: &str, values: &[f32], gradient: &[f32], mut loss: impl FnMut(&[f32]) -> f64) -> Result<(), TestCaseError> {
    prop_assert_eq!(values.len(), gradient.len());
    let mut moved = values.to_vec();
    for (at, got) in gradient.iter().enumerate() {
        moved[at] = values[at] + STEP;
        let (above, up) = (loss(&moved), moved[at]);
        moved[at] = values[at] - STEP;
        let (below, down) = (loss(&moved), moved[at]);
        moved[at] = values[at];
        let wanted = (above - below) / f64::from(up - down);
        let off = (f64::from(*got) - wanted).abs();
        prop_assert!(off < 0.01 + 0.02 * wanted.abs(), "{}: number {} is {}, the slope is {}", about, at, got, wanted);
    }
    Ok(())
}

/// No two of them are nearer to each other, or to zero, than twice a step.
fn apart(count: usize, seed: u64) -> Vec<f32> {
    let mut values: Vec<f32> = (0..count).map(|at| (at as f32 + 0.5 - (count / 2) as f32) * 4.0 * STEP).collect();
    Rng::new(seed).shuffle(&mut values);
    values
}

fn activations() -> impl Strategy<Value = Activation> {
    prop_oneof![Just(Activation::Gelu), Just(Activation::GeluTanh), Just(Activation::Relu), Just(Activation::Identity)]
}

fn poolings() -> impl Strategy<Value = Pooling> {
    prop_oneof![Just(Pooling::Mean), Just(Pooling::First), Just(Pooling::Max)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_linear_layers(rows in 1..30_usize, inner in 1..40_usize, outer in 1..40_usize, seed in any::<u64>()) {
        let arch = Arch::new();
        let (input, weight, bias) = (numbers(rows * inner, seed), numbers(outer * inner, seed ^ 1), numbers(outer, seed ^ 2));
        let wanted = numbers(rows * outer, seed ^ 3);
        let run = |input: &[f32], weight: &[f32], bias: &[f32]| {
            let mut out = Vec::new();
            linear::forward(arch, input, &Panels::from_linear(arch, weight, bias), &mut out, &mut Scratch::default());
            along(&out, &wanted)
        };
        let mut panels = Panels::default();
        panels.pack(arch, Rows::whole(&weight, inner));
        let (mut of_weight, mut of_bias, mut of_input) = (vec![0.0; weight.len()], vec![0.0; outer], Vec::new());
        let out = (&mut of_input, &mut Scratch::default());
        linear::backward(arch, (&wanted, &input), &panels, (&mut of_weight, &mut of_bias), out);
        agrees("input", &input, &of_input, |x| run(x, &weight, &bias))?;
        agrees("weight", &weight, &of_weight, |x| run(&input, x, &bias))?;
        agrees("bias", &bias, &of_bias, |x| run(&input, &weight, x))?;
    }

    #[test]
    fn of_norms(rows in 1..5_usize, width in 3..50_usize, seed in any::<u64>()) {
        let arch = Arch::new();
        let [input, wanted] = [1, 2].map(|more| numbers(rows * width, seed ^ more));
        let [scale, shift] = [3, 4].map(|more| numbers(width, seed ^ more));
        let mut kept = norm::Normed::default();
        let mut run = |input: &[f32], scale: &[f32], shift: &[f32]| {
            let mut values = input.to_vec();
            norm::forward(arch, &mut values, (scale, shift), 1e-5, &mut kept);
            along(&values, &wanted)
        };
        let (mut of_scale, mut of_shift, mut of_input) = (vec![0.0; width], vec![0.0; width], wanted.clone());
        run(&input, &scale, &shift);
        let mut own = norm::Normed::default();
        norm::forward(arch, &mut input.clone(), (&scale, &shift), 1e-5, &mut own);
        norm::backward(arch, &mut of_input, &own, &scale, (&mut of_scale, &mut of_shift));
        agrees("input", &input, &of_input, |x| run(x, &scale, &shift))?;
        agrees("scale", &scale, &of_scale, |x| run(&input, x, &shift))?;
        agrees("shift", &shift, &of_shift, |x| run(&input, &scale, x))?;
    }

    #[test]
    fn of_activations(kind in activations(), count in 1..80_usize, seed in any::<u64>()) {
        let arch = Arch::new();
        let input: Vec<f32> = apart(count, seed).iter().map(|x| x * 8.0).collect();
        let wanted = numbers(count, seed ^ 1);
        let mut out = Vec::new();
        activation::forward(arch, kind, &input, &mut out);
        let mut gradient = wanted.clone();
        activation::backward(arch, kind, &input, &mut gradient);
        agrees("input", &input, &gradient, |x| {
            activation::forward(arch, kind, x, &mut out);
            along(&out, &wanted)
        })?;
    }

    #[test]
    fn of_attention(tokens in 1..20_usize, heads in 1..4_usize, width in 1..20_usize, seed in any::<u64>()) {
        let (arch, hidden) = (Arch::new(), heads * width);
        let (projected, wanted) = (numbers(tokens * 3 * hidden, seed), numbers(tokens * hidden, seed ^ 1));
        let run = |projected: &[f32], weights: &mut [f32]| {
            let mut mixed = vec![0.0; tokens * hidden];
            let rows = Rows::whole(projected, 3 * hidden);
            attention::forward(arch, rows, heads, (weights, &mut mixed), &mut Scratch::default());
            along(&mixed, &wanted)
        };
        let mut weights = vec![0.0; heads * tokens * tokens];
        run(&projected, &mut weights);
        let (mut gradient, kept) = (vec![0.0; projected.len()], attention::Kept { projected: Rows::whole(&projected, 3 * hidden), weights: &weights });
        attention::backward(arch, kept, heads, (&wanted, &mut gradient), (&mut Vec::new(), &mut Scratch::default()));
        agrees("queries, keys and values", &projected, &gradient, |x| run(x, &mut weights.clone()))?;
    }

    #[test]
    fn of_poolings_and_heads(pooling in poolings(), rows in 1..9_usize, width in 2..40_usize, labels in 2..9_usize, seed in any::<u64>()) {
        let arch = Arch::new();
        let (mut states, weight, bias) = (apart(rows * width, seed), numbers(labels * width, seed ^ 1), numbers(labels, seed ^ 2));
        // a vector near zero turns too fast to measure
        states.iter_mut().step_by(width).for_each(|x| *x += 2.0);
        // scores of opposite vectors are far apart; the curve would be too sharp to measure
        let weight: Vec<f32> = weight.iter().map(|x| x * 0.1).collect();
        let label = (seed % labels as u64) as u32;
        let run = |states: &[f32], weight: &[f32], bias: &[f32]| {
            let (mut vector, mut scores) = (vec![0.0; width], Vec::new());
            pooling::forward(pooling, states, &mut vector);
            let factor = pooling::unit(&mut vector);
            head::scores(&vector, (weight, bias), &mut scores);
            let judged = head::loss(arch, &mut scores, label, 0.5);
            (0.5 * f64::from(judged.loss), vector, factor, scores)
        };
        let (_, vector, factor, scores) = run(&states, &weight, &bias);
        let (mut of_weight, mut of_bias, mut of_vector) = (vec![0.0; weight.len()], vec![0.0; labels], vec![0.0; width]);
        head::backward(&scores, &vector, &weight, (&mut of_weight, &mut of_bias), &mut of_vector);
        pooling::unit_backward(&vector, factor, &mut of_vector);
        let mut of_states = vec![7.0; states.len()];
        pooling::backward(pooling, &states, &of_vector, &mut of_states);
        agrees("states", &states, &of_states, |x| run(x, &weight, &bias).0)?;
        agrees("weight", &weight, &of_weight, |x| run(&states, x, &bias).0)?;
        agrees("bias", &bias, &of_bias, |x| run(&states, &weight, x).0)?;
    }
}

/// A small network with weights, texts and labels of its own.
#[derive(Debug, Clone)]
struct Whole {
    shape: Shape,
    words: usize,
    texts: Vec<Vec<u32>>,
    seed: u64,
    dropout: f32,
}

const LABELS: usize = 3;

fn wholes() -> impl Strategy<Value = Whole> {
    let sizes = (1..3_usize, 1..4_usize, 2..5_usize, 1..10_usize, 3..7_usize);
    let texts = prop::collection::vec(prop::collection::vec(0..3_u32, 1..6), 1..5);
    let dropout = prop_oneof![Just(0.0_f32), Just(0.3)];
    // without edges; these are proven one by one above
    let smooth = prop_oneof![Just(Activation::Gelu), Just(Activation::GeluTanh)];
    let pooling = prop_oneof![Just(Pooling::Mean), Just(Pooling::First)];
    (sizes, texts, smooth, pooling, any::<u64>(), dropout).prop_map(|(sizes, texts, activation, pooling, seed, dropout)| {
        let (layers, heads, width, intermediate, words) = sizes;
        let shape = Shape {
            layers,
            hidden: 2 * heads * width,
            heads,
            intermediate,
            vocabulary: words,
            positions: 6,
            first_position: 0,
            kinds: 1,
            epsilon: 1e-3,
            activation,
            pooling,
            normalised: true,
            tokens_max: 6,
        };
        Whole { shape, words, texts, seed, dropout }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_the_whole_network(whole in wholes()) {
        let arch = Arch::new();
        let plan = Plan::new(&whole.shape, (whole.words, 5), LABELS);
        let values = begin(&whole, &plan);
        let texts: Vec<&[u32]> = whole.texts.iter().map(Vec::as_slice).collect();
        let labels: Vec<u32> = (0..texts.len()).map(|at| (at % LABELS) as u32).collect();
        let dropout = Dropout { rate: whole.dropout, key: whole.seed };
        let share = Share { texts: &texts, labels: &labels, weight: 1.0 / texts.len() as f32, dropout };
        let (mut packed, mut work) = (Packed::default(), Work::default());
        let mut run = |values: &[f32], gradients: &mut [f32]| {
            packed.pack(arch, &plan, values, 1);
            let network = Network { arch, shape: &whole.shape, plan: &plan, values, packed: &packed };
            learn(network, share, &mut work, gradients).loss / texts.len() as f64
        };
        let (mut gradients, mut unused) = (vec![0.0; plan.total], vec![0.0; plan.total]);
        run(&values, &mut gradients);
        agrees("weights", &values, &gradients, |x| run(x, &mut unused))?;
    }
}

/// Norms near what they are in models, everything else small.
fn begin(whole: &Whole, plan: &Plan) -> Vec<f32> {
    let mut values: Vec<f32> = numbers(plan.total, whole.seed).iter().map(|x| 0.5 * x).collect();
    let norms = plan.layers.iter().flat_map(|layer| [layer.attention_norm, layer.output_norm]).chain([plan.norm]);
    norms.for_each(|norm| norm.of_mut(&mut values).0.iter_mut().for_each(|scale| *scale += 1.0));
    plan.head.of_mut(&mut values).0.iter_mut().for_each(|x| *x *= 0.2);
    values
}
