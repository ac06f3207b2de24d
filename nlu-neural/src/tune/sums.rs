//! Sums in sixteen lanes, so that they run in registers of any width and give the same number on each.

const LANES: usize = 16;

#[inline(always)]
pub fn total(values: &[f32]) -> f32 {
    let (lines, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for line in lines {
        for (sum, x) in sums.iter_mut().zip(line) {
            *sum += x;
        }
    }
    sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

#[inline(always)]
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    let ((lines, rest), (others, other_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (line, other) in lines.iter().zip(others) {
        for ((sum, x), y) in sums.iter_mut().zip(line).zip(other) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest.iter().zip(other_rest).map(|(x, y)| x * y).sum::<f32>()
}

/// `values += factor · more`
#[inline(always)]
pub fn add_scaled(values: &mut [f32], factor: f32, more: &[f32]) {
    for (x, y) in values.iter_mut().zip(more) {
        *x += factor * y;
    }
}
