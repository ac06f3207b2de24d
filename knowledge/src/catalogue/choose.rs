//! Decides what a turn asks of the catalogue, and of which products. The order matters: what is clearest first.

use super::attributes::told;
use super::limits::{Limits, Unit};
use super::read::Reading;
use super::shelf::Shelf;
use super::talk::{Kind, Reply, Talk};
use super::variants::Pick;
use super::words::{COMPARES_CLEARLY, FAMILIES, Family, PRICE, STOCK};
use super::{about, fits, list, say, say_list};
use qn_domain::{Language, Product};

/// Products of a list or a choice.
pub const OFFERED_MAX: usize = 6;
/// Questions answered in one reply.
const ASKED_MAX: usize = 3;

/// A turn as it was read.
pub struct Wanted<'a> {
    pub shelf: &'a Shelf,
    /// With the turn's own products already in it.
    pub talk: &'a Talk,
    pub reading: &'a Reading,
    /// SKUs the turn names.
    pub named: &'a [String],
    /// SKUs of all that share the name it uses last, where it is not known which is meant.
    pub alike: &'a [String],
    /// The one of them that was named by the word for its kind: 充电宝.
    pub generic: Option<String>,
    pub limits: &'a Limits,
    /// The turn picks a place that no list has.
    pub beyond: bool,
    pub text: &'a str,
    /// `text` in small letters.
    pub low: &'a str,
    pub language: Language,
    pub owns: &'a [String],
    /// Options of the product that the turn names.
    pub picks: &'a [Pick],
}

impl Wanted<'_> {
    pub fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.low.contains(word))
    }
}

/// What is asked of a product.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    Family(&'static Family),
    /// An attribute only this company has.
    Own(&'a str),
}

impl Asked<'_> {
    pub fn id(&self) -> &str {
        match self {
            Asked::Family(family) => family.id,
            Asked::Own(key) => key,
        }
    }

    /// The attributes that answer, in the order they are told.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Asked::Family(family) => family.keys.to_vec(),
            Asked::Own(key) => vec![key],
        }
    }

    pub fn is_known_of(&self, product: &Product, language: Language) -> bool {
        matches!(self.id(), PRICE | STOCK) || self.keys().iter().any(|key| told(product, key, language).is_some())
    }
}

pub fn reply(w: &Wanted<'_>) -> Option<Reply> {
    if w.reading.left_over > 0 {
        return None;
    }
    if w.beyond {
        return beyond(w);
    }
    // Three days and two pieces are no price and no attribute: at most a list can be chosen by them.
    if w.reading.families.is_empty() && w.limits.all.iter().any(|limit| matches!(limit.unit, Unit::Of(_))) {
        return list::reply(w);
    }
    let by_list = || list::of_offered(w).or_else(|| list::reply(w));
    let first = || fits::reply(w).or_else(|| list::cheaper_than(w)).or_else(|| of_all(w));
    first().or_else(|| compare(w)).or_else(by_list).or_else(|| about::reply(w))
}

/// 「第二个」 of a list of one: what the list held.
fn beyond(w: &Wanted<'_>) -> Option<Reply> {
    let offered: Vec<&Product> = w.talk.dialogue.offered.iter().filter_map(|r| w.shelf.find(&r.id)).take(OFFERED_MAX).collect();
    (!offered.is_empty()).then(|| Reply {
        buttons: offered.iter().map(|p| w.shelf.model(p, w.language).to_owned()).collect(),
        products: offered.iter().map(|p| p.sku.clone()).collect(),
        ..Reply::new(Kind::Which, say_list::only_offered(w, offered.len()))
    })
}

/// 「哪款手机续航最长」 means all phones, whatever was compared before.
fn of_all(w: &Wanted<'_>) -> Option<Reply> {
    let chooses = list::superlative(w) || !w.limits.all.is_empty() || w.reading.described;
    let all = w.named.is_empty() && !w.reading.kinds.is_empty() && chooses;
    all.then(|| list::reply(w)).flatten()
}

/// What this turn asks, in its order: everything but a size that only the words around name ("how big is the battery").
pub fn asked_all<'a>(w: &Wanted<'a>) -> Vec<Asked<'a>> {
    let others = w.reading.families.iter().any(|n| ![PRICE, "size"].contains(&FAMILIES[*n].id));
    let families = w.reading.families.iter().map(|n| &FAMILIES[*n]).filter(|f| !(f.id == "size" && others)).map(Asked::Family);
    let own = w.reading.own.iter().map(|n| Asked::Own(w.shelf.own[*n].as_str()));
    let mut all: Vec<Asked<'a>> = own.chain(families).collect();
    let priced = all.iter().any(|a| a.id() == PRICE);
    all.retain(|a| !(priced && a.id() == STOCK));
    all.truncate(ASKED_MAX);
    all
}

/// What is compared. The price is often only in the words around: "便宜" beside 续航.
pub fn asked<'a>(w: &Wanted<'a>) -> Option<Asked<'a>> {
    let all = asked_all(w);
    all.iter().find(|a| a.id() != PRICE).or(all.first()).copied()
}

fn compare(w: &Wanted<'_>) -> Option<Reply> {
    let clearly = w.reading.compares && w.says(COMPARES_CLEARLY);
    let mut skus: Vec<String> = w.named.to_vec();
    if skus.len() < 2 && clearly {
        // 「和 P10 比呢」 and 「这两个哪个轻」 mean what was talked about before.
        let offered = if skus.is_empty() && w.reading.points { &w.talk.dialogue.offered[..] } else { &[] };
        let earlier = w.talk.dialogue.mentioned.iter();
        let more: Vec<String> = offered.iter().chain(earlier).map(|r| r.id.clone()).filter(|sku| !skus.contains(sku)).collect();
        let needed = 2usize.saturating_sub(skus.len());
        skus.extend(more.into_iter().take(needed));
    }
    let mut products: Vec<&Product> = skus.iter().filter_map(|sku| w.shelf.find(sku)).collect();
    let mut seen = std::collections::HashSet::new();
    products.retain(|p| seen.insert(p.sku.clone()));
    if products.len() < 2 || !(clearly || w.reading.asks()) {
        return None;
    }
    products.truncate(4);
    let asked = asked(w);
    let text = match &asked {
        Some(asked) => say::compared(w, &products, asked)?,
        None => say::differences(w, &products)?,
    };
    let mut reply = Reply::new(Kind::Compare, text).source(w.shelf, products.iter().map(|p| p.sku.clone()).collect(), w.language);
    reply.attribute = asked.map(|a| a.id().to_owned());
    reply.named = true;
    Some(reply)
}
