//! The inverted index itself: for each term the articles that have it, with their score, flat in memory and built whole. Terms are
//! numbered by our vocabulary, so a search opens a list by its number; scores are worked out when the index is built.

use rustc_hash::FxHashMap;

/// The usual constants of BM25.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Which part of an article a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Title and similar questions.
    Asked,
    Body,
}

pub(super) struct Postings {
    asked: Lists,
    body: Lists,
}

/// The lists of one part, end to end.
struct Lists {
    /// Where each term's list begins, by term number, and where the last one ends.
    starts: Vec<u32>,
    /// Articles in ascending order within a list, and BM25 without the rarity.
    entries: Vec<(u32, f32)>,
}

/// The terms of each article with how often they stand in it, article by article.
#[derive(Default)]
pub(super) struct PostingsWriter {
    asked: Counts,
    body: Counts,
}

#[derive(Default)]
struct Counts {
    /// Term and frequency of the n-th article.
    articles: Vec<FxHashMap<u32, u32>>,
    /// Terms with repetitions of each article.
    lengths: Vec<usize>,
}

impl PostingsWriter {
    /// Adds the next article, by the numbers of its terms with repetitions. Articles are numbered in this order.
    pub fn add(&mut self, asked: &[u32], body: &[u32]) {
        self.asked.add(asked);
        self.body.add(body);
    }

    /// `terms` is one more than the highest number given.
    pub fn finish(self, terms: usize) -> Postings {
        Postings { asked: self.asked.finish(terms), body: self.body.finish(terms) }
    }
}

impl Counts {
    fn add(&mut self, terms: &[u32]) {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        terms.iter().for_each(|id| *counts.entry(*id).or_default() += 1);
        self.articles.push(counts);
        self.lengths.push(terms.len());
    }

    fn finish(self, terms: usize) -> Lists {
        let mut starts = vec![0u32; terms + 1];
        self.articles.iter().flat_map(|counts| counts.keys()).for_each(|id| starts[*id as usize + 1] += 1);
        for at in 0..terms {
            starts[at + 1] += starts[at];
        }
        let length_mean = (self.lengths.iter().sum::<usize>() as f32 / self.lengths.len().max(1) as f32).max(1.0);
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[terms] as usize];
        for (doc, counts) in self.articles.iter().enumerate() {
            let norm = K1 * (1.0 - B + B * self.lengths[doc] as f32 / length_mean);
            for (id, frequency) in counts {
                let frequency = *frequency as f32;
                entries[next[*id as usize] as usize] = (doc as u32, frequency * (K1 + 1.0) / (frequency + norm));
                next[*id as usize] += 1;
            }
        }
        Lists { starts, entries }
    }
}

impl Postings {
    /// Every article that has the term in this part, with its score: BM25 without the rarity.
    pub fn list(&self, part: Part, id: u32) -> &[(u32, f32)] {
        let lists = match part {
            Part::Asked => &self.asked,
            Part::Body => &self.body,
        };
        &lists.entries[lists.starts[id as usize] as usize..lists.starts[id as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_each_article_once_and_reward_frequency_and_brevity() {
        let mut writer = PostingsWriter::default();
        writer.add(&[0, 1, 1], &[]);
        writer.add(&[1], &[0]);
        writer.add(&[1, 2, 2, 2, 2, 2], &[]);
        let postings = writer.finish(4);
        let docs = |part, id| postings.list(part, id).iter().map(|entry| entry.0).collect::<Vec<_>>();
        assert_eq!(docs(Part::Asked, 0), [0]);
        assert_eq!(docs(Part::Asked, 1), [0, 1, 2]);
        assert_eq!(docs(Part::Body, 0), [1]);
        assert!(docs(Part::Asked, 3).is_empty() && docs(Part::Body, 2).is_empty());
        let scores: Vec<f32> = postings.list(Part::Asked, 1).iter().map(|entry| entry.1).collect();
        assert!(scores[0] > scores[2] && scores[1] > scores[2] && scores.iter().all(|score| *score < K1 + 1.0));
    }
}
