//! What the message says: language, what it wants, which product it is about, what the company taught the bot about it, and what its
//! catalogue and its articles have to say.
//! Skipped when no machine will answer. Waits only for the encoder, when there is one, and never long.

use crate::cases::Joining;
use crate::flows::turn::{self, Heard, Turn};
use crate::flows::{Beside, Book, stack};
use crate::inbound::InboundMessage;
use crate::rules::Ruling;
use crate::stages::confirmed;
use crate::stages::identified::Identified;
use crate::stages::next_step;
use crate::stages::overruled;
use crate::stages::phrased::Phrased;
use crate::stages::several::{self, Wish};
use crate::stages::threaded::Threaded;
use crate::stages::unrelated;
use crate::workshop::{LiveModel, Reading};
use crate::{Engine, Readership, Result};
use qn_domain::{ArticleId, IntentReply, Json, Language, ModelId, Repairs, Status, TenantId, TrialTurn};
use qn_knowledge::catalogue::{self, Seen, Shelf, Talk};
use qn_knowledge::{Answer, Hit, Query, Reader};
use qn_nlu::emotion::Moods;
use qn_nlu::{Act, Emotion, Understanding, Utterance, dialogue};
use std::cell::LazyCell;
use std::sync::Arc;
use std::time::Instant;

/// Candidates retrieval looks at.
const HITS_MAX: usize = 5;
/// Share of what was said that an article's title and questions speak to, from which a person who searches is shown it.
const SPEAKS_MIN: f32 = 0.5;
/// A steering act counts from this confidence.
pub(crate) const ACT_MIN: f32 = 0.6;

#[derive(Debug)]
pub(crate) struct Understood {
    pub understanding: Understanding,
    pub thought: Thought,
    /// The talk about products after this turn, where it changed.
    pub talk: Option<Json>,
    /// SKUs of what is talked about.
    pub about: Vec<String>,
    /// What it means to the flows of the conversation; none when it means nothing to them.
    pub turn: Option<Turn>,
    /// Flows that the message starts beside its answer.
    pub beside: Vec<Beside>,
    /// The routing policy wants a person to have it before the bot answers.
    pub people_first: bool,
    /// What the routing policy says of it.
    pub ruling: Option<Ruling>,
    /// The rules give nothing to people now.
    pub bot_only: bool,
    /// The company's words for when a talk leaves its straight way.
    pub repairs: Arc<Repairs>,
    /// The flows that it may begin, and that answers may offer.
    pub book: Arc<Book>,
    /// How the version on trial compares, while there is one.
    pub trial: Option<TrialTurn>,
    pub took_us: u64,
}

/// What understanding needs beside the message.
pub(crate) struct Mind<'a> {
    pub engine: &'a Engine,
    pub tenant_id: &'a TenantId,
    /// The version the tenant's intents are read by.
    pub model: Option<&'a LiveModel>,
    /// What that version makes of the text, where it is known already.
    pub read: Option<Reading>,
    pub shelf: &'a Shelf,
    /// The flows that a message may begin.
    pub book: &'a Arc<Book>,
    /// Whose question it is.
    pub readers: &'a Readership,
    pub repairs: &'a Arc<Repairs>,
}

/// What is known about a question; all of it none when the message was not one.
#[derive(Debug, Default)]
pub(crate) struct Thought {
    /// What the tenant's trained version made of it.
    pub reading: Option<Reading>,
    /// The encoder's vector of the text; empty when it took no part.
    pub vector: Vec<f32>,
    /// What the intent it was understood as wants done, other than quoting an article.
    pub taught: Option<Taught>,
    /// What the catalogue says; with an `answer` beside it only because no article says anything.
    pub product: Option<catalogue::Reply>,
    /// What to quote; with `taught` there is nothing to.
    pub answer: Option<Answer>,
    /// It asks of the world, and of nothing the company speaks of.
    pub unrelated: bool,
    /// The question as it was searched with, when it was put again.
    pub reworded: Option<String>,
    /// The answer in words for this customer.
    pub phrased: Option<Phrased>,
    /// The wishes of a turn that has several; then nothing above is said.
    pub several: Vec<Wish>,
}

impl Thought {
    /// The message was a question for the bot.
    pub fn asked(&self) -> bool {
        self.taught.is_some() || self.product.is_some() || self.answer.is_some() || !self.several.is_empty()
    }

    /// What there is to say is clear enough to be said while something else was asked.
    pub fn is_clear(&self) -> bool {
        let told = matches!(self.taught, Some(Taught::Say { .. }));
        told || self.product.as_ref().is_some_and(|p| !p.weak) || matches!(self.answer, Some(Answer::Found { .. }))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Taught {
    Say {
        text: String,
        next_flow: Option<String>,
    },
    FetchPerson,
    /// Begins this flow.
    Flow {
        id: String,
    },
}

/// A question for the test box.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    pub text: &'a str,
    pub language: Option<Language>,
    /// Reads it instead of the live version.
    pub model: Option<&'a ModelId>,
}

/// What the bot would say to a text, for the test box.
#[derive(Debug, Clone)]
pub struct Asked {
    pub understanding: Understanding,
    /// The customer would get a person instead of an answer.
    pub wants_person: bool,
    /// False for what only steers (a greeting, thanks …): then no article is quoted.
    pub is_question: bool,
    /// What the trained version made of it; none when there is no version or nothing was asked.
    pub reading: Option<Reading>,
    /// The words an intent or the catalogue has for it.
    pub said: Option<String>,
    /// The title of the flow that the answer offers to begin.
    pub next_flow: Option<String>,
    pub answer: Answer,
    pub hits: Vec<Hit>,
    pub took_us: u64,
}

pub(crate) async fn run(mind: &Mind<'_>, message: &InboundMessage, identified: &Identified, threaded: &Threaded) -> Understood {
    let started = Instant::now();
    let c = &threaded.conversation;
    // What the conversation was held in says more than the language of the customer's browser.
    let spoken = (c.version > 0).then_some(c.language).or(message.language);
    let text = &message.content.text;
    // 「不是退款，是换货」 wants no refund. A flow's question takes corrections itself.
    let instead = if stack::open(&c.bot).is_none() { dialogue::instead(text) } else { None };
    let said = instead.unwrap_or(text);
    let asked = c.bot.clarifying.as_ref().map(|asked| asked.flows.len());
    let asked = asked.or_else(|| stack::open(&c.bot).map(|question| question.choices.len())).unwrap_or(0);
    let choices = u8::try_from(asked).unwrap_or(u8::MAX);
    let utterance = Utterance { text, language: spoken, choices };
    let understanding = understand(mind.engine, mind.shelf, &utterance);
    let listens =
        message.inbox.bot_enabled && !message.wants_person && message.left.is_none() && (c.bot_speaks() || c.status == Status::Resolved);
    let unthought = |understanding, turn| {
        let thought = Thought::default();
        Understood {
            understanding,
            thought,
            talk: confirmed::left(&c.bot.talk),
            about: Vec::new(),
            turn,
            beside: mind.book.beside(said, None),
            people_first: false,
            ruling: None,
            bot_only: false,
            repairs: mind.repairs.clone(),
            book: mind.book.clone(),
            trial: None,
            took_us: us_since(started),
        }
    };
    if !listens {
        return unthought(understanding, None);
    }
    let page = message.page.as_ref().or(c.page.as_ref()).map(|page| (page.url.as_str(), page.title.as_str()));
    let usual = spoken.or(identified.language).unwrap_or(message.inbox.language);
    let seen = Seen { text, language: understanding.language, usual, page, owns: &identified.owns, now: mind.engine.now() };
    if asks(&understanding, text)
        && next_step::pressed(&c.bot, text).is_none()
        && let Some(found) = several::run(mind, &c.bot, &Seen { text: said, ..seen }).await
    {
        let thought = Thought { several: found.wishes, ..Thought::default() };
        let talk = found.talk.or_else(|| confirmed::left(&c.bot.talk));
        return Understood { thought, talk, about: found.about, ..unthought(understanding, found.turn) };
    }
    let intents = &*mind.engine.intents;
    let moved = threaded.joins.as_ref().is_some_and(Joining::brings_question);
    let heard =
        Heard { bot: &c.bot, text: said, understanding: &understanding, book: mind.book, intents, now: seen.now, takes_back: None, moved };
    // What takes an answer back is seen by its beginning, which is not in what was said instead.
    let may_correct = turn::may_correct(&Heard { text, ..heard });
    let takes_back = if may_correct { Box::pin(mind.engine.takes_back(mind.tenant_id, &c.bot, text)).await } else { None };
    let heard = Heard { takes_back: takes_back.as_ref(), ..heard };
    let first = turn::first(&heard);
    if first.is_none()
        && let Some(Talked { talk, product, about }) = confirmed::run(mind, &c.bot.talk, &seen, &understanding)
    {
        let thought = Thought { product, ..Thought::default() };
        return Understood { thought, talk, about, ..unthought(understanding, None) };
    }
    if first.is_some() || !asks(&understanding, text) {
        return unthought(understanding, first);
    }
    // While a flow's question is open, a yes answers that one.
    let step: Take = if stack::open(&c.bot).is_none() { catalogue::careful } else { catalogue::step };
    let Talked { talk, product, about } = take_corrected(mind, &c.bot.talk, &seen, instead, step);
    let confirms = product.as_ref().is_some_and(|reply| reply.kind == catalogue::Kind::Confirm);
    let asked = Question { text, language: understanding.language, topic: &c.bot.topic, about: &about };
    let thought = match instead {
        Some(said) => think_instead(mind, &asked, said, product).await,
        None => think_whole(mind, &asked, product).await,
    };
    // Where something else answers, nothing was asked.
    let talk = if confirms && thought.product.is_none() { confirmed::left(&c.bot.talk) } else { talk };
    let heard = Heard { understanding: &understanding, ..heard };
    match turn::then(&heard, &thought) {
        // The flows have it: nothing of what was looked up is said or counted.
        Some(turn) if turn.is_flows() => unthought(understanding, Some(turn)),
        turn => {
            let meant = thought.reading.as_ref().filter(|read| read.accepted).and_then(|read| read.ranked.first());
            let beside = mind.book.beside(said, meant.map(|first| first.name.as_str()));
            Understood {
                understanding,
                thought,
                talk,
                about,
                turn,
                beside,
                people_first: false,
                ruling: None,
                bot_only: false,
                repairs: mind.repairs.clone(),
                book: mind.book.clone(),
                trial: None,
                took_us: us_since(started),
            }
        }
    }
}

/// What the turn does and how the customer feels. What is sold says nothing of that, nor do the words that take something back: a feeling
/// that goes with them was theirs.
fn understand(engine: &Engine, shelf: &Shelf, utterance: &Utterance<'_>) -> Understanding {
    let understanding = engine.intents.understand(utterance);
    let instead = dialogue::instead(utterance.text);
    if understanding.mood.emotion == Emotion::Neutral || (shelf.is_empty() && instead.is_none()) {
        return understanding;
    }
    let without = Moods::new().read(&shelf.without_names(instead.unwrap_or(utterance.text)));
    if without.emotion == Emotion::Neutral { Understanding { mood: without, ..understanding } } else { understanding }
}

/// One step of the talk about products.
#[derive(Default)]
pub(super) struct Talked {
    /// What is to be stored of it, where it changed.
    pub talk: Option<Json>,
    /// What the catalogue says.
    pub product: Option<catalogue::Reply>,
    pub about: Vec<String>,
}

/// How the catalogue takes a turn.
type Take = fn(&Shelf, &Talk, &Seen<'_>) -> catalogue::Step;

/// Takes what is named at its word, however it is spelt.
pub(super) fn talk(mind: &Mind<'_>, stored: &Json, seen: &Seen<'_>) -> Talked {
    take(mind, stored, seen, catalogue::step)
}

fn take(mind: &Mind<'_>, stored: &Json, seen: &Seen<'_>, step: Take) -> Talked {
    if mind.shelf.is_empty() {
        return Talked::default();
    }
    // What another version wrote and this one cannot read is a talk that begins anew.
    let before: Talk = stored.read().unwrap_or_default();
    let step = step(mind.shelf, &before, seen);
    let changed = step.talk != before && !(step.talk.is_blank() && before.is_blank());
    Talked { talk: changed.then(|| Json::of(&step.talk)), product: step.reply, about: step.about }
}

/// What a correction says instead is taken where its whole asks the catalogue nothing that is clear.
fn take_corrected(mind: &Mind<'_>, stored: &Json, seen: &Seen<'_>, instead: Option<&str>, step: Take) -> Talked {
    let is_clear = |talked: &Talked| talked.product.as_ref().is_some_and(|product| !product.weak);
    let whole = take(mind, stored, seen, step);
    let Some(text) = instead.filter(|_| !is_clear(&whole)) else { return whole };
    let corrected = take(mind, stored, &Seen { text, ..*seen }, step);
    if is_clear(&corrected) { corrected } else { whole }
}

/// A question to the knowledge base is everything that has words and is not one of the steering acts. "ok" after an answer asks
/// nothing, and neither do marks ("?") and pictures.
pub(crate) fn asks(understanding: &Understanding, text: &str) -> bool {
    let steers = understanding.intent.is_some_and(|i| i.confidence >= ACT_MIN && !matches!(i.act, Act::Choose { .. }));
    !steers && text.chars().any(char::is_alphabetic)
}

/// What is to be thought about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub text: &'a str,
    pub language: Language,
    /// The subject of the talk so far.
    pub topic: &'a str,
    /// SKUs of what is talked about.
    pub about: &'a [String],
}

/// What the catalogue clearly says comes first, then an intent that is understood well enough; everything else is looked up.
pub(super) async fn think(mind: &Mind<'_>, asked: &Question<'_>, product: Option<catalogue::Reply>) -> Thought {
    let Question { text, language, topic, about } = *asked;
    let query = Query { text, language, limit: HITS_MAX, reader: mind.readers.reader(about) };
    let vector = vector(mind, text).await;
    let reading = mind.read.clone().or_else(|| mind.model.map(|m| m.reading(text, m.share(&mind.engine.encoder, &vector))));
    let mut reading = match mind.model {
        Some(model) => reading.map(|read| model.within(read, topic)),
        None => reading,
    };
    let hits = LazyCell::new(|| mind.engine.knowledge.search_near(mind.tenant_id, &query, &vector));
    let of_the_world = dialogue::of_the_world(text).is_some();
    // 「今天天气怎么样」 asks nothing of the phone that was talked about.
    let is_meant = |p: &&catalogue::Reply| !p.weak && (p.named || !of_the_world || !unrelated::is(text, &hits));
    if let Some(product) = product.as_ref().filter(is_meant) {
        // The words of an article itself ask for the article, unless they name the product.
        if product.named || !hits.first().is_some_and(|hit| hit.evidence.same_words) {
            return Thought { reading, vector, product: Some(product.clone()), ..Thought::default() };
        }
    }
    let begun = |r: &Reading| if r.accepted { mind.book.by_intent(&r.ranked.first()?.name) } else { None };
    if let (Some(model), Some(read)) = (mind.model, reading.as_mut()) {
        let reply = if begun(read).is_some() { None } else { model.reply(read) };
        read.accepted &= !overruled::by_articles(read, reply, &hits);
    }
    let reply = mind.model.zip(reading.as_ref()).and_then(|(model, reading)| model.reply(reading));
    let begins = reading.as_ref().and_then(begun);
    let (taught, quoted) = match reply {
        _ if begins.is_some() => (begins.map(|flow| Taught::Flow { id: flow.id.clone() }), None),
        Some(IntentReply::Text { zh, en, next_flow }) => {
            (Some(Taught::Say { text: pick(language, zh, en).to_owned(), next_flow: next_flow.clone() }), None)
        }
        Some(IntentReply::Handoff) => (Some(Taught::FetchPerson), None),
        Some(IntentReply::Article { article_id }) => (None, quote(mind, article_id, &Query { limit: 1, ..query }, reading.as_ref())),
        Some(IntentReply::None) | None => (None, None),
    };
    let unrelated = of_the_world && taught.is_none() && quoted.is_none() && unrelated::is(text, &hits);
    let mut answer = match taught {
        Some(_) => None,
        None if unrelated => Some(Answer::None { near: Vec::new() }),
        None => Some(quoted.unwrap_or_else(|| qn_knowledge::answer(&hits))),
    };
    if let Some(Answer::Found { hit, .. }) = &mut answer {
        next_step::by_product(hit, mind.shelf, about);
    }
    let product = product.filter(|p| p.weak && !unrelated && matches!(answer, Some(Answer::None { .. })));
    drop(hits);
    Thought { reading, vector, taught, product, answer, unrelated, ..Thought::default() }
}

/// A turn as it stands.
async fn think_whole(mind: &Mind<'_>, asked: &Question<'_>, product: Option<catalogue::Reply>) -> Thought {
    match several::only_wish(mind, asked.text) {
        Some(wish) => think_of(mind, asked, wish, product).await,
        None => think(mind, asked, product).await,
    }
}

/// Of a correction what it says instead, where that says anything: the rest is what is not meant.
async fn think_instead(mind: &Mind<'_>, asked: &Question<'_>, said: &str, product: Option<catalogue::Reply>) -> Thought {
    let meant = think(mind, &Question { text: said, ..*asked }, product.clone()).await;
    let offers = match &meant.answer {
        Some(Answer::Close { .. }) => true,
        Some(Answer::None { near }) => !near.is_empty(),
        Some(Answer::Found { .. }) | None => false,
    };
    if meant.is_clear() || meant.taught.is_some() || offers { meant } else { think_whole(mind, asked, product).await }
}

/// Of a turn with one wish and a remark (「我昨天刚买的手机，怎么开电子发票」): the wish by itself where the turn as a whole is not clear and an
/// article asks it in these words. A part of a turn says too little to be guessed from ("Are you kidding me? …").
async fn think_of(mind: &Mind<'_>, asked: &Question<'_>, wish: &str, product: Option<catalogue::Reply>) -> Thought {
    let whole = think(mind, asked, product.clone()).await;
    if whole.is_clear() || whole.taught.is_some() {
        return whole;
    }
    let alone = think(mind, &Question { text: wish, ..*asked }, product).await;
    let in_its_words = matches!(&alone.answer, Some(Answer::Found { hit, .. }) if hit.evidence.same_words);
    if in_its_words { alone } else { whole }
}

/// The text as the encoder sees it, computed once; empty where neither the version nor the articles are read by it.
async fn vector(mind: &Mind<'_>, text: &str) -> Vec<f32> {
    let encoder = &mind.engine.encoder;
    let reads = mind.read.is_none() && mind.model.is_some_and(|model| model.reads_with(encoder));
    if reads || mind.engine.knowledge.has_vectors(mind.tenant_id) { encoder.vector(text).await } else { Vec::new() }
}

/// A language that was left empty is served by the other.
fn pick<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    let (wanted, other) = if language == Language::Zh { (zh, en) } else { (en, zh) };
    if wanted.trim().is_empty() { other } else { wanted }
}

/// None when the article is not published (any more): then the knowledge base is asked.
fn quote(mind: &Mind<'_>, article_id: &ArticleId, query: &Query<'_>, reading: Option<&Reading>) -> Option<Answer> {
    let mut hit = mind.engine.knowledge.quote(mind.tenant_id, article_id, query)?;
    hit.score = reading.map_or(0.0, |r| r.in_scope);
    Some(Answer::Found { hit: Box::new(hit), near: Vec::new() })
}

fn us_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

impl Engine {
    /// Published articles that may answer a text, best first; without a language, in that of the text.
    pub fn find_articles(&self, tenant_id: &TenantId, text: &str, language: Option<Language>) -> Vec<(ArticleId, Language)> {
        let language = language.unwrap_or_else(|| qn_nlu::identify(text, None).0);
        let hits = self.knowledge.search(tenant_id, &Query { text, language, limit: qn_knowledge::LIMIT_MAX, reader: Reader::EVERYTHING });
        // Being far behind the best one is no reason to hide an article whose own title speaks to the words.
        let speaks = |hit: &Hit| hit.score >= qn_knowledge::NEAR_MIN || hit.evidence.coverage >= SPEAKS_MIN;
        hits.into_iter().filter(speaks).map(|hit| (hit.article_id, hit.language)).collect()
    }

    /// What the bot would answer these readers, without a conversation; for the test boxes.
    pub async fn ask(&self, tenant_id: &TenantId, asked: &Ask<'_>, readers: &Readership) -> Result<Asked> {
        let Ask { text, language, model } = *asked;
        let model = match model {
            Some(id) => Some(Arc::new(self.load_model(&qn_store::intent_model::get(&self.db, tenant_id, id).await?).await?)),
            None => self.live_model(tenant_id).await,
        };
        let started = Instant::now();
        let shelf = self.shelf(tenant_id).await;
        let understanding = understand(self, &shelf, &Utterance { text, language, choices: 0 });
        let language = language.unwrap_or(understanding.language);
        let is_question = asks(&understanding, text);
        let vector = self.question_vector(tenant_id, text).await;
        let hits = self.knowledge.search_near(tenant_id, &Query { text, language, limit: HITS_MAX, reader: readers.reader(&[]) }, &vector);
        let book = Arc::default();
        let repairs = Arc::default();
        let mind =
            Mind { engine: self, tenant_id, model: model.as_deref(), read: None, shelf: &shelf, book: &book, readers, repairs: &repairs };
        let thought = match is_question {
            true => {
                let seen = Seen { text, language, usual: language, page: None, owns: &[], now: self.now() };
                let Talked { product, about, .. } = take(&mind, &Json::default(), &seen, catalogue::careful);
                think(&mind, &Question { text, language, topic: "", about: &about }, product).await
            }
            false => Thought::default(),
        };
        let next = next_step::named(&thought).map(str::to_owned);
        let live = if next.is_some() { self.book(tenant_id).await } else { Arc::default() };
        let told = thought.product.map(|product| product.text);
        Ok(Asked {
            wants_person: understanding.is(Act::AskPerson, ACT_MIN) || thought.taught == Some(Taught::FetchPerson),
            understanding,
            is_question,
            said: told.or(thought.taught.and_then(|taught| if let Taught::Say { text, .. } = taught { Some(text) } else { None })),
            next_flow: next.and_then(|id| Some(next_step::find(&live, &id)?.title(language).to_owned())),
            reading: thought.reading,
            answer: thought.answer.unwrap_or_else(|| qn_knowledge::answer(&hits)),
            hits,
            took_us: us_since(started),
        })
    }
}
