//! Names and titles for operations: from the description where it has them, else from method and path.

use crate::definition::Words;
use std::collections::HashSet;

const NAME_CHARS_MAX: usize = 64;
const TITLE_CHARS_MAX: usize = 120;

/// Letters, digits, `_` and `-`.
pub(crate) fn name(given: Option<&str>, method: &str, path: &str) -> String {
    let from_path = || format!("{}_{}", method.to_ascii_lowercase(), path);
    let text = given.filter(|id| id.chars().any(|c| c.is_ascii_alphanumeric())).map_or_else(from_path, str::to_owned);
    let mut name = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || c == '-' => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    let name = name.trim_end_matches('_');
    if name.is_empty() { "operation".to_owned() } else { name.to_owned() }
}

pub(crate) fn make_unique<'a>(names: impl Iterator<Item = &'a mut String>) {
    let mut taken = HashSet::new();
    for name in names {
        let stem = name.clone();
        let mut n = 2;
        while !taken.insert(name.clone()) {
            *name = format!("{stem}_{n}");
            n += 1;
        }
    }
}

/// A summary is in one language; the other gets the operation's name in words.
pub(crate) fn title(summary: Option<&str>, name: &str) -> Words {
    let summary: String = summary.unwrap_or_default().trim().chars().take(TITLE_CHARS_MAX).collect();
    let in_words = in_words(name);
    if summary.is_empty() {
        return Words { zh: in_words.clone(), en: in_words };
    }
    let is_chinese = summary.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if is_chinese { Words { zh: summary, en: in_words } } else { Words { zh: summary.clone(), en: summary } }
}

/// `getOrderById` → `Get order by id`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in name.chars() {
        match c {
            '_' | '-' => words.push(' '),
            c if c.is_ascii_uppercase() && before.is_ascii_lowercase() => {
                words.push(' ');
                words.push(c.to_ascii_lowercase());
            }
            c => words.push(c),
        }
        before = c;
    }
    let mut chars = words.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_titles_readable() {
        assert_eq!(name(Some("getOrderById"), "GET", "/x"), "getOrderById");
        assert_eq!(name(None, "GET", "/orders/{id}/lines"), "get_orders_id_lines");
        assert_eq!(name(Some("查询订单"), "GET", "/orders/{id}"), "get_orders_id");
        assert_eq!(title(Some("查询订单"), "getOrderById"), Words { zh: "查询订单".into(), en: "Get order by id".into() });
        assert_eq!(title(Some("Find an order"), "x").en, "Find an order");
        assert_eq!(title(None, "get_orders_id").en, "Get orders id");
    }
}
