//! The base of a subject: RFC 5256 §2.1 to the letter for THREAD, and the desk's wider reading with the marks of Chinese and other mail
//! programs.

/// What a subject comes down to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Lower case, one space between words; may be empty.
    pub base: String,
    /// Something said that it answers or sends on.
    pub is_reply: bool,
    pub is_forward: bool,
}

const RFC_REPLIES: [&str; 1] = ["re"];
const RFC_FORWARDS: [&str; 2] = ["fwd", "fw"];
const REPLIES: [&str; 14] = ["re", "aw", "sv", "antw", "odp", "res", "rif", "回复", "答复", "回覆", "答覆", "回信", "返信", "自动回复"];
const FORWARDS: [&str; 11] = ["fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "转发", "轉寄", "轉發", "転送"];

struct Leaders {
    replies: &'static [&'static str],
    forwards: &'static [&'static str],
    colons: &'static [char],
}

pub fn rfc_subject(decoded: &str) -> Subject {
    base(decoded, &Leaders { replies: &RFC_REPLIES, forwards: &RFC_FORWARDS, colons: &[':'] })
}

pub fn desk_subject(decoded: &str) -> Subject {
    base(decoded, &Leaders { replies: &REPLIES, forwards: &FORWARDS, colons: &[':', '：'] })
}

fn base(decoded: &str, leaders: &Leaders) -> Subject {
    let lower = decoded.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = Subject::default();
    let mut rest = lower.as_str();
    // Each round takes something away, so this ends.
    loop {
        rest = without_trailers(rest, &mut out);
        rest = without_leaders(rest, leaders, &mut out);
        let inner = rest.strip_prefix("[fwd:").and_then(|inner| inner.strip_suffix(']'));
        let Some(inner) = inner else { break };
        out.is_forward = true;
        rest = inner.trim();
    }
    out.base = rest.to_owned();
    out
}

fn without_trailers<'a>(mut rest: &'a str, out: &mut Subject) -> &'a str {
    loop {
        rest = rest.trim_end();
        match rest.strip_suffix("(fwd)") {
            Some(shorter) => (rest, out.is_forward) = (shorter, true),
            None => return rest,
        }
    }
}

fn without_leaders<'a>(mut rest: &'a str, leaders: &Leaders, out: &mut Subject) -> &'a str {
    loop {
        rest = rest.trim_start();
        if let Some((shorter, is_forward)) = without_leader(rest, leaders) {
            out.is_forward |= is_forward;
            out.is_reply |= !is_forward;
            rest = shorter;
        } else if let Some(shorter) = without_blob(rest).filter(|shorter| !shorter.is_empty()) {
            rest = shorter;
        } else {
            return rest;
        }
    }
}

/// `*blob ("re" / "fw" / "fwd") [blob] ":"`
fn without_leader<'a>(text: &'a str, leaders: &Leaders) -> Option<(&'a str, bool)> {
    let mut rest = text;
    while let Some(shorter) = without_blob(rest) {
        rest = shorter;
    }
    let strip = |words: &[&str]| words.iter().find_map(|word| colon(rest.strip_prefix(word)?, leaders.colons));
    strip(leaders.replies).map(|rest| (rest, false)).or_else(|| strip(leaders.forwards).map(|rest| (rest, true)))
}

fn colon<'a>(after: &'a str, colons: &[char]) -> Option<&'a str> {
    let after = after.trim_start();
    without_blob(after).unwrap_or(after).trim_start().strip_prefix(colons)
}

fn without_blob(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    (inner.as_bytes()[end] == b']').then(|| inner[end + 1..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_of_rfc_5256() {
        for (subject, wanted) in [
            ("[foo] Fwd: [bar] Re: fw: b (fWd)  (fwd)", "b"),
            ("Re: [FWD: c]", "c"),
            ("[xyz]", "[xyz]"),
            ("Ad: Re: x", "ad: re: x"),
            ("re: [fwd: [fwd: re: [fwd: babylon]]]", "babylon"),
            ("b (a)", "b (a)"),
            ("Re[2]: x", "x"),
            (" ", ""),
            ("re", "re"),
            ("[fwd:]", ""),
        ] {
            assert_eq!(rfc_subject(subject).base, wanted, "{subject}");
        }
        assert!(rfc_subject("re: a").is_reply && !rfc_subject("a").is_reply && rfc_subject("a (fwd)").is_forward);
    }

    #[test]
    fn the_desk_reads_chinese_marks_too() {
        for subject in ["回复：退货", "答复: 退货", "Re: 回复: 退货", "RE：退货", "转发: [外部] 退货", "AW: 退货"] {
            assert_eq!(desk_subject(subject).base, "退货", "{subject}");
        }
        assert!(desk_subject("转发: x").is_forward && !desk_subject("转发: x").is_reply);
        assert_eq!(rfc_subject("回复：退货").base, "回复：退货");
    }
}
