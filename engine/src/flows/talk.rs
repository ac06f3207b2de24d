//! What runs do in a conversation: say, ask, tell colleagues that they wait. Each is one decision like any other, named by the run's
//! step, so that a repetition changes nothing.

use super::pictures::Pictures;
use super::stack;
use crate::draft::Draft;
use crate::{Engine, EngineError, Result};
use qn_base::clock::MINUTE_MS;
use qn_bus::{Audience, Signal, SignalBody, Who};
use qn_domain::{
    ActiveFlow, Activity, ActivityKey, Author, BotState, Button, ButtonAction, Card, ChannelKind, Content, Conversation, ConversationId,
    Effect, EffectKind, Language, MessageKind, Move, Outcome, Owner, Repair, Status, TenantId, Timestamp,
};
use qn_runner::Errand;
use qn_workflow::model::ErrorKind;
use qn_workflow::request::Rich;
use qn_workflow::{Request, StepError, wording};
use serde_json::{Value, json};

/// Where runs' names for what they do are unique.
const SCOPE: &str = "flow";
/// Customers and people may be quick; a run can wait.
const ATTEMPTS: usize = 10;
const TEXT_CHARS_MAX: usize = 4_000;
/// Buttons under one message.
const BUTTONS_MAX: usize = 20;
const LABEL_CHARS_MAX: usize = 80;
const CARD_CHARS_MAX: usize = 500;

/// A shorter pause is not worth showing; nor is what is left of one.
const TYPING_MS_MIN: i64 = 200;
/// Steps of which the last wording is remembered.
const WORDED_MAX: usize = 50;

/// A text, and what may be said in its place.
pub(super) struct Wordings<'a> {
    pub text: &'a str,
    pub variants: &'a [String],
}

/// What stands under it.
pub(super) struct Beneath<'a> {
    pub buttons: &'a [String],
    pub rich: &'a Rich,
}

impl<'a> Wordings<'a> {
    /// Not the one this conversation heard last, and for the same step always the same.
    fn of(&self, bot: &mut BotState, errand: &Errand) -> &'a str {
        if self.variants.is_empty() {
            return self.text;
        }
        let node = format!("{}/{}", errand.flow.id, errand.step.split(['@', '~']).next().unwrap_or_default());
        let n = match bot.worded.get(&node) {
            Some((key, n)) if *key == errand.key => *n,
            last => wording::pick(&errand.key, self.variants.len() + 1, last.map(|(_, n)| *n)),
        };
        if bot.worded.len() >= WORDED_MAX && !bot.worded.contains_key(&node) {
            bot.worded.clear();
        }
        bot.worded.insert(node, (errand.key.clone(), n));
        n.checked_sub(1).and_then(|n| self.variants.get(n)).map_or(self.text, String::as_str)
    }
}

/// What became of a decision that is made at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Once {
    Now,
    /// It was made before, with the same name.
    Before,
    /// There was nothing to do.
    Nothing,
}

impl Engine {
    /// `decide` writes the decision, or says false for none.
    pub(super) async fn decide_once<F>(&self, tenant_id: &TenantId, id: &ConversationId, key: &str, decide: F) -> Result<Once>
    where
        F: FnMut(&mut Draft) -> Result<bool>,
    {
        self.decide_named(tenant_id, id, None, key, decide).await
    }

    /// The same, where words off the straight way may be said: those of this run's flow before the company's.
    pub(super) async fn decide_in_words<F>(
        &self,
        tenant_id: &TenantId,
        id: &ConversationId,
        run_id: &str,
        key: &str,
        decide: F,
    ) -> Result<Once>
    where
        F: FnMut(&mut Draft) -> Result<bool>,
    {
        self.decide_named(tenant_id, id, Some(run_id), key, decide).await
    }

    async fn decide_named<F>(
        &self,
        tenant_id: &TenantId,
        id: &ConversationId,
        run_id: Option<&str>,
        key: &str,
        mut decide: F,
    ) -> Result<Once>
    where
        F: FnMut(&mut Draft) -> Result<bool>,
    {
        let mut place = id.clone();
        for _ in 0..ATTEMPTS {
            let _turn = self.turns.enter(place.as_str()).await;
            let conversation = qn_store::conversation::find(&self.db, tenant_id, &place)
                .await?
                .ok_or_else(|| EngineError::not_found("conversation", &place))?;
            // The customer went on in another channel.
            if conversation.tied.merged_into.is_some()
                && let Some(there) = Box::pin(self.goes_on_in(&conversation)).await?
            {
                place = there.id;
                continue;
            }
            let mut draft = Draft::on(conversation, self.now());
            draft.by_flow = true;
            draft.repairs = match run_id {
                Some(run_id) => self.words_here(tenant_id, &draft.conversation.bot, run_id).await?,
                None => self.settings(tenant_id).await?.repairs.clone(),
            };
            if !decide(&mut draft)? {
                return Ok(Once::Nothing);
            }
            draft.dedupe(SCOPE.to_owned(), key.to_owned(), None);
            match self.commit(draft).await? {
                Outcome::Done { .. } => return Ok(Once::Now),
                Outcome::Duplicate(_) => return Ok(Once::Before),
                Outcome::Conflict => {}
            }
        }
        Err(EngineError::Conflict)
    }

    /// The reply says whether the customer was told: a person who took over speaks for themselves. With its `last` words the flow leaves
    /// the talk, so that what the customer says to them is about something else, and what lies below is asked again.
    pub(super) async fn flow_says(
        &self,
        errand: &Errand,
        wordings: &Wordings<'_>,
        beneath: &Beneath<'_>,
        last: bool,
    ) -> Result<qn_workflow::Outcome> {
        let Some(conversation_id) = &errand.conversation_id else { return Ok(nowhere()) };
        let (mut said, mut text) = (true, wordings.text);
        let run_id = last.then_some(errand.run_id.as_str());
        let pictures = match beneath.rich.images.as_slice() {
            [] => Pictures::default(),
            images => Box::pin(self.pictures(errand, images)).await,
        };
        self.decide_named(&errand.tenant_id, conversation_id, run_id, &errand.key, |draft| {
            said = !is_silenced(&draft.conversation);
            text = wordings.of(&mut draft.conversation.bot, errand);
            if said {
                reopen(draft)?;
                say(draft, text, beneath, &pictures);
                if last && stack::leave(&mut draft.conversation.bot, |flow| flow.is_of(&errand.run_id, &errand.flow.id)) {
                    ask_again(draft);
                }
            } else {
                let more = [("text", json!(qn_base::text::truncate(text, TEXT_CHARS_MAX)))];
                draft.activity(line(ActivityKey::FlowUnsaid, errand, more), Author::bot());
            }
            Ok(true)
        })
        .await?;
        Ok(Ok(json!({"said": said, "text": text})))
    }

    /// The customer sees that something is being written. Shown now, and worthless later.
    pub(super) async fn flow_types(&self, errand: &Errand, until: Timestamp) -> Result<()> {
        let Some(conversation_id) = errand.conversation_id.as_ref().filter(|_| errand.contact_id.is_some()) else { return Ok(()) };
        let conversation = self.talk_of(&errand.tenant_id, conversation_id).await?;
        if self.now() + TYPING_MS_MIN > until || is_silenced(&conversation) {
            return Ok(());
        }
        let who = Who { kind: "bot", id: String::new(), name: String::new() };
        self.hub.signal(Signal {
            tenant_id: errand.tenant_id.clone(),
            audience: Audience::Both(conversation.contact_id),
            body: SignalBody::Typing { conversation_id: conversation.id, who, on: true, preview: None },
        });
        Ok(())
    }

    /// None: the customer was asked.
    pub(super) async fn flow_asks(&self, errand: &Errand) -> Result<Option<qn_workflow::Outcome>> {
        let Request::Ask { text, choices, optional, secret, again, .. } = &*errand.request else { return Ok(None) };
        let Some(conversation_id) = &errand.conversation_id else { return Ok(Some(nowhere())) };
        let key = format!("{}#{}", errand.key, errand.attempt);
        let minutes = self.silence_minutes(&errand.tenant_id, conversation_id).await?;
        let mut refused = None;
        let asked = self.decide_in_words(&errand.tenant_id, conversation_id, &errand.run_id, &key, |draft| {
            refused = None;
            reopen(draft)?;
            if !draft.conversation.bot_speaks() {
                refused = Some(StepError::new(ErrorKind::Refused, "a person has taken over").zh("已由人工接管"));
                return Ok(false);
            }
            let text = again.as_ref().map_or_else(|| text.clone(), |step| draft.repair(&errand.run_id, Repair::Corrected, step));
            let question = ActiveFlow {
                run_id: errand.run_id.clone(),
                flow: errand.flow.id.clone(),
                name: title(errand, draft.conversation.language).to_owned(),
                step: errand.step.clone(),
                attempt: errand.attempt,
                text: qn_base::text::truncate(&text, TEXT_CHARS_MAX).to_owned(),
                choices: choices.to_vec(),
                optional: *optional,
                secret: *secret,
            };
            if !stack::ask(&mut draft.conversation.bot, question.clone()) {
                refused =
                    Some(StepError::new(ErrorKind::Limit, "too many questions are open in this conversation").zh("会话里未答的问题太多"));
                return Ok(false);
            }
            draft.conversation.bot.misses = 0;
            ask(draft, &question, "");
            if let Some(minutes) = minutes {
                let effect = silence(&question, conversation_id, draft.now + i64::from(minutes) * MINUTE_MS);
                draft.effect(effect);
            }
            Ok(true)
        });
        asked.await?;
        Ok(refused.map(Err))
    }

    /// After how long a question is asked once more; never by mail, where nobody is expected to answer at once.
    async fn silence_minutes(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<Option<u32>> {
        let settings = self.settings(tenant_id).await?;
        let conversation = self.talk_of(tenant_id, id).await?;
        let by_mail = settings.inbox(&conversation.inbox_id).is_ok_and(|inbox| inbox.channel == ChannelKind::Email);
        Ok(Some(settings.repairs.silence_minutes).filter(|minutes| *minutes > 0 && !by_mail))
    }

    /// Colleagues see in the conversation that a decision is waited for; the task itself stands in its own list.
    pub(super) async fn flow_waits(&self, errand: &Errand, who: &str, title: &str) -> Result<()> {
        let Some(conversation_id) = &errand.conversation_id else { return Ok(()) };
        let key = format!("{}#{}", errand.key, errand.attempt);
        let told = self.decide_once(&errand.tenant_id, conversation_id, &key, |draft| {
            let more = [("who", json!(who)), ("title", json!(qn_base::text::line(title, 200)))];
            draft.activity(line(ActivityKey::FlowWaits, errand, more), Author::bot());
            Ok(true)
        });
        match told.await {
            // The list of approvals is what counts.
            Err(EngineError::NotFound { .. }) => Ok(()),
            told => told.map(drop),
        }
    }
}

/// What the flow is called in this language.
fn title(errand: &Errand, language: Language) -> &str {
    errand.flow.name_en.as_deref().filter(|_| language == Language::En).unwrap_or(&errand.flow.name)
}

fn silence(question: &ActiveFlow, conversation_id: &ConversationId, due_at: Timestamp) -> Effect {
    Effect {
        kind: EffectKind::FlowSilence,
        key: format!("flow_silence:{}/{}/{}", question.run_id, question.step, question.attempt),
        payload: json!({"run_id": question.run_id, "step": question.step, "attempt": question.attempt, "conversation_id": conversation_id}),
        due_at,
        trace: None,
    }
}

fn nowhere() -> qn_workflow::Outcome {
    Err(StepError::new(ErrorKind::Invalid, "this run belongs to no conversation").zh("这次运行不属于任何会话"))
}

/// A person speaks here. In a queue nobody does yet.
pub(super) fn is_silenced(c: &Conversation) -> bool {
    let by_person = match c.owner {
        Owner::Agent { .. } => true,
        Owner::Bot => c.bot.muted,
        Owner::Queue { .. } => false,
    };
    c.status != Status::Resolved && by_person
}

pub(super) fn reopen(draft: &mut Draft) -> Result<()> {
    if draft.conversation.status == Status::Resolved {
        draft.apply(Move::Reopen, Author::bot())?;
    }
    Ok(())
}

fn say(draft: &mut Draft, text: &str, beneath: &Beneath<'_>, pictures: &Pictures) {
    let links = beneath.rich.links.iter().map(|link| {
        let label = qn_base::text::line(&link.label, LABEL_CHARS_MAX);
        Button { label, action: ButtonAction::Link { url: link.url.clone() } }
    });
    let buttons = beneath.buttons.iter().map(|text| reply(text)).chain(links).take(BUTTONS_MAX).collect();
    let card = |card: &qn_workflow::request::Card| {
        let text = qn_base::text::truncate(&card.text, CARD_CHARS_MAX).to_owned();
        Card { title: qn_base::text::line(&card.title, LABEL_CHARS_MAX), text, url: card.url.clone() }
    };
    let cards = beneath.rich.cards.iter().map(card).collect();
    let told = pictures.told.iter().map(|alt| format!("\n[{alt}]"));
    let text = [qn_base::text::truncate(text, TEXT_CHARS_MAX).to_owned()].into_iter().chain(told).collect();
    let attachments = pictures.files.clone();
    // Who waits for a person goes on waiting for one.
    let waiting_since = draft.conversation.waiting_since;
    draft.message(MessageKind::Outgoing, Author::bot(), Content { text, attachments, buttons, cards, ai: true, ..Content::default() });
    if matches!(draft.conversation.owner, Owner::Queue { .. }) {
        draft.conversation.waiting_since = waiting_since;
    }
}

/// Asks, or asks again with a few words before it.
pub(crate) fn ask(draft: &mut Draft, question: &ActiveFlow, before: &str) {
    let language = draft.conversation.language;
    let skip = question.optional.then(|| reply(language.pick("跳过", "Skip")));
    let buttons = question.choices.iter().take(BUTTONS_MAX).map(|choice| reply(choice)).chain(skip).chain([person(language)]).collect();
    let text = format!("{before}{}", question.text);
    draft.message(MessageKind::Outgoing, Author::bot(), Content { text, buttons, ai: true, ..Content::default() });
}

/// The question on top is asked again after something else; nothing when there is none.
pub(crate) fn ask_again(draft: &mut Draft) {
    let Some(question) = stack::open(&draft.conversation.bot).cloned() else { return };
    let before = draft.repair(&question.run_id, Repair::Resume, "");
    ask(draft, &question, &before);
}

fn reply(text: &str) -> Button {
    let label = qn_base::text::line(text, LABEL_CHARS_MAX);
    Button { label, action: ButtonAction::Reply { text: text.to_owned() } }
}

fn person(language: Language) -> Button {
    Button { label: language.pick("转人工", "Talk to a person").to_owned(), action: ButtonAction::Handoff }
}

/// A line about a run, for colleagues.
pub(super) fn line<const N: usize>(key: ActivityKey, errand: &Errand, more: [(&str, Value); N]) -> Activity {
    about(key, &errand.run_id, &errand.flow.id, &errand.flow.name, more)
}

pub(super) fn about<const N: usize>(key: ActivityKey, run_id: &str, flow: &str, name: &str, more: [(&str, Value); N]) -> Activity {
    let known = [("run", json!(run_id)), ("flow", json!(flow)), ("name", json!(name))];
    let params = known.into_iter().chain(more).map(|(key, value)| (key.to_owned(), value)).collect();
    Activity { key, params, public: false }
}
