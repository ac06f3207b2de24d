//! How a tenant describes its order and tracking numbers: `#` a digit, `@` a letter, `?` either, `{m}` or `{m,n}` repeats what
//! stands before it, everything else is itself (letters in either case). Bounded and without backtracking: matching costs at
//! most `ATOMS_MAX` steps a character, whatever a tenant writes.

use super::text::Text;
use serde::{Deserialize, Serialize};

/// The longest number a pattern can describe.
pub const ATOMS_MAX: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Letter,
    Either,
    Just(char),
}

/// A compiled pattern with the name it is reported under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Source", into = "Source")]
pub struct Pattern {
    name: String,
    source: String,
    /// (what, may be left out)
    atoms: Vec<(Class, bool)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Source {
    name: String,
    pattern: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error("the pattern is empty")]
    Empty,
    #[error("the pattern can be longer than {ATOMS_MAX} characters")]
    TooLong,
    #[error("at character {0}: after {{ come one or two numbers, the smaller first, and }}")]
    Repeat(usize),
    #[error("the pattern would match any word or number of a text: it needs a fixed sign or at least six characters")]
    TooLoose,
}

impl Pattern {
    pub fn new(name: &str, source: &str) -> Result<Self, PatternError> {
        let chars: Vec<char> = source.trim().chars().take(200).collect();
        let mut atoms: Vec<(Class, bool)> = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            match chars[at] {
                '{' => {
                    let (least, most, next) = repeat(&chars, at).ok_or(PatternError::Repeat(at + 1))?;
                    let (class, _) = atoms.pop().ok_or(PatternError::Repeat(at + 1))?;
                    atoms.extend((0..most).map(|n| (class, n >= least)));
                    at = next;
                }
                '#' => atoms.push((Class::Digit, false)),
                '@' => atoms.push((Class::Letter, false)),
                '?' => atoms.push((Class::Either, false)),
                c => atoms.push((Class::Just(c.to_lowercase().next().unwrap_or(c)), false)),
            }
            if atoms.len() > ATOMS_MAX {
                return Err(PatternError::TooLong);
            }
            at += 1;
        }
        let must: Vec<&Class> = atoms.iter().filter(|(_, optional)| !optional).map(|(class, _)| class).collect();
        let fixed = must.iter().any(|c| matches!(c, Class::Just(_)));
        match must.len() {
            0 => Err(PatternError::Empty),
            n if n < 3 || (!fixed && n < 6) => Err(PatternError::TooLoose),
            _ => Ok(Self { name: name.to_owned(), source: source.trim().to_owned(), atoms }),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The end of the longest match that begins at `start` and ends at a word border.
    pub(super) fn matches(&self, text: &Text, start: usize) -> Option<usize> {
        let accept = 1u128 << self.atoms.len();
        let mut states = self.closure(1);
        let (mut at, mut found) = (start, None);
        loop {
            if states & accept != 0 && text.is_border(at) {
                found = Some(at);
            }
            let c = text.at(at);
            let mut next = 0;
            for (n, (class, _)) in self.atoms.iter().enumerate() {
                if states & (1 << n) != 0 && class.takes(c) {
                    next |= 1 << (n + 1);
                }
            }
            if next == 0 {
                return found;
            }
            states = self.closure(next);
            at += 1;
        }
    }

    /// States reached without reading.
    fn closure(&self, mut states: u128) -> u128 {
        for (n, (_, optional)) in self.atoms.iter().enumerate() {
            if *optional && states & (1 << n) != 0 {
                states |= 1 << (n + 1);
            }
        }
        states
    }
}

impl Class {
    fn takes(self, c: char) -> bool {
        match self {
            Class::Digit => c.is_ascii_digit(),
            Class::Letter => c.is_ascii_lowercase(),
            Class::Either => c.is_ascii_alphanumeric(),
            Class::Just(own) => c == own,
        }
    }
}

/// `{m}` or `{m,n}` at `open`: least, most, position of the closing brace.
fn repeat(chars: &[char], open: usize) -> Option<(usize, usize, usize)> {
    let close = open + chars[open..].iter().position(|c| *c == '}')?;
    let inside: String = chars[open + 1..close].iter().collect();
    let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
    let (least, most) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (least <= most && most > 0 && most <= ATOMS_MAX).then_some((least, most, close))
}

impl TryFrom<Source> for Pattern {
    type Error = PatternError;

    fn try_from(source: Source) -> Result<Self, PatternError> {
        Self::new(&source.name, &source.pattern)
    }
}

impl From<Pattern> for Source {
    fn from(pattern: Pattern) -> Self {
        Source { name: pattern.name, pattern: pattern.source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(pattern: &str, text: &str) -> Option<usize> {
        Pattern::new("p", pattern).ok()?.matches(&Text::new(text), 0)
    }

    #[test]
    fn what_patterns_match() {
        assert_eq!(end("QN-#{8}", "qn-20261111 到哪了"), Some(11));
        assert_eq!(end("QN-#{8}", "qn-202611112"), None);
        assert_eq!(end("SF#{12,15}", "SF1234567890123。"), Some(15));
        assert_eq!(end("@@?{4,6}", "ab12cd"), Some(6));
        assert_eq!(end("#{6}-#{2,4}", "123456-1234"), Some(11));
    }

    #[test]
    fn what_patterns_are_refused() {
        for (pattern, error) in [
            ("", PatternError::Empty),
            ("#{0,9}", PatternError::Empty),
            ("##", PatternError::TooLoose),
            ("#{5}", PatternError::TooLoose),
            ("A#{3,1}", PatternError::Repeat(3)),
            ("{3}", PatternError::Repeat(1)),
            ("A#{3", PatternError::Repeat(3)),
            ("A#{64}", PatternError::TooLong),
        ] {
            assert_eq!(Pattern::new("p", pattern), Err(error), "{pattern}");
        }
    }
}
