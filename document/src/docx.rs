//! Word documents: paragraphs, headings by their style, lists and tables, as markdown. Pictures, comments and deleted text are left out.

use crate::read::Section;
use crate::{DocumentError, archive, markdown};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

pub fn read(title: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    archive::check(bytes)?;
    let mut archive = archive::open(bytes)?;
    let document =
        archive::text(&mut archive, "word/document.xml")?.ok_or_else(|| DocumentError::broken("word/document.xml is missing"))?;
    let styles = match archive::text(&mut archive, "word/styles.xml")? {
        Some(styles) => levels(&styles)?,
        None => HashMap::new(),
    };
    Ok(markdown::sections(title, &to_markdown(&document, &styles)?))
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// The heading level of each style that is a heading: their ids differ by language, their names do not ("heading 1").
fn levels(styles: &str) -> Result<HashMap<String, usize>, DocumentError> {
    let mut levels = HashMap::new();
    let mut reader = Reader::from_str(styles);
    let mut style = String::new();
    loop {
        match reader.read_event().map_err(DocumentError::broken)? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "style" => style = attribute(&start, "styleId").unwrap_or_default(),
                "name" => {
                    let name = attribute(&start, "val").unwrap_or_default().to_lowercase();
                    let level = if name == "title" { Some(1) } else { name.strip_prefix("heading ").and_then(|n| n.parse().ok()) };
                    levels.extend(level.filter(|level| (1..=6).contains(level)).map(|level| (style.clone(), level)));
                }
                _ => {}
            },
            Event::Eof => return Ok(levels),
            _ => {}
        }
    }
}

/// What the paragraph being read has said of itself so far.
#[derive(Default)]
struct Paragraph {
    text: String,
    level: Option<usize>,
    is_item: bool,
}

fn to_markdown(document: &str, styles: &HashMap<String, usize>) -> Result<String, DocumentError> {
    let mut reader = Reader::from_str(document);
    let mut out = String::new();
    let mut paragraph = Paragraph::default();
    let mut row: Option<Vec<String>> = None;
    let mut in_text = false;
    loop {
        match reader.read_event().map_err(DocumentError::broken)? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "p" => paragraph = Paragraph::default(),
                "pStyle" => paragraph.level = attribute(&start, "val").and_then(|style| styles.get(&style).copied()),
                "outlineLvl" if paragraph.level.is_none() => {
                    let level = attribute(&start, "val").and_then(|n| n.parse::<usize>().ok());
                    paragraph.level = level.filter(|n| *n < 6).map(|n| n + 1);
                }
                "numPr" => paragraph.is_item = true,
                "t" => in_text = true,
                "tab" if row.is_none() => paragraph.text.push(' '),
                "br" => paragraph.text.push('\n'),
                "tr" => row = Some(Vec::new()),
                "tc" => row.get_or_insert_default().push(String::new()),
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "t" => in_text = false,
                "p" => close(&mut out, std::mem::take(&mut paragraph), row.as_mut().and_then(|row| row.last_mut())),
                "tr" => out.push_str(&format!("| {} |\n", row.take().unwrap_or_default().join(" | "))),
                "tbl" => out.push('\n'),
                _ => {}
            },
            Event::Text(text) if in_text => paragraph.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if in_text => paragraph.text.push_str(reference(&name)),
            Event::Eof => return Ok(out),
            _ => {}
        }
    }
}

fn reference(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}

/// Ends a paragraph: into the cell of a table, or as a block of its own.
fn close(out: &mut String, paragraph: Paragraph, cell: Option<&mut String>) {
    let text = paragraph.text.trim();
    match (cell, paragraph.level) {
        (Some(cell), _) => {
            if !cell.is_empty() && !text.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&text.replace(['\n', '|'], " "));
        }
        _ if text.is_empty() => {}
        (None, Some(level)) => out.push_str(&format!("\n\n{} {}\n\n", "#".repeat(level), text.replace('\n', " "))),
        (None, None) if paragraph.is_item => out.push_str(&format!("- {}\n", text.replace('\n', " "))),
        (None, None) => out.push_str(&format!("\n{text}\n\n")),
    }
}
