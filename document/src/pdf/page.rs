//! One page of a PDF as printed lines: the text operators of ISO 32000-1 §9.4 are followed for where and how large text stands. Widths of
//! glyphs are not read, so a gap inside a line is judged by the width characters usually have. Called by `pdf` alone.

use super::radicals::character;
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Object, ObjectId};
use std::collections::BTreeMap;

/// Stands in a line's text where columns are apart.
pub(super) const GAP: char = '\t';

/// A line as it is printed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub text: String,
    /// Height of the type, points.
    pub size: f32,
    pub bold: bool,
    /// From the line before on the page, points; negative when it stands higher.
    pub below: f32,
}

/// Of a height, between baselines: text that is further away stands on another line.
const SAME_LINE: f32 = 0.5;
/// In thousandths of a height, between two pieces of a `TJ`: words further apart are two.
const WORD_GAP: f32 = 180.0;
/// Where a piece ends at the latest, in widths by guess and heights: one that begins further on is another word.
const WIDEST: f32 = 1.3;
const PIECE_GAP: f32 = 0.3;
/// States that `q` may keep: a page needs a few.
const STATES_MAX: usize = 1_000;

type Matrix = [f32; 6];
const UNMOVED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `a`, then `b`.
fn times(a: Matrix, b: Matrix) -> Matrix {
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    [a0 * b0 + a1 * b2, a0 * b1 + a1 * b3, a2 * b0 + a3 * b2, a2 * b1 + a3 * b3, a4 * b0 + a5 * b2 + b4, a4 * b1 + a5 * b3 + b5]
}

struct Font<'a> {
    encoding: Encoding<'a>,
    bold: bool,
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State<'a> {
    page: Matrix,
    font: Option<&'a Font<'a>>,
    size: f32,
    leading: f32,
    /// Outlines drawn around the letters: how programs make type bold that has no bold font.
    stroked: bool,
}

/// # Errors
/// When the page's content or a font is damaged, or unpacks to more than `bytes_max`.
pub(super) fn lines(document: &Document, page: ObjectId, bytes_max: usize) -> lopdf::Result<Vec<Line>> {
    let written = written(document, page)?;
    let fonts = fonts(document, &written, bytes_max)?;
    let content = Content::decode(&document.get_page_content_with_limit(page, bytes_max)?)?;
    let state = State { page: UNMOVED, font: None, size: 0.0, leading: 0.0, stroked: false };
    let mut printer = Printer { fonts: &fonts, state, kept: Vec::new(), text: UNMOVED, line: UNMOVED, printed: Printed::default() };
    for operation in &content.operations {
        printer.follow(&operation.operator, &operation.operands)?;
    }
    Ok(printer.printed.finish())
}

/// A page's fonts by name. Where a font says which characters its codes mean, that counts and not how its glyphs are named (§9.10.2).
fn written(document: &Document, page: ObjectId) -> lopdf::Result<BTreeMap<Vec<u8>, Dictionary>> {
    let mut fonts = BTreeMap::new();
    for (name, font) in document.get_page_fonts(page)? {
        let mut font = font.clone();
        if font.has(b"ToUnicode") {
            font.remove(b"Encoding");
        }
        fonts.insert(name, font);
    }
    Ok(fonts)
}

fn fonts<'a>(
    document: &'a Document,
    written: &'a BTreeMap<Vec<u8>, Dictionary>,
    bytes_max: usize,
) -> lopdf::Result<BTreeMap<&'a [u8], Font<'a>>> {
    let mut fonts = BTreeMap::new();
    for (name, font) in written {
        match font.get_font_encoding_with_limit(document, bytes_max) {
            Ok(encoding) => _ = fonts.insert(name.as_slice(), Font { encoding, bold: is_bold(font) }),
            Err(error @ lopdf::Error::Decompress(_)) => return Err(error),
            // Text in a font that cannot be read is left out, as a picture would be.
            Err(_) => {}
        }
    }
    Ok(fonts)
}

fn is_bold(font: &Dictionary) -> bool {
    let name = font.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default();
    let name = String::from_utf8_lossy(name).to_lowercase();
    ["bold", "heavy", "black", "simhei", "heiti"].iter().any(|word| name.contains(word))
}

struct Printer<'a> {
    fonts: &'a BTreeMap<&'a [u8], Font<'a>>,
    state: State<'a>,
    kept: Vec<State<'a>>,
    text: Matrix,
    line: Matrix,
    printed: Printed,
}

impl Printer<'_> {
    fn follow(&mut self, operator: &str, operands: &[Object]) -> lopdf::Result<()> {
        let number = |at: usize| operands.get(at).and_then(|o| o.as_float().ok()).unwrap_or(0.0);
        let matrix = || [number(0), number(1), number(2), number(3), number(4), number(5)];
        match operator {
            "q" if self.kept.len() < STATES_MAX => self.kept.push(self.state.clone()),
            "Q" => self.state = self.kept.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => self.state.page = times(matrix(), self.state.page),
            "BT" => (self.text, self.line) = (UNMOVED, UNMOVED),
            "Tf" => {
                self.state.font = operands.first().and_then(|name| self.fonts.get(name.as_name().ok()?));
                self.state.size = number(1);
            }
            "TL" => self.state.leading = number(0),
            "Tr" => self.state.stroked = number(0) == 2.0,
            "Tm" => (self.text, self.line) = (matrix(), matrix()),
            "Td" => self.step(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.step(number(0), number(1));
            }
            "T*" => self.step(0.0, -self.state.leading),
            "Tj" | "TJ" => self.show(operands.first())?,
            "'" => {
                self.step(0.0, -self.state.leading);
                self.show(operands.first())?;
            }
            "\"" => {
                self.step(0.0, -self.state.leading);
                self.show(operands.get(2))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn step(&mut self, x: f32, y: f32) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn show(&mut self, shown: Option<&Object>) -> lopdf::Result<()> {
        let (Some(shown), Some(font)) = (shown, self.state.font) else { return Ok(()) };
        let mut words = String::new();
        let pieces = shown.as_array().map_or(std::slice::from_ref(shown), Vec::as_slice);
        for piece in pieces {
            match piece {
                Object::String(bytes, _) => words.push_str(&Document::decode_text(&font.encoding, bytes)?),
                gap if gap.as_float().is_ok_and(|gap| gap < -WORD_GAP) => words.push(' '),
                _ => {}
            }
        }
        let at = times(self.text, self.state.page);
        let size = self.state.size.abs() * at[2].hypot(at[3]);
        self.printed.print(&words, (at[4], at[5]), size, font.bold || self.state.stroked);
        // Where the next piece stands unless it is moved.
        let wide = ems(&words) * self.state.size;
        self.text = times([1.0, 0.0, 0.0, 1.0, wide, 0.0], self.text);
        Ok(())
    }
}

/// How wide text usually is, in heights.
fn ems(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// The lines of a page as they come to stand.
#[derive(Default)]
struct Printed {
    lines: Vec<Line>,
    /// Of the line that is open: its baseline, and where its last piece ends at the latest.
    baseline: f32,
    end: f32,
}

impl Printed {
    fn print(&mut self, words: &str, (x, y): (f32, f32), size: f32, bold: bool) {
        let sign = |c: char| if c.is_whitespace() || c.is_control() { ' ' } else { character(c) };
        let words: String = words.chars().map(sign).collect();
        let wide = ems(&words) * size;
        if words.trim().is_empty() {
            self.space();
            return;
        }
        let above = self.baseline - y;
        match self.lines.last_mut() {
            Some(line) if above.abs() <= SAME_LINE * size.max(line.size) => {
                if x > self.end {
                    line.text.push(GAP);
                }
                let (old, new) = (ems(&line.text), ems(&words));
                line.size = (line.size * old + size * new) / (old + new);
                line.bold &= bold;
                line.text.push_str(&words);
            }
            before => {
                let below = if before.is_some() { above } else { 0.0 };
                self.lines.push(Line { text: words, size, bold, below });
                self.baseline = y;
            }
        }
        self.end = x + WIDEST * wide + PIECE_GAP * size;
    }

    fn space(&mut self) {
        if let Some(line) = self.lines.last_mut().filter(|line| !line.text.ends_with(' ')) {
            line.text.push(' ');
        }
    }

    fn finish(mut self) -> Vec<Line> {
        self.lines.iter_mut().for_each(|line| line.text = squeezed(&line.text));
        self.lines
    }
}

/// Without spaces that only set Chinese characters apart, with single ones between words, and with gaps as they are.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for column in text.split(GAP).filter(|column| !column.trim().is_empty()) {
        if !out.is_empty() {
            out.push(GAP);
        }
        for word in column.split_whitespace() {
            let is_apart = |c: Option<char>| c.is_some_and(|c| c.is_ascii() && c != GAP);
            if is_apart(out.chars().next_back()) || (is_apart(word.chars().next()) && !out.is_empty() && !out.ends_with(GAP)) {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}
