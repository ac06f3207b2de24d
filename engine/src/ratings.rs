//! Satisfaction where there is no screen of ours: when a conversation ends, the bot asks for 1 to 5 by buttons or a numbered menu, and the
//! customer's next message that is one of them, within a day, is the rating. It reopens nothing and is part of no stretch. Who then
//! presses "add a comment" writes one. Anything else is a message like any other.

use crate::draft::{Draft, Elsewhere};
use crate::engine::{ATTEMPTS, sent};
use crate::inbound::{InboundMessage, Writer, dedupe_scope};
use crate::settings::TenantSettings;
use crate::stages::identified;
use crate::{Engine, EngineError, Result, Sent};
use qn_base::clock::{DAY_MS, HOUR_MS};
use qn_channel::menu;
use qn_domain::{
    Activity, ActivityKey, AskedRating, Author, AuthorKind, Button, ButtonAction, ChannelKind, Content, Conversation, Csat, Inbox,
    Language, MessageKind, Outcome, RatingStage, Status, Timestamp,
};
use serde_json::json;

/// An answer that comes later is a message.
const ANSWERED_MS: i64 = DAY_MS;
const COMMENT_MS: i64 = HOUR_MS;
const COMMENT_CHARS_MAX: usize = 1_000;
/// Of a thread, looked through for words of the customer.
const RECENT_MAX: i64 = 50;

/// From 1, so that a numbered menu's number is the score.
const SCORES: [(&str, &str); 5] =
    [("很不满意", "Very bad"), ("不满意", "Bad"), ("一般", "Fair"), ("满意", "Good"), ("非常满意", "Very good")];

/// What a customer's message does to a rating under way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Score(u8),
    WantsToComment,
    Comment(String),
}

impl Engine {
    /// Adds the question to a draft that ends its conversation, where the inbox asks and the channel takes it.
    pub(crate) async fn ask_rating(&self, settings: &TenantSettings, draft: &mut Draft) -> Result<()> {
        let ends = |key: ActivityKey| key == ActivityKey::Resolved;
        let ended = draft.messages().iter().filter_map(|m| m.content.activity.as_ref()).any(|line| ends(line.key));
        let c = &draft.conversation;
        if !ended || c.status != Status::Resolved || draft.elsewhere != Elsewhere::No || !is_due(c, draft.now) {
            return Ok(());
        }
        let Some(inbox) = settings.inboxes.get(&c.inbox_id).filter(|inbox| asks(inbox)) else { return Ok(()) };
        let recent = qn_store::message::list_before(&self.db, &c.tenant_id, &c.id, None, RECENT_MAX).await?;
        if !recent.iter().any(|m| m.kind == MessageKind::Incoming) {
            return Ok(());
        }
        let window = self.reply_window(c).await?;
        if window.meter.is_open() && window.session.is_none() {
            let language = c.language;
            let text = match crate::channels::has_menus(inbox.channel) {
                true => language.pick("本次服务已结束，请您评价：", "This conversation has ended. How was it?"),
                false => language.pick(
                    "本次服务已结束，请回复 1 到 5 进行评价（5 为非常满意）：",
                    "This conversation has ended. How was it? Reply with a number from 1 to 5 (5 is very good):",
                ),
            };
            say(draft, Content { buttons: choices(language), ..Content::text(text) });
            draft.conversation.bot.rating = Some(AskedRating { at: draft.now, stage: RatingStage::Asked });
        }
        Ok(())
    }

    /// None: the message is no part of a rating.
    pub(crate) async fn take_rating(&self, message: &InboundMessage) -> Result<Option<Sent>> {
        for _ in 0..ATTEMPTS {
            let known = self.thread(&message.tenant_id, &message.inbox, &message.contact_id, &message.thread_key).await?;
            let Some(known) = known.filter(|known| known.bot.rating.is_some()) else { return Ok(None) };
            let message = &Box::pin(self.take_code(message, &known)).await?;
            let now = self.now();
            let Some(step) = step(&known, message, now) else { return Ok(None) };
            let scope = dedupe_scope(&message.inbox.id, &message.contact_id);
            if let Some(first) = self.repeated(&message.tenant_id, &scope, &message.client_msg_id).await? {
                return Ok(Some(first));
            }
            let name = identified::run(self, message).await?.name;
            let mut draft = Draft::on((*known).clone(), now);
            take(&mut draft, message, name, &step);
            match self.commit(draft).await? {
                Outcome::Done { entry } => return sent(&entry).map(Some),
                Outcome::Duplicate(first) => return self.replay(&message.tenant_id, &first).await.map(Some),
                Outcome::Conflict => {}
            }
        }
        Err(EngineError::Conflict)
    }
}

/// The web widget and apps have a screen for it. Who is answered in the platform's own call cannot be written to afterwards.
fn asks(inbox: &Inbox) -> bool {
    let has_screen = inbox.channel.has_screen();
    inbox.widget.csat_by_message && !has_screen && !qn_channel::find(inbox.channel).answers_in_call(inbox)
}

/// Not twice a day, and not where the thread is another conversation's.
fn is_due(c: &Conversation, now: Timestamp) -> bool {
    let is_tied = c.tied.merged_into.is_some() || c.tied.split_from.is_some();
    c.csat.is_none() && !is_tied && c.bot.rating.as_ref().is_none_or(|asked| now - asked.at >= ANSWERED_MS)
}

fn choices(language: Language) -> Vec<Button> {
    SCORES.iter().map(|(zh, en)| button(language.pick(zh, en))).collect()
}

fn comment_button(language: Language) -> Button {
    button(language.pick("补充意见", "Add a comment"))
}

fn button(label: &str) -> Button {
    Button { label: label.to_owned(), action: ButtonAction::Reply { text: label.to_owned() } }
}

fn step(c: &Conversation, message: &InboundMessage, now: Timestamp) -> Option<Step> {
    let asked = c.bot.rating.as_ref().filter(|_| c.status == Status::Resolved && c.tied.merged_into.is_none())?;
    let is_plain = message.writer == Writer::Proved
        && !message.wants_person
        && message.left.is_none()
        && message.content.attachments.is_empty()
        && message.lost_files.is_empty();
    let text = message.content.text.trim();
    if !is_plain || text.is_empty() {
        return None;
    }
    let age_ms = now - asked.at;
    let pressed = |buttons: &[Button]| menu::chosen(text, buttons).and_then(|b| buttons.iter().position(|other| other == b));
    // The talk may have been in another language than the question is pressed in.
    let either =
        |of: &dyn Fn(Language) -> Vec<Button>| [Language::Zh, Language::En].into_iter().find_map(|language| pressed(&of(language)));
    match asked.stage {
        RatingStage::Asked if age_ms <= ANSWERED_MS => either(&choices).and_then(|at| u8::try_from(at + 1).ok()).map(Step::Score),
        RatingStage::Scored if age_ms <= ANSWERED_MS => either(&|language| vec![comment_button(language)]).map(|_| Step::WantsToComment),
        RatingStage::Commenting if age_ms <= COMMENT_MS => Some(Step::Comment(qn_base::text::truncate(text, COMMENT_CHARS_MAX).to_owned())),
        _ => None,
    }
}

fn take(draft: &mut Draft, message: &InboundMessage, name: String, step: &Step) {
    let language = draft.conversation.language;
    let author = Author { kind: AuthorKind::Contact, id: Some(message.contact_id.0.clone()), name };
    beside(draft, |draft| {
        let incoming = draft.message(MessageKind::Incoming, author.clone(), Content { rating: true, ..message.content.clone() });
        incoming.reply_to.clone_from(&message.reply_to);
        incoming.client_msg_id = Some(message.client_msg_id.clone());
        let id = incoming.id.clone();
        draft.dedupe(dedupe_scope(&message.inbox.id, &message.contact_id), message.client_msg_id.clone(), Some(id));
    });
    // A letter or a text message for each thank you is too much.
    let talks = !matches!(message.inbox.channel, ChannelKind::Email | ChannelKind::Sms | ChannelKind::Smpp | ChannelKind::Api);
    let (at, mut stage) = (draft.now, RatingStage::Over);
    match step {
        Step::Score(score) => {
            draft.conversation.csat = Some(Csat { score: *score, comment: String::new(), at });
            let params = [("score".to_owned(), json!(score))].into_iter().collect();
            beside(draft, |draft| draft.activity(Activity { key: ActivityKey::CsatGiven, params, public: false }, author));
            if talks {
                let text = language.pick("感谢您的评价！", "Thank you for rating!");
                say(draft, Content { buttons: vec![comment_button(language)], ..Content::text(text) });
                stage = RatingStage::Scored;
            }
        }
        Step::WantsToComment => {
            say(
                draft,
                Content::text(
                    language.pick("请说，您的下一条消息会记为评价意见。", "Go ahead: your next message is kept as your comment."),
                ),
            );
            stage = RatingStage::Commenting;
        }
        Step::Comment(text) => {
            if let Some(csat) = &mut draft.conversation.csat {
                csat.comment.clone_from(text);
            }
            say(draft, Content::text(language.pick("已收到，谢谢！", "Noted, thank you!")));
        }
    }
    draft.conversation.bot.rating = Some(AskedRating { at, stage });
}

fn say(draft: &mut Draft, content: Content) {
    beside(draft, |draft| {
        draft.message(MessageKind::Outgoing, Author::bot(), Content { rating: true, ..content });
    });
}

/// What is written leaves the conversation where it stood: nobody waits, nothing is unread, and lists show the case's last words.
fn beside(draft: &mut Draft, write: impl FnOnce(&mut Draft)) {
    let c = &draft.conversation;
    let before = (c.unread, c.waiting_since, c.last_message_at, c.last_text.clone());
    write(draft);
    let c = &mut draft.conversation;
    (c.unread, c.waiting_since, c.last_message_at, c.last_text) = before;
}
