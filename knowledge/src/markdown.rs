//! Markdown to HTML that is safe to show, and to plain text. Used by the preview, the public help page and the index.
//! What an author (or whoever stole their password) writes can never become script, style, form, frame or picture.

use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::collections::HashSet;

const TAGS: [&str; 25] = [
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "a",
    "mark",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
];

pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Sanitised HTML. Links may be http, https, mailto or within the site, open outside the widget's frame and lend no authority;
/// pictures, raw HTML and everything not listed above are dropped, their text kept.
pub fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, options()).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    });
    render(events)
}

pub(crate) fn render<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    sanitiser().clean(&html).to_string()
}

/// The words of a markdown text, one line per block.
pub fn to_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push('\n'),
            Event::End(TagEnd::TableCell) => text.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableRow | TagEnd::TableHead,
            ) => {
                text.push('\n');
            }
            Event::Start(Tag::Item) if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn sanitiser() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into_iter().chain(["td"]).collect())
        .tag_attributes([("a", HashSet::from(["href", "title"]))].into_iter().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Custom(Box::new(WithinSite)))
        .link_rel(Some("noopener nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    builder
}

/// Paths and fragments, not `//other.example`, which browsers read as another site.
struct WithinSite;

impl UrlRelativeEvaluate<'_> for WithinSite {
    fn evaluate<'a>(&self, url: &'a str) -> Option<Cow<'a, str>> {
        let path = url.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        let other_site = path.starts_with("//") || path.contains('\\');
        (!other_site).then_some(Cow::Borrowed(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html() {
        let html = to_html("# 标题\n\n**粗** 和 [链接](https://example.com/a?b=1 \"t\")\n\n- 一\n- 二\n\n| a | b |\n|---|---|\n| 1 | 2 |");
        for part in [
            "<h1>标题</h1>",
            "<strong>粗</strong>",
            "href=\"https://example.com/a?b=1\"",
            "rel=\"noopener nofollow\"",
            "target=\"_blank\"",
            "<li>一</li>",
            "<td>1</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn hostile_markdown_is_inert() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://example.com/x.png)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:x)",
            "[x](//evil.example/x)",
            "[x](/\\\\evil.example)",
            "<a href=\"javascript:x\">y</a>",
            "<iframe src=//x></iframe>",
            "<style>*{}</style>",
            "<form action=/x><input name=p></form>",
            "[x](\u{1}javascript:alert(1))",
            "<svg onload=alert(1)>",
            "<p style=\"x\" onclick=\"y\">z</p>",
            "[a](<java\nscript:alert(1)>)",
            "<base href=//x>",
            "<meta http-equiv=refresh content=0>",
            "`<b>`",
            "```html\n<script>1</script>\n```",
            "[x](https://a\"onmouseover=alert(1))",
            "<!-- <img src=x onerror=1> -->",
            "[x](file:///etc/passwd)",
            "[x](\\\\\\\\evil\\\\x)",
        ] {
            let html = tags_only(&to_html(hostile).to_lowercase());
            for bad in [
                "<script",
                "<img",
                "<iframe",
                "<svg",
                "<style",
                "<form",
                "<input",
                "<base",
                "<meta",
                "<p ",
                "href=\"javascript",
                "href=\"data",
                "href=\"vbscript",
                "href=\"//",
                "href=\"\\",
                "href=\"/\\",
                "href=\"file",
                "\" onmouseover",
            ] {
                assert!(!html.contains(bad), "{bad} in {html} from {hostile}");
            }
        }
    }

    /// Escaped markup is text and may say anything; what counts is what a browser would read as a tag.
    fn tags_only(html: &str) -> String {
        html.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(tag, _)| format!("<{tag}>")).collect()
    }

    #[test]
    fn links_within_the_site_and_mail_stay() {
        for (markdown, href) in [
            ("[a](/help/en/art_1)", "/help/en/art_1"),
            ("[a](#top)", "#top"),
            ("[a](mailto:a@b.example)", "mailto:a@b.example"),
            ("<https://example.com>", "https://example.com"),
        ] {
            assert!(to_html(markdown).contains(&format!("href=\"{href}\"")), "{}", to_html(markdown));
        }
    }

    #[test]
    fn deep_and_long_texts_are_survived() {
        for text in [
            ">".repeat(5_000) + "x",
            "- ".repeat(3_000) + "x",
            "[".repeat(20_000),
            "*".repeat(20_000),
            "<div>".repeat(5_000),
            "|a".repeat(5_000),
        ] {
            to_html(&text);
            to_text(&text);
        }
    }

    #[test]
    fn plain_text_keeps_words_only() {
        assert_eq!(to_text("# A\n\nb **c** [d](https://x)\n\n- e\n- `f`\n\n| g | h |\n|---|---|\n| i | j |"), "A\nb c d\ne\nf\ng h \ni j");
    }
}
