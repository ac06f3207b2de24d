//! What of a body is the customer's own: quotes and signatures are set apart, never thrown away. One algorithm for every mail program,
//! over lines; where nothing would be left, everything is the customer's own.

use crate::lines::Line;
use crate::{marks, signature};

/// Lines an attribution may be wrapped over.
const ATTRIBUTION_LINES_MAX: usize = 4;
/// Lines a quoted head may take, wrapped addresses included.
const HEAD_LINES_MAX: usize = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fresh,
    Signature,
    Quoted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub kind: Kind,
    pub text: String,
}

/// A body in order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    pub spans: Vec<Span>,
}

impl Folded {
    pub(crate) fn plain(text: &str) -> Folded {
        Folded { spans: vec![Span { kind: Kind::Fresh, text: text.to_owned() }] }
    }

    pub fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// The answer as written, signature included.
    pub fn reply(&self) -> String {
        self.joined(|kind| kind != Kind::Quoted)
    }

    /// The answer without signature: what bot and agent read first.
    pub fn fresh(&self) -> String {
        self.joined(|kind| kind == Kind::Fresh)
    }

    pub fn signature(&self) -> String {
        self.joined(|kind| kind == Kind::Signature)
    }

    pub fn quoted(&self) -> String {
        self.joined(|kind| kind == Kind::Quoted)
    }

    fn joined(&self, keeps: impl Fn(Kind) -> bool) -> String {
        let texts: Vec<&str> = self.spans.iter().filter(|span| keeps(span.kind)).map(|span| span.text.trim_matches('\n')).collect();
        texts.join("\n\n").trim().to_owned()
    }

    /// The last own text's signature set apart, known by who wrote it.
    #[must_use]
    pub fn with_signature(mut self, sender: &str) -> Folded {
        let Some(at) = self.spans.iter().rposition(|span| span.kind == Kind::Fresh) else { return self };
        if let (body, Some(signature)) = signature::split(&self.spans[at].text, sender)
            && (!body.trim().is_empty() || at > 0)
        {
            self.spans[at].text = body;
            self.spans.insert(at + 1, Span { kind: Kind::Signature, text: signature });
        }
        self
    }
}

/// `is_forward`: what follows a head is then what the customer wants us to read.
pub fn fold(lines: &[Line], is_forward: bool) -> Folded {
    let mut quoted: Vec<bool> = lines.iter().map(|line| line.quoted && !is_forward).collect();
    let forwarded = lines.iter().position(|line| marks::is_forwarded(&line.text));
    if let Some(at) = forwarded {
        // A container of quotes that begins with a forwarding mark holds what was sent on.
        quoted[at..].fill(false);
    }
    let end = forwarded.unwrap_or(lines.len());
    if !is_forward && let Some(from) = (0..end).find(|at| begins_rest(lines, *at)) {
        quoted[with_rule(lines, from)..].fill(true);
    }
    if !is_forward {
        mark_attributions(&lines[..end], &mut quoted);
    }
    spans(lines, &quoted)
}

/// Everything from this line on is quoted.
fn begins_rest(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    if line.rest_quoted || marks::is_original(&line.text) {
        return true;
    }
    !line.quoted && (is_head(lines, at) || attribution(lines, at).is_some_and(|after| !goes_on_quoted(&lines[after..])))
}

/// A line of dashes or underscores right above belongs to it.
fn with_rule(lines: &[Line], at: usize) -> usize {
    let is_rule = |line: &Line| {
        let text = line.text.trim();
        text.chars().count() >= 5 && text.chars().all(|c| matches!(c, '-' | '_' | '=' | '—' | '─' | '*'))
    };
    let above = lines[..at].iter().rposition(|line| !line.is_blank());
    above.filter(|above| is_rule(&lines[*above])).unwrap_or(at)
}

/// A quoted head: three of its headers near each other, one of them From, and one that no customer's own form would have.
fn is_head(lines: &[Line], at: usize) -> bool {
    if marks::header_kind(&lines[at].text).is_none() {
        return false;
    }
    let mut seen = [false; 6];
    let mut has_address = false;
    let mut blanks = 0;
    for line in lines[at..].iter().take(HEAD_LINES_MAX) {
        match marks::header_kind(&line.text) {
            Some(kind) => {
                seen[kind] = true;
                has_address |= kind == 1 && marks::has_address(&line.text);
                blanks = 0;
            }
            None if line.is_blank() && blanks == 1 => break,
            None => blanks += usize::from(line.is_blank()),
        }
    }
    seen[1] && seen.iter().filter(|s| **s).count() >= 3 && (seen[2] || seen[5] || has_address)
}

/// Where the attribution that begins here ends.
fn attribution(lines: &[Line], at: usize) -> Option<usize> {
    let mut joined = String::new();
    for (n, line) in lines[at..].iter().take(ATTRIBUTION_LINES_MAX).enumerate() {
        if line.is_blank() || (n > 0 && marks::begins_attribution(&line.text) && !joined.contains('@')) {
            return None;
        }
        joined.push_str(line.text.trim());
        joined.push(' ');
        if marks::is_attribution(joined.trim()) {
            return Some(at + n + 1);
        }
    }
    None
}

fn goes_on_quoted(lines: &[Line]) -> bool {
    lines.iter().find(|line| !line.is_blank()).is_some_and(|line| line.quoted)
}

/// The lines before a run of quotes that say whose they are.
fn mark_attributions(lines: &[Line], quoted: &mut [bool]) {
    for start in (1..lines.len()).filter(|at| lines[*at].quoted && !lines[*at - 1].quoted) {
        let Some(last) = lines[..start].iter().rposition(|line| !line.is_blank()) else { continue };
        let first = last.saturating_sub(ATTRIBUTION_LINES_MAX - 1);
        let joined = |from: usize| lines[from..=last].iter().map(|line| line.text.trim()).collect::<Vec<_>>().join(" ");
        let candidates = (first..=last).filter(|from| !lines[*from..=last].iter().any(|line| line.is_blank() || line.quoted));
        let strict = candidates
            .clone()
            .filter(|from| marks::begins_attribution(&lines[*from].text))
            .find(|from| marks::is_loose_attribution(&joined(*from)));
        let found = strict.or_else(|| candidates.rev().find(|from| marks::is_loose_attribution(&joined(*from))));
        if let Some(from) = found {
            quoted[from..start].fill(true);
        }
    }
}

fn spans(lines: &[Line], quoted: &[bool]) -> Folded {
    let has_own = lines.iter().zip(quoted).any(|(line, quoted)| !quoted && !line.is_blank());
    let mut spans: Vec<Span> = Vec::new();
    for (line, quoted) in lines.iter().zip(quoted) {
        let kind = if *quoted && has_own { Kind::Quoted } else { Kind::Fresh };
        match spans.last_mut() {
            // Blank lines belong to what stands before them.
            Some(last) if last.kind == kind || line.is_blank() => {
                last.text.push('\n');
                last.text.push_str(line.text.trim_end());
            }
            _ if line.is_blank() => {}
            _ => spans.push(Span { kind, text: line.text.trim_end().to_owned() }),
        }
    }
    for span in &mut spans {
        span.text.truncate(span.text.trim_end().len());
    }
    Folded { spans }
}
