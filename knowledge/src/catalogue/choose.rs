//! Decides what a turn asks of the catalogue, and of which products. The order matters: what is clearest first.

use super::attributes::{figure, told};
use super::read::Reading;
use super::say;
use super::shelf::Shelf;
use super::talk::{Kind, Reply, Talk};
use super::words::{AT_LEAST, AT_MOST, CHEAPEST, COMPARES_CLEARLY, DEAREST, FAMILIES, Family, PRICE, STOCK};
use qn_domain::{Language, Product};
use qn_nlu::entity::{Bound, Entity, Value};

/// Products of a list or a choice.
const OFFERED_MAX: usize = 6;

/// A turn as it was read.
pub struct Wanted<'a> {
    pub shelf: &'a Shelf,
    /// With the turn's own products already in it.
    pub talk: &'a Talk,
    pub reading: &'a Reading,
    /// SKUs the turn names.
    pub named: &'a [String],
    pub entities: &'a [Entity],
    pub text: &'a str,
    pub language: Language,
    pub owns: &'a [String],
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
    compare(w).or_else(|| list(w)).or_else(|| of_product(w))
}

/// What this turn asks; else, when it only names or points, what was asked before.
fn asked<'a>(w: &Wanted<'a>) -> Option<Asked<'a>> {
    let own = w.reading.own.first().map(|n| Asked::Own(w.shelf.own[*n].as_str()));
    own.or_else(|| strongest(&w.reading.families).map(Asked::Family))
}

/// The price is often only in the words around: "便宜" beside 续航.
fn strongest(families: &[usize]) -> Option<&'static Family> {
    let first = families.iter().find(|n| FAMILIES[**n].id != PRICE).or(families.first());
    first.map(|n| &FAMILIES[*n])
}

fn before<'a>(w: &Wanted<'a>) -> Option<Asked<'a>> {
    let id = w.talk.asked.as_ref()?;
    let family = FAMILIES.iter().find(|f| f.id == id).map(Asked::Family);
    family.or_else(|| w.shelf.own.iter().find(|key| *key == id).map(|key| Asked::Own(key)))
}

fn compare(w: &Wanted<'_>) -> Option<Reply> {
    let low = w.text.to_lowercase();
    let clearly = w.reading.compares && COMPARES_CLEARLY.iter().any(|word| low.contains(word));
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

fn list(w: &Wanted<'_>) -> Option<Reply> {
    let [kind] = w.reading.kinds[..] else { return None };
    if !w.named.is_empty() || w.reading.points {
        return None;
    }
    let (least, most) = limits(w.entities, w.text);
    let low = w.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| low.contains(word));
    let (cheapest, dearest, limited) = (says(CHEAPEST), says(DEAREST), least.is_some() || most.is_some());
    let asked = asked(w);
    let of_price = asked.as_ref().is_some_and(|a| a.id() == PRICE);
    let colored = !w.reading.colors.is_empty();
    let wants_list = limited || cheapest || dearest || w.reading.lists;
    let several = w.shelf.of_kind(kind).count() > 1 && w.talk.dialogue.focus.as_ref().is_none_or(|f| !is_of_kind(w, &f.id, kind));
    // 「手机多少钱」 asks for a list as well, unless one phone is under discussion.
    // So does 「有蓝色的手机吗」.
    if !(wants_list || several && (of_price || colored)) {
        return None;
    }
    let family = asked.filter(|a| ![PRICE, STOCK].contains(&a.id()));
    let fits = |p: &&Product| least.is_none_or(|cents| p.price_cents >= cents) && most.is_none_or(|cents| p.price_cents <= cents);
    // Yes or no attributes choose, all of them: 防水又能无线充电的手机.
    let has = |p: &Product, n: &usize| FAMILIES[*n].keys.iter().any(|key| figure(p, key).is_some_and(|f| f > 0.0));
    let chosen = |p: &&Product| {
        let families = w.reading.families.iter().filter(|n| ![PRICE, STOCK].contains(&FAMILIES[**n].id));
        families.into_iter().all(|n| has(p, n)) && w.reading.own.iter().all(|n| figure(p, &w.shelf.own[*n]).is_some_and(|f| f > 0.0))
    };
    let in_stock = |p: &&Product| p.stock > 0 || !w.reading.families.iter().any(|n| FAMILIES[*n].id == STOCK);
    let in_color = |p: &&Product| w.reading.colors.iter().all(|color| say::comes_in(p, *color));
    let mut products: Vec<&Product> = w.shelf.of_kind(kind).filter(fits).filter(chosen).filter(in_stock).filter(in_color).collect();
    products.sort_by_key(|p| (p.stock <= 0, if dearest { -p.price_cents } else { p.price_cents }));
    products.truncate(if cheapest || dearest { 1 } else { OFFERED_MAX });
    if products.is_empty() && !limited {
        return None;
    }
    let text = if products.is_empty() { say::none_in_range(w, kind) } else { say::list(w, &products, family.as_ref()) };
    let mut reply = Reply::new(Kind::List, text).source(w.shelf, products.iter().map(|p| p.sku.clone()).collect(), w.language);
    reply.buttons = products.iter().take(3).map(|p| w.shelf.model(p, w.language).to_owned()).collect();
    Some(reply)
}

fn is_of_kind(w: &Wanted<'_>, sku: &str, kind: usize) -> bool {
    w.shelf.find(sku).is_some_and(|p| p.category == w.shelf.kinds[kind])
}

/// The least and the most a product may cost, in cents.
fn limits(entities: &[Entity], text: &str) -> (Option<i64>, Option<i64>) {
    if !entities.iter().any(|e| matches!(e.value, Value::Money { .. })) {
        return bare_limits(entities, text);
    }
    let (mut least, mut most) = (None, None);
    for entity in entities {
        if let Value::Money { cents, bound, .. } = &entity.value {
            match bound {
                Bound::AtLeast => least = Some(*cents),
                Bound::About => (least, most) = (Some(cents * 8 / 10), Some(cents * 12 / 10)),
                Bound::AtMost | Bound::Exact => most = Some(*cents),
            }
        }
    }
    (least, most)
}

/// "under 500": an amount without a unit, in whole units of the currency.
fn bare_limits(entities: &[Entity], text: &str) -> (Option<i64>, Option<i64>) {
    let low = text.to_lowercase();
    let free = |at: usize| !entities.iter().any(|e| matches!(e.value, Value::Product { .. }) && (e.start..e.end).contains(&at));
    let Some(start) = low.char_indices().find(|(at, c)| c.is_ascii_digit() && free(*at)).map(|(at, _)| at) else { return (None, None) };
    let digits: String = low[start..].chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    let Some(cents) = digits.parse::<i64>().ok().filter(|n| (10..10_000_000).contains(n)).map(|n| n * 100) else { return (None, None) };
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    if has(AT_MOST) {
        (None, Some(cents))
    } else if has(AT_LEAST) {
        (Some(cents), None)
    } else {
        (None, None)
    }
}

fn of_product(w: &Wanted<'_>) -> Option<Reply> {
    let noted = w.named.iter().any(|sku| w.talk.has.contains(sku)) && !w.reading.asks();
    if noted {
        return Some(Reply::new(
            Kind::Noted,
            w.language.pick("好的，记下了，不会再推荐您已有的商品。", "Noted: I won't recommend what you already have.").to_owned(),
        ));
    }
    let product = match one(w) {
        One::Product(product) => product,
        One::Several(products) => return which(w, &products),
        One::Nothing => return None,
    };
    let mut reply = if let (Some(color), true) = (w.reading.colors.first(), w.reading.families.is_empty()) {
        Reply::new(Kind::Variant, say::variant(w, product, *color)?)
    } else if w.reading.accessories {
        say::accessories(w, product)?
    } else {
        let continued = before(w).filter(|_| w.reading.lists || is_short(w));
        match asked(w).or(continued) {
            Some(asked) if asked.is_known_of(product, w.language) => say::attribute(w, product, &asked),
            Some(asked) => {
                Reply { attribute: Some(asked.id().to_owned()), weak: true, ..Reply::new(Kind::Unknown, say::unknown(w, product, &asked)) }
            }
            None => say::card(w, product),
        }
    };
    if let Some(text) = say::discontinued(w, product) {
        reply.text.push_str(&text);
    }
    reply = reply.source(w.shelf, vec![product.sku.clone()], w.language);
    reply.named = !w.named.is_empty() || w.reading.points;
    Some(reply)
}

/// The turn says little more than what it is about: 那 P10 呢, 第二个.
fn is_short(w: &Wanted<'_>) -> bool {
    !w.named.is_empty() || w.reading.points
}

enum One<'a> {
    Product(&'a Product),
    Several(Vec<&'a Product>),
    Nothing,
}

/// The product the turn is about.
fn one<'a>(w: &Wanted<'a>) -> One<'a> {
    let focus = w.talk.dialogue.focus.as_ref().and_then(|r| w.shelf.find(&r.id));
    if let Some(named) = w.named.last().and_then(|sku| w.shelf.find(sku)) {
        return One::Product(named);
    }
    // Nothing but small talk words ("好的", "谢谢") asks nothing.
    let continues = w.reading.points && focus.is_some() && w.talk.asked.is_some();
    if !(w.reading.asks() || continues) {
        return One::Nothing;
    }
    let Some(kind) = w.reading.kinds.first().copied() else {
        return match focus {
            Some(product) => One::Product(product),
            None if w.reading.points => One::Several(choices(w)),
            None => One::Nothing,
        };
    };
    let of_kind: Vec<&Product> = w.shelf.of_kind(kind).collect();
    match (&of_kind[..], focus.filter(|p| is_of_kind(w, &p.sku, kind))) {
        (_, Some(product)) => One::Product(product),
        ([only], None) => One::Product(only),
        (_, None) if w.reading.points => One::Several(of_kind),
        _ => One::Nothing,
    }
}

/// Nothing tells what is meant: what was spoken of, else the first product of each kind that has something to go with it.
fn choices<'a>(w: &Wanted<'a>) -> Vec<&'a Product> {
    let known: Vec<&Product> = w.talk.dialogue.mentioned.iter().filter_map(|r| w.shelf.find(&r.id)).collect();
    if known.len() > 1 {
        return known;
    }
    let mut kinds = Vec::new();
    let main = w.shelf.products.iter().filter(|p| !p.accessories.is_empty());
    main.filter(|p| {
        !kinds.contains(&&p.category) && {
            kinds.push(&p.category);
            true
        }
    })
    .collect()
}

fn which(w: &Wanted<'_>, products: &[&Product]) -> Option<Reply> {
    let shown: Vec<&&Product> = products.iter().take(OFFERED_MAX).collect();
    let asked = asked(w).filter(|_| !shown.is_empty())?;
    let text = w.language.pick("请问您说的是哪一款？", "Which one do you mean?").to_owned();
    Some(Reply {
        buttons: shown.iter().map(|p| w.shelf.model(p, w.language).to_owned()).collect(),
        products: shown.iter().map(|p| p.sku.clone()).collect(),
        attribute: Some(asked.id().to_owned()),
        ..Reply::new(Kind::Which, text)
    })
}
