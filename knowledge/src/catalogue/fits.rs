//! Whether an accessory goes with a product: from what the accessory says it `fits`, and from the product's own accessories.

use super::attributes::told;
use super::choose::Wanted;
use super::say;
use super::shelf::short;
use super::talk::{Kind, Reply};
use super::words::FAMILIES;
use qn_domain::{Language, Product};

/// Ask whether one thing serves another, without a word for fitting.
const SERVES: &[&str] = &["能给", "可以给", "给", "配", "能用", "可以用", "用得", "with", "for", "work", "use", "on the", "charge"];

/// 「鲸潜防水壳能配 P10 Lite 吗」; none when the turn asks something else.
pub fn reply(w: &Wanted<'_>) -> Option<Reply> {
    let asks_fit = w.reading.families.iter().any(|n| FAMILIES[*n].id == "fits");
    let other = w.reading.families.iter().any(|n| !["fits", "charging"].contains(&FAMILIES[*n].id));
    if other || w.reading.lists && !asks_fit || !(asks_fit || w.says(SERVES)) || !w.reading.colors.is_empty() {
        return None;
    }
    let mut skus: Vec<&str> = w.named.iter().map(String::as_str).collect();
    if skus.len() == 1 && w.reading.points {
        // 「防水壳适合它吗」
        skus.extend(w.talk.dialogue.mentioned.iter().map(|r| r.id.as_str()).find(|id| *id != skus[0]));
    }
    let [a, b] = skus[..] else { return None };
    let (a, b) = (w.shelf.find(a)?, w.shelf.find(b)?);
    let (accessory, device) = if serves(a, b) { (a, b) } else { (b, a) };
    if !serves(accessory, device) {
        return None;
    }
    let mut reply = Reply::new(Kind::Attribute, sentence(w, accessory, device, fit(w, accessory, device))?);
    if let Some(text) = say::discontinued(w, device) {
        reply.text.push_str(&text);
    }
    reply = reply.source(w.shelf, vec![accessory.sku.clone(), device.sku.clone()], w.language);
    reply.attribute = Some("fits".to_owned());
    reply.named = true;
    reply.focus = Some(accessory.sku.clone());
    Some(reply)
}

/// The first may be an accessory of the second.
fn serves(accessory: &Product, device: &Product) -> bool {
    device.accessories.contains(&accessory.sku) || accessory.attributes.contains_key("fits") && !device.attributes.contains_key("fits")
}

/// Whether it fits, where the catalogue tells: a list of models is complete, "all USB-C devices" is not a list of models.
fn fit(w: &Wanted<'_>, accessory: &Product, device: &Product) -> Option<bool> {
    if device.accessories.contains(&accessory.sku) {
        return Some(true);
    }
    let fits = told(accessory, "fits", Language::Zh).or_else(|| told(accessory, "fits", Language::En))?;
    let models: Vec<&str> = fits.split(['/', ',', '，', '、']).map(str::trim).collect();
    let is = |product: &Product, model: &str| {
        [Language::Zh, Language::En].into_iter().any(|l| w.shelf.model(product, l).eq_ignore_ascii_case(model)) || product.sku == model
    };
    if models.iter().any(|model| is(device, model)) {
        return Some(true);
    }
    let of_models = models.iter().all(|model| w.shelf.products.iter().any(|p| is(p, model)));
    of_models.then_some(false)
}

fn sentence(w: &Wanted<'_>, accessory: &Product, device: &Product, fits: Option<bool>) -> Option<String> {
    let (name, model) = (short(accessory, w.language), w.shelf.model(device, w.language));
    let all = told(accessory, "fits", w.language).unwrap_or_default();
    let listed = match (all.is_empty(), w.language) {
        (true, _) => String::new(),
        (_, Language::Zh) => format!("它适用：{all}。"),
        (_, Language::En) => format!(" It fits: {all}."),
    };
    Some(match (fits, w.language) {
        (None, _) if all.is_empty() => return None,
        (None, Language::Zh) => format!("**{name}** 适用：{all}。商品目录里没有单独写 {model}。"),
        (None, Language::En) => format!("The **{name}** fits: {all}. The catalogue doesn't name the {model}."),
        (Some(true), Language::Zh) => format!("可以，**{name}** 能配 {model} 用。{listed}"),
        (Some(true), Language::En) => format!("Yes, the **{name}** goes with the {model}.{listed}"),
        (Some(false), Language::Zh) => format!("不能，**{name}** 不适用 {model}。{listed}"),
        (Some(false), Language::En) => format!("No, the **{name}** doesn't fit the {model}.{listed}"),
    })
}
