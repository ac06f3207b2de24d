//! File names strangers chose, made safe to show, to save and to put into a header. The name is for people only:
//! it never becomes part of a path of ours.

/// Longest name kept, in characters; the extension survives the cut.
pub const NAME_CHARS_MAX: usize = 120;
/// What common file systems accept for one name.
const NAME_BYTES_MAX: usize = 240;
const EXTENSION_CHARS_MAX: usize = 16;

/// Names that Windows keeps for devices, with any extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The last path component without control, invisible and direction-changing characters; never empty, never hidden.
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim_matches([' ', '.']).is_empty()).unwrap_or_default();
    let visible: String = last.chars().filter(|c| !is_invisible(*c)).map(replace).collect();
    let one_line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = one_line.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    let cut = shorten(trimmed);
    match cut.as_str() {
        "" => "file".to_owned(),
        _ if is_reserved(&cut) => format!("_{cut}"),
        _ => cut,
    }
}

/// Control characters, zero-width and direction marks, line separators, tags: they make a name read as another.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn replace(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    }
}

fn shorten(name: &str) -> String {
    let fits = |stem: &str, extension: &str| {
        stem.chars().count() + extension.chars().count() <= NAME_CHARS_MAX && stem.len() + extension.len() <= NAME_BYTES_MAX
    };
    let (stem, extension) = match name.rfind('.') {
        Some(at) if at > 0 && name[at..].chars().count() <= EXTENSION_CHARS_MAX => name.split_at(at),
        _ => (name, ""),
    };
    let mut stem = stem.to_owned();
    while !fits(&stem, extension) {
        stem.pop();
    }
    let kept = stem.trim_end_matches(['.', ' ']);
    format!("{kept}{extension}")
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|n| matches!(n, "¹" | "²" | "³") || (n.len() == 1 && n.as_bytes()[0].is_ascii_digit()))
    };
    RESERVED.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// The header's value after RFC 6266: a plain name for old readers and, where needed, the real one after RFC 8187.
pub fn content_disposition(name: &str, inline: bool) -> String {
    let name = safe_name(name);
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ' { c } else { '_' }).collect();
    if plain == name {
        return format!("{kind}; filename=\"{plain}\"");
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encode(&name))
}

fn percent_encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        for (name, expected) in [
            ("photo.jpg", "photo.jpg"),
            ("发票 2026.pdf", "发票 2026.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system.ini", "system.ini"),
            ("C:\\Users\\me\\a.txt", "a.txt"),
            ("/", "file"),
            ("", "file"),
            (".", "file"),
            ("..", "file"),
            ("...", "file"),
            ("a/..", "a"),
            (".htaccess", "htaccess"),
            ("..hidden.txt", "hidden.txt"),
            ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
            ("a\0b.txt", "ab.txt"),
            ("\u{1b}[31mred.txt", "[31mred.txt"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("a\u{200B}b\u{FEFF}.png", "ab.png"),
            ("a\u{2028}b.png", "a b.png"),
            ("\u{E0041}x.png", "x.png"),
            ("a<b>:\"|?*.txt", "a_b______.txt"),
            ("  spaced   out .txt  ", "spaced out.txt"),
            ("trailing.txt. . .", "trailing.txt"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("nul .txt", "_nul.txt"),
            ("COM1.log", "_COM1.log"),
            ("lpt9", "_lpt9"),
            ("com10.txt", "com10.txt"),
            ("console.txt", "console.txt"),
            ("\u{202E}\u{200F}", "file"),
        ] {
            assert_eq!(safe_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let long = safe_name(&format!("{}.tar.gz", "a".repeat(10_000)));
        assert_eq!(long.chars().count(), NAME_CHARS_MAX);
        assert!(long.ends_with("a.gz"), "{long}");
        let chinese = safe_name(&format!("{}.pdf", "长".repeat(500)));
        assert!(chinese.len() <= NAME_BYTES_MAX && chinese.ends_with("长.pdf"));
        let endless = safe_name(&format!("a.{}", "b".repeat(10_000)));
        assert_eq!(endless.chars().count(), NAME_CHARS_MAX);
        assert!(safe_name(&format!(".{}", "é".repeat(5_000))).len() <= NAME_BYTES_MAX);
    }

    #[test]
    fn the_header_is_always_one_well_formed_line() {
        for (name, inline, expected) in [
            ("a.png", true, "inline; filename=\"a.png\""),
            ("a b.txt", false, "attachment; filename=\"a b.txt\""),
            ("你好.txt", false, "attachment; filename=\"__.txt\"; filename*=UTF-8''%E4%BD%A0%E5%A5%BD.txt"),
            ("100%.txt", false, "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("a;b.txt", false, "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%3Bb.txt"),
            ("it's (1).txt", false, "attachment; filename=\"it's (1).txt\""),
            ("é'.txt", false, "attachment; filename=\"_'.txt\"; filename*=UTF-8''%C3%A9%27.txt"),
            (
                "a\"; filename=evil.exe",
                false,
                "attachment; filename=\"a__ filename=evil.exe\"; filename*=UTF-8''a_%3B%20filename%3Devil.exe",
            ),
            ("x\r\nX-Evil: 1", false, "attachment; filename=\"x X-Evil_ 1\""),
        ] {
            assert_eq!(content_disposition(name, inline), expected);
        }
    }
}
