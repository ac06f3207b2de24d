//! How good predictions are: accuracy, per-class precision, recall and F1, confusion, AUROC, calibration error. Functions of labels and
//! scores; they neither train nor predict.

/// What a learner is to do well in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Accuracy,
    /// Rare classes count as much as common ones.
    MacroF1,
}

impl Target {
    pub fn of(self, confusion: &Confusion) -> f32 {
        match self {
            Target::Accuracy => confusion.accuracy(),
            Target::MacroF1 => confusion.macro_f1(),
        }
    }
}

/// Counts of true class (row) against predicted class (column); the last column counts answers withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u32>,
}

/// One class's quality, each in [0, 1]; a ratio of nothing to nothing is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassQuality {
    pub precision: f32,
    pub recall: f32,
    pub f1: f32,
    /// Examples that truly are of this class.
    pub support: u32,
}

impl Confusion {
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * (classes + 1)] }
    }

    /// Counts one prediction; `None` is an answer withheld. Classes out of range are not counted.
    pub fn add(&mut self, truth: u32, predicted: Option<u32>) {
        let column = predicted.map_or(self.classes, |p| p as usize);
        if (truth as usize) < self.classes && column <= self.classes {
            self.counts[truth as usize * (self.classes + 1) + column] += 1;
        }
    }

    pub fn count(&self, truth: usize, predicted: usize) -> u32 {
        self.counts[truth * (self.classes + 1) + predicted]
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Share of all examples answered rightly; a withheld answer is not right.
    pub fn accuracy(&self) -> f32 {
        let right: u32 = (0..self.classes).map(|k| self.count(k, k)).sum();
        ratio(right, self.counts.iter().sum())
    }

    pub fn quality(&self, class: usize) -> ClassQuality {
        let right = self.count(class, class);
        let support = (0..=self.classes).map(|p| self.count(class, p)).sum();
        let predicted = (0..self.classes).map(|t| self.count(t, class)).sum();
        let f1 = ratio(2 * right, support + predicted);
        ClassQuality { precision: ratio(right, predicted), recall: ratio(right, support), f1, support }
    }

    /// Mean F1 over the classes that occur, as truth or as prediction.
    pub fn macro_f1(&self) -> f32 {
        let used = (0..self.classes).map(|k| (self.quality(k), (0..self.classes).any(|t| self.count(t, k) > 0)));
        let f1: Vec<f32> = used.filter(|(q, predicted)| q.support > 0 || *predicted).map(|(q, _)| q.f1).collect();
        f1.iter().sum::<f32>() / f1.len().max(1) as f32
    }

    /// The pairs most often mistaken, as (truth, predicted, count), most first.
    pub fn mistakes(&self, limit: usize) -> Vec<(usize, usize, u32)> {
        let pairs = (0..self.classes).flat_map(|t| (0..self.classes).map(move |p| (t, p)));
        let mut pairs: Vec<_> = pairs.filter(|(t, p)| t != p).map(|(t, p)| (t, p, self.count(t, p))).filter(|(.., n)| *n > 0).collect();
        pairs.sort_by_key(|(t, p, n)| (std::cmp::Reverse(*n), *t, *p));
        pairs.truncate(limit);
        pairs
    }
}

fn ratio(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

/// Probability that a random yes scores above a random no; ties count half. 0.5 when one of them is missing.
pub fn auroc(scores: &[f32], yes: &[bool]) -> f32 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut below, mut sum, mut at) = (0.0f64, 0.0f64, 0);
    while at < order.len() {
        let end = order[at..].iter().take_while(|i| scores[**i] == scores[order[at]]).count() + at;
        let ups = order[at..end].iter().filter(|i| yes[**i]).count() as f64;
        let downs = (end - at) as f64 - ups;
        sum += ups * (below + downs / 2.0);
        below += downs;
        at = end;
    }
    let ups = yes.iter().filter(|y| **y).count() as f64;
    if ups == 0.0 || below == 0.0 { 0.5 } else { (sum / (ups * below)) as f32 }
}

/// Expected calibration error with 15 bins of equal width: how far stated probability and share of right answers are apart.
pub fn calibration_error(probabilities: &[f32], right: &[bool]) -> f32 {
    let mut bins = [(0.0f32, 0.0f32, 0.0f32); 15];
    for (p, right) in probabilities.iter().zip(right) {
        let bin = &mut bins[((p * 15.0) as usize).min(14)];
        *bin = (bin.0 + 1.0, bin.1 + p, bin.2 + f32::from(u8::from(*right)));
    }
    bins.iter().map(|(_, p, right)| (p - right).abs()).sum::<f32>() / probabilities.len().max(1) as f32
}

/// The `share` quantile (0 to 1) of numbers, by the nearest rank; 0 of none.
pub fn quantile(values: &[f32], share: f32) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = ((sorted.len() as f32 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_by_hand() {
        let mut c = Confusion::new(3);
        for (truth, predicted) in [(0, Some(0)), (0, Some(1)), (1, Some(1)), (1, None)] {
            c.add(truth, predicted);
        }
        assert_eq!(c.accuracy(), 0.5);
        assert_eq!(c.quality(0), ClassQuality { precision: 1.0, recall: 0.5, f1: 2.0 / 3.0, support: 2 });
        assert_eq!(c.quality(1).f1, 0.5);
        assert!((c.macro_f1() - (2.0 / 3.0 + 0.5) / 2.0).abs() < 1e-6, "the class that never occurs does not count");
        assert_eq!(c.mistakes(9), [(0, 1, 1)]);
    }

    #[test]
    fn auroc_by_hand() {
        assert_eq!(auroc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]), 0.75);
        assert_eq!(auroc(&[1.0, 1.0], &[true, false]), 0.5);
        assert_eq!(auroc(&[1.0], &[true]), 0.5);
    }

    #[test]
    fn calibration_error_by_hand() {
        assert!((calibration_error(&[0.9; 10], &[true; 10]) - 0.1).abs() < 1e-6);
        assert_eq!(calibration_error(&[], &[]), 0.0);
    }
}
