//! One step done on a page: what each kind of step does, with the inputs it names and the secrets it types. The same for routines that
//! are played and for steps that are recorded.

use crate::driver::Driver;
use crate::file::{Download, FILE_BYTES_MAX, FILES_BYTES_MAX};
use qn_connector::{Failure, Kind, Secrets, Step};
use qn_crypto::Plain;
use serde_json::{Map, Value};
use url::Url;

/// What one browser is used with, and what was kept so far.
pub(crate) struct Scene {
    pub base: Url,
    pub input: Map<String, Value>,
    key: String,
    pub kept: Map<String, Value>,
    /// What was downloaded so far.
    pub files: Vec<Download>,
    /// Something was clicked: a failure from now on leaves doubt.
    pub touched: bool,
    /// What was typed and must not come back in what was read.
    typed: Vec<Typed>,
}

/// A secret and the field it was typed into.
struct Typed {
    at: String,
    secret: Plain,
}

impl Scene {
    pub fn new(base: Url, input: Map<String, Value>, key: &str) -> Self {
        Self { base, input, key: key.to_owned(), kept: Map::new(), files: Vec::new(), touched: false, typed: Vec::new() }
    }

    /// False: nothing is left to do.
    pub async fn act(&mut self, driver: &Driver, secrets: &dyn Secrets, step: &Step) -> Result<bool, Failure> {
        match step {
            Step::Open { url } => {
                let path = self.filled(url, true)?;
                let url = self.base.join(&path).map_err(|_| Failure::invalid("no address").zh("网址不正确"))?;
                if url.origin() != self.base.origin() {
                    return Err(Failure::new(Kind::Refused, "the address leads away from the base").zh("网址不在机器人的网页地址之下"));
                }
                driver.open(&url).await?;
            }
            Step::Fill { at, value } => {
                let value = self.filled(value, false)?;
                driver.fill(at, &value).await?;
            }
            Step::FillSecret { at, secret } => {
                driver.wait(at).await?;
                let secret = secrets.open(secret, &driver.address().await?).await?;
                // what may stand in the field from here on is kept out of every answer and picture, whatever comes of the step
                self.typed.push(Typed { at: at.clone(), secret: secret.clone() });
                driver.fill(at, secret.reveal()).await?;
            }
            Step::Choose { at, value } => {
                let value = self.filled(value, false)?;
                driver.choose(at, &value).await?;
            }
            Step::Click { at } => {
                self.touched = true;
                driver.click(at).await?;
            }
            Step::Wait { at } => driver.wait(at).await?,
            Step::Expect { at, contains } => driver.expect(at, &self.filled(contains, false)?).await?,
            Step::DoneIf { at, contains } => return Ok(!driver.text(at).await?.contains(&self.filled(contains, false)?)),
            Step::Read { at, save } => _ = self.kept.insert(save.clone(), driver.text(at).await?.into()),
            Step::Table { at, save } => _ = self.kept.insert(save.clone(), driver.table(at).await?),
            Step::Download { at, save } => self.download(driver, at, save).await?,
        }
        Ok(true)
    }

    async fn download(&mut self, driver: &Driver, at: &str, save: &str) -> Result<(), Failure> {
        let have: usize = self.files.iter().map(|file| file.content.len()).sum();
        let (name, content) = driver.download(at, FILES_BYTES_MAX.saturating_sub(have).min(FILE_BYTES_MAX)).await?;
        let file = Download { save: save.to_owned(), name, content };
        self.kept.insert(save.to_owned(), file.told());
        self.files.retain(|other| other.save != save);
        self.files.push(file);
        Ok(())
    }

    /// What was kept since this was asked last, without the secrets that a page may have shown again.
    pub fn given(&mut self) -> Value {
        let mut given = Value::Object(std::mem::take(&mut self.kept));
        self.conceal(&mut given);
        given
    }

    /// Fields that show what is typed must not show it in a picture. Asked before each: a page may have made a field anew.
    pub async fn cover(&self, driver: &Driver) -> Result<(), Failure> {
        for typed in &self.typed {
            driver.cover(&typed.at).await?;
        }
        Ok(())
    }

    /// Takes typed secrets out of what leaves.
    pub fn conceal(&self, value: &mut Value) {
        self.typed.iter().for_each(|typed| scrub(value, typed.secret.reveal()));
    }

    /// The same for words about what went wrong.
    pub fn concealed(&self, mut failure: Failure) -> Failure {
        for typed in &self.typed {
            for text in [&mut failure.message, &mut failure.zh] {
                scrub_text(text, typed.secret.reveal());
            }
        }
        failure
    }

    /// `{name}` replaced by inputs; encoded where the text is an address.
    fn filled(&self, text: &str, is_address: bool) -> Result<String, Failure> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| Failure::invalid("a bracket is not closed").zh("大括号没有结束"))?;
            let value = match (name, self.input.get(name)) {
                ("key", None) => self.key.clone(),
                (_, Some(Value::String(text))) => text.clone(),
                (_, Some(other)) if !other.is_null() => other.to_string(),
                _ => return Err(Failure::invalid(format!("the routine needs the input {name:?}")).zh(format!("缺少输入 {name:?}"))),
            };
            out.push_str(before);
            match is_address {
                true => out.push_str(&url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")),
                false => out.push_str(&value),
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Shorter texts would be found everywhere.
const SCRUBBED_BYTES_MIN: usize = 6;

fn scrub(value: &mut Value, secret: &str) {
    match value {
        Value::String(text) => scrub_text(text, secret),
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, secret)),
        Value::Object(fields) => fields.values_mut().for_each(|field| scrub(field, secret)),
        _ => {}
    }
}

fn scrub_text(text: &mut String, secret: &str) {
    if secret.len() < SCRUBBED_BYTES_MIN {
        return;
    }
    let mut scrubbed = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let found = length_in(rest, secret);
        scrubbed.push_str(if found.is_some() { "***" } else { &rest[..first.len_utf8()] });
        rest = &rest[found.unwrap_or(first.len_utf8())..];
    }
    *text = scrubbed;
}

/// How many bytes the secret takes where a text begins with it: as it is, or as addresses write it, each byte in its own way.
fn length_in(text: &str, secret: &str) -> Option<usize> {
    let text = text.as_bytes();
    let mut at = 0;
    for wanted in secret.bytes() {
        at += match text.get(at..)? {
            [b'%', high, low, ..] if hex(*high, *low) == Some(wanted) => 3,
            [b'+', ..] if wanted == b' ' => 1,
            [same, ..] if *same == wanted => 1,
            _ => return None,
        };
    }
    Some(at)
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::scrub;
    use serde_json::json;

    #[test]
    fn a_secret_is_taken_out_however_it_is_written() {
        let cases = [
            ("仓库 a&b=1%", "it is 仓库 a&b=1%, twice: 仓库 a&b=1%", "it is ***, twice: ***"),
            // a form, a script, an address line
            ("仓库 a&b=1%", "/?p=%E4%BB%93%E5%BA%93+a%26b%3D1%25&q=1", "/?p=***&q=1"),
            ("仓库 a&b=1%", "/?p=%e4%bb%93%e5%ba%93%20a%26b%3d1%25#x", "/?p=***#x"),
            ("仓库 a&b=1%", "/#%E4%BB%93%E5%BA%93%20a&b=1%", "/#***"),
            ("a+b%41c", "a+b%41c a%2Bb%2541c", "*** ***"),
            ("cangku-2009", "cangku-2008 %", "cangku-2008 %"),
            ("short", "short", "short"),
        ];
        for (secret, text, left) in cases {
            let mut page = json!({"url": text, "elements": [{"label": text}]});
            scrub(&mut page, secret);
            assert_eq!(page, json!({"url": left, "elements": [{"label": left}]}));
        }
    }
}
