//! The talk as far as the next step depends on it: what the customer said since a person last wrote, and what that person said. Pure.

use crate::stages::understood::{ACT_MIN, asks};
use qn_domain::{AuthorKind, Message, MessageKind};
use qn_nlu::{Act, IntentBackend, Understanding, Utterance};

/// Whoever says so has not finished.
const PROMISES: [&str; 11] =
    ["稍等", "稍候", "等一下", "等一会", "我查一下", "我看一下", "one moment", "just a moment", "a minute", "let me check", "hold on"];
/// Asks for something without the form of a question.
const WANTS: [&str; 10] =
    ["请提供", "请告诉", "请告知", "请发", "麻烦提供", "麻烦您提供", "请问", "please send", "please provide", "please tell"];

#[derive(Debug)]
pub(super) struct Talk<'a> {
    /// What the customer wrote since a person last did, oldest first.
    pub unanswered: Vec<&'a Message>,
    /// Of these what asks for something, newest first, and since they last asked for a person.
    pub wishes: Vec<&'a Message>,
    /// Their last words, where these say that all is well and nothing is open.
    pub thanks: Option<&'a Message>,
    /// Our last words, where these ask and nobody has answered.
    pub question: Option<&'a Message>,
}

impl<'a> Talk<'a> {
    /// `messages` in order.
    pub fn of(messages: &'a [Message], intents: &dyn IntentBackend) -> Self {
        let said: Vec<&Message> = messages.iter().filter(|m| is_said(m)).collect();
        let ours_at = said.iter().rposition(|m| m.kind == MessageKind::Outgoing && m.author.kind == AuthorKind::Agent);
        let since = &said[ours_at.map_or(0, |at| at + 1)..];
        let ours = ours_at.map(|at| said[at]);
        let read = |m: &Message| intents.understand(&Utterance::new(&m.content.text));
        let unanswered: Vec<&Message> = since.iter().copied().filter(|m| m.kind == MessageKind::Incoming).collect();
        let heard: Vec<(&Message, Understanding)> = unanswered.iter().copied().map(|m| (m, read(m))).collect();
        let since_person = heard.iter().rev().take_while(|(_, read)| !read.is(Act::AskPerson, ACT_MIN));
        let wishes = since_person.filter(|(m, read)| asks(read, &m.content.text)).map(|(m, _)| *m).collect();
        let is_settled = ours.is_some_and(|m| !says(m, &PROMISES)) && heard.iter().all(|(m, read)| is_calm(m, read));
        let thanks = heard.last().filter(|(_, read)| is_settled && closes(read)).map(|(m, _)| *m);
        let question = ours.filter(|m| since.is_empty() && asks_back(m));
        Self { unanswered, wishes, thanks, question }
    }
}

/// Public words of the talk itself.
fn is_said(m: &Message) -> bool {
    let is_public = matches!(m.kind, MessageKind::Incoming | MessageKind::Outgoing);
    is_public && m.recalled_at.is_none() && !m.content.rating
}

/// Wants nothing of anybody. Pictures and files may.
fn is_calm(m: &Message, read: &Understanding) -> bool {
    let wants = [Act::AskPerson, Act::NotHelpful, Act::AboutBot].into_iter().any(|act| read.is(act, ACT_MIN));
    !wants && !asks(read, &m.content.text) && m.content.attachments.is_empty()
}

/// 「谢谢」「好的谢谢」「没有了，谢谢」「解决了」「再见」
fn closes(read: &Understanding) -> bool {
    let mut acts = read.intent.iter().chain(&read.alternatives).filter(|intent| intent.confidence >= ACT_MIN);
    acts.any(|intent| matches!(intent.act, Act::Thanks | Act::Goodbye | Act::Resolved))
}

fn asks_back(m: &Message) -> bool {
    m.content.text.lines().any(|line| line.trim_end().ends_with(['?', '？', '吗', '呢'])) || says(m, &WANTS)
}

fn says(m: &Message, words: &[&str]) -> bool {
    let text = m.content.text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}
