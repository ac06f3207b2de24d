//! The sentences of an article, and the article as HTML with some of them marked: what was quoted is seen where it stands.

use crate::markdown;
use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// A sentence is what a text says between two of these, or to the end of a line or cell.
const ENDS: [char; 6] = ['。', '！', '？', '；', '!', '?'];
const QUOTES_MAX: usize = 5;

/// What the markdown says, sentence by sentence, without its headings.
pub fn sentences(body: &str) -> Vec<String> {
    let events: Vec<Event<'_>> = Parser::new_ext(body, markdown::options()).collect();
    lines(&events).iter().flat_map(|line| cut(&text(&events[line.clone()]))).collect()
}

/// Sanitised HTML with the sentences marked, each where it first stands. One that is not there is left out.
pub fn to_html(body: &str, quotes: &[String]) -> String {
    let events: Vec<Event<'_>> = Parser::new_ext(body, markdown::options()).collect();
    let lines = lines(&events);
    let mut marks: Vec<(usize, Range<usize>)> = Vec::new();
    for quote in quotes.iter().map(|quote| quote.trim()).filter(|quote| !quote.is_empty()).take(QUOTES_MAX) {
        let place = |line: &Range<usize>| {
            let at = text(&events[line.clone()]).find(quote)?;
            Some(pieces(&events, line, at..at + quote.len()))
        };
        marks.extend(lines.iter().find_map(place).into_iter().flatten());
    }
    marks.sort_by_key(|(at, range)| (*at, range.start));
    markdown::render(events.into_iter().enumerate().flat_map(|(at, event)| marked(event, marks.iter().filter(move |mark| mark.0 == at))))
}

/// The stretches of events that make one line of text each: between blocks, cells and breaks. Headings are none.
fn lines(events: &[Event<'_>]) -> Vec<Range<usize>> {
    let (mut lines, mut from, mut in_heading) = (Vec::new(), 0, false);
    for (at, event) in events.iter().enumerate() {
        if is_inline(event) {
            continue;
        }
        if from < at && !in_heading {
            lines.push(from..at);
        }
        from = at + 1;
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            _ => {}
        }
    }
    lines
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) => true,
        Event::Start(tag) => matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }),
        Event::End(tag) => matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image),
        _ => false,
    }
}

fn words<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    if let Event::Text(words) | Event::Code(words) = event { Some(words) } else { None }
}

fn text(events: &[Event<'_>]) -> String {
    events.iter().filter_map(words).collect()
}

/// An English full stop ends a sentence only before a blank: 1.5 m does not.
fn cut(line: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut from = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let stops = c == '.' && chars.peek().is_some_and(|(_, next)| next.is_whitespace());
        if ENDS.contains(&c) || stops {
            sentences.push(&line[from..at + c.len_utf8()]);
            from = at + c.len_utf8();
        }
    }
    sentences.push(&line[from..]);
    sentences.into_iter().map(str::trim).filter(|s| s.chars().any(char::is_alphanumeric)).map(str::to_owned).collect()
}

/// Which bytes of which events make this stretch of the line.
fn pieces(events: &[Event<'_>], line: &Range<usize>, wanted: Range<usize>) -> Vec<(usize, Range<usize>)> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    for at in line.clone() {
        let length = words(&events[at]).map_or(0, str::len);
        let (start, end) = (wanted.start.max(from), wanted.end.min(from + length));
        if start < end {
            pieces.push((at, start - from..end - from));
        }
        from += length;
    }
    pieces
}

fn marked<'a>(event: Event<'a>, marks: impl Iterator<Item = &'a (usize, Range<usize>)>) -> Vec<Event<'a>> {
    let html = |tag: &'static str| Event::Html(CowStr::Borrowed(tag));
    let mut out = Vec::new();
    match event {
        Event::Text(words) => {
            let mut from = 0;
            let piece = |range: Range<usize>| Event::Text(words[range].to_owned().into());
            for (_, range) in marks.filter(|(_, range)| range.end <= words.len()) {
                let start = range.start.max(from);
                if start < range.end {
                    out.extend([piece(from..start), html("<mark>"), piece(start..range.end), html("</mark>")]);
                    from = range.end;
                }
            }
            out.push(piece(from..words.len()));
        }
        Event::Code(words) => {
            let hit = marks.count() > 0;
            out.extend(hit.then(|| html("<mark>")));
            out.push(Event::Code(words));
            out.extend(hit.then(|| html("</mark>")));
        }
        // What an author wrote as HTML is text.
        Event::Html(words) | Event::InlineHtml(words) => out.push(Event::Text(words)),
        other => out.push(other),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_what_it_says() {
        let body = "# 怎么退货\n\n签收后 **7 天**内可退。拆封后不退！\n\n- 联系[客服](https://a.example)\n- Water to 1.5 m. Salt water is not covered.";
        let all = ["签收后 7 天内可退。", "拆封后不退！", "联系客服", "Water to 1.5 m.", "Salt water is not covered."];
        assert_eq!(sentences(body), all);
    }

    #[test]
    fn sentences_are_marked_where_they_stand() {
        let body = "# 退货\n\n退货。签收后 **7 天**内可退。拆封后不退！\n\n| 项 | 值 |\n|---|---|\n| 费 | `0` 元 |";
        let html = to_html(body, &["签收后 7 天内可退。".into(), "0 元".into(), "没有这句".into()]);
        assert!(html.contains("退货。<mark>签收后 </mark><strong><mark>7 天</mark></strong><mark>内可退。</mark>拆封后不退！"), "{html}");
        assert!(html.contains("<td><mark><code>0</code></mark><mark> 元</mark></td>"), "{html}");
        assert_eq!(html.matches("<mark>").count(), 5, "{html}");
    }

    #[test]
    fn what_authors_and_callers_write_stays_text() {
        let html = to_html("a <mark onclick=x>b</mark> <script>c</script>", &["<script>c</script>".into(), "b".into()]);
        assert!(!html.contains("<script") && !html.contains("onclick=x>"), "{html}");
        assert_eq!(to_html("一。一。", &["一。".into(), "一。".into()]).matches("<mark>").count(), 1);
        assert_eq!(to_html("**a** b", &[]), markdown::to_html("**a** b"));
    }
}
