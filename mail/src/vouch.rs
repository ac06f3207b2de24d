//! What the server that took a mail in found out about its sender: its Authentication-Results (RFC 8601), read strictly. Whether that
//! server is to be believed is the caller's to say, by its name; servers take out forged results under their own name.

use crate::Mail;

/// Longer headers are nobody's honest result.
const CHARS_MAX: usize = 8_000;

impl Mail {
    /// Whether `server` says that the sender's domain stands behind this mail (DMARC), or that the sender signed in with this very address.
    /// A mail of several authors, or of none, is nobody's.
    pub fn is_vouched_by(&self, server: &str) -> bool {
        let [author] = &self.from[..] else { return false };
        let Some((_, domain)) = author.address.rsplit_once('@') else { return false };
        let Some((name, results)) = self.results.as_deref().and_then(read) else { return false };
        if self.damage.contains(&crate::Damage::NoSender) || !name.eq_ignore_ascii_case(server.trim()) {
            return false;
        }
        let passes = |method: &str, property: &str, value: &str| {
            let mut of_method = results.iter().filter(|result| result.method == method).peekable();
            of_method.peek().is_some() && of_method.all(|result| result.passed && result.says(property, value))
        };
        passes("dmarc", "header.from", domain) || passes("auth", "smtp.auth", &author.address)
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    method: String,
    passed: bool,
    properties: Vec<(String, String)>,
}

impl Outcome {
    fn says(&self, property: &str, value: &str) -> bool {
        let mut said = self.properties.iter().filter(|(name, _)| name == property).peekable();
        said.peek().is_some() && said.all(|(_, said)| said == value)
    }
}

/// The server's name and what it found; None for what is not written by the rules.
fn read(header: &str) -> Option<(String, Vec<Outcome>)> {
    let mut parts = words(header)?.into_iter();
    let name = parts.next()?.into_iter().next()?;
    Some((name, parts.filter_map(outcome).collect()))
}

fn outcome(words: Vec<String>) -> Option<Outcome> {
    let mut pairs = words.iter().filter_map(|word| word.split_once('='));
    let (method, result) = pairs.next()?;
    let method = method.split('/').next()?.to_lowercase();
    let properties = pairs.map(|(name, value)| (name.to_lowercase(), value.to_lowercase())).collect();
    Some(Outcome { method, passed: result.eq_ignore_ascii_case("pass"), properties })
}

/// Words of each part between semicolons, without comments; what is quoted stays one word, whatever stands in it. `=` binds its sides.
fn words(header: &str) -> Option<Vec<Vec<String>>> {
    let mut parts = vec![vec![]];
    let (mut word, mut depth, mut quoted) = (String::new(), 0usize, false);
    let mut chars = header.chars().take(CHARS_MAX).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                let escaped = chars.next()?;
                if quoted {
                    word.push(escaped);
                }
            }
            '"' if depth == 0 => quoted = !quoted,
            _ if quoted => word.push(c),
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ if depth > 0 => {}
            ';' => {
                finish(&mut parts, &mut word);
                parts.push(vec![]);
            }
            c if c.is_whitespace() => {
                if !word.ends_with('=') && chars.peek() != Some(&'=') {
                    finish(&mut parts, &mut word);
                }
            }
            c => word.push(c),
        }
    }
    finish(&mut parts, &mut word);
    (depth == 0 && !quoted).then_some(parts)
}

fn finish(parts: &mut [Vec<String>], word: &mut String) {
    if let (Some(part), false) = (parts.last_mut(), word.is_empty()) {
        part.push(std::mem::take(word));
    }
}

#[cfg(test)]
mod tests {
    use crate::{Mail, OwnMail};

    fn vouched(results: &str, from: &str) -> bool {
        let raw = format!("{results}From: {from}\r\nSubject: x\r\n\r\nhello\r\n");
        Mail::read(raw.as_bytes(), &OwnMail::default()).is_vouched_by("mx.shop.example")
    }

    #[test]
    fn a_passed_check_of_the_very_sender_vouches() {
        let results = |text: &str| format!("Authentication-Results: {text}\r\n");
        let li = "Li Lei <lilei@customer.example>";
        for good in [
            "mx.shop.example; dkim=fail header.d=x.example;\r\n dmarc=pass (p=NONE sp=NONE) header.from=customer.example",
            "MX.shop.example 1; auth=pass (plain) smtp.auth=lilei@customer.example smtp.mailfrom=lilei@customer.example",
            "mx.shop.example; dmarc = pass header.from = Customer.Example",
        ] {
            assert!(vouched(&results(good), li), "{good}");
        }
        for bad in [
            "mx.evil.example; dmarc=pass header.from=customer.example",
            "mx.shop.example; dmarc=fail header.from=customer.example",
            "mx.shop.example; dmarc=pass header.from=evil.example",
            "mx.shop.example; dmarc=pass header.from=customer.example.evil.example",
            "mx.shop.example; auth=pass smtp.auth=wife@customer.example",
            "mx.shop.example; spf=pass smtp.mailfrom=\"; dmarc=pass header.from=customer.example ;\"@evil.example",
            "mx.shop.example; spf=pass (dmarc=pass header.from=customer.example) smtp.mailfrom=x@evil.example",
            "mx.shop.example; dmarc=fail header.from=evil.example; dmarc=pass header.from=customer.example",
            "mx.shop.example; dmarc=pass header.from=customer.example (",
            "mx.shop.example; none",
            "",
        ] {
            assert!(!vouched(&results(bad), li), "{bad}");
        }
        let good = results("mx.shop.example; dmarc=pass header.from=customer.example");
        assert!(!vouched(&(results("mx.shop.example; none") + &good), li), "the newest result counts, not one that came with the mail");
        assert!(!vouched(&good, "lilei@customer.example, boss@customer.example"));
        assert!(!vouched("", li));
    }
}
