//! How names sound: Chinese characters by their pinyin, other names by a coarse phonetic code, so that 张伟, 章伟 and Zhang Wei, or
//! Stephen and Steven, meet. Spelling decides how near; sound only brings together.

use pinyin::ToPinyin;

/// `张伟` → `zhang wei`; names in letters come back folded.
pub fn pinyin(text: &str) -> String {
    let mut out = String::new();
    for c in super::fold(text).chars() {
        match c.to_pinyin() {
            Some(syllable) => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str(syllable.plain());
                out.push(' ');
            }
            None if c == ' ' && out.ends_with(' ') => {}
            None => out.push(c),
        }
    }
    out.trim_end().to_owned()
}

/// Pinyin or letters without spaces: `zhangwei` for 张伟, Zhang Wei and zhangwei.
pub fn joined(text: &str) -> String {
    pinyin(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A coarse code of a name in letters: first letter kept, vowels dropped, letters of like sound the same, repeats once; at most 5.
/// After Lawrence Philips' Metaphone (1990), much reduced.
pub fn sound(text: &str) -> String {
    let letters: Vec<char> = joined(text).chars().collect();
    let mut code = String::new();
    let mut last = ' ';
    for (i, c) in letters.iter().enumerate() {
        let next = letters.get(i + 1).copied().unwrap_or(' ');
        let Some(class) = class(*c, next, i) else {
            last = ' ';
            continue;
        };
        if class != last {
            code.push(class);
        }
        last = class;
        if code.len() >= 5 {
            break;
        }
    }
    code
}

fn class(c: char, next: char, at: usize) -> Option<char> {
    Some(match c {
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' => return (at == 0).then_some('a'),
        'h' | 'w' => return None,
        'p' if next == 'h' => 'f',
        'c' if matches!(next, 'e' | 'i' | 'y') => 's',
        'c' | 'k' | 'q' | 'g' | 'j' | 'x' => 'k',
        's' | 'z' => 's',
        'f' | 'v' => 'f',
        'b' | 'p' => 'p',
        'd' | 't' => 't',
        'm' | 'n' => 'n',
        _ => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_meet_by_sound() {
        assert_eq!(pinyin("欧阳 娜"), "ou yang na");
        assert_eq!(joined("张伟"), joined("Zhang Wei"));
        assert_eq!(joined("章伟"), joined("张伟"));
        assert_eq!(sound("Stephen"), sound("Steven"));
        assert_eq!(sound("Smith"), sound("Smyth"));
        assert_ne!(sound("Allen"), sound("Brown"));
    }
}
