//! Lists of products of a kind: chosen by price, attributes, colour and stock, the best of them by one attribute, and what costs less.
//! A limit that cannot be read makes no list: nothing a customer said is ignored.

use super::attributes::figure;
use super::choose::{Asked, OFFERED_MAX, Wanted, asked_all};
use super::limits::{Limit, Unit};
use super::talk::{Kind, Reply};
use super::words::{BARGAINS, BEST, Better, CHEAPER, CHEAPEST, DEAREST, FAMILIES, LEAST, MOST, PRICE, STOCK};
use super::{say, say_list};
use qn_domain::Product;

/// Families whose figures are limited by a bare number beside them: 电池大于5000.
const MEASURED: [&str; 9] = ["battery", "charging", "wireless", "screen", "storage", "weight", "capacity", "noise", "suction"];
/// What may stand between an attribute and its limit.
const BETWEEN: &str = " 的容量在是要为尺寸：:";
/// A limit further than this from every figure is none of the attribute.
const FAR: f64 = 20.0;

/// What an attribute's figure, or the price in yuan, may be.
struct Bound {
    /// None: the price.
    key: Option<&'static str>,
    least: Option<f64>,
    most: Option<f64>,
    over: bool,
}

impl Bound {
    fn allows(&self, product: &Product) -> bool {
        let value = match self.key {
            Some(key) => figure(product, key),
            None => Some(product.price_cents as f64 / 100.0),
        };
        value
            .is_some_and(|v| self.least.is_none_or(|least| v > least || v == least && !self.over) && self.most.is_none_or(|most| v <= most))
    }
}

/// How the products of a list are put in order.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Cheapest,
    Dearest,
    /// By the attribute that was asked for.
    Figure {
        key: &'static str,
        falling: bool,
    },
}

pub fn reply(w: &Wanted<'_>) -> Option<Reply> {
    let named = w.named.iter().any(|sku| Some(sku) != w.generic.as_ref());
    if w.reading.points_clearly || w.limits.unread || w.says(BARGAINS) {
        return None;
    }
    if w.says(CHEAPER) && !w.reading.compares {
        return cheaper(w);
    }
    let kind = kind(w)?;
    if named {
        return None;
    }
    let bounds = w.limits.all.iter().filter(|l| w.limits.foreign.is_none() || l.unit != Unit::Price).map(|l| bound(w, kind, l));
    let bounds: Vec<Bound> = bounds.collect::<Option<_>>()?;
    let asked: Vec<Asked<'_>> = asked_all(w).into_iter().filter(|a| ![PRICE, STOCK, "fits"].contains(&a.id())).collect();
    if let Some(reply) = best(w, kind, &asked, &bounds) {
        return Some(reply);
    }
    if !wants_list(w, kind, &bounds) {
        return None;
    }
    let (cheapest, dearest) = (w.says(CHEAPEST), w.says(DEAREST));
    let mut products: Vec<&Product> = w.shelf.of_kind(kind).filter(|p| fits(w, p, &asked, &bounds)).collect();
    let order = match (dearest, cheapest, by_figure(&asked, w.shelf.of_kind(kind))) {
        (true, ..) => Order::Dearest,
        (_, false, Some(order)) => order,
        _ => Order::Cheapest,
    };
    sort(&mut products, order);
    products.truncate(w.limits.count.unwrap_or(if cheapest || dearest { 1 } else { OFFERED_MAX }).min(OFFERED_MAX));
    if products.is_empty() {
        return none(w, kind, &asked, &bounds);
    }
    Some(listed(w, say_list::list(w, &products, &asked), &products))
}

/// 「那白的呢」 after a list: what of it comes in the colour.
pub fn of_offered(w: &Wanted<'_>) -> Option<Reply> {
    let d = &w.talk.dialogue;
    let only_color = w.reading.families.iter().all(|n| [PRICE, STOCK, "color"].contains(&FAMILIES[*n].id)) && w.reading.own.is_empty();
    let names_nothing = w.named.is_empty() && w.reading.kinds.is_empty() && w.limits.all.is_empty();
    if w.reading.colors.is_empty() || !only_color || !names_nothing || d.focus.is_some() || d.offered.len() < 2 {
        return None;
    }
    let offered: Vec<&Product> = d.offered.iter().filter_map(|r| w.shelf.find(&r.id)).take(OFFERED_MAX).collect();
    let fitting: Vec<&Product> = offered.iter().copied().filter(|p| w.reading.colors.iter().all(|c| say::comes_in(p, *c))).collect();
    let color: Vec<Asked<'_>> = FAMILIES.iter().filter(|f| f.id == "color").map(Asked::Family).collect();
    Some(match &fitting[..] {
        [] => listed(w, say_list::none_such(w, &offered, &color), &offered),
        fitting => listed(w, say_list::list(w, fitting, &color), fitting),
    })
}

/// The kind a list is of: the one named, else that of what is talked about, where the turn goes on about it.
fn kind(w: &Wanted<'_>) -> Option<usize> {
    match w.reading.kinds[..] {
        [kind] => return Some(kind),
        [] => {}
        _ => return None,
    }
    if let Some(generic) = w.generic.as_ref().filter(|sku| w.named.iter().all(|named| named == *sku)) {
        return w.shelf.kind_of(generic);
    }
    let bounded = w.limits.all.iter().any(|l| l.least.is_none() || l.most.is_none() || l.unit != Unit::None);
    let goes_on = bounded || w.says(CHEAPER) || w.says(CHEAPEST) || w.says(DEAREST) || superlative(w);
    let before = w.talk.dialogue.focus.iter().chain(w.talk.dialogue.offered.first()).next();
    before.filter(|_| goes_on && w.named.is_empty()).and_then(|r| w.shelf.kind_of(&r.id))
}

fn wants_list(w: &Wanted<'_>, kind: usize, bounds: &[Bound]) -> bool {
    if !bounds.is_empty() || w.limits.foreign.is_some() || w.says(CHEAPEST) || w.says(DEAREST) || w.reading.lists || w.reading.described {
        return true;
    }
    // 「手机多少钱」 asks for a list as well, unless one phone is under discussion. So does 「有蓝色的手机吗」.
    let of_price = w.reading.families.iter().any(|n| FAMILIES[*n].id == PRICE);
    let focus = w.talk.dialogue.focus.as_ref();
    let several = w.shelf.of_kind(kind).count() > 1 && focus.is_none_or(|f| w.shelf.kind_of(&f.id) != Some(kind));
    several && (of_price || !w.reading.colors.is_empty())
}

/// Yes or no attributes choose, all of them: 防水又能无线充电的手机.
fn fits(w: &Wanted<'_>, p: &Product, asked: &[Asked<'_>], bounds: &[Bound]) -> bool {
    let has = |asked: &Asked<'_>| asked.keys().iter().any(|key| figure(p, key).is_some_and(|f| f > 0.0));
    let in_stock = p.stock > 0 || !w.reading.families.iter().any(|n| FAMILIES[*n].id == STOCK);
    bounds.iter().all(|b| b.allows(p)) && asked.iter().all(has) && in_stock && w.reading.colors.iter().all(|c| say::comes_in(p, *c))
}

/// What a limit is of; none when nothing of this kind has such a figure.
fn bound(w: &Wanted<'_>, kind: usize, limit: &Limit) -> Option<Bound> {
    let (least, most) = (limit.least, limit.most);
    let figures = |key: &str| -> Vec<f64> { w.shelf.of_kind(kind).filter_map(|p| figure(p, key)).filter(|f| *f > 0.0).collect() };
    let named = w.reading.families.iter().map(|n| &FAMILIES[*n]);
    let key = match limit.unit {
        Unit::Price => None,
        Unit::Of(unit) => {
            let ends = |key: &&&'static str| key.rsplit('_').next() == Some(unit) && !figures(key).is_empty();
            let key = named.chain(FAMILIES).flat_map(|f| f.keys).find(ends)?;
            Some(*key)
        }
        Unit::None => beside(w, limit).and_then(|family| {
            let near = |key: &&&'static str| {
                let amount = least.or(most).unwrap_or_default();
                figures(key).iter().any(|f| (f / FAR..=f * FAR).contains(&amount))
            };
            FAMILIES[family].keys.iter().find(near).copied()
        }),
    };
    Some(Bound { key, least, most, over: limit.over })
}

/// The family named right before or behind a limit.
fn beside(w: &Wanted<'_>, limit: &Limit) -> Option<usize> {
    let chars: Vec<char> = w.text.chars().collect();
    let near = |from: usize, to: usize| from <= to && chars.get(from..to).is_some_and(|gap| gap.iter().all(|c| BETWEEN.contains(*c)));
    let mut places = w.reading.places.iter().filter(|(n, ..)| MEASURED.contains(&FAMILIES[*n].id));
    places.find(|(_, start, end)| near(*end, limit.start) || near(limit.end, *start)).map(|(n, ..)| *n)
}

fn by_figure<'a>(asked: &[Asked<'_>], products: impl Iterator<Item = &'a Product>) -> Option<Order> {
    let products: Vec<&Product> = products.collect();
    let compared = |f: &&&'static super::words::Family| f.better != Better::Neither && !f.more.0.is_empty();
    let family = asked.iter().filter_map(|a| if let Asked::Family(f) = a { Some(f) } else { None }).find(compared)?;
    let key = family.keys.iter().find(|key| products.iter().any(|p| figure(p, key).is_some_and(|f| f > 0.0)))?;
    Some(Order::Figure { key, falling: family.better == Better::Higher })
}

/// What is in stock first.
fn sort(products: &mut [&Product], order: Order) {
    let value = |p: &Product| match order {
        Order::Cheapest => p.price_cents as f64,
        Order::Dearest => -p.price_cents as f64,
        Order::Figure { key, falling } => figure(p, key).map_or(f64::MAX, |f| if falling { -f } else { f }),
    };
    let cents = |p: &Product| p.price_cents;
    products.sort_by(|a, b| (a.stock <= 0).cmp(&(b.stock <= 0)).then(value(a).total_cmp(&value(b))).then(cents(a).cmp(&cents(b))));
}

pub fn superlative(w: &Wanted<'_>) -> bool {
    w.says(MOST) || w.says(LEAST) || w.says(BEST)
}

/// 「哪款手机续航最长」: the one first, and by how much.
fn best(w: &Wanted<'_>, kind: usize, asked: &[Asked<'_>], bounds: &[Bound]) -> Option<Reply> {
    let [only] = asked else { return None };
    let Asked::Family(family) = only else { return None };
    if !superlative(w) || family.better == Better::Neither {
        return None;
    }
    let falling = w.says(MOST) || !w.says(LEAST) && family.better == Better::Higher;
    let mut products: Vec<&Product> = w.shelf.of_kind(kind).filter(|p| bounds.iter().all(|b| b.allows(p))).collect();
    let told = |key: &str| products.iter().filter(|p| figure(p, key).is_some()).count();
    let key = *family.keys.iter().find(|key| told(key) > 1)?;
    products.retain(|p| figure(p, key).is_some());
    sort(&mut products, Order::Figure { key, falling });
    products.truncate(OFFERED_MAX);
    let first = products.first()?;
    let alone = products.iter().filter(|p| figure(p, key) == figure(first, key)).count() == 1;
    let preferred = falling == (family.better == Better::Higher);
    let text = say_list::best(w, &products, family, alone && preferred)?;
    let mut reply = listed(w, text, &products);
    reply.attribute = Some(family.id.to_owned());
    reply.focus = alone.then(|| first.sku.clone());
    Some(reply)
}

/// 「有比 P10 Pro 便宜的手机吗」: not the price of the one that is named.
pub fn cheaper_than(w: &Wanted<'_>) -> Option<Reply> {
    let than = w.low.contains('比') && w.low.contains("便宜") || w.low.contains(" than ") && w.says(CHEAPER);
    (than && w.named.len() == 1 && w.reading.kinds.len() == 1).then(|| cheaper(w)).flatten()
}

/// What costs less than what was spoken of.
fn cheaper(w: &Wanted<'_>) -> Option<Reply> {
    let d = &w.talk.dialogue;
    let named = w.named.last().and_then(|sku| w.shelf.find(sku)).filter(|p| Some(&p.sku) != w.generic.as_ref());
    let kind = named.and_then(|p| w.shelf.kind_of(&p.sku)).or_else(|| kind(w))?;
    let of_kind = |p: &&Product| w.shelf.kind_of(&p.sku) == Some(kind);
    let offered = || d.offered.iter().filter_map(|r| w.shelf.find(&r.id)).filter(of_kind).min_by_key(|p| p.price_cents);
    let focus = || d.focus.as_ref().and_then(|r| w.shelf.find(&r.id)).filter(of_kind);
    let than = named.or_else(focus).or_else(offered);
    let mut products: Vec<&Product> =
        w.shelf.of_kind(kind).filter(|p| than.is_none_or(|than| p.price_cents < than.price_cents) && p.stock > 0).collect();
    sort(&mut products, Order::Cheapest);
    products.truncate(OFFERED_MAX);
    match (products.is_empty(), than) {
        (true, Some(than)) => Some(listed(w, say_list::cheapest_already(w, than), &[than])),
        (true, None) => None,
        _ => Some(listed(w, say_list::list(w, &products, &[]), &products)),
    }
}

/// Nothing is as wished: said only where the catalogue knows it.
fn none(w: &Wanted<'_>, kind: usize, asked: &[Asked<'_>], bounds: &[Bound]) -> Option<Reply> {
    if asked.is_empty() && w.reading.colors.is_empty() && bounds.iter().all(|b| b.key.is_none()) {
        let only = bounds.first()?;
        let middle = only.least.zip(only.most).map(|(least, most)| (least + most) / 2.0).or(only.least).or(only.most)?;
        let distance = |p: &&Product| (p.price_cents - (middle * 100.0) as i64).abs();
        let nearest = w.shelf.of_kind(kind).filter(|p| p.stock > 0).min_by_key(distance)?;
        return Some(listed(w, say_list::none_in_range(w, nearest, only.least.is_none()), &[nearest]));
    }
    let known = |p: &Product| asked.iter().all(|a| a.keys().iter().any(|key| figure(p, key).is_some()));
    let mut products: Vec<&Product> = w.shelf.of_kind(kind).filter(|p| known(p)).collect();
    if products.is_empty() || !w.reading.described && bounds.is_empty() && w.reading.colors.is_empty() {
        return None;
    }
    sort(&mut products, Order::Cheapest);
    products.truncate(3);
    let color = FAMILIES.iter().filter(|f| f.id == "color" && !w.reading.colors.is_empty()).map(Asked::Family);
    let asked: Vec<Asked<'_>> = asked.iter().copied().chain(color).collect();
    Some(listed(w, say_list::none_such(w, &products, &asked), &products))
}

fn listed(w: &Wanted<'_>, text: String, products: &[&Product]) -> Reply {
    let mut reply = Reply::new(Kind::List, text).source(w.shelf, products.iter().map(|p| p.sku.clone()).collect(), w.language);
    reply.buttons = products.iter().take(3).map(|p| w.shelf.model(p, w.language).to_owned()).collect();
    reply
}
