//! Which printed lines are headings: a PDF does not say, paper does. Larger type than most of the file has, or short bold lines among type
//! that is not bold. Lines that stand at the edge of most pages (running heads, page numbers) belong to the paper and are left out.

use super::page::{GAP, Line};
use crate::markdown;
use crate::read::Section;
use std::collections::{BTreeMap, HashMap};

/// Times the size of most text.
const LARGER: f32 = 1.12;
/// A bold line this much smaller than most text is a note.
const NOTE: f32 = 0.95;
const HEADING_CHARS_MAX: usize = 80;
const BOLD_CHARS_MAX: usize = 40;
/// Headings of this many levels part a file, as in the other formats.
const LEVELS_MAX: usize = 3;
/// Lines at the top and the bottom of a page that may belong to the paper.
const EDGE: usize = 2;
/// Heights between two lines of a paragraph, at most.
const PARAGRAPH_GAP: f32 = 2.0;

pub(super) fn sections(title: &str, mut pages: Vec<Vec<Line>>) -> Vec<Section> {
    let usual = Usual::of(&pages);
    drop_furniture(&mut pages, &usual);
    let ranks = usual.ranks(&pages);
    let mut sections = Vec::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    let (mut body, mut before) = (String::new(), None::<usize>);
    for line in pages.into_iter().flatten() {
        let rank = usual.heading(&line).and_then(|height| ranks.get(&height)).copied();
        match (rank, path.last_mut()) {
            // A long heading goes on in the next line.
            (Some(rank), Some((_, name))) if before == Some(rank) && goes_on(name, &line) => join(name, &line.text.replace(GAP, " ")),
            (Some(rank), _) => {
                sections.extend(markdown::parts(names(title, &path), &std::mem::take(&mut body)));
                path.retain(|(above, _)| *above < rank);
                path.push((rank, line.text.replace(GAP, " ")));
            }
            (None, _) => write(&mut body, &line),
        }
        before = rank;
    }
    sections.extend(markdown::parts(names(title, &path), &body));
    sections
}

fn names(title: &str, path: &[(usize, String)]) -> Vec<String> {
    if path.is_empty() { vec![title.to_owned()] } else { path.iter().map(|(_, name)| name.clone()).collect() }
}

fn goes_on(name: &str, line: &Line) -> bool {
    line.below > 0.0 && line.below < PARAGRAPH_GAP * line.size && name.chars().count() + line.text.chars().count() <= HEADING_CHARS_MAX
}

fn join(name: &mut String, more: &str) {
    if name.ends_with(|c: char| c.is_ascii()) && more.starts_with(|c: char| c.is_ascii()) {
        name.push(' ');
    }
    name.push_str(more);
}

/// Half points of height; bold headings no larger than the text come below all others, as 0.
type Height = u32;

fn height(size: f32) -> Height {
    (size * 2.0).round() as Height
}

/// What most of the file is printed in.
struct Usual {
    size: f32,
    bold: bool,
}

impl Usual {
    fn of(pages: &[Vec<Line>]) -> Self {
        let (mut chars, mut bold, mut all) = (BTreeMap::<Height, usize>::new(), 0, 0);
        for line in pages.iter().flatten() {
            let count = line.text.chars().count();
            *chars.entry(height(line.size)).or_default() += count;
            (bold, all) = (bold + if line.bold { count } else { 0 }, all + count);
        }
        let most = chars.into_iter().max_by_key(|(_, count)| *count).map_or(0, |(height, _)| height);
        Self { size: most as f32 / 2.0, bold: bold * 2 > all }
    }

    /// None for text.
    fn heading(&self, line: &Line) -> Option<Height> {
        let (chars, text) = (line.text.chars().count(), line.text.as_str());
        if !text.chars().any(char::is_alphabetic) {
            return None;
        }
        if line.size >= self.size * LARGER && chars <= HEADING_CHARS_MAX {
            return Some(height(line.size));
        }
        let stands_out = line.bold && !self.bold && !text.contains(GAP) && line.size >= self.size * NOTE && chars <= BOLD_CHARS_MAX;
        (stands_out && !text.ends_with(['。', '.', '；', ';', '，', ',', '：', ':', '！', '!'])).then_some(0)
    }

    /// The level of each height that headings have, the largest first. Heights beyond the last level are text.
    fn ranks(&self, pages: &[Vec<Line>]) -> HashMap<Height, usize> {
        let mut heights: Vec<Height> = pages.iter().flatten().filter_map(|line| self.heading(line)).collect();
        heights.sort_unstable_by(|a, b| b.cmp(a));
        heights.dedup();
        heights.into_iter().take(LEVELS_MAX).enumerate().map(|(rank, height)| (height, rank)).collect()
    }
}

/// Takes off what stands at the edge of more than half of the pages, whatever its numbers, and page numbers.
fn drop_furniture(pages: &mut [Vec<Line>], usual: &Usual) {
    let mut times = HashMap::<String, usize>::new();
    for page in pages.iter() {
        let mut shapes: Vec<String> = edges(page.len()).filter_map(|at| shape(&page[at], usual)).collect();
        shapes.sort_unstable();
        shapes.dedup();
        shapes.into_iter().for_each(|shape| *times.entry(shape).or_default() += 1);
    }
    let all = pages.len();
    let is_furniture = |line: &Line| {
        shape(line, usual).is_some_and(|shape| {
            let often = times.get(&shape).copied().unwrap_or(0);
            (all > 1 && is_page_number(&shape)) || (often > 1 && often * 2 > all)
        })
    };
    for page in pages {
        let gone: Vec<usize> = edges(page.len()).filter(|at| is_furniture(&page[*at])).collect();
        let mut at = 0;
        page.retain(|_| (!gone.contains(&at), at += 1).0);
        // What stood above it is gone: the sentence of the page before may go on.
        page.iter_mut().take(1).for_each(|first| first.below = 0.0);
    }
}

fn edges(lines: usize) -> impl Iterator<Item = usize> {
    (0..lines).filter(move |at| *at < EDGE || at + EDGE >= lines)
}

/// What is alike on each page: the text with one sign for each number. None for lines larger than the text.
fn shape(line: &Line, usual: &Usual) -> Option<String> {
    if line.size >= usual.size * LARGER {
        return None;
    }
    let mut shape = String::new();
    for c in line.text.chars() {
        match c.is_numeric() {
            true if shape.ends_with('#') => {}
            true => shape.push('#'),
            false => shape.push(c),
        }
    }
    Some(shape)
}

/// `3`, `- 3 -`, `3 / 10`.
fn is_page_number(shape: &str) -> bool {
    shape.matches('#').count() <= 2 && shape.chars().all(|c| matches!(c, '#' | ' ' | '-' | '–' | '—' | '/' | '·'))
}

/// Lines become paragraphs: one that ends a sentence, or stands apart, ends the paragraph. Lines that only look like markdown are text.
fn write(body: &mut String, line: &Line) {
    // Columns side by side are a row of a table: a paragraph of its own, as is what stands before it.
    let is_row = line.text.contains(GAP);
    let text = line.text.replace(GAP, " ");
    if is_row {
        part(body);
    }
    if line.below > PARAGRAPH_GAP * line.size {
        part(body);
    }
    if text.starts_with(['#', '>', '|', '`']) {
        body.push('\\');
    }
    body.push_str(&text);
    let ends = is_row || text.is_empty() || text.ends_with(['。', '！', '？', '.', '!', '?', '：', ':', '；']);
    let is_spaced = text.ends_with(|c: char| c.is_ascii());
    body.push_str(if ends { "\n\n" } else { if is_spaced { " " } else { "" } });
}

fn part(body: &mut String) {
    if !body.is_empty() && !body.ends_with("\n\n") {
        body.truncate(body.trim_end().len());
        body.push_str("\n\n");
    }
}
