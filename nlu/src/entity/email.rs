//! E-mail addresses, in lower case.

use super::{Context, Find, Recogniser, Text, Value};

pub struct Email;

const LOCAL_CHARS_MAX: usize = 64;
const DOMAIN_CHARS_MAX: usize = 253;

impl Recogniser for Email {
    fn find(&self, text: &Text, _: &Context<'_>, out: &mut Vec<Find>) {
        for at in (0..text.len()).filter(|at| text.at(*at) == '@') {
            let Some((start, end)) = local(text, at).zip(domain(text, at + 1)) else { continue };
            out.push(Find { start, end, value: Value::Email { address: text.string(start, end) }, confidence: 1.0 });
        }
    }
}

fn local(text: &Text, at: usize) -> Option<usize> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let mut start = at;
    while start > 0 && at - start < LOCAL_CHARS_MAX && part(text.at(start - 1)) {
        start -= 1;
    }
    while start < at && matches!(text.at(start), '.' | '-' | '%' | '+') {
        start += 1;
    }
    (start < at && text.before(at) != '.').then_some(start)
}

fn domain(text: &Text, start: usize) -> Option<usize> {
    let mut end = start;
    while end - start < DOMAIN_CHARS_MAX && (text.at(end).is_ascii_alphanumeric() || matches!(text.at(end), '.' | '-')) {
        end += 1;
    }
    while end > start && matches!(text.before(end), '.' | '-') {
        end -= 1;
    }
    let name = text.string(start, end);
    let labels: Vec<&str> = name.split('.').collect();
    let good = |l: &&str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
    let last = labels.last()?;
    let top = last.len() >= 2 && last.chars().all(|c| c.is_ascii_alphabetic());
    (labels.len() >= 2 && top && labels.iter().all(good)).then_some(end)
}
