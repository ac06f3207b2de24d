//! What a product comes in, in a talk: which options a turn names (蓝色, 256G, XL), which variants that leaves, and what is said of them.
//! Called by `about` for products that have variants.

use super::attributes::money;
use super::choose::{Asked, Wanted};
use super::say;
use super::shelf::short;
use super::talk::{Kind, Reply};
use super::words::{COLORS, FAMILIES, PRICE, STOCK};
use qn_domain::{Language, Product, Variant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Variants told of at once.
const SHOWN_MAX: usize = 8;
/// Others that are offered where one is sold out.
const OTHERS_MAX: usize = 3;
/// The option that the colours of `COLORS` speak of.
pub const COLOR: &str = "color";
const STORAGE: &str = "storage";
/// Words that go with a size, a capacity or a colour and say nothing more.
const TAILS: [&str; 8] = ["版本", "版", "码", "号", "款", "内存", "色", "size"];

/// By option, the values that are meant: one, or the several that 蓝 may be.
pub type Options = BTreeMap<String, Vec<String>>;

/// What the customer chose of a product so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    pub sku: String,
    pub options: Options,
}

/// An option that the turn names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub key: String,
    pub value: String,
}

/// The options of the product that the text names outside `spans`, in its order.
pub fn picks(product: &Product, text: &str, spans: &[(usize, usize)]) -> Vec<Pick> {
    let low = text.to_ascii_lowercase();
    let mut found: Vec<Pick> = Vec::new();
    for (key, value, variant) in values(product) {
        let english = variant.options.get(&format!("{key}_en")).map(String::as_str);
        let forms = [Some(value), english].into_iter().flatten().flat_map(|value| forms(key, value));
        for form in forms {
            let places = low.match_indices(form.as_str()).filter(|(at, _)| stands(&low, *at, &form));
            found.extend(places.map(|(at, _)| Pick { start: at, end: past(&low, at + form.len()), key: key.into(), value: value.into() }));
        }
    }
    // The longest of those that overlap is meant: 深海蓝, not 海.
    found.sort_by_key(|pick| (std::cmp::Reverse(pick.end - pick.start), pick.start));
    let mut picks: Vec<Pick> = Vec::new();
    for pick in found {
        let taken =
            picks.iter().map(|p| (p.start, p.end)).chain(spans.iter().copied()).any(|(from, to)| pick.start < to && from < pick.end);
        if !taken {
            picks.push(pick);
        }
    }
    picks.sort_by_key(|pick| pick.start);
    picks
}

/// Each option with each of its values, and a variant that has it.
fn values(product: &Product) -> Vec<(&str, &str, &Variant)> {
    let mut all: Vec<(&str, &str, &Variant)> = Vec::new();
    for variant in &product.variants {
        for (key, value) in told(variant) {
            if !all.iter().any(|(k, v, _)| *k == key && *v == value) {
                all.push((key, value, variant));
            }
        }
    }
    all
}

/// The options of a variant without their other language.
fn told(variant: &Variant) -> impl Iterator<Item = (&str, &str)> {
    let own = variant.options.iter().filter(|(key, _)| !key.ends_with("_en"));
    own.map(|(key, value)| (key.as_str(), value.as_str()))
}

/// How people write a value: 256GB, 256G, 256 g; 12+256; 蓝色 and 蓝的.
fn forms(key: &str, value: &str) -> Vec<String> {
    let low = value.trim().to_ascii_lowercase();
    let amounts: Option<Vec<(String, &str)>> = low.split('+').map(|part| amount(key, part)).collect();
    let mut forms = vec![low.clone()];
    match amounts.as_deref() {
        Some([(n, unit)]) => forms.extend(["", "b", " ", " b"].map(|gap| match gap.strip_prefix(' ') {
            Some(b) => format!("{n} {unit}{b}"),
            None => format!("{n}{unit}{gap}"),
        })),
        Some(several) => {
            let join = |unit: fn(&str) -> String| several.iter().map(|(n, u)| format!("{n}{}", unit(u))).collect::<Vec<_>>().join("+");
            forms.extend([join(|_| String::new()), join(str::to_owned), join(|u| format!("{u}b"))]);
        }
        None => {}
    }
    if let Some(bare) = low.strip_suffix('色').filter(|bare| !bare.is_empty()) {
        forms.push(format!("{bare}的"));
        forms.extend((bare.chars().count() > 1).then(|| bare.to_owned()));
    }
    // A lone digit says too little; with its word it is a size.
    if low.bytes().all(|b| b.is_ascii_digit()) && low.len() < 2 {
        return vec![format!("{low}码"), format!("{low}号")];
    }
    forms.retain(|form| !form.is_empty());
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// A capacity: its number, and `g` or `t`.
fn amount<'a>(key: &str, part: &'a str) -> Option<(String, &'a str)> {
    let part = part.trim();
    let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let unit = match part[digits..].trim() {
        "g" | "gb" => "g",
        "t" | "tb" => "t",
        "" if key.starts_with("storage") || key.starts_with("memory") => "g",
        _ => return None,
    };
    (digits > 0).then(|| (part[..digits].to_owned(), unit))
}

/// Letters and digits stand between borders.
fn stands(low: &str, at: usize, form: &str) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let before = word(form.chars().next()) && word(low[..at].chars().next_back());
    let behind = word(form.chars().next_back()) && word(low[at + form.len()..].chars().next());
    !before && !behind
}

/// Past the word that goes with the value.
fn past(low: &str, end: usize) -> usize {
    let rest = low[end..].trim_start();
    let at = low.len() - rest.len();
    TAILS.iter().find(|tail| rest.starts_with(**tail)).map_or(end, |tail| at + tail.len())
}

/// What this turn chooses, by its picks and by colours; none of the product's own where it has no such colour.
fn chosen_now(w: &Wanted<'_>, product: &Product) -> Option<Options> {
    let mut options = Options::new();
    for pick in w.picks {
        options.entry(pick.key.clone()).or_default().push(pick.value.clone());
    }
    if !options.contains_key(COLOR) {
        for color in &w.reading.colors {
            let fits = |(key, value, variant): &(&str, &str, &Variant)| {
                let english = variant.options.get("color_en").map(|en| en.to_lowercase()).unwrap_or_default();
                *key == COLOR && COLORS[*color].2.split('|').any(|word| value.to_lowercase().contains(word) || english.contains(word))
            };
            let known: Vec<String> = values(product).into_iter().filter(fits).map(|(_, value, _)| value.to_owned()).collect();
            if known.is_empty() {
                return None;
            }
            options.entry(COLOR.to_owned()).or_default().extend(known);
        }
    }
    Some(options)
}

/// What stays chosen after this turn.
pub fn chosen(w: &Wanted<'_>, product: &Product) -> Option<Chosen> {
    let before = w.talk.chosen.as_ref().filter(|chosen| chosen.sku == product.sku).map(|chosen| chosen.options.clone());
    let mut options = before.unwrap_or_default();
    options.extend(chosen_now(w, product).unwrap_or_default());
    (!product.variants.is_empty() && !options.is_empty()).then(|| Chosen { sku: product.sku.clone(), options })
}

/// None where the turn neither names an option nor asks what differs between the variants.
pub fn reply(w: &Wanted<'_>, product: &Product, asked: &[Asked<'_>]) -> Option<Reply> {
    let names = !w.picks.is_empty() || !w.reading.colors.is_empty();
    let priced = asked.iter().any(|a| [PRICE, STOCK].contains(&a.id()));
    if product.variants.is_empty() || !(names || priced) {
        return None;
    }
    let others = asked.iter().any(|a| ![PRICE, STOCK].contains(&a.id()));
    let mut reply = Reply::new(Kind::Variant, String::new());
    reply.attribute = asked.first().map(|a| a.id().to_owned());
    if chosen_now(w, product).is_none() {
        reply.text = no_such_color(w, product);
        return Some(reply);
    }
    let options = chosen(w, product).map(|chosen| chosen.options).unwrap_or_default();
    let left: Vec<&Variant> = product.variants.iter().filter(|variant| fits(variant, &options)).collect();
    match &left[..] {
        _ if options.is_empty() && alike(product) => return None,
        [] => none_such(w, product, &mut reply),
        [one] => only(w, product, one, &mut reply),
        several => reply.text = list(w, product, several, &options),
    }
    if others {
        reply.text = format!("{}\n\n{}", say::attributes(w, product, asked).text, reply.text);
    }
    Some(reply)
}

fn fits(variant: &Variant, options: &Options) -> bool {
    options.iter().all(|(key, values)| variant.options.get(key).is_some_and(|value| values.contains(value)))
}

/// Nothing of what is asked differs: one price, and all of them can be had.
fn alike(product: &Product) -> bool {
    product.variants.iter().all(|v| v.price_cents == product.variants[0].price_cents && v.stock > 0)
}

/// 深海蓝 256GB, in the customer's language.
fn label(variant: &Variant, except: &Options, language: Language) -> String {
    let value = |(key, value): (&str, &str)| {
        let own = variant.options.get(&format!("{key}_en")).filter(|_| language == Language::En);
        own.cloned().unwrap_or_else(|| value.to_owned())
    };
    let told = told(variant).filter(|(key, _)| except.get(*key).is_none_or(|values| values.len() != 1));
    told.map(value).collect::<Vec<_>>().join(" ")
}

fn stock(variant: &Variant, language: Language) -> &'static str {
    if variant.stock > 0 { language.pick("有现货", "in stock") } else { language.pick("暂时缺货", "out of stock for now") }
}

fn only(w: &Wanted<'_>, product: &Product, one: &Variant, reply: &mut Reply) {
    let (name, form, price) = (short(product, w.language), label(one, &Options::new(), w.language), money(one.price_cents));
    if one.stock > 0 {
        reply.text = match w.language {
            Language::Zh => format!("有的，**{name}** {form}：{price}，有现货。"),
            Language::En => format!("Yes: **{name}** in {form} for {price}, in stock."),
        };
        return;
    }
    reply.text = match w.language {
        Language::Zh => format!("**{name}** {form}（{price}）暂时缺货，可以在商品页点“到货通知”。"),
        Language::En => format!("**{name}** in {form} ({price}) is out of stock for now; tap \"Notify me\" on its page."),
    };
    let others: Vec<&Variant> = product.variants.iter().filter(|v| v.stock > 0).take(OTHERS_MAX).collect();
    offer(w, &others, reply);
}

fn offer(w: &Wanted<'_>, others: &[&Variant], reply: &mut Reply) {
    if others.is_empty() {
        return;
    }
    let forms: Vec<String> = others.iter().map(|v| label(v, &Options::new(), w.language)).collect();
    reply.text.push_str(&match w.language {
        Language::Zh => format!("现在有货的：{}。", forms.join("、")),
        Language::En => format!(" In stock now: {}.", forms.join(", ")),
    });
    reply.buttons = forms;
}

fn none_such(w: &Wanted<'_>, product: &Product, reply: &mut Reply) {
    let name = short(product, w.language);
    reply.text = match w.language {
        Language::Zh => format!("**{name}** 没有这个搭配。"),
        Language::En => format!("**{name}** doesn't come in that combination."),
    };
    let others: Vec<&Variant> = product.variants.iter().filter(|v| v.stock > 0).take(OTHERS_MAX).collect();
    offer(w, &others, reply);
}

fn no_such_color(w: &Wanted<'_>, product: &Product) -> String {
    let colors = values(product).into_iter().filter(|(key, ..)| *key == COLOR);
    let all: Vec<String> = colors.map(|(key, _, variant)| word(variant, key, w.language)).collect();
    let name = short(product, w.language);
    match w.language {
        Language::Zh => format!("**{name}** 没有这个颜色，可选：{}。", all.join("、")),
        Language::En => format!("**{name}** doesn't come in that colour. There is: {}.", all.join(", ")),
    }
}

fn word(variant: &Variant, key: &str, language: Language) -> String {
    let own = variant.options.get(&format!("{key}_en")).filter(|_| language == Language::En);
    own.or_else(|| variant.options.get(key)).cloned().unwrap_or_default()
}

/// What is settled stands in the first line, what differs in the others.
fn list(w: &Wanted<'_>, product: &Product, several: &[&Variant], options: &Options) -> String {
    let settled: Vec<String> = told(several[0])
        .filter(|(key, _)| options.get(*key).is_some_and(|v| v.len() == 1))
        .map(|(key, _)| word(several[0], key, w.language))
        .collect();
    let head = [short(product, w.language), settled.join(" ")].join(" ");
    let (colon, comma) = (w.language.pick("：", ": "), w.language.pick("，", ", "));
    let line =
        |v: &&Variant| format!("\n- {}{colon}{}{comma}{}", label(v, options, w.language), money(v.price_cents), stock(v, w.language));
    let lines: String = several.iter().take(SHOWN_MAX).map(line).collect();
    let more = several.len().saturating_sub(SHOWN_MAX);
    let rest = match (more, w.language) {
        (0, _) => String::new(),
        (_, Language::Zh) => format!("\n- 另有 {more} 种"),
        (_, Language::En) => format!("\n- and {more} more"),
    };
    format!("**{}**{colon}{lines}{rest}", head.trim())
}

/// What variants come in, told as attributes: 「有哪些颜色」, 「内存多大」. Options of the company's own names are asked for by them.
pub fn as_attributes(product: &mut Product) {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value, variant) in values(product) {
        let told = match key {
            COLOR => "colors",
            STORAGE => "storage_gb",
            // A size is of another kind than the sizes that products have.
            key if FAMILIES.iter().any(|family| family.id == key) => continue,
            key => key,
        };
        lists.entry(told.to_owned()).or_default().push(value.to_owned());
        if let Some(english) = variant.options.get(&format!("{key}_en")) {
            lists.entry(format!("{told}_en")).or_default().push(english.clone());
        }
    }
    for (key, values) in lists {
        let told = values.join(" / ").into();
        if key == "storage_gb" {
            product.attributes.insert(key, told);
        } else {
            product.attributes.entry(key).or_insert(told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone() -> Product {
        let variant = |color: &str, storage: &str| Variant {
            sku: format!("P-{color}-{storage}"),
            options: [("color".to_owned(), color.to_owned()), ("storage".to_owned(), storage.to_owned())].into(),
            price_cents: 1,
            stock: 1,
        };
        Product {
            id: "prd_1".into(),
            tenant_id: "tnt_1".into(),
            sku: "P".into(),
            name_zh: "手机".into(),
            name_en: "Phone".into(),
            category: "phone".into(),
            price_cents: 1,
            stock: 1,
            attributes: serde_json::Map::new(),
            accessories: vec![],
            variants: vec![variant("深海蓝", "12GB+256GB"), variant("白色", "512GB"), variant("海蓝", "1TB")],
            version: 1,
            created_at: 0,
        }
    }

    #[test]
    fn options_are_found_as_people_write_them() {
        for (text, wanted) in [
            ("深海蓝的还有吗", &["深海蓝"][..]),
            ("12+256 的多少钱", &["12GB+256GB"]),
            ("512g白色", &["512GB", "白色"]),
            ("白的 512 gb 版", &["白色", "512GB"]),
            ("1t 有货吗", &["1TB"]),
            ("1512g", &[]),
            ("512 块", &[]),
        ] {
            let found: Vec<String> = picks(&phone(), text, &[]).into_iter().map(|p| p.value).collect();
            assert_eq!(found, wanted, "{text}");
        }
        assert!(picks(&phone(), "深海蓝", &[(0, 9)]).is_empty());
    }
}
