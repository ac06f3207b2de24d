//! Threads as sets: mails that name each other, directly or through mails that are missing. Subjects play no part.

use super::Entry;
use std::collections::HashMap;

/// The threads in order of their first mail; within one, mails in the order of the list.
pub fn partition(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut sets = Sets { above: (0..entries.len()).collect() };
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (mail, entry) in entries.iter().enumerate() {
        for id in entry.message_id.iter().chain(&entry.references).chain(&entry.in_reply_to) {
            match by_id.get(id.as_str()) {
                Some(known) => sets.join(*known, mail),
                None => {
                    by_id.insert(id, mail);
                }
            }
        }
    }
    let mut threads: Vec<Vec<usize>> = Vec::new();
    let mut place: HashMap<usize, usize> = HashMap::new();
    for mail in 0..entries.len() {
        let set = sets.of(mail);
        let at = *place.entry(set).or_insert(threads.len());
        if at == threads.len() {
            threads.push(Vec::new());
        }
        threads[at].push(mail);
    }
    threads
}

/// Union-find with halved paths.
struct Sets {
    above: Vec<usize>,
}

impl Sets {
    fn of(&mut self, mut at: usize) -> usize {
        while self.above[at] != at {
            self.above[at] = self.above[self.above[at]];
            at = self.above[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        // The earlier mail leads, so that the result does not depend on the order of joins.
        self.above[one.max(other)] = one.min(other);
    }
}
