//! Which texts go through the model together, and which thread takes which. Texts are token numbers and stay in their order.

/// Rows that go through the model together unless one text alone is longer; more would not be faster.
pub const GROUP_TOKENS: usize = 512;

/// Consecutive texts of at most `GROUP_TOKENS` together.
pub fn groups<T: AsRef<[u32]>>(texts: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = texts;
    std::iter::from_fn(move || {
        let mut tokens = 0;
        let fits = rest.iter().take_while(|text| {
            tokens += text.as_ref().len();
            tokens <= GROUP_TOKENS
        });
        let count = fits.count().max(1).min(rest.len());
        let (group, after) = rest.split_at(count);
        rest = after;
        (!group.is_empty()).then_some(group)
    })
}

/// Consecutive shares with about the same number of tokens; no more than there are texts.
pub fn share_out<T: AsRef<[u32]>>(texts: &[T], threads: usize) -> Vec<&[T]> {
    let total: usize = texts.iter().map(|text| text.as_ref().len()).sum();
    let mut shares = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (index, text) in texts.iter().enumerate() {
        tokens += text.as_ref().len();
        if tokens * threads >= total * (shares.len() + 1) {
            shares.push(&texts[start..=index]);
            start = index + 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_groups_hold_every_text_once() {
        for (count, threads) in [(0, 2), (1, 2), (2, 2), (7, 2), (33, 3), (5, 64)] {
            let texts: Vec<Vec<u32>> = (0..count).map(|i| vec![i; 1 + (i as usize * 37) % 190]).collect();
            let shares = share_out(&texts, threads);
            assert!(shares.len() <= threads && shares.iter().all(|s| !s.is_empty()), "{count} over {threads}");
            assert_eq!(shares.concat(), texts);
            assert_eq!(groups(&texts).collect::<Vec<_>>().concat(), texts);
            assert!(groups(&texts).all(|g| g.iter().map(Vec::len).sum::<usize>() <= GROUP_TOKENS));
        }
    }
}
