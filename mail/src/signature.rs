//! Where a text ends and its signature begins. Told by the sender's name, by closing words and by lines that only signatures have; never by
//! a number alone, which may be the order or the phone the customer writes about.

use crate::pictures;
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

/// Non-blank lines of a signature; longer ones are text.
const LINES_MAX: usize = 15;
const LINE_CHARS_MAX: usize = 80;

fn pattern(text: &str) -> Regex {
    RegexBuilder::new(text).case_insensitive(true).build().unwrap_or_else(|error| panic!("{text}: {error}"))
}

static RULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(--|[-_=—─*]{4,}|—)\s*$"));
static SENT_FROM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*((sent|envoyé|gesendet|enviado|inviato|verzonden) (from|with|via|depuis|von|mit|desde|da|vanaf|met) .{1,60}|get outlook for \w+|发自我?的?.{1,30}|发送自.{1,30}|从.{1,20}(邮箱|手机|app|邮件大师)发送|來自我的.{1,20}|via mobile)\s*$",
    )
});
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*((many |best |kind |warm |with |kindest |warmest )*(thanks|thank you|thx|regards|cheers|sincerely|wishes|greetings)( (again|a lot|so much|in advance|and regards))?|yours (truly|sincerely|faithfully)|(谢谢|多谢|感谢|祝好|此致|敬礼|顺颂商祺|顺祝商祺|商祺|致礼|此致敬礼|best)[！!。]?)\s*[,，.!！。]?\s*$",
    )
});
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[\w.+-]+@[\w-]+\.\w+|https?://|\bwww\.\w|\(\d{3}\)\s*\d{3}|\+\d{1,3}[ -]?\d{2}|(\b(tel|phone|mobile|cell|fax|skype|wechat)\b|电话|手机|传真|微信|邮箱|网址|地址)\s*[:：.]",
    )
});

/// The text and its signature, where it has one. `sender` is a name or an address, or empty.
pub fn split(text: &str, sender: &str) -> (String, Option<String>) {
    let lines: Vec<&str> = text.lines().collect();
    match begin(&lines, sender) {
        Some(at) => (lines[..at].join("\n").trim_end().to_owned(), Some(lines[at..].join("\n").trim().to_owned())),
        None => (text.to_owned(), None),
    }
}

fn begin(lines: &[&str], sender: &str) -> Option<usize> {
    let end = lines.iter().rposition(|line| !line.trim().is_empty())? + 1;
    let lines = &lines[..end];
    let names = name_words(sender);
    // Logos say nothing about where it begins.
    let written: Vec<usize> = (0..lines.len()).filter(|at| !pictures::is_marks(lines[*at])).collect();
    let words: Vec<&str> = written.iter().map(|at| lines[*at]).collect();
    let last = words.iter().rposition(|line| !line.trim().is_empty())? + 1;
    let words = &words[..last];
    let found = after_rule(words).or_else(|| after_closing(words, &names)).or_else(|| last_block(words, &names));
    // What stands below "Sent from my phone" are the phone's pictures.
    let found = found.map(|at| written[at]).or_else(|| sent_from(lines))?;
    let before = lines[..found].iter().rposition(|line| !line.trim().is_empty());
    // A signature alone is a text.
    before.map(|_| found)
}

/// A rule with few short lines after it.
fn after_rule(lines: &[&str]) -> Option<usize> {
    let at = lines.iter().position(|line| RULE.is_match(line))?;
    let rest: Vec<&&str> = lines[at + 1..].iter().filter(|line| !line.trim().is_empty()).collect();
    let fits = (1..=LINES_MAX).contains(&rest.len()) && rest.iter().all(|line| is_short(line));
    if fits { Some(at) } else { after_rule(&lines[at + 1..]).map(|next| at + 1 + next) }
}

/// "Thank you," and a name.
fn after_closing(lines: &[&str], names: &[String]) -> Option<usize> {
    let last = lines.len().saturating_sub(LINES_MAX);
    let at = (last..lines.len()).rev().find(|at| CLOSING.is_match(lines[*at]))?;
    let rest: Vec<&str> = lines[at + 1..].iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let first = rest.first()?;
    let begins_with_name = is_name(first) || holds_name(first, names) || CLOSING.is_match(first);
    (begins_with_name && rest.iter().all(|line| is_short(line) && !is_sentence(line))).then_some(at)
}

/// The last paragraph, where it begins with the sender's name or is made of ways to reach somebody.
fn last_block(lines: &[&str], names: &[String]) -> Option<usize> {
    let at = lines.iter().rposition(|line| line.trim().is_empty())? + 1;
    let block = &lines[at..];
    if block.len() > LINES_MAX || !block.iter().all(|line| is_short(line) && !is_sentence(line)) {
        return None;
    }
    let contacts = block.iter().filter(|line| CONTACT.is_match(line)).count();
    let named = holds_name(block.first()?, names) && block.iter().all(|line| line.split_whitespace().count() <= 8);
    (named || (contacts >= 2 && block.len() >= 3 && is_name(block.first()?))).then_some(at)
}

fn sent_from(lines: &[&str]) -> Option<usize> {
    lines.last().filter(|line| SENT_FROM.is_match(line)).map(|_| lines.len() - 1)
}

fn is_short(line: &str) -> bool {
    line.chars().count() <= LINE_CHARS_MAX
}

/// It ends as sentences do, or asks.
fn is_sentence(line: &str) -> bool {
    let line = line.trim();
    line.contains(['?', '？', '。', '！', '!', '，', '；']) || (line.ends_with('.') && line.split_whitespace().count() > 4)
}

/// A few words that begin as names do.
fn is_name(line: &str) -> bool {
    let line = line.trim();
    let is_cjk = line.chars().all(|c| qn_base::text::is_cjk(c) || c == ' ') && line.chars().count() <= 6;
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_latin = words.len() <= 4 && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase));
    !line.is_empty() && (is_cjk || is_latin) && !line.contains(|c: char| c.is_ascii_digit())
}

fn holds_name(line: &str, names: &[String]) -> bool {
    let line = line.to_lowercase();
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
    names.iter().any(|name| words.contains(&name.as_str()) || (name.chars().all(qn_base::text::is_cjk) && line.contains(name.as_str())))
}

/// The words of a name; of an address, what stands before the @.
fn name_words(sender: &str) -> Vec<String> {
    let local = sender.split('@').next().unwrap_or_default().to_lowercase();
    let words = local.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        let count = word.chars().count();
        count >= 3 || (count >= 2 && word.chars().all(qn_base::text::is_cjk))
    });
    words.map(str::to_owned).collect()
}
