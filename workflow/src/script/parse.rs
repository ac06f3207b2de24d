//! Reads a script. Every name is known when it is read: a local that was never made with `let`, and a brace too many, are errors of
//! the drawing, not of a run. Called by `nodes::script`.

use super::follow::returned;
use super::lines::{Line, lines};
use super::{Block, DEPTH_MAX, SCRIPT_BYTES_MAX, STATEMENTS_MAX, Script, Statement, Way, What, Wrong};
use crate::expr::{Expr, ExprError, Language};
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

pub(crate) fn parse(language: &Language, source: &str) -> Result<Script, Wrong> {
    if source.len() > SCRIPT_BYTES_MAX {
        return Err(Wrong::new(1, "脚本太长(最多 16 KB)", "the script is longer than 16 KB"));
    }
    let lines = lines(source)?;
    if lines.len() > STATEMENTS_MAX {
        return Err(Wrong::new(1, "脚本语句太多(最多 500 条)", "the script has more than 500 statements"));
    }
    let mut reader = Reader { language, lines: lines.into_iter().peekable(), locals: Vec::new(), loops: 0, reads: BTreeSet::new() };
    let block = reader.block(0)?;
    if let Some(line) = reader.lines.next() {
        return Err(Wrong::new(line.number, "多了一个 }", "there is a } too many"));
    }
    Ok(Script { origins: returned(&block), block, reads: reader.reads.into_iter().collect() })
}

struct Reader<'a> {
    language: &'a Language,
    lines: Peekable<IntoIter<Line>>,
    /// Names made with `let` or `for`, innermost last.
    locals: Vec<String>,
    loops: usize,
    reads: BTreeSet<String>,
}

type Read<T> = Result<T, Wrong>;

impl Reader<'_> {
    /// Up to the brace that closes it, which is left.
    fn block(&mut self, depth: usize) -> Read<Block> {
        let known = self.locals.len();
        let mut out = Vec::new();
        while let Some(line) = self.lines.next_if(|line| !line.text.starts_with('}')) {
            if depth > DEPTH_MAX {
                return Err(Wrong::new(line.number, "代码块套得太深", "blocks are nested too deep"));
            }
            let what = self.statement(&line, depth)?;
            out.push(Statement { line: line.number, what });
        }
        self.locals.truncate(known);
        Ok(out)
    }

    fn statement(&mut self, line: &Line, depth: usize) -> Read<What> {
        let text = line.text.as_str();
        if let Some(rest) = word(text, "let") {
            let (name, value) = rest.split_once('=').ok_or_else(|| sign(line))?;
            let name = self.fresh(name, line)?;
            let value = self.expr(value, line)?;
            self.locals.push(name.clone());
            return Ok(What::Let(name, value));
        }
        if let Some(head) = word(text, "if") {
            return self.choice(head, line, depth);
        }
        if let Some(head) = word(text, "for") {
            let (name, list) = opened(head, line)?.split_once(" in ").ok_or_else(|| sign(line))?;
            let (name, list) = (self.fresh(name, line)?, self.expr(list, line)?);
            self.locals.push(name.clone());
            let body = self.body(depth)?;
            self.locals.pop();
            return Ok(What::For(name, list, body));
        }
        if let Some(head) = word(text, "while") {
            let condition = self.expr(opened(head, line)?, line)?;
            return Ok(What::While(condition, self.body(depth)?));
        }
        match text {
            "break" | "continue" if self.loops == 0 => {
                Err(Wrong::new(line.number, format!("{text} 不在循环里"), format!("{text} outside of a loop")))
            }
            "break" => Ok(What::Break),
            "continue" => Ok(What::Continue),
            "return" => Ok(What::Return(None)),
            _ => match (word(text, "return"), word(text, "fail")) {
                (Some(value), _) => Ok(What::Return(Some(self.expr(value, line)?))),
                (_, Some(why)) => Ok(What::Fail(self.expr(why, line)?)),
                _ => self.assignment(line),
            },
        }
    }

    fn body(&mut self, depth: usize) -> Read<Block> {
        self.loops += 1;
        let body = self.block(depth + 1)?;
        self.loops -= 1;
        self.closing("}")?;
        Ok(body)
    }

    fn choice(&mut self, head: &str, line: &Line, depth: usize) -> Read<What> {
        let condition = self.expr(opened(head, line)?, line)?;
        let mut branches = vec![(condition, self.block(depth + 1)?)];
        loop {
            let end = self.lines.next().ok_or_else(|| unclosed(line))?;
            let rest = end.text.trim_start_matches('}').trim();
            if rest.is_empty() {
                return Ok(What::If(branches, Vec::new()));
            }
            let rest = word(rest, "else").ok_or_else(|| sign(&end))?;
            if rest == "{" {
                let otherwise = self.block(depth + 1)?;
                self.closing("}")?;
                return Ok(What::If(branches, otherwise));
            }
            let head = word(rest, "if").ok_or_else(|| sign(&end))?;
            let condition = self.expr(opened(head, &end)?, &end)?;
            branches.push((condition, self.block(depth + 1)?));
        }
    }

    fn closing(&mut self, wanted: &str) -> Read<()> {
        match self.lines.next() {
            Some(line) if line.text == wanted => Ok(()),
            Some(line) => Err(sign(&line)),
            None => Err(Wrong::new(1, "缺少 }", "a } is missing")),
        }
    }

    /// `total = …`, `total += …`, `order.lines[n].price = …`.
    fn assignment(&mut self, line: &Line) -> Read<What> {
        let at = equals(&line.text).ok_or_else(|| sign(line))?;
        let (place, value) = (line.text[..at].trim_end(), line.text[at + 1..].trim());
        let (place, value) = match place.strip_suffix('+') {
            Some(place) => (place.trim_end(), format!("{place} + ({value})")),
            None => (place, value.to_owned()),
        };
        let end = place.find(['.', '[']).unwrap_or(place.len());
        let (name, mut rest) = place.split_at(end);
        if !self.locals.iter().any(|local| local == name) {
            let zh = format!("{name} 没有用 let 声明(流程变量在脚本里只能读取)");
            return Err(Wrong::new(line.number, zh, format!("{name} was not made with let; a flow's variables can only be read")));
        }
        let mut ways = Vec::new();
        while !rest.is_empty() {
            let way;
            (way, rest) = self.way(rest, line)?;
            ways.push(way);
        }
        Ok(What::Set(name.to_owned(), ways, self.expr(&value, line)?))
    }

    fn way<'t>(&mut self, rest: &'t str, line: &Line) -> Read<(Way, &'t str)> {
        if let Some(rest) = rest.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (field, rest) = rest.split_at(end);
            return if is_name(field) { Ok((Way::Field(field.to_owned()), rest)) } else { Err(sign(line)) };
        }
        let inner = rest.strip_prefix('[').and_then(|rest| Some((rest, matching(rest)?)));
        let (rest, end) = inner.ok_or_else(|| sign(line))?;
        Ok((Way::At(self.expr(&rest[..end], line)?), &rest[end + 1..]))
    }

    fn fresh(&self, name: &str, line: &Line) -> Read<String> {
        let name = name.trim();
        if is_name(name) { Ok(name.to_owned()) } else { Err(Wrong::new(line.number, "变量名不正确", "this is not a name")) }
    }

    fn expr(&mut self, source: &str, line: &Line) -> Read<Expr> {
        let expr = self.language.compile(source.trim()).map_err(|error| unreadable(line.number, &error))?;
        let local = |name: &str| self.locals.iter().any(|local| local == name);
        self.reads.extend(expr.reads().iter().filter(|name| !local(name)).cloned());
        Ok(expr)
    }
}

fn unreadable(line: usize, error: &ExprError) -> Wrong {
    Wrong::new(line, crate::compiler::said(error), error.to_string())
}

fn sign(line: &Line) -> Wrong {
    let shown: String = line.text.chars().take(60).collect();
    Wrong::new(line.number, format!("看不懂这一行：{shown}"), format!("this is not a statement: {shown}"))
}

fn unclosed(line: &Line) -> Wrong {
    Wrong::new(line.number, "缺少 }", "a } is missing")
}

/// What follows a word at the beginning.
fn word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with([' ', '(', '{', '\t']).then(|| rest.trim())
}

/// The head of a block without its brace.
fn opened<'t>(head: &'t str, line: &Line) -> Read<&'t str> {
    head.strip_suffix('{').map(str::trim).ok_or_else(|| Wrong::new(line.number, "行尾缺少 {", "a { is missing at the end of the line"))
}

/// The sign that assigns: outside of brackets and texts, and none of `==`, `!=`, `<=`, `>=`.
fn equals(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    let bytes = text.as_bytes();
    for (n, byte) in bytes.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(q), b) if b == q && (n == 0 || bytes[n - 1] != b'\\') => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth -= 1,
            (None, b'=') if depth == 0 => {
                let twice = bytes.get(n + 1) == Some(&b'=') || n > 0 && b"=!<>".contains(&bytes[n - 1]);
                return (!twice).then_some(n);
            }
            _ => {}
        }
    }
    None
}

/// Where the bracket closes that was just opened.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (n, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(n);
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
