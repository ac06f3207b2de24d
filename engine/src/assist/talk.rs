//! A thread as the helpers read it: who said what, and which of the customer's words still wait for an answer. Pure.

use qn_domain::{AuthorKind, Message, MessageKind};
use qn_llm::{Line, Speaker};
use qn_nlu::{IntentBackend, Utterance};

/// Messages that are looked at, the newest.
pub(crate) const MESSAGES_MAX: i64 = 30;
/// Questions that are answered together.
const QUESTIONS_MAX: usize = 3;

/// What the customer asks, and up to which of their messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// Oldest first; never empty.
    pub questions: Vec<String>,
    /// `seq` of the customer's last message.
    pub seq: i64,
}

impl Open {
    pub fn last(&self) -> &str {
        self.questions.last().map_or("", String::as_str)
    }

    pub fn together(&self) -> String {
        self.questions.join("\n")
    }
}

/// Public words in order; recalled ones are gone.
pub(crate) fn lines(messages: &[Message]) -> Vec<Line> {
    let said = messages.iter().filter(|m| matches!(m.kind, MessageKind::Incoming | MessageKind::Outgoing) && m.recalled_at.is_none());
    said.filter(|m| !m.content.text.trim().is_empty())
        .map(|m| Line {
            speaker: match m.author.kind {
                AuthorKind::Contact => Speaker::Customer,
                AuthorKind::Agent => Speaker::Agent,
                AuthorKind::Bot | AuthorKind::System => Speaker::Bot,
            },
            text: m.content.text.clone(),
        })
        .collect()
}

/// The customer's questions since a person last wrote. "Talk to a person" and thanks are none; where nothing was asked since, what was
/// asked before counts.
pub(crate) fn open(messages: &[Message], intents: &dyn IntentBackend) -> Option<Open> {
    let theirs: Vec<&Message> = messages.iter().filter(|m| m.kind == MessageKind::Incoming && m.recalled_at.is_none()).collect();
    let seq = theirs.last()?.seq;
    let answered =
        messages.iter().rev().find(|m| m.kind == MessageKind::Outgoing && m.author.kind == AuthorKind::Agent).map_or(0, |m| m.seq);
    let asks = |m: &&&Message| {
        let text = &m.content.text;
        crate::stages::understood::asks(&intents.understand(&Utterance { text, language: None, choices: 0 }), text)
    };
    let asked: Vec<&&Message> = theirs.iter().filter(asks).collect();
    let waiting: Vec<&&&Message> = asked.iter().filter(|m| m.seq > answered).collect();
    let questions: Vec<String> = match waiting.is_empty() {
        false => waiting.iter().rev().take(QUESTIONS_MAX).rev().map(|m| m.content.text.clone()).collect(),
        true => asked.last().map(|m| m.content.text.clone()).into_iter().collect(),
    };
    (!questions.is_empty()).then_some(Open { questions, seq })
}
