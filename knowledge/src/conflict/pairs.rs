//! Which articles are about the same: cosines between their titles and questions, and between their bodies, over rarity-weighted grams.
//! Posting lists find the pairs, so that the articles need not all be compared with each other.

use super::sentences::{grams, plain};
use qn_domain::Article;
use std::collections::HashMap;

/// Pairs less alike than this in both are not looked at.
const ALIKE_MIN: f32 = 0.28;
/// A gram in more than this share of the articles (and in more than `COMMON_MIN`) finds no pairs.
const COMMON_SHARE: f32 = 0.1;
const COMMON_MIN: usize = 20;

/// Indexes of two articles, the first the smaller.
pub(super) struct Pair {
    pub a: usize,
    pub b: usize,
    /// Cosine of titles and questions.
    pub topic: f32,
    /// Cosine of bodies.
    pub body: f32,
}

pub(super) fn alike(articles: &[&Article]) -> Vec<Pair> {
    let asked = |article: &Article| format!("{}\n{}", article.title, article.questions.join("\n"));
    let topics = vectors(articles.iter().map(|article| grams(&asked(article))).collect());
    let bodies = vectors(articles.iter().map(|article| grams(&plain(&article.body))).collect());
    let (topic, body) = (cosines(&topics), cosines(&bodies));
    let mut keys: Vec<(usize, usize)> = topic.keys().chain(body.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let of = |cosines: &HashMap<(usize, usize), f32>, key| cosines.get(&key).copied().unwrap_or(0.0);
    let pairs = keys.into_iter().map(|key| Pair { a: key.0, b: key.1, topic: of(&topic, key), body: of(&body, key) });
    // The same article in one language is one row; two rows of one id do not occur.
    pairs.filter(|pair| pair.topic.max(pair.body) >= ALIKE_MIN && articles[pair.a].id != articles[pair.b].id).collect()
}

/// Of length 1, rare grams weighing more.
fn vectors(texts: Vec<Vec<u32>>) -> Vec<Vec<(u32, f32)>> {
    let mut known: HashMap<u32, f32> = HashMap::new();
    for hash in texts.iter().flatten() {
        *known.entry(*hash).or_default() += 1.0;
    }
    let all = texts.len() as f32;
    let weigh = |hash: u32| (hash, ((1.0 + all) / (1.0 + known[&hash])).ln() + 1.0);
    let vector = |text: Vec<u32>| {
        let mut weighed: Vec<(u32, f32)> = text.into_iter().map(weigh).collect();
        let length = weighed.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        weighed.iter_mut().for_each(|(_, w)| *w /= length);
        weighed
    };
    texts.into_iter().map(vector).collect()
}

/// Of every pair that shares a gram that is not common; what common grams add is counted too.
fn cosines(vectors: &[Vec<(u32, f32)>]) -> HashMap<(usize, usize), f32> {
    let mut postings: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, vector) in vectors.iter().enumerate() {
        vector.iter().for_each(|(hash, _)| postings.entry(*hash).or_default().push(at));
    }
    let common = COMMON_MIN.max((vectors.len() as f32 * COMMON_SHARE) as usize);
    let mut found = HashMap::new();
    for (a, vector) in vectors.iter().enumerate() {
        let lists = vector.iter().filter_map(|(hash, _)| postings.get(hash)).filter(|list| list.len() <= common);
        let mut near: Vec<usize> = lists.flatten().copied().filter(|b| *b > a).collect();
        near.sort_unstable();
        near.dedup();
        for b in near {
            let cosine = dot(vector, &vectors[b]);
            if cosine >= ALIKE_MIN {
                found.insert((a, b), cosine);
            }
        }
    }
    found
}

fn dot(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((x, v)), Some((y, w))) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += v * w;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}
