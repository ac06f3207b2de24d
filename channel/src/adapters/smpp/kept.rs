//! What a session must still know after its connection, or its process, is gone: parts of messages that are not whole yet, and what came
//! of which nobody knows whether our acknowledgement arrived. SMPP gives a message no name, so the same again is told by its content: a
//! message centre repeats only what it was not answered, and that it has read our answer is proved by its answer to an `enquire_link`
//! that we sent behind it. From then on the same words are the customer's, said once more.

use super::header::Place;
use crate::crypt;
use qn_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// The rest of a long message is waited for this long.
pub const PART_WAIT_MS: i64 = 10 * 60_000;
/// What came on a connection that broke may be repeated this long: more than message centres try.
pub const REPEATED_MS: i64 = 24 * 60 * 60_000;
const SEEN_MAX: usize = 2_000;
const PARTS_MAX: usize = 500;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(default)]
    seen: Vec<Seen>,
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    print: String,
    at: Timestamp,
    /// Answered on this connection.
    #[serde(skip)]
    is_here: bool,
    /// The `enquire_link` behind our answer.
    #[serde(skip)]
    link: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub from: String,
    pub to: String,
    pub place: Place,
    pub data_coding: u8,
    /// Hex.
    pub data: String,
    pub at: Timestamp,
}

/// A message whose parts are there, or as many as came.
#[derive(Debug, PartialEq, Eq)]
pub struct Whole {
    pub id: String,
    pub from: String,
    pub data_coding: u8,
    /// More than one where something between them is missing.
    pub runs: Vec<Vec<u8>>,
}

impl Kept {
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether this came before and may be a repetition; either way it is known now.
    pub fn is_repeated(&mut self, print: &str, now: Timestamp) -> bool {
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.print == print) {
            (seen.is_here, seen.link) = (true, None);
            return true;
        }
        if self.seen.len() >= SEEN_MAX {
            self.seen.remove(0);
        }
        self.seen.push(Seen { print: print.to_owned(), at: now, is_here: true, link: None });
        false
    }

    pub fn has_unproved(&self) -> bool {
        self.seen.iter().any(|seen| seen.is_here && seen.link.is_none())
    }

    /// An `enquire_link` leaves behind all answers so far.
    pub fn ask(&mut self, link: u32) {
        for seen in self.seen.iter_mut().filter(|seen| seen.is_here && seen.link.is_none()) {
            seen.link = Some(link);
        }
    }

    /// It was answered: what stood before it is known to have arrived. Whether that changed anything.
    pub fn prove(&mut self, link: u32) -> bool {
        let before = self.seen.len();
        self.seen.retain(|seen| seen.link != Some(link));
        self.seen.len() != before
    }

    pub fn forget(&mut self, now: Timestamp) -> bool {
        let before = self.seen.len();
        self.seen.retain(|seen| now - seen.at < REPEATED_MS);
        self.seen.len() != before
    }

    /// Adds a part: the whole message with its last one, and what had to make room.
    pub fn add(&mut self, part: Part) -> Vec<Whole> {
        let mut wholes = Vec::new();
        if let Some(known) = self.parts.iter().find(|known| is_same(known, &part) && known.place.number == part.place.number) {
            if known.data == part.data {
                return wholes;
            }
            // The sender's counter began anew: this is another message.
            let old = known.clone();
            wholes.extend(self.take_out(&old));
        }
        if self.parts.len() >= PARTS_MAX
            && let Some(oldest) = self.parts.first().cloned()
        {
            wholes.extend(self.take_out(&oldest));
        }
        let total = usize::from(part.place.total);
        self.parts.push(part.clone());
        if self.parts.iter().filter(|known| is_same(known, &part)).count() == total {
            wholes.extend(self.take_out(&part));
        }
        wholes
    }

    /// Messages whose rest does not come.
    pub fn give_up(&mut self, now: Timestamp) -> Vec<Whole> {
        let mut wholes = Vec::new();
        while let Some(late) = self.parts.iter().find(|part| now - part.at >= PART_WAIT_MS).cloned() {
            wholes.extend(self.take_out(&late));
        }
        wholes
    }

    fn take_out(&mut self, of: &Part) -> Option<Whole> {
        let (mut taken, rest): (Vec<Part>, Vec<Part>) = std::mem::take(&mut self.parts).into_iter().partition(|part| is_same(part, of));
        self.parts = rest;
        taken.sort_by_key(|part| part.place.number);
        let first = taken.first()?;
        let began = taken.iter().map(|part| part.at).min().unwrap_or_default();
        let id = name(&taken.iter().map(|part| part.data.as_bytes()).collect::<Vec<_>>(), began);
        let mut runs: Vec<Vec<u8>> = Vec::new();
        let mut last = 0;
        for part in &taken {
            let data = unhex(&part.data);
            match runs.last_mut() {
                Some(run) if part.place.number == last + 1 => run.extend(data),
                _ => runs.push(data),
            }
            last = part.place.number;
        }
        Some(Whole { id, from: first.from.clone(), data_coding: first.data_coding, runs })
    }
}

fn is_same(a: &Part, b: &Part) -> bool {
    (&a.from, &a.to, a.place.of, a.place.total) == (&b.from, &b.to, b.place.of, b.place.total)
}

/// A message's name in the journal.
pub fn name(data: &[&[u8]], at: Timestamp) -> String {
    format!("{}-{at}", &crypt::hex(&crypt::sha256(data))[..16])
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).filter_map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(of: u16, number: u8, total: u8, data: &[u8], at: Timestamp) -> Part {
        let place = Place { of, total, number };
        Part { from: "+1".into(), to: "106".into(), place, data_coding: 8, data: crypt::hex(data), at }
    }

    #[test]
    fn a_repetition_is_one_until_our_answer_is_proved() {
        let mut kept = Kept::default();
        assert!(!kept.is_repeated("a", 0));
        assert!(kept.is_repeated("a", 1), "the answer is on its way");
        kept.ask(7);
        assert!(!kept.has_unproved());
        assert!(kept.prove(7));
        assert!(!kept.is_repeated("a", 2), "said once more");
        let mut later = Kept::read(Some(&kept.write()));
        assert!(!later.has_unproved(), "nothing on this connection proves it");
        assert!(later.is_repeated("a", 3));
        assert!(later.forget(2 + REPEATED_MS));
    }

    #[test]
    fn parts_come_in_any_order_and_over_a_restart() {
        let mut kept = Kept::default();
        assert_eq!(kept.add(part(1, 2, 2, b"b", 5)), []);
        assert_eq!(kept.add(part(2, 1, 2, b"x", 6)), []);
        let mut kept = Kept::read(Some(&kept.write()));
        assert_eq!(kept.add(part(1, 2, 2, b"b", 7)), [], "twice");
        let wholes = kept.add(part(1, 1, 2, b"a", 8));
        assert_eq!(wholes.iter().map(|whole| whole.runs.clone()).collect::<Vec<_>>(), [vec![b"ab".to_vec()]]);
        assert_eq!(kept.give_up(6 + PART_WAIT_MS).len(), 1);
    }

    #[test]
    fn what_never_comes_leaves_a_gap() {
        let mut kept = Kept::default();
        for (number, data) in [(1, b"a"), (2, b"b"), (4, b"d")] {
            kept.add(part(1, number, 5, data, 0));
        }
        assert_eq!(kept.give_up(PART_WAIT_MS - 1), []);
        let wholes = kept.give_up(PART_WAIT_MS);
        assert_eq!(wholes[0].runs, [b"ab".to_vec(), b"d".to_vec()]);
        assert_eq!(kept.give_up(i64::MAX), []);
    }

    #[test]
    fn a_counter_that_began_anew_is_another_message() {
        let mut kept = Kept::default();
        kept.add(part(1, 1, 2, b"old", 0));
        let wholes = kept.add(part(1, 1, 2, b"new", 1));
        assert_eq!(wholes[0].runs, [b"old".to_vec()]);
        assert_eq!(kept.add(part(1, 2, 2, b"!", 2))[0].runs, [b"new!".to_vec()]);
    }
}
