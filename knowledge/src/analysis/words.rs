//! Chinese word borders, from jieba's dictionary. The dictionary (about 30 MB once unpacked) is loaded once per process, at the
//! first Chinese text or by `warm_up`, and shared.

use jieba_rs::Jieba;
use std::sync::OnceLock;

fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

/// Loads the dictionary now instead of in somebody's first question.
pub fn warm_up() {
    jieba();
}

/// A dictionary word in a run of Chinese characters; positions count characters from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub from: usize,
    pub to: usize,
    /// Part of the segmentation, which covers the run without overlaps; the others are shorter words inside such a part.
    pub is_part: bool,
}

/// The words of `run` in search mode: the segmentation and the dictionary words inside its parts.
pub(super) fn cut(run: &str) -> Vec<Word> {
    // Inner words come before the part that holds them, so walking backwards meets each part first.
    let mut words: Vec<Word> =
        jieba().cut_for_search(run, false).iter().map(|t| Word { from: t.start, to: t.end, is_part: false }).collect();
    let mut part_from = usize::MAX;
    for word in words.iter_mut().rev() {
        word.is_part = word.from < part_from;
        if word.is_part {
            part_from = word.from;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_run_without_overlaps() {
        for run in ["中华人民共和国人民大会堂", "我的手机充不进电了怎么办", "好", "洗衣机不排水"] {
            let words = cut(run);
            let mut at = 0;
            for part in words.iter().filter(|w| w.is_part) {
                assert_eq!(part.from, at, "{run} {words:?}");
                at = part.to;
            }
            assert_eq!(at, run.chars().count());
        }
    }
}
