//! The words of an answer from the catalogue, in the customer's language. Every figure comes from a product; nothing is made up.

use super::attributes::{HELPS, WHY, figure, is_discontinued, list as listed, money, name, successor, told};
use super::choose::{Asked, Wanted};
use super::shelf::{is_gone, short};
use super::talk::{Kind, Recommended, Reply};
use super::words::{Better, COLORS, FAMILIES, PRICE, STOCK};
use qn_domain::{Language, Product};

/// Accessories recommended at once.
const RECOMMENDED_MAX: usize = 2;
/// Families a card and a comparison without a question show.
const SHOWN: [&str; 7] = ["screen", "battery", "charging", "water", "capacity", "noise_cancelling", "weight"];

pub fn source(names: &[String], language: Language) -> String {
    let joined = names.join(language.pick("、", ", "));
    match language {
        Language::Zh => format!("来源：商品目录（{joined}）"),
        Language::En => format!("Source: product catalogue ({joined})"),
    }
}

/// 「续航：5200 mAh；…」 of one product; none when it says nothing of it.
pub(super) fn values(product: &Product, asked: &Asked<'_>, language: Language) -> Option<String> {
    match asked.id() {
        PRICE => return Some(price(product, language)),
        STOCK => return Some(stock(product, language)),
        _ => {}
    }
    let told =
        |key: &&str| told(product, key, language).map(|value| format!("{}{}{value}", name(key, language), language.pick("：", ": ")));
    let all: Vec<String> = asked.keys().iter().filter_map(told).collect();
    (!all.is_empty()).then(|| all.join(language.pick("；", "; ")))
}

/// What it costs; the lowest of what its variants cost where they differ.
pub(super) fn price(product: &Product, language: Language) -> String {
    let lowest = money(product.price_cents);
    let differs = product.variants.iter().any(|variant| variant.price_cents != product.price_cents);
    match (differs, language) {
        (false, _) => lowest,
        (true, Language::Zh) => format!("{lowest} 起"),
        (true, Language::En) => format!("from {lowest}"),
    }
}

pub(super) fn stock(product: &Product, language: Language) -> String {
    if is_discontinued(product) {
        return match (product.stock, language) {
            (1.., Language::Zh) => "已停产，还有少量现货",
            (1.., Language::En) => "discontinued, a few are left in stock",
            (_, Language::Zh) => "已停产，不再销售",
            (_, Language::En) => "discontinued and no longer sold",
        }
        .to_owned();
    }
    match (product.stock, language) {
        (1.., Language::Zh) => "有现货".to_owned(),
        (1.., Language::En) => "in stock".to_owned(),
        (_, Language::Zh) => "暂时缺货，可以在商品页点“到货通知”".to_owned(),
        (_, Language::En) => "out of stock for now; tap \"Notify me\" on its page".to_owned(),
    }
}

/// What is asked of one product: one thing in a line, several below each other.
pub fn attributes(w: &Wanted<'_>, product: &Product, all: &[Asked<'_>]) -> Reply {
    let name = short(product, w.language);
    let colon = w.language.pick("：", ": ");
    let mut text = match all {
        [one] => format!("**{name}**{colon}{}", line(product, one, w.language).unwrap_or_default()),
        _ => format!("**{name}**"),
    };
    for asked in all.iter().filter(|_| all.len() > 1) {
        let told = line(product, asked, w.language);
        text.push_str(&match told {
            Some(told) if [PRICE, STOCK].contains(&asked.id()) => format!("\n- {}{colon}{told}", label(asked, w.language)),
            Some(told) => format!("\n- {told}"),
            None => format!("\n- {}{colon}{}", label(asked, w.language), w.language.pick("商品目录里没有写", "the catalogue doesn't say")),
        });
    }
    let mut recommended: Vec<(&Product, String)> = Vec::new();
    for (accessory, why) in all.iter().flat_map(|asked| recommended_for(w, product, asked.id())) {
        if recommended.len() < RECOMMENDED_MAX && !recommended.iter().any(|(known, _)| known.sku == accessory.sku) {
            recommended.push((accessory, why));
        }
    }
    if !recommended.is_empty() {
        text.push_str(w.language.pick("\n\n可以一起配：", "\n\nGoes well with it:"));
        for (accessory, why) in &recommended {
            text.push_str(&format!(
                "\n- **{}** {}{}{why}",
                short(accessory, w.language),
                price(accessory, w.language),
                w.language.pick("：", ": ")
            ));
        }
    }
    Reply {
        attribute: Some(all.iter().map(Asked::id).collect::<Vec<_>>().join(",")),
        recommended: recommended.into_iter().map(|(p, why)| Recommended { sku: p.sku.clone(), why }).collect(),
        ..Reply::new(Kind::Attribute, text)
    }
}

/// The value, and with a price whether it can be had.
fn line(product: &Product, asked: &Asked<'_>, language: Language) -> Option<String> {
    let told = values(product, asked, language)?;
    Some(if asked.id() == PRICE { format!("{told}{}{}", language.pick("，", ", "), stock(product, language)) } else { told })
}

/// Said below whatever else is said of a product that is no longer made: that it is, and what took its place.
pub fn discontinued(w: &Wanted<'_>, product: &Product) -> Option<String> {
    if !is_discontinued(product) {
        return None;
    }
    let name = w.shelf.model(product, w.language);
    let next = successor(product).and_then(|sku| w.shelf.find(sku)).map(|next| {
        format!("**{}** {}{}{}", short(next, w.language), price(next, w.language), w.language.pick("，", ", "), stock(next, w.language))
    });
    Some(match (next, w.language) {
        (Some(next), Language::Zh) => format!("\n\n{name} 已停产，后续型号是 {next}。"),
        (Some(next), Language::En) => format!("\n\nThe {name} is discontinued. Its successor is the {next}."),
        (None, Language::Zh) => format!("\n\n{name} 已停产。"),
        (None, Language::En) => format!("\n\nThe {name} is discontinued."),
    })
}

/// What helps with what was asked, of which most is in stock first, and neither owned nor recommended before; what is no longer made is
/// not recommended. Accessories of a recommended accessory (a desiccant for the case) count as well.
fn recommended_for<'a>(w: &Wanted<'a>, product: &'a Product, family: &str) -> Vec<(&'a Product, String)> {
    let direct = product.accessories.iter().filter_map(|sku| w.shelf.find(sku));
    let fresh =
        |p: &&Product| p.stock > 0 && !w.owns.contains(&p.sku) && !w.talk.has.contains(&p.sku) && !w.talk.recommended.contains(&p.sku);
    let helps = |p: &&Product| listed(p, HELPS).any(|helped| helped == family);
    let why = |p: &'a Product| (p, told(p, WHY, w.language).unwrap_or_else(|| fits(p, w.language)));
    let mut found: Vec<&Product> = direct.filter(helps).filter(fresh).filter(|p| !is_discontinued(p)).collect();
    found.sort_by_key(|p| std::cmp::Reverse(p.stock));
    found.into_iter().take(RECOMMENDED_MAX).map(why).collect()
}

fn fits(product: &Product, language: Language) -> String {
    let fits = told(product, "fits", language).unwrap_or_default();
    if fits.is_empty() {
        language.pick("可以搭配使用", "fits it").to_owned()
    } else {
        format!("{} {fits}", language.pick("适用", "fits"))
    }
}

/// All that goes with a product, or what is of one kind of it.
pub fn accessories(w: &Wanted<'_>, product: &Product, kind: Option<usize>) -> Option<Reply> {
    let of_kind = |p: &&Product| kind.is_none() || w.shelf.kind_of(&p.sku) == kind;
    let all = product.accessories.iter().filter_map(|sku| w.shelf.find(sku)).filter(of_kind);
    let mut fresh: Vec<&Product> = all.filter(|p| !w.owns.contains(&p.sku) && !w.talk.has.contains(&p.sku) && !is_gone(p)).collect();
    fresh.sort_by_key(|p| std::cmp::Reverse(p.stock));
    let line = |p: &&Product| {
        format!("\n- **{}** {}{}{}", short(p, w.language), price(p, w.language), w.language.pick("，", ", "), stock(p, w.language))
    };
    let lines: String = fresh.iter().take(6).map(line).collect();
    let name = short(product, w.language);
    let head = match w.language {
        Language::Zh => format!("{name} 可以搭配："),
        Language::En => format!("These go with the {name}:"),
    };
    (!lines.is_empty()).then(|| Reply::new(Kind::Accessories, head + &lines))
}

pub fn unknown(w: &Wanted<'_>, product: &Product, asked: &Asked<'_>) -> String {
    let label = label(asked, w.language);
    let name = short(product, w.language);
    match w.language {
        Language::Zh => format!("商品目录里没有写 {name} 的{label}，为了不说错，可以让人工客服帮您确认。"),
        Language::En => {
            format!("The catalogue doesn't say that about the {name} ({}). A colleague can find out for you.", label.to_lowercase())
        }
    }
}

pub(super) fn label(asked: &Asked<'_>, language: Language) -> String {
    match asked {
        Asked::Family(family) => language.pick(family.label.0, family.label.1).to_owned(),
        Asked::Own(key) => name(key, language),
    }
}

/// Whether the product comes in a colour of `COLORS`.
pub fn comes_in(product: &Product, color: usize) -> bool {
    let told = [Language::Zh, Language::En].into_iter().flat_map(|l| [told(product, "colors", l), told(product, "color", l)]);
    let all = told.flatten().collect::<Vec<_>>().join(" ").to_lowercase();
    COLORS[color].2.split('|').any(|word| all.contains(word))
}

/// A sentence about a colour.
pub struct Variant {
    pub text: String,
    /// The product comes in it.
    pub has: bool,
}

/// 「有蓝色吗」: which of the colours the catalogue names is meant.
pub fn variant(w: &Wanted<'_>, product: &Product, color: usize) -> Option<Variant> {
    let all = told(product, "colors", w.language).or_else(|| told(product, "color", w.language))?;
    let low = all.to_lowercase();
    let words = COLORS[color].2.split('|');
    let parts: Vec<&str> = all.split('/').map(str::trim).collect();
    let found =
        words.into_iter().find_map(|word| parts.iter().find(|part| part.to_lowercase().contains(word)).filter(|_| low.contains(word)));
    let (name, price) = (short(product, w.language), price(product, w.language));
    let text = match (found, w.language) {
        (Some(color), Language::Zh) => format!("有的，**{name}** 的{color}，价格 {price}（各颜色同价），{}。", stock(product, w.language)),
        (Some(color), Language::En) => {
            format!("Yes: **{name}** in {color} for {price} (all colours cost the same), {}.", stock(product, w.language))
        }
        (None, Language::Zh) => format!("**{name}** 没有这个颜色，可选：{all}。"),
        (None, Language::En) => format!("**{name}** doesn't come in that colour. There is: {all}."),
    };
    Some(Variant { text, has: found.is_some() })
}

pub fn card(w: &Wanted<'_>, product: &Product) -> Reply {
    let mut text = format!(
        "**{}** {}{}{}",
        short(product, w.language),
        price(product, w.language),
        w.language.pick("，", ", "),
        stock(product, w.language)
    );
    let families = FAMILIES.iter().filter(|f| SHOWN.contains(&f.id)).map(Asked::Family);
    for line in families.filter_map(|asked| values(product, &asked, w.language)).take(4) {
        text.push_str("\n- ");
        text.push_str(&line);
    }
    text.push_str(w.language.pick("\n\n您想了解它的哪方面？", "\n\nWhat would you like to know about it?"));
    let buttons = [
        ("water", "防水吗？", "Is it waterproof?"),
        ("battery", "续航多久？", "How long does the battery last?"),
        ("warranty", "保修多久？", "How long is the warranty?"),
    ];
    let known = |id: &str| FAMILIES.iter().any(|f| f.id == id && Asked::Family(f).is_known_of(product, w.language));
    let buttons = buttons.iter().filter(|(id, ..)| known(id)).map(|(_, zh, en)| w.language.pick(zh, en).to_owned()).collect();
    Reply { buttons, ..Reply::new(Kind::Card, text) }
}

/// The families of both, side by side, and which is better where one is. None when neither product says anything.
pub fn compared(w: &Wanted<'_>, products: &[&Product], asked: &Asked<'_>) -> Option<String> {
    let lines: Vec<String> = products
        .iter()
        .filter_map(|p| {
            Some(format!("- **{}**{}{}", w.shelf.model(p, w.language), w.language.pick("：", ": "), values(p, asked, w.language)?))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let winner = winner(products, asked).map(|(product, more)| match w.language {
        Language::Zh => format!("**{}** {}。\n\n", w.shelf.model(product, w.language), more.0),
        Language::En => format!("The **{}** {}.\n\n", w.shelf.model(product, w.language), be(more.1)),
    });
    Some(winner.unwrap_or_else(|| format!("{}{}\n\n", label(asked, w.language), w.language.pick("：", ":"))) + &lines.join("\n"))
}

/// "cheaper" is an adjective, "lasts longer" is not.
pub(super) fn be(more: &str) -> String {
    let is_verb = more.split(' ').next().is_some_and(|word| word.ends_with('s'));
    if is_verb { more.to_owned() } else { format!("is {more}") }
}

fn winner<'a>(products: &[&'a Product], asked: &Asked<'_>) -> Option<(&'a Product, (&'static str, &'static str))> {
    let Asked::Family(family) = asked else { return None };
    if family.better == Better::Neither || family.more.0.is_empty() {
        return None;
    }
    let figures = |key: &str| {
        products.iter().map(|p| if family.id == PRICE { Some(p.price_cents as f64) } else { figure(p, key) }).collect::<Option<Vec<f64>>>()
    };
    let keys = if family.id == PRICE { &[PRICE][..] } else { family.keys };
    let figures = keys.iter().find_map(|key| figures(key))?;
    let sign = if family.better == Better::Higher { 1.0 } else { -1.0 };
    let best = (0..products.len()).max_by(|a, b| (sign * figures[*a]).total_cmp(&(sign * figures[*b])))?;
    let alone = figures.iter().filter(|f| **f == figures[best]).count() == 1;
    alone.then_some((products[best], family.more))
}

pub fn differences(w: &Wanted<'_>, products: &[&Product]) -> Option<String> {
    let families = FAMILIES.iter().filter(|f| f.id == PRICE || SHOWN.contains(&f.id)).map(Asked::Family);
    let row = |asked: Asked<'_>| {
        let head = format!("{}{}", label(&asked, w.language), w.language.pick("：", ": "));
        let cell =
            |p: &&Product| values(p, &asked, w.language).map_or_else(|| "–".to_owned(), |v| v.trim_start_matches(head.as_str()).to_owned());
        let cells: Vec<String> = products.iter().map(cell).collect();
        let differ = cells.iter().any(|c| c != &cells[0]);
        differ.then(|| format!("- {head}{}", cells.join(" | ")))
    };
    let rows: Vec<String> = families.filter_map(row).collect();
    let names: Vec<&str> = products.iter().map(|p| w.shelf.model(p, w.language)).collect();
    (!rows.is_empty()).then(|| format!("**{}**\n\n{}", names.join(" | "), rows.join("\n")))
}
