//! Whether a turn asks for a person. The one wish that must never be missed, and must not be seen where a person is only
//! mentioned (「人工智能」, "user agent", 「上次人工客服说…」) or declined (「不要转人工」).

mod en;
mod zh;

use crate::normalise::Normal;

const SURE: f32 = 0.98;
const LIKELY: f32 = 0.9;
/// A complaint, "anyone there?": a person is the right answer, though none was named.
const WEAK: f32 = 0.7;

pub(crate) struct Person {
    zh: zh::Words,
    en: en::Words,
}

impl Person {
    pub fn new() -> Self {
        Self { zh: zh::Words::new(), en: en::Words::new() }
    }

    /// How sure it is that the turn asks for a person; None when it does not.
    pub fn asked_for(&self, normal: &Normal) -> Option<f32> {
        normal.clauses().iter().filter_map(|clause| self.in_clause(clause)).max_by(f32::total_cmp)
    }

    fn in_clause(&self, clause: &str) -> Option<f32> {
        if clause.is_ascii() {
            return self.en.asked_for(clause);
        }
        self.zh.asked_for(clause).into_iter().chain(self.en.asked_for(clause)).max_by(f32::total_cmp)
    }
}
