//! Which of several wordings is said: it follows from the step's name, so that a repetition says the same, and it is not the one that
//! was said last. Pure; used by conversations and by the simulator.

use crate::hash;

/// Of `count` wordings one, counted from nothing.
pub fn pick(key: &str, count: usize, last: Option<usize>) -> usize {
    let count = count.max(1);
    let half = hash::half(&key);
    let number = u64::from_be_bytes([half[0], half[1], half[2], half[3], half[4], half[5], half[6], half[7]]);
    let n = usize::try_from(number % count as u64).unwrap_or(0);
    if last == Some(n) { (n + 1) % count } else { n }
}

#[cfg(test)]
mod tests {
    use super::pick;

    #[test]
    fn a_wording_follows_from_its_step_and_is_not_the_last_one() {
        let keys: Vec<String> = (0..200).map(|n| format!("run_{n}/hello/-")).collect();
        let mut last = None;
        let mut said = [0; 3];
        for key in &keys {
            let n = pick(key, 3, last);
            assert_eq!(n, pick(key, 3, last));
            assert_ne!(Some(n), last);
            said[n] += 1;
            last = Some(n);
        }
        assert!(said.iter().all(|times| *times > 30), "{said:?}");
        assert_eq!((pick("a", 1, Some(0)), pick("a", 0, None)), (0, 0));
    }
}
