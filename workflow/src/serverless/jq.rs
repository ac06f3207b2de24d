//! The part of jq that serverless workflows use most, as a tree: paths, variables, literals, lists and objects, comparisons,
//! arithmetic, `and`, `or`, `not`, `//`, `length` and texts with `\( )`. Everything else is refused by name, never guessed at.

/// Longest expression that is read, in bytes, and deepest nesting.
const SOURCE_BYTES_MAX: usize = 4_096;
const DEPTH_MAX: u32 = 20;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Jq {
    /// `.a[0].b`, or `$name.a`.
    Path {
        root: Option<String>,
        steps: Vec<Step>,
    },
    /// A number, `true`, `false` or `null`, as written.
    Literal(String),
    Text(Vec<Piece>),
    List(Vec<Jq>),
    Object(Vec<(String, Jq)>),
    Binary(&'static str, Box<Jq>, Box<Jq>),
    Not(Box<Jq>),
    Length(Box<Jq>),
    /// `a // b`
    Else(Box<Jq>, Box<Jq>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Field(String),
    Index(u32),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Plain(String),
    Hole(Jq),
}

/// What is not understood, as it stands in the source.
pub(super) type Unknown = String;

/// Operators by how tightly they bind, loosest first.
const LEVELS: [&[&str]; 5] = [&["or"], &["and"], &["==", "!=", "<=", ">=", "<", ">"], &["+", "-"], &["*"]];

pub(super) fn parse(source: &str) -> Result<Jq, Unknown> {
    if source.len() > SOURCE_BYTES_MAX {
        return Err("…".to_owned());
    }
    let mut parser = Parser { rest: source, depth: 0 };
    let out = parser.pipe()?;
    parser.space();
    if parser.rest.is_empty() { Ok(out) } else { Err(parser.here()) }
}

struct Parser<'s> {
    rest: &'s str,
    depth: u32,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn here(&self) -> Unknown {
        self.rest.chars().take(40).collect()
    }

    /// A sign or a word, if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.space();
        let Some(after) = self.rest.strip_prefix(token) else { return false };
        let is_word = token.ends_with(|c: char| c.is_alphanumeric());
        if is_word && after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = after;
        true
    }

    fn must(&mut self, token: &str) -> Result<(), Unknown> {
        if self.takes(token) { Ok(()) } else { Err(self.here()) }
    }

    fn pipe(&mut self) -> Result<Jq, Unknown> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.here());
        }
        let mut left = self.alternative()?;
        while self.takes("|") {
            left = if self.takes("not") {
                Jq::Not(Box::new(left))
            } else if self.takes("length") {
                Jq::Length(Box::new(left))
            } else {
                return Err(self.here());
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn alternative(&mut self) -> Result<Jq, Unknown> {
        let left = self.binary(0)?;
        if self.takes("//") {
            return Ok(Jq::Else(Box::new(left), Box::new(self.alternative()?)));
        }
        Ok(left)
    }

    fn binary(&mut self, level: usize) -> Result<Jq, Unknown> {
        let Some(operators) = LEVELS.get(level) else { return self.postfix() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().copied().find(|operator| self.takes(operator)) {
            let right = self.binary(level + 1)?;
            left = Jq::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn postfix(&mut self) -> Result<Jq, Unknown> {
        self.space();
        let first = self.rest.chars().next().ok_or_else(|| "end".to_owned())?;
        match first {
            '.' => {
                if self.rest.starts_with("..") {
                    return Err(self.here());
                }
                let mut steps = Vec::new();
                // `.` alone, `.a` and `.[0]` begin alike.
                let after = &self.rest[1..];
                if after.starts_with('[') || after.starts_with('"') || after.starts_with(is_name_start) {
                    if after.starts_with('[') {
                        self.rest = after;
                    }
                    self.steps(&mut steps)?;
                } else {
                    self.rest = after;
                }
                Ok(Jq::Path { root: None, steps })
            }
            '$' => {
                self.rest = &self.rest[1..];
                let root = Some(self.name()?);
                let mut steps = Vec::new();
                self.steps(&mut steps)?;
                Ok(Jq::Path { root, steps })
            }
            '"' => self.text().map(Jq::Text),
            '[' => self.list(),
            '{' => self.object(),
            '(' => {
                self.must("(")?;
                let inner = self.pipe()?;
                self.must(")")?;
                Ok(inner)
            }
            '0'..='9' | '-' => self.number(),
            _ => match ["true", "false", "null"].into_iter().find(|word| self.takes(word)) {
                Some(word) => Ok(Jq::Literal(word.to_owned())),
                None => Err(self.here()),
            },
        }
    }

    fn steps(&mut self, out: &mut Vec<Step>) -> Result<(), Unknown> {
        loop {
            if let Some(after) = self.rest.strip_prefix('.') {
                self.rest = after;
                if self.rest.starts_with('[') {
                    continue;
                }
                let field = if self.rest.starts_with('"') { self.plain()? } else { self.name()? };
                out.push(Step::Field(field));
            } else if self.rest.starts_with('[') {
                self.must("[")?;
                self.space();
                if self.rest.starts_with('"') {
                    let field = self.plain()?;
                    out.push(Step::Field(field));
                } else {
                    let digits: String = self.rest.chars().take_while(char::is_ascii_digit).collect();
                    out.push(Step::Index(digits.parse().map_err(|_| self.here())?));
                    self.rest = &self.rest[digits.len()..];
                }
                self.must("]")?;
            } else if self.rest.starts_with('?') {
                // `.a?` asks for no error where there is nothing; paths never give one here.
                self.rest = &self.rest[1..];
            } else {
                return Ok(());
            }
        }
    }

    fn name(&mut self) -> Result<String, Unknown> {
        let name: String = self.rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !name.starts_with(is_name_start) {
            return Err(self.here());
        }
        self.rest = &self.rest[name.len()..];
        Ok(name)
    }

    fn number(&mut self) -> Result<Jq, Unknown> {
        let text: String = self
            .rest
            .chars()
            .enumerate()
            .take_while(|(n, c)| c.is_ascii_digit() || *c == '.' || (*n == 0 && *c == '-'))
            .map(|(_, c)| c)
            .collect();
        if text.parse::<f64>().is_err() || text.ends_with('.') {
            return Err(self.here());
        }
        self.rest = &self.rest[text.len()..];
        Ok(Jq::Literal(text))
    }

    fn list(&mut self) -> Result<Jq, Unknown> {
        self.must("[")?;
        let mut items = Vec::new();
        if self.takes("]") {
            return Ok(Jq::List(items));
        }
        loop {
            items.push(self.pipe()?);
            if self.takes("]") {
                return Ok(Jq::List(items));
            }
            self.must(",")?;
        }
    }

    fn object(&mut self) -> Result<Jq, Unknown> {
        self.must("{")?;
        let mut fields = Vec::new();
        if self.takes("}") {
            return Ok(Jq::Object(fields));
        }
        loop {
            self.space();
            let variable = self.takes("$");
            let name = if self.rest.starts_with('"') { self.plain()? } else { self.name()? };
            let value = if !variable && self.takes(":") {
                self.alternative()?
            } else if variable {
                Jq::Path { root: Some(name.clone()), steps: Vec::new() }
            } else {
                Jq::Path { root: None, steps: vec![Step::Field(name.clone())] }
            };
            fields.push((name, value));
            if self.takes("}") {
                return Ok(Jq::Object(fields));
            }
            self.must(",")?;
        }
    }

    /// A text without holes.
    fn plain(&mut self) -> Result<String, Unknown> {
        let at = self.here();
        match self.text()?.as_slice() {
            [] => Ok(String::new()),
            [Piece::Plain(text)] => Ok(text.clone()),
            _ => Err(at),
        }
    }

    fn text(&mut self) -> Result<Vec<Piece>, Unknown> {
        let at = self.here();
        let (mut pieces, mut plain) = (Vec::new(), String::new());
        self.rest = self.rest.strip_prefix('"').ok_or_else(|| at.clone())?;
        loop {
            let c = self.rest.chars().next().ok_or_else(|| at.clone())?;
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '"' => break,
                '\\' => {
                    let escape = self.rest.chars().next().ok_or_else(|| at.clone())?;
                    self.rest = &self.rest[escape.len_utf8()..];
                    match escape {
                        '(' => {
                            let hole = self.pipe()?;
                            self.must(")")?;
                            if !plain.is_empty() {
                                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
                            }
                            pieces.push(Piece::Hole(hole));
                        }
                        'n' => plain.push('\n'),
                        't' => plain.push('\t'),
                        '"' | '\\' | '/' => plain.push(escape),
                        _ => return Err(at),
                    }
                }
                c => plain.push(c),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        Ok(pieces)
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}
