//! One step of a talk about products: what the turn names and points at, what it asks, and the reply. Called by the engine's
//! `understood` stage, once a turn.

use super::alike;
use super::choose::{self, Wanted};
use super::confirm::Unsure;
use super::shelf::{MODEL_TAILS, Shelf};
use super::variants::{self, Chosen};
use super::words::OWNS;
use super::{limits, say};
use qn_base::Timestamp;
use qn_domain::{Language, Product};
use qn_nlu::dialogue::{self, DialogueState, Referent};
use qn_nlu::entity::{self, Entity, SURE_MIN, Value};
use serde::{Deserialize, Serialize};

/// SKUs kept of what was recommended, and of what the customer has.
const REMEMBERED_MAX: usize = 20;

/// What is remembered of a talk about products. Small and bounded; stored as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Talk {
    pub dialogue: DialogueState,
    /// The last question asked of a product: a family's id or an attribute.
    pub asked: Option<String>,
    /// SKU of the product whose page the customer was last seen on.
    pub page: Option<String>,
    pub recommended: Vec<String>,
    /// What the customer said they have.
    pub has: Vec<String>,
    /// The form of a product that is talked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// What the customer was asked to confirm in the last turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
}

impl Talk {
    /// Nothing worth storing.
    pub fn is_blank(&self) -> bool {
        let d = &self.dialogue;
        d.focus.is_none() && d.mentioned.is_empty() && d.offered.is_empty() && self.has.is_empty() && self.unsure.is_none()
    }
}

/// A customer's turn and where it was said.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub text: &'a str,
    pub language: Language,
    /// For turns that show no language beside names ("P10 Pro").
    pub usual: Language,
    /// Address and title of the page the customer is on.
    pub page: Option<(&'a str, &'a str)>,
    /// SKUs the company knows the customer has.
    pub owns: &'a [String],
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Attribute,
    /// A variant by its colour.
    Variant,
    Compare,
    List,
    Accessories,
    /// What a product is, when it was only named.
    Card,
    /// Which product was meant.
    Which,
    /// Whether it was the one that the turn nearly names.
    Confirm,
    /// The catalogue does not say.
    Unknown,
    /// The customer told what they have.
    Noted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommended {
    pub sku: String,
    pub why: String,
}

/// What the catalogue has to say. Stored with the turn as its explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub kind: Kind,
    /// Markdown.
    pub text: String,
    /// Questions to offer as buttons.
    pub buttons: Vec<String>,
    /// SKUs the answer was read from.
    pub products: Vec<String>,
    /// The family or attribute asked for.
    pub attribute: Option<String>,
    pub recommended: Vec<Recommended>,
    /// SKU of what is talked about from here on, where several were told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<String>,
    /// The flow that the answer offers to begin, as the product names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_flow: Option<String>,
    /// To be said only when no article answers.
    pub weak: bool,
    /// The turn itself named the product or pointed at it.
    pub named: bool,
    pub language: Language,
}

/// A turn taken.
#[derive(Debug, Clone)]
pub struct Step {
    /// The talk after it.
    pub talk: Talk,
    /// What the catalogue has to say to it.
    pub reply: Option<Reply>,
    /// SKUs of what the turn is about, whoever answers; empty where no product is talked about.
    pub about: Vec<String>,
    /// SKUs of what it names only nearly: with typing errors, or by sound alone.
    pub likely: Vec<String>,
}

/// The talk after a turn, and what the catalogue has to say to it.
pub fn turn(shelf: &Shelf, talk: &Talk, seen: &Seen<'_>) -> (Talk, Option<Reply>) {
    let Step { talk, reply, .. } = step(shelf, talk, seen);
    (talk, reply)
}

pub fn step(shelf: &Shelf, talk: &Talk, seen: &Seen<'_>) -> Step {
    let mut next = Talk { unsure: None, ..talk.clone() };
    visit(shelf, &mut next, seen);
    let chinese = shelf.lexicon.as_chinese(seen.text, shelf);
    let text = chinese.as_deref().unwrap_or(seen.text);
    let mut entities = entities(shelf, text, seen.now);
    entities.retain(|e| !(matches!(e.value, Value::Product { .. }) && shelf.lexicon.goes_on(text, e.start, e.end)));
    entities.extend(sibling(shelf, &next, text, &entities));
    alike::settle(&mut entities, &next, seen.owns);
    let alike = alike::left(&entities);
    let language = match &chinese {
        Some(_) => Language::Zh,
        None if names_only(text, &entities) => seen.usual,
        None => seen.language,
    };
    let focus = next.dialogue.focus.clone();
    let (state, beyond) = dialogue::update(&next.dialogue, &dialogue::Turn { text, entities: &entities });
    // Which of those that are alike is not known yet.
    let before = (!alike.is_empty()).then(|| (next.dialogue.focus.take(), std::mem::take(&mut next.dialogue.mentioned)));
    next.dialogue = state;
    if let Some((focus, mentioned)) = before {
        next.dialogue.focus = focus;
        next.dialogue.mentioned = mentioned;
    }
    let named: Vec<String> = entities.iter().filter_map(sku).collect();
    let likely = entities.iter().filter(|e| e.confidence < SURE_MIN).filter_map(sku).collect();
    let products: Vec<(usize, usize)> = entities.iter().filter(|e| sku(e).is_some()).map(|e| (e.start, e.end)).collect();
    let product = named.last().or(next.dialogue.focus.as_ref().map(|focus| &focus.id)).and_then(|sku| shelf.find(sku));
    let product = product.or_else(|| the_only(shelf, &shelf.lexicon.read(text, &products).kinds)).filter(|_| alike.is_empty());
    let picks = product.map(|product| variants::picks(product, text, &products)).unwrap_or_default();
    let known: Vec<(usize, usize)> = products.iter().copied().chain(picks.iter().map(|pick| (pick.start, pick.end))).collect();
    let limits = limits::read(text, &known);
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let bounding = limits.all.iter().map(|limit| (bytes[limit.start], bytes[limit.end]));
    let spans: Vec<(usize, usize)> = known.iter().copied().chain(bounding).collect();
    let reading = shelf.lexicon.read(text, &spans);
    let about = match (&alike[..], &named[..]) {
        ([], []) => goes_on_about(shelf, &next, &reading.kinds),
        ([], named) => named.to_vec(),
        (alike, _) => alike.to_vec(),
    };
    let generic = entities.iter().find(|e| shelf.lexicon.kind(&text[e.start..e.end]).is_some()).and_then(sku);
    let low = text.to_lowercase();
    if owns(text) && !named.is_empty() {
        next.has.extend(named.iter().cloned());
        bound(&mut next.has);
    }
    let wanted = Wanted {
        shelf,
        talk: &next,
        reading: &reading,
        named: &named,
        alike: &alike,
        generic,
        limits: &limits,
        beyond,
        text,
        low: &low,
        language,
        owns: seen.owns,
        picks: &picks,
    };
    let reply = choose::reply(&wanted).map(|reply| Reply { language, ..reply });
    let chosen = product.filter(|_| reply.is_some()).map(|product| variants::chosen(&wanted, product));
    if let Some(chosen) = chosen {
        next.chosen = chosen;
    }
    if let Some(reply) = &reply {
        tell(shelf, &mut next, reply, language);
        if reply.kind == Kind::Noted && focus.is_some() {
            // What the customer has is not what they ask about.
            next.dialogue.focus = focus;
        }
    }
    Step { talk: next, reply, about, likely }
}

/// The product that is meant by the word for its kind.
fn the_only<'a>(shelf: &'a Shelf, kinds: &[usize]) -> Option<&'a Product> {
    let [kind] = kinds else { return None };
    let mut all = shelf.of_kind(*kind);
    let only = all.next()?;
    all.next().is_none().then_some(only)
}

/// A turn that names no product goes on about the last one, unless it names another kind of thing.
fn goes_on_about(shelf: &Shelf, talk: &Talk, kinds: &[usize]) -> Vec<String> {
    let focus = talk.dialogue.focus.as_ref().and_then(|focus| shelf.find(&focus.id));
    let same = focus.filter(|product| kinds.iter().all(|kind| shelf.kind_of(&product.sku) == Some(*kind)));
    same.map(|product| product.sku.clone()).into_iter().collect()
}

/// A page says what is talked about, until a product is named.
fn visit(shelf: &Shelf, talk: &mut Talk, seen: &Seen<'_>) {
    let Some(product) = seen.page.and_then(|(url, title)| shelf.on_page(url, title)) else { return };
    if talk.page.as_ref() != Some(&product.sku) {
        talk.page = Some(product.sku.clone());
        talk.dialogue.focus = Some(shelf.referent(product, seen.language));
    }
}

fn entities(shelf: &Shelf, text: &str, now: Timestamp) -> Vec<Entity> {
    let context = entity::Context { catalogue: Some(&shelf.names), ..entity::Context::new(now, 480) };
    entity::find(text, &context)
}

/// No letter stands outside the names of products.
fn names_only(text: &str, entities: &[Entity]) -> bool {
    let named = |at: usize| entities.iter().any(|e| matches!(e.value, Value::Product { .. }) && (e.start..e.end).contains(&at));
    !text.char_indices().any(|(at, c)| c.is_alphabetic() && !named(at))
}

fn sku(entity: &Entity) -> Option<String> {
    match &entity.value {
        Value::Product { ids, .. } => ids.first().cloned(),
        _ => None,
    }
}

/// 「那 Pro 呢」 after Buds 3: what the tail makes of the product under discussion.
fn sibling(shelf: &Shelf, talk: &Talk, text: &str, entities: &[Entity]) -> Option<Entity> {
    if entities.iter().any(|e| sku(e).is_some()) {
        return None;
    }
    let focus = talk.dialogue.focus.as_ref().and_then(|r| shelf.find(&r.id))?;
    let low = text.to_ascii_lowercase();
    let border = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
    let alone = |(at, word): &(usize, &str)| border(low[..*at].chars().next_back()) && border(low[at + word.len()..].chars().next());
    let tails = MODEL_TAILS.iter().filter(|tail| tail.len() > 2).flat_map(|tail| low.match_indices(tail));
    let (start, tail, product) = tails.filter(alone).find_map(|(at, tail)| Some((at, tail, shelf.sibling(focus, tail)?)))?;
    let value = Value::Product { ids: vec![product.sku.clone()], name: shelf.model(product, Language::En).to_owned() };
    Some(Entity { start, end: start + tail.len(), value, role: None, confidence: 0.8 })
}

fn owns(text: &str) -> bool {
    let low = text.to_lowercase();
    OWNS.iter().any(|word| low.contains(word)) && !text.contains(['?', '？', '吗'])
}

/// What the reply changes: the list to choose from, the question that stays, what was recommended.
pub(super) fn tell(shelf: &Shelf, talk: &mut Talk, reply: &Reply, language: Language) {
    if reply.attribute.is_some() {
        talk.asked.clone_from(&reply.attribute);
    }
    let referents =
        |skus: &[String]| -> Vec<Referent> { skus.iter().filter_map(|sku| shelf.find(sku)).map(|p| shelf.referent(p, language)).collect() };
    match reply.kind {
        Kind::Which | Kind::List | Kind::Compare => {
            talk.dialogue = dialogue::told(&talk.dialogue, &referents(&reply.products));
        }
        _ if reply.focus.is_some() => {}
        _ => {
            if let [only] = &referents(&reply.products)[..] {
                talk.dialogue.focus = Some(only.clone());
            }
        }
    }
    if let Some(focus) = reply.focus.as_ref().and_then(|sku| shelf.find(sku)) {
        talk.dialogue.focus = Some(shelf.referent(focus, language));
    }
    talk.recommended.extend(reply.recommended.iter().map(|r| r.sku.clone()));
    bound(&mut talk.recommended);
}

fn bound(list: &mut Vec<String>) {
    let mut seen = std::collections::HashSet::new();
    list.retain(|sku| seen.insert(sku.clone()));
    let over = list.len().saturating_sub(REMEMBERED_MAX);
    list.drain(..over);
}

impl Reply {
    pub(super) fn new(kind: Kind, text: String) -> Self {
        Self {
            kind,
            text,
            buttons: Vec::new(),
            products: Vec::new(),
            attribute: None,
            recommended: Vec::new(),
            focus: None,
            next_flow: None,
            weak: false,
            named: false,
            language: Language::Zh,
        }
    }

    pub(super) fn source(mut self, shelf: &Shelf, skus: Vec<String>, language: Language) -> Self {
        let names: Vec<String> =
            skus.iter().filter_map(|sku| shelf.find(sku)).map(|p| format!("{} {}", shelf.model(p, language), p.sku)).collect();
        if !names.is_empty() {
            self.text.push_str("\n\n");
            self.text.push_str(&say::source(&names, language));
        }
        self.products = skus;
        self
    }
}
