//! Dialogues in a table: what one customer says turn by turn, and what the bot's answer must hold. Many in one file, each with a fresh
//! visitor on one shared server. The language of an expectation is parted by ` | `: `text` stands in the answer, `#title` is
//! the title of a cited article, `>label` is a button, `@owner` is who has the conversation then; `!` before any of them: it is not so.

use crate::http::{Api, Request};
use crate::visitor::Visitor;
use anyhow::{Context, Result, ensure};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialogue {
    pub name: String,
    /// As the customer's browser says it.
    pub language: String,
    /// The page the customer is on: `url` and `title`.
    #[serde(default)]
    pub page: Option<Value>,
    /// (said, expected)
    pub turns: Vec<(String, String)>,
}

/// All dialogues of a file.
pub fn dialogues(path: &Path) -> Result<Vec<Dialogue>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_norway::from_str(&text).with_context(|| format!("{} holds no dialogues", path.display()))
}

impl Dialogue {
    /// Plays it as a new visitor of the inbox with this key. An error names the turn, the answer and what is missing.
    pub async fn play(&self, api: &Api, inbox_key: &str) -> Result<()> {
        let mut boot = json!({"key": inbox_key, "language": self.language});
        if let Some(page) = &self.page {
            boot["page"] = page.clone();
        }
        let visitor = Visitor::boot_with(api, boot).await?;
        for (n, (said, expected)) in self.turns.iter().enumerate() {
            let mut body = json!({"client_msg_id": format!("turn-{n}"), "text": said});
            if let Some(page) = &self.page {
                body["page"] = page.clone();
            }
            let sent = visitor.api.deliver(&Request::json(Method::POST, "/widget/messages", &body)).await?.ok()?.json()?;
            let answer = answer(&visitor, sent["message"]["seq"].as_i64().unwrap_or_default()).await?;
            let owner = sent["conversation"]["owner_kind"].as_str().unwrap_or_default();
            if let Some(missing) = expected.split(" | ").map(str::trim).find(|part| !holds(&answer, owner, part)) {
                let shown = json!({"text": answer["content"]["text"], "buttons": answer["content"]["buttons"],
                    "citations": answer["content"]["citations"], "owner": owner});
                anyhow::bail!("«{}», turn {} ({said}): {missing:?} is not so in {shown}", self.name, n + 1);
            }
            ensure!(answer["content"]["ai"] == true, "«{}», turn {}: the answer carries no mark: {answer}", self.name, n + 1);
        }
        Ok(())
    }
}

/// What the bot said, committed together with the customer's message.
async fn answer(visitor: &Visitor, after: i64) -> Result<Value> {
    let messages = visitor.api.get("/widget/messages").await?.ok()?.json()?;
    let items = messages["items"].as_array().cloned().unwrap_or_default();
    let said = |m: &&Value| m["kind"] == "outgoing" && m["seq"].as_i64().is_some_and(|seq| seq > after);
    let mut all = items.iter().filter(said).cloned();
    let first = all.next().with_context(|| format!("nothing was answered: {messages}"))?;
    // A turn with several wishes is answered by several messages; they are looked at as one.
    Ok(all.fold(first, |mut answer, next| {
        let text = format!(
            "{}\n\n{}",
            answer["content"]["text"].as_str().unwrap_or_default(),
            next["content"]["text"].as_str().unwrap_or_default()
        );
        answer["content"]["text"] = text.into();
        for list in ["citations", "buttons"] {
            let more = [&answer["content"][list], &next["content"][list]]
                .into_iter()
                .flat_map(|items| items.as_array().cloned().unwrap_or_default());
            answer["content"][list] = more.collect::<Vec<Value>>().into();
        }
        answer
    }))
}

fn holds(answer: &Value, owner: &str, part: &str) -> bool {
    let content = &answer["content"];
    let any = |list: &str, field: &str, wanted: &str| {
        let items = content[list].as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().any(|item| item[field].as_str().is_some_and(|text| text.contains(wanted)))
    };
    let text = content["text"].as_str().unwrap_or_default();
    match part.chars().next() {
        Some('!') => !holds(answer, owner, &part[1..]),
        Some('#') => any("citations", "title", &part[1..]),
        Some('>') => any("buttons", "label", &part[1..]),
        Some('@') => owner == &part[1..],
        _ => text.contains(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_are_read() {
        let answer = json!({"content": {"text": "IP68 防水", "buttons": [{"label": "P10 Pro"}], "citations": [{"title": "手机防水吗？"}]}});
        for (part, fits) in [
            ("IP68", true),
            ("!IP68", false),
            ("!IP54", true),
            ("#防水", true),
            (">P10", true),
            (">转人工", false),
            ("!>转人工", true),
            ("!>P10", false),
            ("@bot", true),
            ("@queue", false),
        ] {
            assert_eq!(holds(&answer, "bot", part), fits, "{part}");
        }
    }
}
