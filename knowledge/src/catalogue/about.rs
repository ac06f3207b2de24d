//! Answers about one product: which one is meant, and everything that was asked of it.

use super::attributes::next_flow;
use super::choose::{Asked, OFFERED_MAX, Wanted, asked, asked_all};
use super::talk::{Kind, Reply};
use super::words::{BARGAINS, FAMILIES, MINE, PRICE, STOCK};
use super::{say, say_list, variants};
use qn_domain::Product;

pub fn reply(w: &Wanted<'_>) -> Option<Reply> {
    let noted = w.named.iter().any(|sku| w.talk.has.contains(sku)) && !w.reading.asks();
    if w.says(BARGAINS) {
        return None;
    }
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
    let mut reply = if w.reading.accessories { say::accessories(w, product, None)? } else { told_of(w, product)? };
    if let Some(text) = say::discontinued(w, product) {
        reply.text.push_str(&text);
    }
    if w.limits.foreign.is_some() {
        reply.text.push_str(&format!("\n\n{}", say_list::currency(w)));
    }
    reply = reply.source(w.shelf, vec![product.sku.clone()], w.language);
    reply.next_flow = next_flow(product).map(str::to_owned);
    reply.named = !w.named.is_empty() || w.reading.points || w.says(MINE);
    Some(reply)
}

/// The answer about one product.
fn told_of(w: &Wanted<'_>, product: &Product) -> Option<Reply> {
    let mut all = asked_all(w);
    // 「P10 有哪些壳」 asks for the accessories of that kind.
    let kind = w.reading.kinds.first().filter(|kind| w.shelf.kind_of(&product.sku) != Some(**kind));
    let fits = all.iter().any(|a| a.id() == "fits");
    let chooses = w.reading.lists || w.reading.compares || fits;
    let kind = kind.filter(|_| chooses && all.iter().all(|a| [PRICE, "fits"].contains(&a.id())));
    if let Some(reply) = kind.and_then(|kind| say::accessories(w, product, Some(*kind))) {
        return Some(reply);
    }
    if all.is_empty() && w.reading.colors.is_empty() && w.picks.is_empty() {
        // The earlier question goes on, unless this one has limits of its own.
        all = if !w.limits.all.is_empty() {
            FAMILIES.iter().filter(|f| f.id == PRICE).map(Asked::Family).collect()
        } else if is_short(w) {
            before(w)
        } else {
            Vec::new()
        };
    }
    if let Some(reply) = variants::reply(w, product, &all) {
        return Some(reply);
    }
    let variant = w.reading.colors.first().map(|color| say::variant(w, product, *color));
    let known = |a: &Asked<'_>| a.is_known_of(product, w.language);
    match (&all[..], variant) {
        ([], Some(variant)) => Some(Reply::new(Kind::Variant, variant?.text)),
        ([], None) => Some(say::card(w, product)),
        // The price is in the sentence about the colour.
        ([one], Some(Some(variant))) if [PRICE, STOCK].contains(&one.id()) && variant.has => {
            Some(Reply { attribute: Some(one.id().to_owned()), ..Reply::new(Kind::Variant, variant.text) })
        }
        ([one], None | Some(None)) if !known(one) => {
            Some(Reply { attribute: Some(one.id().to_owned()), weak: true, ..Reply::new(Kind::Unknown, say::unknown(w, product, one)) })
        }
        (all, _) if !all.iter().any(known) => {
            let first = all.first()?;
            Some(Reply { attribute: Some(first.id().to_owned()), weak: true, ..Reply::new(Kind::Unknown, say::unknown(w, product, first)) })
        }
        (all, variant) => {
            let mut reply = say::attributes(w, product, all);
            if let Some(Some(variant)) = variant {
                reply.text.push_str(&format!("\n\n{}", variant.text));
            }
            Some(reply)
        }
    }
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
    if !w.alike.is_empty() {
        return One::Several(w.alike.iter().filter_map(|sku| w.shelf.find(sku)).collect());
    }
    let focus = w.talk.dialogue.focus.as_ref().and_then(|r| w.shelf.find(&r.id));
    if let Some(named) = w.named.last().and_then(|sku| w.shelf.find(sku)) {
        return One::Product(named);
    }
    // Nothing but small talk words ("好的", "谢谢") asks nothing.
    let continues = w.reading.points && focus.is_some() && w.talk.asked.is_some();
    if !(w.reading.asks() || continues || !w.picks.is_empty()) {
        return One::Nothing;
    }
    // A charger that comes in a box is no charger that is asked about.
    let in_a_box = w.reading.families.iter().any(|n| FAMILIES[*n].id == "box") && focus.is_some();
    let Some(kind) = w.reading.kinds.first().copied().filter(|_| !in_a_box) else {
        return match focus {
            Some(product) => One::Product(product),
            None if w.reading.points => One::Several(choices(w)),
            None => One::Nothing,
        };
    };
    let of_kind: Vec<&Product> = w.shelf.of_kind(kind).collect();
    match (&of_kind[..], focus.filter(|p| w.shelf.kind_of(&p.sku) == Some(kind))) {
        (_, Some(product)) => One::Product(product),
        ([only], None) => One::Product(only),
        (_, None) if w.reading.points || w.says(MINE) => match owned(w, kind)[..] {
            [only] => One::Product(only),
            _ if w.reading.points => One::Several(of_kind),
            _ => One::Nothing,
        },
        _ => One::Nothing,
    }
}

/// What the customer has of a kind, as the company knows it.
fn owned<'a>(w: &Wanted<'a>, kind: usize) -> Vec<&'a Product> {
    w.owns.iter().filter_map(|sku| w.shelf.find(sku)).filter(|p| w.shelf.kind_of(&p.sku) == Some(kind)).collect()
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
    let shown = &products[..products.len().min(OFFERED_MAX)];
    let asked = asked(w);
    if shown.is_empty() || (asked.is_none() && w.alike.is_empty()) {
        return None;
    }
    let text = w.language.pick("请问您说的是哪一款？", "Which one do you mean?").to_owned();
    let model = |p: &Product| w.shelf.model(p, w.language).to_owned();
    let is_only = |p: &Product| shown.iter().filter(|other| model(other) == model(p)).count() == 1;
    Some(Reply {
        buttons: shown.iter().map(|p| if is_only(p) { model(p) } else { p.sku.clone() }).collect(),
        products: shown.iter().map(|p| p.sku.clone()).collect(),
        attribute: asked.map(|asked| asked.id().to_owned()),
        ..Reply::new(Kind::Which, text)
    })
}

/// What was asked before this turn.
fn before<'a>(w: &Wanted<'a>) -> Vec<Asked<'a>> {
    let ids = w.talk.asked.as_deref().unwrap_or_default().split(',');
    let family = |id: &str| FAMILIES.iter().find(|f| f.id == id).map(Asked::Family);
    ids.filter_map(|id| family(id).or_else(|| w.shelf.own.iter().find(|key| *key == id).map(|key| Asked::Own(key)))).collect()
}
