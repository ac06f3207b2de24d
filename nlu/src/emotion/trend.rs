//! Where a conversation's mood is heading: a pure function of the moods so far.

use super::reading::Mood;
use crate::understanding::Emotion;
use serde::{Deserialize, Serialize};

/// Weight of the newest turn in the running level; older turns fade by the rest.
const NEWEST: f32 = 0.5;
/// A change of level smaller than this is none.
const CHANGE_MIN: f32 = 0.15;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Getting worse.
    Souring,
    Steady,
    /// Getting better.
    Easing,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub direction: Direction,
    /// How unhappy the customer is by now, −1 delighted to 1 furious, recent turns weighing most.
    pub level: f32,
    /// The worst single turn so far, on the same scale.
    pub worst: f32,
    /// Unhappy turns in a row, up to the last.
    pub unhappy_turns: u32,
}

/// The trend over a customer's turns, oldest first. Compares the level after the last turn with the level before the last two.
pub fn trend(moods: &[Mood]) -> Trend {
    let mut levels = vec![0.0f32];
    let (mut worst, mut unhappy_turns) = (0.0f32, 0);
    for mood in moods {
        let now = unhappiness(mood);
        let before = levels[levels.len() - 1];
        // The first turn is all there is: nothing to smooth it with.
        levels.push(if levels.len() == 1 { now } else { NEWEST * now + (1.0 - NEWEST) * before });
        worst = worst.max(now);
        unhappy_turns = if now > CHANGE_MIN { unhappy_turns + 1 } else { 0 };
    }
    let level = levels[levels.len() - 1];
    let reference = levels[levels.len().saturating_sub(3).max(1).min(levels.len() - 1)];
    let direction = match level - reference {
        change if change > CHANGE_MIN => Direction::Souring,
        change if change < -CHANGE_MIN => Direction::Easing,
        _ => Direction::Steady,
    };
    Trend { direction, level, worst, unhappy_turns }
}

fn unhappiness(mood: &Mood) -> f32 {
    let weight = match mood.emotion {
        Emotion::Anger => 1.0,
        Emotion::Disappointment => 0.7,
        Emotion::Anxiety => 0.6,
        Emotion::Neutral => 0.0,
        Emotion::Joy => -1.0,
    };
    weight * mood.intensity
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moods(turns: &[(Emotion, f32)]) -> Vec<Mood> {
        turns.iter().map(|(emotion, intensity)| Mood { emotion: *emotion, intensity: *intensity, ..Mood::default() }).collect()
    }

    #[test]
    fn souring_easing_and_steady() {
        use Emotion::{Anger, Anxiety, Joy, Neutral};
        for (turns, direction, unhappy) in [
            (&[][..], Direction::Steady, 0),
            (&[(Anger, 0.9)], Direction::Steady, 1),
            (&[(Neutral, 0.0), (Anger, 0.8)], Direction::Souring, 1),
            (&[(Neutral, 0.0), (Anxiety, 0.5), (Anger, 0.6), (Anger, 0.9)], Direction::Souring, 3),
            (&[(Anger, 0.9), (Neutral, 0.0)], Direction::Easing, 0),
            (&[(Anger, 0.9), (Anger, 0.8), (Neutral, 0.0), (Joy, 0.6)], Direction::Easing, 0),
            (&[(Anger, 0.7), (Anger, 0.7), (Anger, 0.7)], Direction::Steady, 3),
        ] {
            let trend = trend(&moods(turns));
            assert_eq!((trend.direction, trend.unhappy_turns), (direction, unhappy), "{turns:?} {trend:?}");
        }
    }

    #[test]
    fn old_turns_fade() {
        let calm = trend(&moods(&[(Emotion::Anger, 1.0), (Emotion::Neutral, 0.0), (Emotion::Neutral, 0.0), (Emotion::Neutral, 0.0)]));
        assert!(calm.level < 0.2 && calm.worst == 1.0, "{calm:?}");
    }
}
