//! HTML to markdown: cleaned to the few elements that carry meaning, then written anew. Scripts, styles and forms are gone before.

use crate::read::Section;
use crate::{DocumentError, markdown, text};
use std::collections::HashSet;

const KEPT: [&str; 24] = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "b",
    "em",
    "i",
    "a",
    "br",
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "code",
    "blockquote",
    "div",
];

pub fn read(title: &str, bytes: &[u8]) -> Result<Vec<Section>, DocumentError> {
    let html = text::decode(bytes);
    let title = own_title(&html).unwrap_or_else(|| title.to_owned());
    Ok(markdown::sections(&title, &to_markdown(&html)))
}

/// What stands in the page's `<title>`.
fn own_title(html: &str) -> Option<String> {
    let low = html.to_ascii_lowercase();
    let from = low.find("<title")?;
    let from = from + low[from..].find('>')? + 1;
    let to = from + low[from..].find("</title")?;
    let title = unescape(html.get(from..to)?).trim().to_owned();
    (!title.is_empty() && title.chars().count() <= 200).then_some(title)
}

fn to_markdown(html: &str) -> String {
    let mut cleaner = ammonia::Builder::default();
    let clean_content: HashSet<&str> = ["script", "style", "title", "nav", "noscript", "template", "svg", "form"].into();
    cleaner.tags(KEPT.into()).clean_content_tags(clean_content).link_rel(None).url_relative(ammonia::UrlRelative::Deny);
    let clean = cleaner.clean(html).to_string();
    let mut out = Writer::default();
    let mut rest = clean.as_str();
    while let Some(at) = rest.find('<') {
        out.text(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end);
        out.tag(rest[at + 1..end].trim());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out.text(rest);
    out.done.trim().to_owned()
}

/// Writes markdown from the tags and texts of clean HTML, in order.
#[derive(Default)]
struct Writer {
    done: String,
    /// The number of the next item for each open list; none for bullets.
    lists: Vec<Option<u32>>,
    links: Vec<Option<String>>,
    preformatted: bool,
    cells: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = unescape(text);
        if self.preformatted {
            self.done.push_str(&text);
            return;
        }
        for (n, word) in text.split_whitespace().enumerate() {
            let spaced = n > 0 || text.starts_with(char::is_whitespace);
            if spaced && !self.done.is_empty() && !self.done.ends_with(char::is_whitespace) {
                self.done.push(' ');
            }
            self.done.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.done.ends_with(char::is_whitespace) && !self.done.is_empty() {
            self.done.push(' ');
        }
    }

    fn tag(&mut self, tag: &str) {
        let (name, closes) = match tag.strip_prefix('/') {
            Some(name) => (name, true),
            None => (tag.split_whitespace().next().unwrap_or_default(), false),
        };
        match (name, closes) {
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
                self.block();
                let level = name.as_bytes().get(1).map_or(1, |digit| usize::from(digit - b'0'));
                self.done.push_str(&format!("{} ", "#".repeat(level)));
            }
            ("ul", false) => self.lists.push(None),
            ("ol", false) => self.lists.push(Some(1)),
            ("ul" | "ol", true) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.block();
                }
            }
            ("li", false) => self.item(),
            ("strong" | "b", _) => self.done.push_str("**"),
            ("em" | "i", _) => self.done.push('*'),
            ("code", _) if !self.preformatted => self.done.push('`'),
            ("pre", _) => {
                self.block();
                self.preformatted = !closes;
                self.done.push_str(if closes { "```\n\n" } else { "```\n" });
            }
            ("br", false) => self.done.push('\n'),
            ("a", false) => {
                let link = address(tag);
                self.done.push_str(if link.is_some() { "[" } else { "" });
                self.links.push(link);
            }
            ("a", true) => {
                if let Some(address) = self.links.pop().flatten() {
                    self.done.push_str(&format!("]({address})"));
                }
            }
            ("tr", false) => (self.cells, _) = (0, self.line()),
            ("td" | "th", false) => {
                self.trim();
                self.done.push_str(if self.cells == 0 { "| " } else { " | " });
                self.cells += 1;
            }
            ("tr", true) => {
                self.trim();
                self.done.push_str(" |\n");
            }
            ("li", true) | ("td" | "th", true) => {}
            // Paragraphs inside an item or a cell do not end it.
            ("p" | "div" | "blockquote", _) if !self.lists.is_empty() || self.cells > 0 => self.text(" "),
            ("table", _) => {
                self.cells = 0;
                self.block();
            }
            ("p" | "div" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => self.block(),
            _ => {}
        }
    }

    fn item(&mut self) {
        self.line();
        let depth = self.lists.len().saturating_sub(1).min(8);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.done.push_str(&"  ".repeat(depth));
        self.done.push_str(&mark);
    }

    fn trim(&mut self) {
        let end = self.done.trim_end_matches(' ').len();
        self.done.truncate(end);
    }

    fn line(&mut self) {
        self.trim();
        if !self.done.is_empty() && !self.done.ends_with('\n') {
            self.done.push('\n');
        }
    }

    fn block(&mut self) {
        self.line();
        if !self.done.is_empty() && !self.done.ends_with("\n\n") {
            self.done.push('\n');
        }
    }
}

fn address(tag: &str) -> Option<String> {
    let from = tag.find("href=\"")? + 6;
    let to = from + tag[from..].find('"')?;
    let address = unescape(&tag[from..to]);
    (!address.contains(char::is_whitespace) && !address.contains(')')).then_some(address)
}

fn unescape(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
