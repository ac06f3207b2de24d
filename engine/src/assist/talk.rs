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
    let theirs = messages.iter().enumerate().filter(|(_, m)| m.kind == MessageKind::Incoming && m.recalled_at.is_none());
    let theirs: Vec<(usize, &Message)> = theirs.collect();
    let seq = theirs.last()?.1.seq;
    // By place, not by number: a case is of several threads.
    let answered = messages.iter().rposition(|m| m.kind == MessageKind::Outgoing && m.author.kind == AuthorKind::Agent);
    let asks = |(_, m): &&(usize, &Message)| {
        let text = &m.content.text;
        crate::stages::understood::asks(&intents.understand(&Utterance { text, language: None, choices: 0 }), text)
    };
    let asked: Vec<&(usize, &Message)> = theirs.iter().filter(asks).collect();
    let waiting: Vec<&(usize, &Message)> = asked.iter().copied().filter(|(at, _)| answered.is_none_or(|answered| *at > answered)).collect();
    let questions: Vec<String> = match waiting.is_empty() {
        false => waiting.iter().rev().take(QUESTIONS_MAX).rev().map(|(_, m)| m.content.text.clone()).collect(),
        true => asked.last().map(|(_, m)| m.content.text.clone()).into_iter().collect(),
    };
    (!questions.is_empty()).then_some(Open { questions, seq })
}
