//! Adam with decoupled weight decay over the long row of weights. All threads take pieces of it; what is summed is summed in the order
//! of pieces, so that the number of threads here changes nothing.

use super::plan::Plan;
use super::sums::{add_scaled, dot};
use pulp::Arch;
use std::thread;

const KEPT_FIRST: f32 = 0.9;
const KEPT_SECOND: f32 = 0.999;
const EPSILON: f32 = 1e-8;
const PIECE_MAX: usize = 1 << 16;

/// How far one step goes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub rate: f32,
    pub head_rate: f32,
    /// Share of a decaying weight that a step at rate 1 takes away.
    pub decay: f32,
    /// Longer gradients are shortened to this.
    pub length_max: f32,
}

/// Consecutive weights that are treated alike.
#[derive(Debug, Clone, Copy)]
struct Piece {
    len: usize,
    decays: bool,
    head: bool,
}

#[derive(Debug)]
pub struct Adam {
    arch: Arch,
    pieces: Vec<Piece>,
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
}

impl Adam {
    pub fn new(arch: Arch, plan: &Plan) -> Self {
        let mut borders: Vec<usize> = plan.decaying().into_iter().flat_map(|range| [range.start, range.end]).collect();
        borders.extend([plan.head.from, plan.total]);
        let (mut pieces, mut from) = (Vec::new(), 0);
        for border in borders {
            let decays = plan.decaying().iter().any(|range| range.contains(&from));
            while from < border {
                let len = (border - from).min(PIECE_MAX);
                pieces.push(Piece { len, decays, head: from >= plan.head.from });
                from += len;
            }
        }
        Self { arch, pieces, first: vec![0.0; plan.total], second: vec![0.0; plan.total], steps: 0 }
    }

    /// One step by the sum of all gradients, which ends up in the first. Returns the sum's length before it was shortened.
    pub fn step(&mut self, values: &mut [f32], gradients: &mut [Vec<f32>], pace: Pace, threads: usize) -> f32 {
        let Some((sum, others)) = gradients.split_first_mut() else { return 0.0 };
        let length = sum_up(self.arch, (&self.pieces, sum), others, threads);
        let shortened = if length > pace.length_max { pace.length_max / length } else { 1.0 };
        self.steps += 1;
        let corrections = [KEPT_FIRST, KEPT_SECOND].map(|kept| 1.0 / (1.0 - kept.powi(self.steps)));
        let state = cut(&self.pieces, &mut self.first).into_iter().zip(cut(&self.pieces, &mut self.second));
        let mut all: Vec<_> = cut(&self.pieces, values).into_iter().zip(cut(&self.pieces, sum)).zip(state).zip(&self.pieces).collect();
        let arch = self.arch;
        over_threads(threads, &mut all, |(((values, gradient), (first, second)), piece)| {
            let rate = if piece.head { pace.head_rate } else { pace.rate };
            let decay = if piece.decays { pace.decay } else { 0.0 };
            let update = Update { shortened, corrections, rate, decay };
            arch.dispatch(
                #[inline(always)]
                || update.apply(values, gradient, first, second),
            );
        });
        length
    }
}

struct Update {
    shortened: f32,
    corrections: [f32; 2],
    rate: f32,
    decay: f32,
}

impl Update {
    #[inline(always)]
    fn apply(&self, values: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        for (((x, g), m), v) in values.iter_mut().zip(gradient).zip(first).zip(second) {
            let g = g * self.shortened;
            *m = KEPT_FIRST * *m + (1.0 - KEPT_FIRST) * g;
            *v = KEPT_SECOND * *v + (1.0 - KEPT_SECOND) * g * g;
            let way = *m * self.corrections[0] / ((*v * self.corrections[1]).sqrt() + EPSILON);
            *x -= self.rate * (way + self.decay * *x);
        }
    }
}

/// Adds the other threads' gradients; the length of the sum.
fn sum_up(arch: Arch, (pieces, sum): (&[Piece], &mut [f32]), others: &[Vec<f32>], threads: usize) -> f32 {
    let mut from = 0;
    let starts = pieces.iter().map(|piece| {
        from += piece.len;
        from - piece.len
    });
    let mut all: Vec<(&mut [f32], usize, f64)> = cut(pieces, sum).into_iter().zip(starts).map(|(own, from)| (own, from, 0.0)).collect();
    over_threads(threads, &mut all, |(own, from, square)| {
        arch.dispatch(
            #[inline(always)]
            || {
                for other in others {
                    add_scaled(own, 1.0, &other[*from..]);
                }
                *square = f64::from(dot(own, own));
            },
        );
    });
    all.iter().map(|(_, _, square)| square).sum::<f64>().sqrt() as f32
}

fn cut<'a>(pieces: &[Piece], mut values: &'a mut [f32]) -> Vec<&'a mut [f32]> {
    let mut parts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let (part, rest) = values.split_at_mut(piece.len);
        parts.push(part);
        values = rest;
    }
    parts
}

/// Consecutive shares of the work, one for each thread.
fn over_threads<T: Send>(threads: usize, all: &mut [T], work: impl Fn(&mut T) + Sync) {
    let share = all.len().div_ceil(threads.max(1)).max(1);
    thread::scope(|scope| {
        for some in all.chunks_mut(share) {
            scope.spawn(|| some.iter_mut().for_each(&work));
        }
    });
}
