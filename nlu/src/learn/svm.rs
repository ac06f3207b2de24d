//! Linear large-margin learning: one machine per class against the rest, squared hinge loss, dual coordinate descent with shrinking
//! (Hsieh et al. 2008, the method of liblinear). Classes are learnt beside each other in threads and do not depend on how many.

use super::linear::Weights;
use super::rng::Rng;
use super::rows::{Row, Rows};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SvmOptions {
    /// How much an error costs against large weights, for rows of length 1.
    pub c: f32,
    /// 0 counts every example alike, 1 every class alike, between is between.
    pub balance: f32,
    /// Stops when no example violates its condition by more than this.
    pub tolerance: f32,
    pub epochs_max: usize,
    /// Each class meets at most this many examples of the others, drawn by chance; all of its own.
    pub others_max: usize,
    pub seed: u64,
    pub threads: usize,
}

impl Default for SvmOptions {
    fn default() -> Self {
        Self { c: 1.0, balance: 0.0, tolerance: 0.1, epochs_max: 60, others_max: 20_000, seed: 1, threads: 2 }
    }
}

/// Learns `classes` machines. `labels[i]` is the class of row `i`, below `classes`; there must be a label for each row.
/// Two classes need only one machine: the second is its negative.
pub fn train(rows: &Rows, labels: &[u32], classes: usize, options: &SvmOptions) -> Weights {
    let problem = Problem::new(rows, labels, classes, options);
    let machines: Vec<usize> = if classes == 2 { vec![1] } else { (0..classes).collect() };
    let threads = options.threads.clamp(1, machines.len().max(1));
    let mut learnt: Vec<(usize, Vec<f32>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|t| {
                let (problem, mine) = (&problem, machines.iter().copied().skip(t).step_by(threads));
                scope.spawn(move || mine.map(|class| (class, problem.learn(class as u32))).collect::<Vec<_>>())
            })
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect()
    });
    learnt.sort_unstable_by_key(|(class, _)| *class);
    let mut classes_of: Vec<Vec<f32>> = learnt.into_iter().map(|(_, w)| w).collect();
    if classes == 2
        && let Some(one) = classes_of.first()
    {
        classes_of.insert(0, one.iter().map(|w| -w).collect());
    }
    Weights { sparse_width: rows.sparse_width(), dense_width: rows.dense_width(), classes: classes_of }
}

struct Problem<'a> {
    rows: &'a Rows,
    labels: &'a [u32],
    options: &'a SvmOptions,
    /// Squared length of each row with the constant column.
    squares: Vec<f32>,
    /// 1 / (2 C) of each example's class.
    softness: Vec<f32>,
}

impl<'a> Problem<'a> {
    fn new(rows: &'a Rows, labels: &'a [u32], classes: usize, options: &'a SvmOptions) -> Self {
        let mut counts = vec![0usize; classes];
        labels.iter().for_each(|l| counts[*l as usize] += 1);
        let fair = labels.len() as f32 / classes.max(1) as f32;
        let weight = |class: u32| (fair / counts[class as usize].max(1) as f32).powf(options.balance);
        Self {
            rows,
            labels,
            options,
            squares: (0..rows.len()).map(|i| square(rows.row(i)) + 1.0).collect(),
            softness: labels.iter().map(|l| 0.5 / (options.c * weight(*l))).collect(),
        }
    }

    /// The weights of one class: sparse columns, dense columns, constant.
    fn learn(&self, class: u32) -> Vec<f32> {
        let mut w = vec![0.0f32; self.rows.sparse_width() + self.rows.dense_width() + 1];
        let mut alpha = vec![0.0f32; self.rows.len()];
        let mut rng = Rng::new(self.options.seed ^ u64::from(class).wrapping_mul(0x9E37_79B9));
        let all = self.met(class, &mut rng);
        let mut active = all.clone();
        let mut bound = f32::INFINITY;
        for _ in 0..self.options.epochs_max {
            rng.shuffle(&mut active);
            let (worst_up, worst_down) = self.epoch(class, &mut active, bound, &mut w, &mut alpha);
            if worst_up - worst_down <= self.options.tolerance {
                if active.len() == all.len() {
                    break;
                }
                // Converged on what was left: look at everything once more.
                active.clone_from(&all);
                bound = f32::INFINITY;
            } else {
                bound = if worst_up <= 0.0 { f32::INFINITY } else { worst_up };
            }
        }
        w
    }

    /// The examples a class learns from.
    fn met(&self, class: u32, rng: &mut Rng) -> Vec<u32> {
        let share = self.options.others_max as f64 / self.rows.len().max(1) as f64;
        let meets = |i: &u32| share >= 1.0 || self.labels[*i as usize] == class || rng.unit() < share;
        (0..self.rows.len() as u32).filter(meets).collect()
    }

    /// One pass over the active examples; drops those that are safely beyond the margin. The largest and smallest projected gradient.
    fn epoch(&self, class: u32, active: &mut Vec<u32>, bound: f32, w: &mut [f32], alpha: &mut [f32]) -> (f32, f32) {
        let (mut worst_up, mut worst_down) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut kept = 0;
        for at in 0..active.len() {
            let i = active[at] as usize;
            let row = self.rows.row(i);
            let y = if self.labels[i] == class { 1.0 } else { -1.0 };
            let gradient = y * margin(w, row, self.rows.sparse_width()) - 1.0 + alpha[i] * self.softness[i];
            if alpha[i] == 0.0 && gradient > bound {
                continue;
            }
            active[kept] = i as u32;
            kept += 1;
            let projected = if alpha[i] == 0.0 { gradient.min(0.0) } else { gradient };
            worst_up = worst_up.max(projected);
            worst_down = worst_down.min(projected);
            if projected.abs() > 1e-12 {
                let before = alpha[i];
                alpha[i] = (before - gradient / (self.squares[i] + self.softness[i])).max(0.0);
                shift(w, row, (alpha[i] - before) * y, self.rows.sparse_width());
            }
        }
        active.truncate(kept);
        (worst_up, worst_down)
    }
}

fn square(row: Row<'_>) -> f32 {
    row.values.iter().chain(row.dense).map(|v| v * v).sum()
}

fn margin(w: &[f32], row: Row<'_>, sparse_width: usize) -> f32 {
    let sparse: f32 = row.columns.iter().zip(row.values).map(|(c, v)| w[*c as usize] * v).sum();
    let dense = if row.dense.is_empty() { 0.0 } else { dot(&w[sparse_width..w.len() - 1], row.dense) };
    sparse + dense + w[w.len() - 1]
}

fn shift(w: &mut [f32], row: Row<'_>, by: f32, sparse_width: usize) {
    for (column, value) in row.columns.iter().zip(row.values) {
        w[*column as usize] += by * value;
    }
    for (weight, value) in w[sparse_width..].iter_mut().zip(row.dense) {
        *weight += by * value;
    }
    let last = w.len() - 1;
    w[last] += by;
}

/// A dot product in eight lanes, which the compiler can keep in vector registers.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for (x, y) in a8.iter().zip(b8) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}
