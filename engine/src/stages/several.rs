//! Several wishes in one turn: 「我要退货，另外发票怎么开」. Each part that has the form of a wish is understood by itself, as a turn would be;
//! what is clear is answered, in the order of the turn, and of what is not it is said so. A part of `understood`, which asks here first; with
//! one clear wish the turn is understood as a whole where it is one question, unless the other is openly a further one (「另外…」).

use super::reply::ask;
use super::understood::{Mind, Question, Talked, Taught, Thought, asks, talk, think};
use crate::Reading;
use crate::draft::Draft;
use crate::flows::turn::{self, Heard, Turn};
use crate::flows::{stack, words};
use qn_domain::{ArticleId, BotState, Button, Json, Repair};
use qn_knowledge::catalogue::{Reply, Seen};
use qn_knowledge::{Answer, Hit, Near, Query};
use qn_nlu::Utterance;
use qn_nlu::intent::clauses;

/// Wishes answered in one turn.
const WISHES_MAX: usize = 3;
/// A longer turn is a story, and its parts belong together.
const CHARS_MAX: usize = 200;
/// Of a part of the turn, what heads its answer.
const PART_CHARS_MAX: usize = 40;
/// Questions offered for the parts that are not clear.
const NEAR_MAX: usize = 2;
/// Begin what is wanted, where nothing is asked.
const WANTS_ZH: [&str; 9] = ["我要", "我想", "我需要", "帮我", "请帮", "给我", "想要", "麻烦", "需要"];
const WANTS_EN: [&str; 7] = ["i want", "i'd like", "i would like", "i need", "please", "help me", "let me"];

/// A wish of the turn and what is to be done about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wish {
    /// The part of the turn that says it.
    pub part: String,
    pub does: Does,
    pub reading: Option<Reading>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Does {
    Quote(Box<Hit>),
    Tell(Box<Reply>),
    Say {
        text: String,
        next_flow: Option<String>,
    },
    Begin {
        flow: String,
        name: String,
    },
    /// Nothing: it is not clear what is wanted, or nobody knows. What may be meant is offered.
    Miss {
        near: Vec<Near>,
    },
}

impl Does {
    /// The flow that the answer names.
    pub fn next_flow(&self) -> Option<&str> {
        match self {
            Self::Quote(hit) => hit.next_flow.as_deref(),
            Self::Say { next_flow, .. } => next_flow.as_deref(),
            Self::Tell(reply) => reply.next_flow.as_deref(),
            Self::Begin { .. } | Self::Miss { .. } => None,
        }
    }

    pub fn is_miss(&self) -> bool {
        matches!(self, Self::Miss { .. })
    }

    /// The article that an unclear part most likely means.
    fn nearest(&self) -> Option<&ArticleId> {
        if let Self::Miss { near } = self { Some(&near.first()?.article_id) } else { None }
    }
}

/// What a turn with several wishes comes to.
pub(crate) struct Several {
    pub wishes: Vec<Wish>,
    /// The flow among them, if any: it begins once the others are answered.
    pub turn: Option<Turn>,
    /// The talk about products after it, where it changed.
    pub talk: Option<Json>,
    pub about: Vec<String>,
}

pub(crate) async fn run(mind: &Mind<'_>, bot: &BotState, seen: &Seen<'_>) -> Option<Several> {
    let busy = stack::open(bot).is_some() || stack::at_work(bot).is_some();
    if busy || seen.text.chars().count() > CHARS_MAX {
        return None;
    }
    let parts: Vec<&str> = wishes(mind, seen.text).take(WISHES_MAX).collect();
    if parts.len() < 2 {
        return None;
    }
    if is_one(mind, bot, seen) {
        return None;
    }
    let mut several = Several { wishes: Vec::new(), turn: None, talk: None, about: Vec::new() };
    for part in parts {
        let Some((wish, talked)) = understand(mind, bot, &Seen { text: part, ..*seen }).await else { continue };
        if wish.does.is_miss() {
            several.wishes.push(wish);
            continue;
        }
        let is_flow = matches!(wish.does, Does::Begin { .. });
        if several.wishes.iter().any(|known| same(&known.does, &wish.does)) || (is_flow && several.turn.is_some()) {
            continue;
        }
        if let Does::Begin { flow, name } = &wish.does {
            several.turn = Some(Turn::Start { flow: flow.clone(), name: name.clone() });
        }
        if matches!(wish.does, Does::Tell(_)) {
            several.talk = talked.talk;
            several.about = talked.about;
        }
        several.wishes.push(wish);
    }
    let clear = several.wishes.iter().filter(|wish| !wish.does.is_miss()).count();
    if clear == 1 {
        settle(mind, bot, seen, &mut several.wishes).await;
    }
    (clear > 0 && several.wishes.len() > 1).then_some(several)
}

/// The one wish of a turn that says something else besides.
pub(super) fn only_wish<'t>(mind: &Mind<'_>, text: &'t str) -> Option<&'t str> {
    let mut parts = wishes(mind, text);
    let first = parts.next().filter(|part| part.len() < text.trim().len())?;
    (text.chars().count() <= CHARS_MAX && parts.next().is_none()).then_some(first)
}

/// The parts of a turn that want something of their own.
fn wishes<'t>(mind: &Mind<'_>, text: &'t str) -> impl Iterator<Item = &'t str> {
    clauses::split(text).into_iter().filter(|part| wants(mind, part) && !clauses::goes_on(part))
}

/// What is said of the parts that are not clear, in the customer's own words.
pub(super) fn admitted(draft: &Draft, wishes: &[Wish]) -> Option<String> {
    let missed: Vec<String> = wishes.iter().filter(|wish| wish.does.is_miss()).map(|wish| quoted(&wish.part)).collect();
    let between = draft.conversation.language.pick("」「", "”, “");
    (!missed.is_empty()).then(|| draft.repair("", Repair::PartNotKnown, &missed.join(between)))
}

/// What the parts that are not clear may mean, as buttons.
pub(super) fn nearby(wishes: &[Wish]) -> Vec<Button> {
    missed(wishes).flatten().take(NEAR_MAX).map(|near| ask(&near.title)).collect()
}

/// What each part that is not clear may mean.
fn missed(wishes: &[Wish]) -> impl Iterator<Item = &[Near]> {
    wishes.iter().filter_map(|wish| if let Does::Miss { near } = &wish.does { Some(&near[..]) } else { None })
}

/// A part of the turn without what markdown would make of it.
pub(super) fn quoted(part: &str) -> String {
    let words: String = qn_base::text::line(part, PART_CHARS_MAX).chars().filter(|c| !"*_`#[]()<>|\\".contains(*c)).collect();
    words.trim().to_owned()
}

/// The catalogue answers all of it, or an article asks it in these words.
fn is_one(mind: &Mind<'_>, bot: &BotState, seen: &Seen<'_>) -> bool {
    let Talked { product, about, .. } = talk(mind, &bot.talk, seen);
    let query = Query { text: seen.text, language: seen.language, limit: 1, reader: mind.readers.reader(&about) };
    // Whether the words are an article's own is for words alone to say.
    let asked = || mind.engine.knowledge.search(mind.tenant_id, &query).first().is_some_and(|hit| hit.evidence.same_words);
    product.is_some_and(|reply| !reply.weak) || asked()
}

/// Of a turn with one clear wish, the turn as a whole says what becomes of the others. It may answer one of them: 「退货怎么弄，快递到哪了」
/// as a whole asks how to return. Or they only go on with the clear one.
async fn settle(mind: &Mind<'_>, bot: &BotState, seen: &Seen<'_>, wishes: &mut Vec<Wish>) {
    let whole = understand(mind, bot, seen).await.map(|(whole, _)| whole.does);
    if let Some(Does::Quote(hit)) = &whole
        && let Some(meant) = wishes.iter_mut().find(|wish| wish.does.nearest() == Some(&hit.article_id))
    {
        meant.does = Does::Quote(hit.clone());
    } else if is_one_question(wishes, whole.as_ref()) {
        wishes.retain(|wish| !wish.does.is_miss() || clauses::is_further(seen.text, &wish.part));
    }
}

/// The rest of a turn only goes on with its one clear wish where the turn as a whole has the same answer, or one that is near to every
/// other part too; 「我想退货，发票怎么开」 as a whole means some third thing, and is two wishes.
fn is_one_question(wishes: &[Wish], whole: Option<&Does>) -> bool {
    let Some(clear) = wishes.iter().find(|wish| !wish.does.is_miss()) else { return true };
    let is_near = |hit: &Hit| missed(wishes).all(|near| near.iter().any(|one| one.article_id == hit.article_id));
    match whole {
        _ if matches!(clear.does, Does::Begin { .. }) => true,
        Some(Does::Miss { .. }) => false,
        Some(does @ Does::Quote(hit)) => same(does, &clear.does) || is_near(hit),
        _ => true,
    }
}

/// It asks something or says what is wanted; a remark does neither.
fn wants(mind: &Mind<'_>, part: &str) -> bool {
    let low = part.trim().to_lowercase();
    let begins = WANTS_ZH.iter().chain(&WANTS_EN).any(|word| low.starts_with(word));
    let said = words::normal(part);
    begins || words::is_question(part) || mind.book.spoken().any(|flow| flow.begins.phrases.iter().any(|phrase| said.contains(phrase)))
}

/// A part as a turn of its own; none where it only steers, or is for a person or the flows to settle.
async fn understand(mind: &Mind<'_>, bot: &BotState, seen: &Seen<'_>) -> Option<(Wish, Talked)> {
    let text = seen.text;
    let understanding = mind.engine.intents.understand(&Utterance { text, language: Some(seen.language), choices: 0 });
    if !asks(&understanding, text) {
        return None;
    }
    let wish = |does, reading| Wish { part: text.to_owned(), does, reading };
    let (book, intents) = (mind.book, &*mind.engine.intents);
    let heard = Heard { bot, text, understanding: &understanding, book, intents, now: seen.now, takes_back: None, moved: false };
    match turn::first(&heard) {
        Some(Turn::Start { flow, name }) => return Some((wish(Does::Begin { flow, name }, None), Talked::default())),
        Some(_) => return None,
        None => {}
    }
    let mut talked = talk(mind, &bot.talk, seen);
    let question = Question { text, language: seen.language, topic: &bot.topic, about: &talked.about };
    let thought = think(mind, &question, talked.product.take()).await;
    if let Some(Turn::Start { flow, name }) = turn::then(&heard, &thought) {
        return Some((wish(Does::Begin { flow, name }, thought.reading), talked));
    }
    let does = match thought {
        Thought { product: Some(ref reply), .. } if !reply.weak => Does::Tell(Box::new(reply.clone())),
        Thought { taught: Some(Taught::Say { ref text, ref next_flow }), .. } => {
            Does::Say { text: text.clone(), next_flow: next_flow.clone() }
        }
        Thought { taught: None, answer: Some(Answer::Found { ref hit, .. }), .. } => Does::Quote(hit.clone()),
        Thought { taught: None, answer, .. } => Does::Miss { near: near(answer) },
        _ => return None,
    };
    Some((wish(does, thought.reading), talked))
}

/// What may be meant by what is not clear.
fn near(answer: Option<Answer>) -> Vec<Near> {
    let offered = |hit: Hit| Near { article_id: hit.article_id, language: hit.language, title: hit.title };
    match answer {
        Some(Answer::Close { hits }) => hits.into_iter().map(offered).collect(),
        Some(Answer::None { near }) => near,
        Some(Answer::Found { .. }) | None => Vec::new(),
    }
}

/// Two parts that come to the same are one wish.
fn same(a: &Does, b: &Does) -> bool {
    match (a, b) {
        (Does::Quote(a), Does::Quote(b)) => a.article_id == b.article_id,
        (Does::Tell(a), Does::Tell(b)) => a.text == b.text,
        (a, b) => a == b,
    }
}
