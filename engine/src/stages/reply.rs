//! Writes the decision: the customer's message, what the bot says to it or who takes over, and why. Pure.

use crate::EngineError;
use crate::Result;
use crate::assist::tone;
use crate::cases::Reason;
use crate::draft::Draft;
use crate::flows::stack;
use crate::flows::talk as flow_talk;
use crate::flows::turn::Turn;
use crate::handoff::{self, Handing};
use crate::inbound::{InboundMessage, LostFile, Quiet, Reach, Writer};
use crate::openings::Opening;
use crate::persons::{Continues, lasting};
use crate::stages::explained;
use crate::stages::identified::Identified;
use crate::stages::next_step;
use crate::stages::routed::Route;
use crate::stages::several::{self, Does, Wish};
use crate::stages::threaded::Threaded;
use crate::stages::to_flows::{bot_says, start_beside, to_flows};
use crate::stages::understood::{Taught, Understood};
use qn_domain::{
    Activity, ActivityKey, ArticleAudience, Author, AuthorKind, Button, ButtonAction, Citation, Content, Conversation, Format,
    HandoffReason, Language, MessageKind, Move, Repair, Repairs, Status, Timestamp, WidgetSettings,
};
use qn_knowledge::catalogue::{Kind, Reply};
use qn_knowledge::{Answer, Hit, Near};
use qn_nlu::{Act, Understanding};
use serde_json::json;

const REMEMBERED_MAX: usize = 10;
const NEAR_MAX: usize = 3;

pub(crate) fn decide(
    message: &InboundMessage,
    identified: &Identified,
    threaded: Threaded,
    understood: &Understood,
    route: Route,
    opening: Opening,
    now: Timestamp,
) -> Result<Draft> {
    let says_nothing = message.content.text.trim().is_empty() && message.content.attachments.is_empty();
    if says_nothing && message.lost_files.is_empty() && !message.wants_person {
        return Err(EngineError::EmptyMessage);
    }
    let continues = threaded.continues;
    let mut draft = Draft::on(threaded.conversation, now);
    draft.repairs = understood.repairs.clone();
    let clarifying = draft.conversation.bot.clarifying.take();
    let joins = threaded.joins;
    if let Some(line) = joins.as_ref().and_then(|joining| joining.first_line()) {
        draft.activity(line, Author::system());
    }
    match threaded.wire {
        Some(wire) => draft.elsewhere = wire.elsewhere,
        None => wake(&mut draft)?,
    }
    take_in(&mut draft, message, identified, understood, route);
    if let Some(continues) = &continues {
        draft.activity(continued(continues), Author::system());
    }
    match route {
        Route::Owner => {}
        Route::Bot => {
            let confirmed =
                joins.as_ref().and_then(|joining| if let Reason::Asked(order) = &joining.reason { Some(order.as_str()) } else { None });
            if understood.thought.several.is_empty() {
                say(&mut draft, message, understood, confirmed);
            } else {
                say_several(&mut draft, message, understood);
            }
            if understood.turn == Some(Turn::Digression) {
                flow_talk::ask_again(&mut draft);
            }
        }
        Route::Flow => {
            say_several(&mut draft, message, understood);
            understood.turn.iter().for_each(|turn| to_flows(&mut draft, message, turn, clarifying.as_ref()));
        }
        Route::Person(reason) => hand_over(&mut draft, message, understood.understanding.language, reason, opening)?,
        Route::Away => away(&mut draft, message, understood.understanding.language, opening),
    }
    Ok(draft)
}

/// For colleagues: the customer comes from another channel.
fn continued(from: &Continues) -> Activity {
    let mut params = serde_json::Map::new();
    params.insert("conversation".into(), json!(from.conversation_id));
    params.insert("inbox".into(), json!(from.inbox));
    params.insert("text".into(), json!(from.text));
    Activity { key: ActivityKey::Continued, params, public: false }
}

/// A message brings a sleeping or resolved conversation back.
fn wake(draft: &mut Draft) -> Result<()> {
    match draft.conversation.status {
        Status::Open => {}
        Status::Pending | Status::Snoozed => draft.apply(Move::Wake, Author::system())?,
        Status::Resolved => draft.apply(Move::Reopen, Author::system())?,
    }
    Ok(())
}

fn take_in(draft: &mut Draft, message: &InboundMessage, identified: &Identified, understood: &Understood, route: Route) {
    draft.conversation.language = understood.understanding.language;
    if message.page.is_some() {
        draft.conversation.page = message.page.clone();
    }
    crate::rules::remember(&mut draft.conversation, understood);
    draft.conversation.bot.unproved |= message.writer == Writer::Claimed;
    named_here(&mut draft.conversation, &message.content.text, draft.now);
    if let Some(talk) = &understood.talk {
        draft.conversation.bot.talk = talk.clone();
    }
    let author = Author { kind: AuthorKind::Contact, id: Some(message.contact_id.0.clone()), name: identified.name.clone() };
    let mut content = message.content.clone();
    if content.text.trim().is_empty() && message.wants_person {
        content.text = understood.understanding.language.pick("转人工", "Talk to a person").to_owned();
    }
    let incoming = draft.message(MessageKind::Incoming, author, content);
    incoming.reply_to = message.reply_to.clone();
    incoming.client_msg_id = Some(message.client_msg_id.clone());
    incoming.trace = Some(explained::trace(understood, route));
    let id = incoming.id.clone();
    draft.dedupe(crate::inbound::dedupe_scope(&message.inbox.id, &message.contact_id), message.client_msg_id.clone(), Some(id));
    understood.beside.iter().for_each(|flow| start_beside(draft, message, flow));
    if let Some(reach) = &message.left {
        draft.activity(left(reach), Author::system());
    }
    if let (Some(Quiet::AnsweredOften { from, answers }), Route::Person(_)) = (&message.quiet, route) {
        draft.activity(answered_often(from, *answers), Author::system());
    }
    if !message.lost_files.is_empty() {
        draft.activity(lost(&message.lost_files), Author::system());
    }
}

/// What is named here counts, and no longer what was named elsewhere.
fn named_here(c: &mut Conversation, text: &str, now: Timestamp) {
    if let Some(carried) = c.bot.carried.as_mut().filter(|carried| !carried.named.is_empty()) {
        let here = lasting(text, now);
        carried.named.retain(|name, _| !here.contains_key(name));
    }
}

/// Files that did not arrive, so that people can ask for them again.
fn lost(files: &[LostFile]) -> Activity {
    let mut params = serde_json::Map::new();
    params.insert("files".into(), json!(files));
    Activity { key: ActivityKey::FilesLost, params, public: false }
}

/// Why the bot says nothing, for people's eyes only.
fn answered_often(from: &str, answers: i64) -> Activity {
    let mut params = serde_json::Map::new();
    params.insert("from".into(), json!(from));
    params.insert("answers".into(), json!(answers));
    Activity { key: ActivityKey::AnsweredOften, params, public: false }
}

/// How to reach the customer, for people's eyes only.
fn left(reach: &Reach) -> Activity {
    let mut params = serde_json::Map::new();
    params.insert("contact".into(), json!(reach));
    Activity { key: ActivityKey::LeaveMessage, params, public: false }
}

/// `confirmed`: the order that the customer just said they mean.
fn say(draft: &mut Draft, message: &InboundMessage, understood: &Understood, confirmed: Option<&str>) {
    let language = understood.understanding.language;
    remember(&mut draft.conversation, &message.content.text);
    let thought = &understood.thought;
    if let Some(first) = thought.reading.as_ref().filter(|read| read.accepted).and_then(|read| read.ranked.first()) {
        draft.conversation.bot.topic.clone_from(&first.topic);
    }
    let repairs = draft.repairs.clone();
    let phrased = thought.phrased.as_ref().and_then(|phrased| phrased.text.as_deref());
    let mut content = match (&thought.product, &thought.taught, &thought.answer) {
        (Some(reply), ..) => attuned(product(&mut draft.conversation, reply), &draft.conversation, message, understood),
        (_, Some(Taught::Say { text, .. }), _) => {
            attuned(taught(&mut draft.conversation, text, language), &draft.conversation, message, understood)
        }
        (.., Some(Answer::Found { hit, near })) => {
            let told = told_elsewhere(&mut draft.conversation, hit, language);
            let quoted = found(&mut draft.conversation, hit, near, language);
            match phrased {
                Some(text) => begun(told, Content { text: text.to_owned(), ..quoted }),
                None => begun(told, attuned(quoted, &draft.conversation, message, understood)),
            }
        }
        (.., Some(Answer::Close { hits })) => close(hits, language),
        (.., Some(Answer::None { .. })) if thought.unrelated => unrelated(&mut draft.conversation, &repairs, &message.inbox.widget),
        (.., Some(Answer::None { near })) => missed(&mut draft.conversation, &repairs, near),
        (.., None) => match confirmed {
            Some(order) => goes_on(order, language),
            None => steer(draft, message, understood, language),
        },
    };
    let next = next_step::named(thought).and_then(|id| next_step::offer(&mut draft.conversation.bot, &understood.book, id, language));
    content.buttons.splice(0..0, next);
    draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..content });
}

/// An answer for each clear wish of the turn, in its order, headed by the customer's own words; the last one says which parts are not clear.
/// A flow among them speaks for itself, afterwards.
fn say_several(draft: &mut Draft, message: &InboundMessage, understood: &Understood) {
    let language = understood.understanding.language;
    let several = &understood.thought.several;
    let wishes: Vec<&Wish> = several.iter().filter(|wish| !matches!(wish.does, Does::Begin { .. } | Does::Miss { .. })).collect();
    let admitted = several::admitted(draft, several);
    if wishes.is_empty()
        && let Some(text) = &admitted
    {
        bot_says(draft, text.clone(), several::nearby(several).into_iter().chain([person(language)]).collect());
    }
    if !wishes.is_empty() && understood.turn.is_none() {
        // What begins a flow is remembered there.
        remember(&mut draft.conversation, &message.content.text);
    }
    let mut offers = several::nearby(several);
    for (n, wish) in wishes.iter().enumerate() {
        if let Some(first) = wish.reading.as_ref().filter(|read| read.accepted).and_then(|read| read.ranked.first()) {
            draft.conversation.bot.topic.clone_from(&first.topic);
        }
        let mut content = match &wish.does {
            Does::Quote(hit) => found(&mut draft.conversation, hit, &[], language),
            Does::Tell(reply) => product(&mut draft.conversation, reply),
            Does::Say { text, .. } => taught(&mut draft.conversation, text, language),
            Does::Begin { .. } | Does::Miss { .. } => continue,
        };
        offers.extend(wish.does.next_flow().and_then(|id| next_step::offer(&mut draft.conversation.bot, &understood.book, id, language)));
        let last = n + 1 == wishes.len() && understood.turn.is_none();
        if last {
            content.buttons.splice(0..0, std::mem::take(&mut offers));
        } else {
            content.buttons.clear();
        }
        content.text = format!("{}\n\n{}", heading(&wish.part, language), content.text);
        if let Some(text) = admitted.as_ref().filter(|_| n + 1 == wishes.len()) {
            content.text = format!("{}\n\n{text}", content.text);
        }
        let content = if n == 0 { attuned(content, &draft.conversation, message, understood) } else { content };
        draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..content });
    }
}

/// Which part of the turn is answered; the customer's words, without what markdown would make of them.
fn heading(part: &str, language: Language) -> String {
    language.pick("**关于“{}”**", "**About “{}”**").replace("{}", &several::quoted(part))
}

/// An answer that nobody wrote for this customer begins with a word for how they feel; not twice running.
fn attuned(content: Content, c: &Conversation, message: &InboundMessage, understood: &Understood) -> Content {
    let Understanding { mood, language, .. } = &understood.understanding;
    let tone = tone::to(&message.content.text, mood);
    let Some(opening) = tone::opening(tone, *language) else { return content };
    let said_before = c.bot.asked.iter().rev().nth(1).is_some_and(|text| tone::read(text) == tone);
    if said_before { content } else { Content { text: format!("{opening}\n\n{}", content.text), ..content } }
}

/// Words for an answer that the customer had in another channel; once for each.
fn told_elsewhere(c: &mut Conversation, hit: &Hit, language: Language) -> Option<String> {
    let carried = c.bot.carried.as_mut()?;
    let at = carried.shown.iter().position(|id| *id == hit.article_id)?;
    carried.shown.remove(at);
    let words = language.pick("您刚才在「{}」问过，答案还是：", "You asked this in {} a while ago; the answer is still:");
    Some(words.replace("{}", &carried.inbox))
}

fn begun(opening: Option<String>, content: Content) -> Content {
    match opening {
        Some(opening) => Content { text: format!("{opening}\n\n{}", content.text), ..content },
        None => content,
    }
}

pub(super) fn remember(c: &mut Conversation, text: &str) {
    let line = qn_base::text::line(text, 200);
    if !line.is_empty() {
        push_bounded(&mut c.bot.asked, line);
    }
}

fn push_bounded<T>(list: &mut Vec<T>, item: T) {
    if list.len() == REMEMBERED_MAX {
        list.remove(0);
    }
    list.push(item);
}

fn found(c: &mut Conversation, hit: &Hit, near: &[Near], language: Language) -> Content {
    c.bot.misses = 0;
    push_bounded(&mut c.bot.shown, hit.article_id.clone());
    let is_public = hit.audience == ArticleAudience::Everyone;
    let url = if is_public { format!("/help/{}/{}", hit.language.code(), hit.article_id) } else { String::new() };
    Content {
        text: hit.passage.clone(),
        format: Format::Markdown,
        citations: vec![Citation { article_id: hit.article_id.clone(), title: hit.title.clone(), url, quotes: hit.sentences.clone() }],
        buttons: near.iter().take(2).map(question).chain([person(language)]).collect(),
        ..Content::default()
    }
}

/// What the catalogue says. "It doesn't say" is a miss like any other.
fn product(c: &mut Conversation, reply: &Reply) -> Content {
    c.bot.misses = if reply.kind == Kind::Unknown { c.bot.misses + 1 } else { 0 };
    let buttons = reply.buttons.iter().map(|text| ask(text)).chain([person(reply.language)]).collect();
    Content { text: reply.text.clone(), format: Format::Markdown, buttons, ..Content::default() }
}

/// The words the company gave an intent.
fn taught(c: &mut Conversation, text: &str, language: Language) -> Content {
    c.bot.misses = 0;
    Content { text: text.to_owned(), format: Format::Markdown, buttons: vec![person(language)], ..Content::default() }
}

fn close(hits: &[Hit], language: Language) -> Content {
    Content {
        text: language.pick("您想了解的是下面哪一个？", "Which of these do you mean?").to_owned(),
        buttons: hits.iter().take(NEAR_MAX).map(|hit| ask(&hit.title)).chain([person(language)]).collect(),
        ..Content::default()
    }
}

fn missed(c: &mut Conversation, repairs: &Repairs, near: &[Near]) -> Content {
    c.bot.misses += 1;
    let language = c.language;
    let repair = if near.is_empty() { Repair::NotKnown } else { Repair::NotSure };
    Content {
        text: repairs.say(stack::speaks(&c.bot), repair, language).to_owned(),
        buttons: near.iter().take(NEAR_MAX).map(question).chain([person(language)]).collect(),
        ..Content::default()
    }
}

/// Nothing the company speaks of: what the bot is good for, in the company's own suggestions, and a person.
fn unrelated(c: &mut Conversation, repairs: &Repairs, widget: &WidgetSettings) -> Content {
    c.bot.misses += 1;
    let language = c.language;
    let suggestions = if language == Language::Zh { &widget.suggestions_zh } else { &widget.suggestions_en };
    Content {
        text: repairs.say(stack::speaks(&c.bot), Repair::Unrelated, language).to_owned(),
        buttons: suggestions.iter().take(NEAR_MAX).map(|text| ask(text)).chain([person(language)]).collect(),
        ..Content::default()
    }
}

/// Greetings, thanks and the like.
fn steer(draft: &mut Draft, message: &InboundMessage, understood: &Understood, language: Language) -> Content {
    let widget = &message.inbox.widget;
    let act = understood.understanding.intent.map(|i| i.act);
    let text = match act {
        Some(Act::Thanks) => language.pick("不客气！还有其他可以帮您的吗？", "You're welcome! Anything else I can help with?").to_owned(),
        Some(Act::Resolved) => language.pick("太好了！有需要随时再来。", "Great! Come back any time.").to_owned(),
        Some(Act::Goodbye) => language.pick("再见，祝您生活愉快！", "Goodbye, and have a nice day!").to_owned(),
        Some(Act::No) => language.pick("好的，请告诉我您想了解什么。", "All right. What would you like to know?").to_owned(),
        Some(Act::NotHelpful) => return not_helpful(draft, language),
        Some(Act::AboutBot) => return about_bot(widget, language),
        Some(Act::Yes) => language.pick("好的。还有什么可以帮您？", "All right. What else can I help with?").to_owned(),
        None if !message.content.text.trim().is_empty() => return ask_back(language),
        Some(Act::Greeting) if may_ask(&draft.conversation) => return still_about(&mut draft.conversation, language),
        _ => language.pick(&widget.greeting_zh, &widget.greeting_en).to_owned(),
    };
    let suggestions = match (act, language) {
        (Some(Act::Thanks | Act::Resolved | Act::Goodbye | Act::Yes), _) => &[][..],
        (_, Language::Zh) => &widget.suggestions_zh,
        (_, Language::En) => &widget.suggestions_en,
    };
    let buttons = suggestions.iter().take(5).map(|s| Button { label: s.clone(), action: ButtonAction::Reply { text: s.clone() } });
    Content { text, buttons: buttons.collect(), ..Content::default() }
}

fn may_ask(c: &Conversation) -> bool {
    c.bot.may_join.as_ref().is_some_and(|open| !open.asked && !open.order.is_empty())
}

/// A person who is known greets: is it about the order they spoke of elsewhere? Asked once.
fn still_about(c: &mut Conversation, language: Language) -> Content {
    let order = c.bot.may_join.as_mut().map(|open| {
        open.asked = true;
        open.order.clone()
    });
    let words = language.pick("您好！还是关于订单 {} 吗？", "Hello! Is it still about order {}?");
    let (yes, no) = (language.pick("是的", "Yes"), language.pick("不是", "No"));
    Content {
        text: words.replace("{}", &order.unwrap_or_default()),
        buttons: vec![ask(yes), ask(no), person(language)],
        ..Content::default()
    }
}

/// They said yes.
fn goes_on(order: &str, language: Language) -> Content {
    let words =
        language.pick("好的，订单 {} 之前说过的我都记着，请讲。", "All right. I have what you told us about order {}. Please go on.");
    Content { text: words.replace("{}", order), buttons: vec![person(language)], ..Content::default() }
}

/// What it is and what it is good for, without a word too much.
fn about_bot(widget: &WidgetSettings, language: Language) -> Content {
    let text = language.pick(
        "我是智能客服机器人，不是真人。我能回答常见问题、介绍和比较商品，答不上来会直接告诉您；想找真人，随时点“转人工”。",
        "I'm a bot, not a person. I can answer common questions, tell you about products and compare them, and I say so when I don't know. If you want a person, press \"Talk to a person\" at any time.",
    );
    let suggestions = if language == Language::Zh { &widget.suggestions_zh } else { &widget.suggestions_en };
    let suggestions = suggestions.iter().take(4).map(|text| ask(text));
    Content { text: text.to_owned(), buttons: suggestions.chain([person(language)]).collect(), ..Content::default() }
}

/// For a turn without words, such as a lone "?".
fn ask_back(language: Language) -> Content {
    let text = language.pick("请问您想了解什么？", "What would you like to know?");
    Content { text: text.to_owned(), buttons: vec![person(language)], ..Content::default() }
}

fn not_helpful(draft: &mut Draft, language: Language) -> Content {
    draft.conversation.bot.misses += 1;
    let text = draft.repair(stack::speaks(&draft.conversation.bot), Repair::NotHelpful, "");
    Content { text, buttons: vec![person(language)], ..Content::default() }
}

fn question(near: &Near) -> Button {
    ask(&near.title)
}

pub(super) fn ask(title: &str) -> Button {
    Button { label: title.to_owned(), action: ButtonAction::Reply { text: title.to_owned() } }
}

/// The way to a person, under every answer.
pub(super) fn person(language: Language) -> Button {
    Button { label: language.pick("转人工", "Talk to a person").to_owned(), action: ButtonAction::Handoff }
}

/// The bot is alone: when people are back, and that it goes on helping.
fn away(draft: &mut Draft, message: &InboundMessage, language: Language, opening: Opening) {
    remember(&mut draft.conversation, &message.content.text);
    let text = match opening.back(language) {
        Some(when) => language
            .pick(
                "人工客服现在不在线，{}上班。我可以继续为您解答；换个说法再问问我，或者届时再来。",
                "Our people are away and back {}. I can go on helping: put it another way, or come back then.",
            )
            .replace("{}", &when),
        None => language
            .pick(
                "人工客服现在不在线。我可以继续为您解答，换个说法再问问我。",
                "Our people are away right now. I can go on helping: put it another way.",
            )
            .to_owned(),
    };
    draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..Content::text(text) });
}

fn hand_over(draft: &mut Draft, message: &InboundMessage, language: Language, reason: HandoffReason, opening: Opening) -> Result<()> {
    remember(&mut draft.conversation, &message.content.text);
    let (team_id, wish) = (message.inbox.team_id.clone(), message.content.text.as_str());
    let run = stack::speaks(&draft.conversation.bot).to_owned();
    Ok(handoff::hand_over(draft, &Handing { team_id, wish, language, reason, opening, run: &run, quiet: message.quiet.is_some() })?)
}
