//! HTML to lines, in one walk over its tokens (html5ever): no tree is built, so nesting costs nothing. Scripts and styles are skipped, and
//! what the sender hid is dropped, so that people see what a program reads. No HTML leaves this file.

use crate::Line;
use crate::marks;
use crate::pictures;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Longer bodies are cut: their raw form is kept.
const BYTES_MAX: usize = 512 * 1024;
/// The tokenizer compares each attribute of a tag with all others; a tag that could have more is where the body is cut.
const ATTRIBUTES_MAX: usize = 20_000;
/// How far up an end tag looks for what it ends.
const LOOK_UP_MAX: usize = 256;
const OPEN_MAX: usize = 10_000;
const LINK_BYTES_MAX: usize = 500;

const BLOCKS: [&str; 20] = [
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "pre",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "center",
    "section",
    "article",
    "body",
];
/// Elements that nest and are closed; others are followed only where they matter.
const NESTING: [&str; 10] = ["div", "blockquote", "table", "section", "article", "center", "ul", "ol", "pre", "body"];
const VOID: [&str; 9] = ["br", "hr", "img", "meta", "link", "input", "col", "wbr", "base"];

/// `cids`: what pictures inside the text may name.
pub(crate) fn lines(html: &str, cids: &[Option<String>]) -> Vec<Line> {
    let input = BufferQueue::default();
    input.push_back(cut(html).into());
    let sink = Sink { walk: RefCell::new(Walk { cids: cids.to_vec(), ..Walk::default() }) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    // Scripts are never run, so one feeding reads it all.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.walk.into_inner().end()
}

fn cut(html: &str) -> &str {
    let mut end = html.len().min(BYTES_MAX);
    let (mut tag, mut separators) = (0, 0);
    for (at, byte) in html.as_bytes()[..end].iter().enumerate() {
        match byte {
            b'<' => (tag, separators) = (at, 0),
            b'>' => separators = 0,
            b' ' | b'\t' | b'\n' | b'\r' | b'/' => separators += 1,
            _ => {}
        }
        if separators > ATTRIBUTES_MAX && html.as_bytes()[tag] == b'<' {
            end = tag;
            break;
        }
    }
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    &html[..end]
}

struct Sink {
    walk: RefCell<Walk>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut walk = self.walk.borrow_mut();
        match token {
            Token::CharacterTokens(text) => walk.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => walk.close(&tag.name),
            Token::TagToken(tag) => {
                let raw = match &*tag.name {
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
                    "script" => Some(RawKind::ScriptData),
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                if let Some(kind) = raw {
                    walk.skipping = true;
                    return TokenSinkResult::RawData(kind);
                }
                walk.begin(&tag);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Walk {
    cids: Vec<Option<String>>,
    done: Vec<Line>,
    line: String,
    open: Vec<Open>,
    quotes: usize,
    hidden: usize,
    preformatted: usize,
    /// Inside a script or the like; it ends with the next end tag.
    skipping: bool,
    rest_quoted: bool,
    /// Where an open link leads, and where its text begins in the line.
    link: Option<(String, usize)>,
}

struct Open {
    name: String,
    quote: bool,
    hidden: bool,
}

impl Walk {
    fn text(&mut self, text: &str) {
        if self.hidden > 0 || self.skipping {
            return;
        }
        if self.preformatted > 0 {
            for (n, piece) in text.split('\n').enumerate() {
                if n > 0 {
                    self.end_line(true);
                }
                self.line.push_str(piece);
            }
            return;
        }
        for c in text.chars() {
            match c {
                '\u{a0}' => self.line.push(' '),
                c if c.is_whitespace() && (self.line.is_empty() || self.line.ends_with(' ')) => {}
                c if c.is_whitespace() => self.line.push(' '),
                c => self.line.push(c),
            }
        }
    }

    fn begin(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if BLOCKS.contains(&name) {
            self.end_line(false);
        }
        let id = attribute(tag, "id");
        self.rest_quoted |= marks::is_divider(id);
        match name {
            "br" => self.end_line(true),
            "img" => self.picture(attribute(tag, "src")),
            "td" | "th" if !self.line.trim().is_empty() => self.line.push_str("  "),
            "li" => self.line.push_str("- "),
            "a" => self.link = Some((attribute(tag, "href").trim().to_owned(), self.line.len())),
            _ => {}
        }
        if !VOID.contains(&name) && self.open.len() < OPEN_MAX {
            self.push(tag);
        }
    }

    fn picture(&mut self, src: &str) {
        let shown = src.trim().strip_prefix("cid:").filter(|_| self.hidden == 0 && !self.skipping);
        if let Some(n) = shown.and_then(|cid| pictures::find(&self.cids, cid)) {
            self.line.push_str(&pictures::mark(n));
        }
    }

    fn push(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let style = attribute(tag, "style").to_lowercase().replace(' ', "");
        let class = attribute(tag, "class");
        let quote = marks::is_quote_class(class, attribute(tag, "id")) || (name == "blockquote" && !is_indent(&style, class));
        let hides = |mark: &str| style.contains(mark);
        let hidden = ["display:none", "visibility:hidden", "font-size:0;", "font-size:0px", "mso-hide:all"].into_iter().any(hides);
        if !(quote || hidden || self.hidden > 0 || NESTING.contains(&name)) {
            return;
        }
        self.quotes += usize::from(quote);
        self.hidden += usize::from(hidden);
        self.preformatted += usize::from(name == "pre");
        self.open.push(Open { name: name.to_owned(), quote, hidden });
    }

    fn close(&mut self, name: &str) {
        if std::mem::take(&mut self.skipping) {
            return;
        }
        if name == "a"
            && let Some((href, from)) = self.link.take()
        {
            self.name_link(&href, from);
        }
        if BLOCKS.contains(&name) {
            self.end_line(false);
            if name == "p" {
                self.blank_line();
            }
        }
        let from = self.open.len().saturating_sub(LOOK_UP_MAX);
        let Some(at) = self.open[from..].iter().rposition(|open| open.name == name) else { return };
        for open in self.open.drain(from + at..) {
            self.quotes -= usize::from(open.quote);
            self.hidden -= usize::from(open.hidden);
            self.preformatted -= usize::from(open.name == "pre");
        }
    }

    /// A link whose text does not say where it leads is followed by its address.
    fn name_link(&mut self, href: &str, from: usize) {
        let shown = self.line.get(from..).unwrap_or_default().trim().trim_end_matches('/').to_lowercase();
        let plain = href.trim_end_matches('/').to_lowercase();
        let bare = plain.trim_start_matches("https://").trim_start_matches("http://");
        let leads = href.starts_with("https://") || href.starts_with("http://");
        if leads && shown != plain && shown != bare && self.hidden == 0 && self.quotes == 0 && href.len() <= LINK_BYTES_MAX {
            self.line.push_str(&format!(" <{href}>"));
        }
    }

    /// `forced` keeps an empty line.
    fn end_line(&mut self, forced: bool) {
        let text = qn_base::text::clean(self.line.trim_end());
        self.line.clear();
        if let Some((_, from)) = &mut self.link {
            *from = 0;
        }
        if self.hidden == 0 && (!text.is_empty() || forced) {
            self.done.push(Line { text, quoted: self.quotes > 0, rest_quoted: std::mem::take(&mut self.rest_quoted) });
        }
    }

    fn blank_line(&mut self) {
        if self.done.last().is_some_and(|last| !last.is_blank()) {
            self.done.push(Line { text: String::new(), quoted: self.quotes > 0, rest_quoted: false });
        }
    }

    fn end(mut self) -> Vec<Line> {
        self.end_line(false);
        self.done
    }
}

/// Mail programs also write blockquotes to move a paragraph to the right.
fn is_indent(style: &str, class: &str) -> bool {
    class.contains("indent") || (style.contains("margin:0040px") || style.contains("margin:0px0px0px40px")) && style.contains("border:none")
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> &'a str {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map_or("", |attribute| &attribute.value)
}
