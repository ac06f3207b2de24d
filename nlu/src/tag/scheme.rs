//! Slots as spans and as labels. Inside, every slot has four labels (begin, inside, end, single) and there is one label for
//! everything outside; column files may use BIO or BIOES. Called by the reader, the trainer and the tagger.

use serde::Serialize;

/// One slot's words: tokens `start..end` of its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub slot: String,
}

/// A sentence with what is marked in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    pub tokens: Vec<String>,
    pub spans: Vec<Span>,
}

/// Label of everything outside.
pub const OUTSIDE: usize = 0;

/// Where in its slot a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Begin,
    Inside,
    End,
    Single,
}

const PLACES: [Place; 4] = [Place::Begin, Place::Inside, Place::End, Place::Single];

/// The labels over a set of slots: `1 + 4 * slots`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    slots: Vec<String>,
}

impl Labels {
    /// `slots` in the order their labels get; sorted and without repetition.
    pub fn new(mut slots: Vec<String>) -> Self {
        slots.sort();
        slots.dedup();
        Self { slots }
    }

    pub fn of(sentences: &[Sentence]) -> Self {
        Self::new(sentences.iter().flat_map(|s| &s.spans).map(|s| s.slot.clone()).collect())
    }

    pub fn slots(&self) -> &[String] {
        &self.slots
    }

    /// How many labels there are.
    pub fn count(&self) -> usize {
        1 + 4 * self.slots.len()
    }

    pub fn label(&self, slot: usize, place: Place) -> usize {
        1 + 4 * slot + place as usize
    }

    fn place(label: usize) -> Option<(usize, Place)> {
        (label != OUTSIDE).then(|| ((label - 1) / 4, PLACES[(label - 1) % 4]))
    }

    /// Whether a sentence may begin with this label.
    pub fn may_begin(label: usize) -> bool {
        !matches!(Self::place(label), Some((_, Place::Inside | Place::End)))
    }

    /// Whether a sentence may end with this label.
    pub fn may_end(label: usize) -> bool {
        !matches!(Self::place(label), Some((_, Place::Begin | Place::Inside)))
    }

    /// Whether `after` may follow `before`.
    pub fn may_follow(before: usize, after: usize) -> bool {
        match Self::place(before) {
            Some((slot, Place::Begin | Place::Inside)) => {
                matches!(Self::place(after), Some((next, Place::Inside | Place::End)) if next == slot)
            }
            _ => Self::may_begin(after),
        }
    }

    /// The labels of a sentence. Spans of unknown slots, empty ones, and those that overlap an earlier one are left out.
    pub fn encode(&self, sentence: &Sentence) -> Vec<usize> {
        let mut labels = vec![OUTSIDE; sentence.tokens.len()];
        for span in &sentence.spans {
            let Ok(slot) = self.slots.binary_search(&span.slot) else { continue };
            let Some(cells) = labels.get_mut(span.start..span.end) else { continue };
            if cells.is_empty() || cells.iter().any(|l| *l != OUTSIDE) {
                continue;
            }
            cells.fill(self.label(slot, Place::Inside));
            let last = cells.len() - 1;
            cells[0] = self.label(slot, if last == 0 { Place::Single } else { Place::Begin });
            if last > 0 {
                cells[last] = self.label(slot, Place::End);
            }
        }
        labels
    }

    /// The spans of a legal label sequence.
    pub fn decode(&self, labels: &[usize]) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = 0;
        for (at, label) in labels.iter().enumerate() {
            match Self::place(*label) {
                Some((_, Place::Begin)) => start = at,
                Some((slot, Place::Single)) => spans.push(self.span(at, at + 1, slot)),
                Some((slot, Place::End)) => spans.push(self.span(start, at + 1, slot)),
                _ => {}
            }
        }
        spans
    }

    fn span(&self, start: usize, end: usize, slot: usize) -> Span {
        Span { start, end, slot: self.slots[slot].clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize, slot: &str) -> Span {
        Span { start, end, slot: slot.to_owned() }
    }

    #[test]
    fn spans_survive_labels() {
        let tokens = (0..6).map(|n| n.to_string()).collect();
        let sentence = Sentence { tokens, spans: vec![span(0, 1, "b"), span(1, 4, "a"), span(4, 6, "b")] };
        let labels = Labels::of(std::slice::from_ref(&sentence));
        let encoded = labels.encode(&sentence);
        assert_eq!(labels.count(), 9);
        assert!(Labels::may_begin(encoded[0]) && Labels::may_end(encoded[5]));
        assert!(encoded.windows(2).all(|pair| Labels::may_follow(pair[0], pair[1])));
        assert_eq!(labels.decode(&encoded), sentence.spans);
    }

    #[test]
    fn a_slot_goes_on_or_ends_but_does_not_change() {
        let labels = Labels::new(vec!["a".into(), "b".into()]);
        let (begin, inside_other) = (labels.label(0, Place::Begin), labels.label(1, Place::Inside));
        assert!(!Labels::may_follow(begin, inside_other));
        assert!(!Labels::may_follow(begin, OUTSIDE));
        assert!(!Labels::may_end(begin));
        assert!(Labels::may_follow(labels.label(0, Place::End), labels.label(1, Place::Single)));
    }

    #[test]
    fn overlapping_and_outlying_spans_are_left_out() {
        let tokens = vec!["x".to_owned(); 3];
        let sentence = Sentence { tokens, spans: vec![span(0, 2, "a"), span(1, 3, "a"), span(2, 9, "a"), span(2, 2, "a")] };
        let labels = Labels::of(std::slice::from_ref(&sentence));
        assert_eq!(labels.decode(&labels.encode(&sentence)), vec![span(0, 2, "a")]);
    }
}
