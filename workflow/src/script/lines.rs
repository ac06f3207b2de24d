//! The text of a script as statements: comments gone, and lines that end inside brackets joined. Called by `parse` only.

use super::Wrong;

/// One statement's text and the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub number: usize,
    pub text: String,
}

pub(super) fn lines(source: &str) -> Result<Vec<Line>, Wrong> {
    let mut out: Vec<Line> = Vec::new();
    let mut open: Option<(Line, i32)> = None;
    for (n, raw) in source.lines().enumerate() {
        let number = n + 1;
        let (text, depth) = bare(raw, number)?;
        if text.is_empty() && open.is_none() {
            continue;
        }
        let (mut line, before) = open.take().unwrap_or((Line { number, text: String::new() }, 0));
        if !line.text.is_empty() {
            line.text.push(' ');
        }
        line.text.push_str(&text);
        let depth = before + depth;
        if is_whole(&line.text, depth) {
            out.push(line);
        } else {
            open = Some((line, depth));
        }
    }
    match open {
        Some((line, _)) => Err(Wrong::new(line.number, "括号没有配对", "a bracket is not closed")),
        None => Ok(out),
    }
}

/// A statement ends where its brackets are closed; the brace that opens a block stays open at the end of its line.
fn is_whole(text: &str, depth: i32) -> bool {
    let closes = i32::from(text.starts_with('}'));
    let opens = i32::from(text.ends_with('{') && opens_block(text));
    depth <= opens - closes
}

pub(super) fn opens_block(text: &str) -> bool {
    let text = text.trim_start_matches('}').trim_start();
    ["if ", "if(", "for ", "while ", "while(", "else"].iter().any(|word| text.starts_with(word))
}

/// Without comments and blanks around, and by how much its brackets go deeper.
fn bare(raw: &str, number: usize) -> Result<(String, i32), Wrong> {
    let (mut out, mut depth, mut quote) = (String::with_capacity(raw.len()), 0, None);
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => break,
            (None, '/') if chars.peek() == Some(&'/') => break,
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, _) => {}
        }
        out.push(c);
    }
    if quote.is_some() {
        return Err(Wrong::new(number, "引号没有配对", "a quotation mark is not closed"));
    }
    Ok((out.trim().to_owned(), depth))
}
