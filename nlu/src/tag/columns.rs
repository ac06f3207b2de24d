//! Reads column files: one token and its label a line, parted by white space, an empty line between sentences; BIO or BIOES.
//! A bad row is an error with its line number. Called by `qingniao nlu tag`.

use super::scheme::{Sentence, Span};

/// The longest sentence, in tokens; longer ones are taken for a file without empty lines.
pub const TOKENS_MAX: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ColumnError {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

/// The token is the first column and the label the last one.
pub fn read_columns(text: &str) -> Result<Vec<Sentence>, ColumnError> {
    let mut sentences = Vec::new();
    let mut open = Open::default();
    for (at, row) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        let line = at + 1;
        let columns: Vec<&str> = row.split_whitespace().collect();
        match columns[..] {
            // A row with a label alone is a token that is itself white space.
            [] => open.close(&mut sentences),
            [label] if row.starts_with(char::is_whitespace) => open.push(" ", label, line)?,
            [only] => {
                return Err(ColumnError { line, what: format!("“{}” has no label: a token and a label are needed", short(only)) });
            }
            [token, .., label] => open.push(token, label, line)?,
        }
    }
    open.close(&mut sentences);
    Ok(sentences)
}

#[derive(Default)]
struct Open {
    sentence: Sentence,
    /// Start and slot of the span that has not ended.
    span: Option<(usize, String)>,
}

impl Open {
    fn push(&mut self, token: &str, label: &str, line: usize) -> Result<(), ColumnError> {
        let at = self.sentence.tokens.len();
        if at == TOKENS_MAX {
            return Err(ColumnError { line, what: format!("a sentence has more than {TOKENS_MAX} tokens: an empty line is missing") });
        }
        match label.split_once('-') {
            _ if label == "O" => self.end(at),
            Some((place @ ("B" | "I" | "E" | "S"), slot)) if !slot.is_empty() => self.mark(at, place, slot),
            _ => return Err(ColumnError { line, what: format!("“{}” is not a label: O, B-, I-, E- or S- and a slot", short(label)) }),
        }
        self.sentence.tokens.push(token.to_owned());
        Ok(())
    }

    /// An inside or end that continues nothing begins a span, as in CoNLL scoring.
    fn mark(&mut self, at: usize, place: &str, slot: &str) {
        let goes_on = matches!(place, "I" | "E") && self.span.as_ref().is_some_and(|(_, open)| open == slot);
        if !goes_on {
            self.end(at);
            self.span = Some((at, slot.to_owned()));
        }
        if matches!(place, "E" | "S") {
            self.end(at + 1);
        }
    }

    fn end(&mut self, end: usize) {
        if let Some((start, slot)) = self.span.take() {
            self.sentence.spans.push(Span { start, end, slot });
        }
    }

    fn close(&mut self, sentences: &mut Vec<Sentence>) {
        self.end(self.sentence.tokens.len());
        if !self.sentence.tokens.is_empty() {
            sentences.push(std::mem::take(&mut self.sentence));
        }
    }
}

fn short(text: &str) -> &str {
    qn_base::text::truncate(text, 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<(usize, usize, String)> {
        let read = read_columns(text).unwrap_or_default();
        read.into_iter().flat_map(|s| s.spans).map(|s| (s.start, s.end, s.slot)).collect()
    }

    #[test]
    fn both_schemes_and_further_columns() {
        let bio = "from O\nnew B-city\nyork I-city\nboston B-city\n\nhi UH O\nbob NN B-name";
        assert_eq!(spans(bio), [(1, 3, "city".into()), (3, 4, "city".into()), (1, 2, "name".into())]);
        let bioes = "上 B-city\n海 E-city\n京 S-city\n的 O\n";
        assert_eq!(spans(bioes), [(0, 2, "city".into()), (2, 3, "city".into())]);
    }

    #[test]
    fn a_slot_that_only_goes_on_begins_there() {
        assert_eq!(spans("a I-x\nb E-y\nc I-y"), [(0, 1, "x".into()), (1, 2, "y".into()), (2, 3, "y".into())]);
    }

    #[test]
    fn bad_rows_are_named() {
        for (text, line, word) in [("a O\nb", 2, "no label"), ("a O\n\nb X-y", 3, "not a label"), ("a B-", 1, "not a label")] {
            let error = read_columns(text).expect_err(text);
            assert_eq!(error.line, line, "{text}");
            assert!(error.to_string().contains(word), "{error}");
        }
        let endless = "a O\n".repeat(TOKENS_MAX + 1);
        assert_eq!(read_columns(&endless).expect_err("too long").line, TOKENS_MAX + 1);
    }

    #[test]
    fn a_token_may_be_white_space() {
        assert_eq!(read_columns(" \tO\nb O").map(|s| s[0].tokens.clone()), Ok(vec![" ".to_owned(), "b".to_owned()]));
    }
}
