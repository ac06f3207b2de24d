//! The words around lists: what was chosen and by what, the best of a kind, and what is said when nothing is as wished.

use super::choose::{Asked, Wanted};
use super::say::{be, label, price, stock, values};
use super::shelf::short;
use super::words::Family;
use qn_domain::{Language, Product};

/// Each with its price, whether it can be had, and what it was chosen by.
pub fn list(w: &Wanted<'_>, products: &[&Product], chosen_by: &[Asked<'_>]) -> String {
    let head = match &w.limits.foreign {
        Some(_) => currency(w) + w.language.pick("我们有：", " We have:"),
        None => w.language.pick("为您找到：", "Here is what we have:").to_owned(),
    };
    format!("{head}\n\n{}", lines(w, products, chosen_by))
}

fn lines(w: &Wanted<'_>, products: &[&Product], chosen_by: &[Asked<'_>]) -> String {
    let comma = w.language.pick("，", ", ");
    let line = |p: &&Product| {
        let more: String = chosen_by.iter().filter_map(|asked| values(p, asked, w.language)).map(|v| format!("{comma}{v}")).collect();
        format!("- **{}** {}{comma}{}{more}", short(p, w.language), price(p, w.language), stock(p, w.language))
    };
    products.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What prices are in; nothing is converted.
pub fn currency(w: &Wanted<'_>) -> String {
    w.language
        .pick(
            "我们的价格都是人民币，没法直接和其他货币比较；您可以告诉我人民币预算。",
            "Our prices are in Chinese yuan (¥), so I can't compare them with another currency; tell me your budget in yuan.",
        )
        .to_owned()
}

/// The first of them is the one; `preferred`: it is also the one customers would rather have.
pub fn best(w: &Wanted<'_>, products: &[&Product], family: &'static Family, preferred: bool) -> Option<String> {
    let asked = Asked::Family(family);
    let head = match (preferred && !family.more.0.is_empty(), w.language) {
        (true, Language::Zh) => format!("{}的是 **{}**。", family.more.0.replace('更', "最"), w.shelf.model(products.first()?, w.language)),
        (true, Language::En) => format!("The **{}** {}.", w.shelf.model(products.first()?, w.language), be(&superlative(family.more.1))),
        (false, _) => format!("{}{}", label(&asked, w.language), w.language.pick("：", ":")),
    };
    Some(format!("{head}\n\n{}", lines(w, products, &[asked])))
}

/// "has the bigger screen" as "has the biggest screen".
fn superlative(more: &str) -> String {
    let most = |word: &str| match word {
        "better" => "best".to_owned(),
        "more" => "the most".to_owned(),
        _ => word.strip_suffix("er").map_or_else(|| word.to_owned(), |stem| format!("{stem}est")),
    };
    let words: Vec<String> = more.split(' ').map(most).collect();
    if let [only] = &words[..] { format!("the {only}") } else { words.join(" ") }
}

pub fn cheapest_already(w: &Wanted<'_>, product: &Product) -> String {
    let (name, price) = (short(product, w.language), price(product, w.language));
    match w.language {
        Language::Zh => format!("**{name}** {price}，已经是同类里最便宜的了。"),
        Language::En => format!("The **{name}** at {price} is already the cheapest we have of its kind."),
    }
}

/// Nothing is at that price: the cheapest, where only the most was said, else the nearest.
pub fn none_in_range(w: &Wanted<'_>, nearest: &Product, cheapest: bool) -> String {
    let offer = format!("**{}** {}", short(nearest, w.language), price(nearest, w.language));
    match (w.language, cheapest) {
        (Language::Zh, true) => format!("这个价位暂时没有，最便宜的是 {offer}。"),
        (Language::Zh, false) => format!("这个价位暂时没有，最接近的是 {offer}。"),
        (Language::En, true) => format!("We have none at that price. The cheapest is {offer}."),
        (Language::En, false) => format!("We have none at that price. The nearest is {offer}."),
    }
}

/// Nothing has all of it: what there is instead.
pub fn none_such(w: &Wanted<'_>, products: &[&Product], chosen_by: &[Asked<'_>]) -> String {
    let head = w.language.pick("没有完全符合的。同类商品有：", "We have none that fits all of that. There is:");
    format!("{head}\n\n{}", lines(w, products, chosen_by))
}

/// A place was picked that the last list does not have.
pub fn only_offered(w: &Wanted<'_>, count: usize) -> String {
    match (w.language, count) {
        (Language::Zh, _) => format!("刚才只列了 {count} 款，您说的是这里面的哪一款？"),
        (Language::En, 1) => "There was only one in that list. Is this the one you mean?".to_owned(),
        (Language::En, _) => format!("There were only {count} in that list. Which of them do you mean?"),
    }
}
