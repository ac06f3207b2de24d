//! From token vectors to a text's vector at length 1, and back. An encoder that does not bring its vectors to length 1 is tuned by
//! their direction all the same.

use super::sums::{add_scaled, dot};
use crate::config::Pooling;

/// One vector from rows as wide as `vector`; before it is brought to length 1.
pub fn forward(pooling: Pooling, rows: &[f32], vector: &mut [f32]) {
    let width = vector.len();
    vector.copy_from_slice(&rows[..width]);
    for row in rows.chunks_exact(width).skip(1) {
        match pooling {
            Pooling::First => break,
            Pooling::Mean => add_scaled(vector, 1.0, row),
            Pooling::Max => vector.iter_mut().zip(row).for_each(|(most, x)| *most = most.max(*x)),
        }
    }
    if pooling == Pooling::Mean {
        let share = width as f32 / rows.len() as f32;
        vector.iter_mut().for_each(|x| *x *= share);
    }
}

/// Writes the gradient of every row. The highest number of a column, the first of equals, gets all of it.
pub fn backward(pooling: Pooling, rows: &[f32], of_vector: &[f32], of_rows: &mut [f32]) {
    let width = of_vector.len();
    of_rows.fill(0.0);
    match pooling {
        Pooling::First => of_rows[..width].copy_from_slice(of_vector),
        Pooling::Mean => {
            let share = width as f32 / rows.len() as f32;
            of_rows.chunks_exact_mut(width).for_each(|row| add_scaled(row, share, of_vector));
        }
        Pooling::Max => {
            for (column, gradient) in of_vector.iter().enumerate() {
                let mut highest = column;
                for at in (column..rows.len()).step_by(width) {
                    if rows[at] > rows[highest] {
                        highest = at;
                    }
                }
                of_rows[highest] = *gradient;
            }
        }
    }
}

/// Brings a vector to length 1; returns one over the length it had.
pub fn unit(vector: &mut [f32]) -> f32 {
    let factor = 1.0 / dot(vector, vector).sqrt().max(1e-12);
    vector.iter_mut().for_each(|x| *x *= factor);
    factor
}

/// From the gradient of the vector at length 1 to that of the vector before.
pub fn unit_backward(unit: &[f32], factor: f32, gradient: &mut [f32]) {
    let along = dot(unit, gradient);
    for (x, u) in gradient.iter_mut().zip(unit) {
        *x = factor * (*x - along * u);
    }
}
