//! The checks a body passes after it was read: lengths, shapes, and cleaning of what people typed.
//! Every problem found is reported at once, in both languages.

/// One field that is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub field: String,
    pub zh: String,
    pub en: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: field.into(), zh: zh.into(), en: en.into() }
    }
}

/// A body that can check and clean itself. The default accepts everything that could be read.
pub trait Check {
    fn check(&mut self, _wrong: &mut Vec<Invalid>) {}
}

/// One line of text: cleaned, blanks joined; 1 to `max` characters.
pub fn name(value: &mut String, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    optional_name(value, field, max, wrong);
    if value.is_empty() {
        wrong.push(Invalid::new(field, "不能为空", "must not be empty"));
    }
}

/// One line of text that may be empty.
pub fn optional_name(value: &mut String, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    let cleaned = qn_base::text::line(value, usize::MAX);
    too_long(&cleaned, field, max, wrong);
    *value = cleaned;
}

/// Text of any number of lines, up to `max` characters; cleaned, otherwise as typed.
pub fn text(value: &mut String, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    let cleaned = qn_base::text::clean(value);
    too_long(&cleaned, field, max, wrong);
    *value = cleaned;
}

/// Text that must say something.
pub fn required_text(value: &mut String, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    text(value, field, max, wrong);
    if value.trim().is_empty() {
        wrong.push(Invalid::new(field, "不能为空", "must not be empty"));
    }
}

fn too_long(value: &str, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    if value.chars().nth(max).is_some() {
        wrong.push(Invalid::new(field, format!("最多 {max} 个字符"), format!("has at most {max} characters")));
    }
}

/// A key that machines make: 1 to `max` printable ASCII characters.
pub fn key(value: &str, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    let fits = (1..=max).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        wrong.push(Invalid::new(field, format!("应为 1 到 {max} 个可见 ASCII 字符"), format!("has 1 to {max} visible ASCII characters")));
    }
}

/// An id of ours as callers send it.
pub fn id(value: &str, field: &str, wrong: &mut Vec<Invalid>) {
    if !qn_base::ids::is_well_formed(value) {
        wrong.push(Invalid::new(field, "不是有效的 id", "is not an id"));
    }
}

/// Looks enough like an address that a person meant one; an empty one becomes none.
pub fn email(value: &mut Option<String>, field: &str, wrong: &mut Vec<Invalid>) {
    let Some(text) = value else { return };
    let cleaned = qn_base::text::line(text, usize::MAX).to_lowercase();
    let fits = cleaned.chars().count() <= 254
        && cleaned.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'))
        && !cleaned.contains(|c: char| c.is_whitespace() || "<>\",;\\".contains(c));
    if !cleaned.is_empty() && !fits {
        wrong.push(Invalid::new(field, "不是有效的邮箱", "is not an e-mail address"));
    }
    *value = (!cleaned.is_empty()).then_some(cleaned);
}

/// Digits with the usual signs between them; an empty one becomes none.
pub fn phone(value: &mut Option<String>, field: &str, wrong: &mut Vec<Invalid>) {
    let Some(text) = value else { return };
    let cleaned = qn_base::text::line(text, usize::MAX);
    let digits = cleaned.bytes().filter(u8::is_ascii_digit).count();
    let fits = (3..=20).contains(&digits)
        && cleaned.chars().count() <= 40
        && cleaned.chars().all(|c| c.is_ascii_digit() || " +-().#*xX".contains(c));
    if !cleaned.is_empty() && !fits {
        wrong.push(Invalid::new(field, "不是有效的电话号码", "is not a phone number"));
    }
    *value = (!cleaned.is_empty()).then_some(cleaned);
}

/// An http(s) address of at most `max` characters.
pub fn url(value: &mut String, field: &str, max: usize, wrong: &mut Vec<Invalid>) {
    let cleaned = qn_base::text::line(value, usize::MAX);
    let fits = (cleaned.starts_with("https://") || cleaned.starts_with("http://")) && !cleaned.contains(char::is_whitespace);
    if !fits || cleaned.chars().nth(max).is_some() {
        wrong.push(Invalid::new(
            field,
            format!("应为 http(s) 地址，最多 {max} 个字符"),
            format!("is an http(s) address of at most {max} characters"),
        ));
    }
    *value = cleaned;
}

/// `#rrggbb`, in lower case.
pub fn color(value: &mut String, field: &str, wrong: &mut Vec<Invalid>) {
    let cleaned = value.trim().to_ascii_lowercase();
    let digits = cleaned.strip_prefix('#').unwrap_or("");
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        wrong.push(Invalid::new(field, "应为 #rrggbb 形式的颜色", "is a colour such as #1f6feb"));
    }
    *value = cleaned;
}

/// A flat object of texts, numbers and booleans: at most 50 fields, names to 100 and texts to 1,000 characters.
pub fn attributes(value: &mut serde_json::Map<String, serde_json::Value>, field: &str, wrong: &mut Vec<Invalid>) {
    use serde_json::Value;
    if value.len() > 50 {
        wrong.push(Invalid::new(field, "最多 50 个属性", "has at most 50 attributes"));
    }
    for (name, item) in value.iter_mut() {
        let path = format!("{field}.{}", qn_base::text::line(name, 40));
        if name.chars().count() > 100 || name.is_empty() || qn_base::text::clean(name) != *name {
            wrong.push(Invalid::new(path.clone(), "属性名不合法", "has a name that is not allowed"));
        }
        match item {
            Value::String(s) => text(s, &path, 1_000, wrong),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Array(_) | Value::Object(_) => {
                wrong.push(Invalid::new(path, "只能是文字、数字或布尔值", "must be a text, a number or a boolean"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_measured() {
        let mut wrong = Vec::new();
        let mut value = " a\u{202E}b \n c ".to_owned();
        name(&mut value, "name", 5, &mut wrong);
        assert_eq!((value.as_str(), wrong.len()), ("ab c", 0));
        name(&mut "x".repeat(6), "name", 5, &mut wrong);
        name(&mut String::new(), "name", 5, &mut wrong);
        assert_eq!(wrong.len(), 2);
    }

    #[test]
    fn addresses_look_like_addresses() {
        let mut wrong = Vec::new();
        for good in ["a@b.cn", " A.b+c@example.com ", ""] {
            email(&mut Some(good.into()), "email", &mut wrong);
        }
        phone(&mut Some("+86 138-0013-8000".into()), "phone", &mut wrong);
        url(&mut "https://shop.example/a?b=1".into(), "url", 100, &mut wrong);
        assert!(wrong.is_empty(), "{wrong:?}");
        for bad in ["a", "a@b", "a@@b.c", "a b@c.d", "x\r\nBcc: y@z.w"] {
            email(&mut Some(bad.into()), "email", &mut wrong);
        }
        phone(&mut Some("call me".into()), "phone", &mut wrong);
        url(&mut "javascript:alert(1)".into(), "url", 100, &mut wrong);
        assert_eq!(wrong.len(), 7);
    }
}
