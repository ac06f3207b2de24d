//! Labelled texts as token numbers, renumbered so that only tokens that occur have a row.

use super::settings::TuneError;
use crate::tokens::Tokens;
use std::collections::BTreeSet;

/// A text with the number of its label.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    pub text: &'a str,
    pub label: u32,
}

#[derive(Debug)]
pub struct Item {
    /// Places in `Known::words`.
    pub tokens: Vec<u32>,
    pub label: u32,
}

/// What of the tables occurs.
#[derive(Debug)]
pub struct Known {
    /// The vocabulary's numbers of the tokens that occur, ascending.
    pub words: Vec<u32>,
    /// Tokens of the longest text.
    pub positions: usize,
}

/// All texts, in the order given, and what occurs in them.
pub fn read(tokens: &Tokens, examples: &[Example<'_>]) -> Result<(Vec<Item>, Known), TuneError> {
    let mut items = Vec::with_capacity(examples.len());
    for (at, example) in examples.iter().enumerate() {
        let tokens = tokens.split(example.text).map_err(|reason| TuneError::Text { number: at + 1, reason })?;
        items.push(Item { tokens, label: example.label });
    }
    let words: Vec<u32> = items.iter().flat_map(|item| item.tokens.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect();
    for token in items.iter_mut().flat_map(|item| &mut item.tokens) {
        *token = words.binary_search(token).unwrap_or_default() as u32;
    }
    let positions = items.iter().map(|item| item.tokens.len()).max().unwrap_or_default();
    Ok((items, Known { words, positions }))
}
