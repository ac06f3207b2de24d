//! Cutting an article into parts that can be quoted by themselves: whole markdown blocks, at most `PASSAGE_CHARS_MAX` together.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// A chat bubble longer than this is not read. Bodies up to it are quoted whole.
pub const PASSAGE_CHARS_MAX: usize = 600;

/// The parts of a body in order; one when it is short. Never empty strings; none for an empty body.
pub fn split(body: &str) -> Vec<String> {
    let body = body.trim();
    if body.is_empty() {
        return Vec::new();
    }
    if body.chars().count() <= PASSAGE_CHARS_MAX {
        return vec![body.to_owned()];
    }
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    for block in blocks(body) {
        let starts_section = block.is_heading && !part.is_empty() && !part.trim_start().starts_with('#');
        for piece in pieces(&body[block.range]) {
            let fits = part.chars().count() + piece.chars().count() + 2 <= PASSAGE_CHARS_MAX;
            if !part.is_empty() && (!fits || starts_section) {
                parts.push(std::mem::take(&mut part));
            }
            if !part.is_empty() {
                part.push_str("\n\n");
            }
            part.push_str(piece.trim_matches('\n'));
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

struct Block {
    range: Range<usize>,
    is_heading: bool,
}

/// Top-level blocks; a list gives its items, so that a long one can be cut between them.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut depth = 0;
    for (event, range) in Parser::new_ext(body, crate::markdown::options()).into_offset_iter() {
        match event {
            Event::Start(Tag::List(_)) if depth == 0 => {}
            Event::End(TagEnd::List(_)) if depth == 0 => {}
            Event::Start(tag) => {
                if depth == 0 {
                    blocks.push(Block { range, is_heading: matches!(tag, Tag::Heading { .. }) });
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            _ if depth == 0 => blocks.push(Block { range, is_heading: false }),
            _ => {}
        }
    }
    blocks
}

/// A block that is too long by itself, cut after sentences, or hard where there are none.
fn pieces(block: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = block;
    while rest.chars().count() > PASSAGE_CHARS_MAX {
        let head = qn_base::text::truncate(rest, PASSAGE_CHARS_MAX);
        let cut = head.rfind(['。', '！', '？', '.', '!', '?', '\n']).map(|at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        let cut = cut.filter(|cut| *cut > head.len() / 4).unwrap_or(head.len());
        pieces.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_body_is_one_part() {
        assert_eq!(split("  # 标题\n\n正文 "), ["# 标题\n\n正文"]);
        assert!(split(" \n ").is_empty());
    }

    #[test]
    fn a_long_body_is_cut_between_blocks_and_nothing_is_lost() {
        let section = |n: usize| format!("## 第{n}节\n\n{}\n\n- 一\n- 二\n- 三", "说明文字。".repeat(50));
        let body = (1..=5).map(section).collect::<Vec<_>>().join("\n\n");
        let parts = split(&body);
        assert!(parts.len() >= 3, "{parts:?}");
        assert!(parts.iter().all(|p| p.chars().count() <= PASSAGE_CHARS_MAX));
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(letters(&parts.concat()), letters(&body));
    }

    #[test]
    fn a_single_endless_block_is_cut_too() {
        for body in ["字".repeat(2_000), "A sentence of words. ".repeat(100), "- item\n".repeat(300)] {
            assert!(split(&body).iter().all(|p| p.chars().count() <= PASSAGE_CHARS_MAX));
        }
    }
}
