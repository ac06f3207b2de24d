//! From scores to probabilities that can be believed: a temperature for several classes, Platt's sigmoid for yes or no. Fit them on
//! held-out scores only (cross-validation), never on the scores of the examples a model was trained on.

/// Probabilities of exclusive classes: softmax of `scale` times the scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    pub scale: f32,
}

impl Temperature {
    /// The scale under which the held-out labels are likeliest, between 0.05 and 50. 1 when there is nothing to fit on.
    pub fn fit(scores: &[Vec<f32>], labels: &[u32]) -> Self {
        if scores.is_empty() {
            return Self { scale: 1.0 };
        }
        let loss = |log_scale: f32| -> f64 {
            let t = Self { scale: log_scale.exp() };
            scores.iter().zip(labels).map(|(s, l)| -f64::from(t.apply(s)[*l as usize].max(1e-9)).ln()).sum()
        };
        Self { scale: golden(0.05f32.ln(), 50f32.ln(), loss).exp() }
    }

    pub fn apply(&self, scores: &[f32]) -> Vec<f32> {
        let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut p: Vec<f32> = scores.iter().map(|s| ((s - top) * self.scale).exp()).collect();
        let sum: f32 = p.iter().sum();
        p.iter_mut().for_each(|v| *v /= sum.max(f32::MIN_POSITIVE));
        p
    }
}

/// The minimum of a function with one valley, to 1 % of the scale.
fn golden(mut low: f32, mut high: f32, loss: impl Fn(f32) -> f64) -> f32 {
    const RATIO: f32 = 0.618_034;
    let (mut a, mut b) = (high - RATIO * (high - low), low + RATIO * (high - low));
    let (mut at_a, mut at_b) = (loss(a), loss(b));
    while high - low > 0.01 {
        if at_a < at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - RATIO * (high - low);
            at_a = loss(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + RATIO * (high - low);
            at_b = loss(b);
        }
    }
    (low + high) / 2.0
}

/// The probability of yes: `1 / (1 + exp(-(slope × score + offset)))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Platt {
    pub slope: f32,
    pub offset: f32,
}

impl Platt {
    /// Fit by Newton's method with the smoothed targets of Platt (1999). With only one answer present it gives that answer's share.
    pub fn fit(scores: &[f32], yes: &[bool]) -> Self {
        let (ups, downs) = (yes.iter().filter(|y| **y).count() as f64, yes.iter().filter(|y| !**y).count() as f64);
        let (high, low) = ((ups + 1.0) / (ups + 2.0), 1.0 / (downs + 2.0));
        let (mut slope, mut offset) = (0.0f64, ((ups + 1.0) / (downs + 1.0)).ln());
        for _ in 0..50 {
            let (mut g, mut h) = ([0.0f64; 2], [[1e-6f64, 0.0], [0.0, 1e-6]]);
            for (score, yes) in scores.iter().zip(yes) {
                let x = f64::from(*score);
                let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
                let (error, weight) = (p - if *yes { high } else { low }, (p * (1.0 - p)).max(1e-9));
                g = [g[0] + error * x, g[1] + error];
                h[0][0] += weight * x * x;
                h[0][1] += weight * x;
                h[1][1] += weight;
            }
            let det = h[0][0] * h[1][1] - h[0][1] * h[0][1];
            if det.abs() < 1e-12 {
                break;
            }
            let step = [(h[1][1] * g[0] - h[0][1] * g[1]) / det, (h[0][0] * g[1] - h[0][1] * g[0]) / det];
            // A step too far would leave the region where the curve is informative.
            let shrink = 1.0f64.min(20.0 / (step[0].abs() + step[1].abs()).max(1e-12));
            (slope, offset) = (slope - shrink * step[0], offset - shrink * step[1]);
            if step[0].abs() + step[1].abs() < 1e-7 {
                break;
            }
        }
        Self { slope: slope as f32, offset: offset as f32 }
    }

    pub fn apply(&self, score: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * score + self.offset)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temperature_makes_overconfident_scores_honest() {
        // Scores that differ by 10 are right only three times in four.
        let scores: Vec<Vec<f32>> = (0..400).map(|i| if i % 2 == 0 { vec![10.0, 0.0] } else { vec![0.0, 10.0] }).collect();
        let labels: Vec<u32> = (0..400).map(|i| if i % 4 < 3 { i % 2 } else { (i + 1) % 2 }).collect();
        let p = Temperature::fit(&scores, &labels).apply(&[10.0, 0.0]);
        assert!((p[0] - 0.75).abs() < 0.02, "{p:?}");
    }

    #[test]
    fn platt_finds_the_shares_on_both_sides() {
        let scores: Vec<f32> = (0..200).map(|i| if i < 100 { -1.0 } else { 1.0 }).collect();
        let yes: Vec<bool> = (0..200).map(|i| if i < 100 { i % 10 == 0 } else { i % 10 != 0 }).collect();
        let platt = Platt::fit(&scores, &yes);
        assert!((platt.apply(-1.0) - 0.1).abs() < 0.02 && (platt.apply(1.0) - 0.9).abs() < 0.02, "{platt:?}");
    }
}
