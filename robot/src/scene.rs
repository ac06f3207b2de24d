//! One step done on a page: what each kind of step does, with the inputs it names and the secrets it types. The same for routines that
//! are played and for steps that are recorded.

use crate::driver::Driver;
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
    /// Something was clicked: a failure from now on leaves doubt.
    pub touched: bool,
    /// What was typed and must not come back in what was read.
    typed: Vec<Plain>,
}

impl Scene {
    pub fn new(base: Url, input: Map<String, Value>, key: &str) -> Self {
        Self { base, input, key: key.to_owned(), kept: Map::new(), touched: false, typed: Vec::new() }
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
                // what may stand in the field from here on is kept out of every answer, whatever comes of the step
                self.typed.push(secret.clone());
                driver.fill(at, secret.reveal()).await?;
                // a field that shows what is typed must not show it in pictures
                driver.cover(at).await?;
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
            Step::Download { at, save } => _ = self.kept.insert(save.clone(), driver.download(at).await?),
        }
        Ok(true)
    }

    /// What was kept since this was asked last, without the secrets that a page may have shown again.
    pub fn given(&mut self) -> Value {
        let mut given = Value::Object(std::mem::take(&mut self.kept));
        self.conceal(&mut given);
        given
    }

    /// Takes typed secrets out of what leaves.
    pub fn conceal(&self, value: &mut Value) {
        self.typed.iter().for_each(|secret| scrub(value, secret.reveal()));
    }

    /// The same for words about what went wrong.
    pub fn concealed(&self, mut failure: Failure) -> Failure {
        for secret in &self.typed {
            for text in [&mut failure.message, &mut failure.zh] {
                scrub_text(text, secret.reveal());
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
    if secret.len() >= SCRUBBED_BYTES_MIN && text.contains(secret) {
        *text = text.replace(secret, "***");
    }
}
