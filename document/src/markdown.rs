//! Markdown to sections: one for each heading of the first three levels, with the headings above it.

use crate::read::Section;
use crate::{DocumentError, text};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A section longer than this is parted at paragraphs.
const SECTION_CHARS_MAX: usize = 4_000;
const HEADING_CHARS_MAX: usize = 200;

pub fn read(title: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    Ok(sections(title, &text::decode(bytes).replace("\r\n", "\n").replace('\0', "")))
}

pub(crate) fn sections(title: &str, text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut path: Vec<(HeadingLevel, String)> = Vec::new();
    let mut from = 0;
    for heading in headings(text) {
        sections.extend(parts(names(title, &path), &text[from..heading.start]));
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, heading.name));
        from = heading.end;
    }
    sections.extend(parts(names(title, &path), &text[from..]));
    sections
}

fn names(title: &str, path: &[(HeadingLevel, String)]) -> Vec<String> {
    if path.is_empty() { vec![title.to_owned()] } else { path.iter().map(|(_, name)| name.clone()).collect() }
}

struct Heading {
    level: HeadingLevel,
    name: String,
    start: usize,
    end: usize,
}

fn headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0usize;
    let mut inside = false;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 && level <= HeadingLevel::H3 => {
                headings.push(Heading { level, name: String::new(), start: range.start, end: range.end });
                (inside, depth) = (true, depth + 1);
            }
            Event::End(TagEnd::Heading(_)) => (inside, depth) = (false, depth.saturating_sub(1)),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(words) | Event::Code(words) if inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.name.push_str(&words);
                }
            }
            _ => {}
        }
    }
    for heading in &mut headings {
        heading.name = qn_base::text::truncate(heading.name.trim(), HEADING_CHARS_MAX).to_owned();
    }
    headings.retain(|heading| !heading.name.is_empty());
    headings
}

/// The text as one section, or as several of whole paragraphs; none when it is blank.
pub(crate) fn parts(path: Vec<String>, text: &str) -> Vec<Section> {
    let mut bodies: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n").map(|p| p.trim_matches('\n')).filter(|p| !p.trim().is_empty()) {
        for piece in pieces(paragraph) {
            match bodies.last_mut() {
                Some(body) if body.chars().count() + piece.chars().count() < SECTION_CHARS_MAX => {
                    body.push_str("\n\n");
                    body.push_str(piece);
                }
                _ => bodies.push(piece.to_owned()),
            }
        }
    }
    bodies.into_iter().map(|body| Section { path: path.clone(), body, ..Section::default() }).collect()
}

/// A paragraph that is too long by itself, cut hard.
fn pieces(mut paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !paragraph.is_empty() {
        let piece = qn_base::text::truncate(paragraph, SECTION_CHARS_MAX);
        pieces.push(piece);
        paragraph = &paragraph[piece.len()..];
    }
    pieces
}
