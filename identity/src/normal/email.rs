//! E-mail addresses in one spelling: lower case, without the tag after `+`; dots of Gmail's local part do not count. The domain's
//! existence is nobody's business here.

/// `(local, domain)`; None for what is no address.
pub fn parts(text: &str) -> Option<(String, String)> {
    let folded = super::fold(text);
    let folded = folded.strip_prefix("mailto:").unwrap_or(&folded);
    let (local, domain) = folded.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.');
    let well = !local.is_empty() && !folded.contains(' ') && domain.contains('.') && !domain.starts_with('.');
    if !well {
        return None;
    }
    let local = local.split('+').next().filter(|l| !l.is_empty()).unwrap_or(local);
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain };
    let local = if domain == "gmail.com" { local.replace('.', "") } else { local.to_owned() };
    Some((local, domain.to_owned()))
}

pub fn normal(text: &str) -> Option<String> {
    parts(text).map(|(local, domain)| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_box_written_many_ways() {
        for text in ["Zhang.San+shop@GMail.com", "zhangsan@googlemail.com", " mailto:zhangsan@gmail.com "] {
            assert_eq!(normal(text).as_deref(), Some("zhangsan@gmail.com"), "{text}");
        }
        assert_eq!(normal("a.b@QQ.com").as_deref(), Some("a.b@qq.com"));
        assert_eq!(normal("no address"), None);
        assert_eq!(normal("a@b"), None);
    }
}
