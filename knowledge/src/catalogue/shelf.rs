//! A company's products made ready for talk: under which names people know them, which kinds there are, how questions are read.
//! Built once whenever the catalogue changes, shared between turns.

use super::attributes::{ALIASES, is_discontinued, is_steering, list, next_flow};
use super::read::{Lexicon, kind_words};
use super::variants;
use super::words::FAMILIES;
use qn_base::text::is_cjk;
use qn_domain::{CategoryTitle, Language, Product};
use qn_nlu::dialogue::Referent;
use qn_nlu::entity::{self, Catalogue, Context, Entity, Item, SURE_MIN, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// Words that may follow a model and belong to it: P10 Pro, Pen 2.
pub const MODEL_TAILS: &[&str] = &["pro", "lite", "max", "plus", "ultra", "mini", "se", "air", "s", "fe", "note", "gt"];

pub struct Shelf {
    pub products: Vec<Product>,
    pub names: Catalogue,
    /// Categories in the order the products bring them.
    pub kinds: Vec<String>,
    /// Attributes no family knows, asked for by their own names.
    pub own: Vec<String>,
    pub lexicon: Lexicon,
    by_sku: FxHashMap<String, usize>,
    /// The short name of each product, such as "P10 Pro"; its full one where there is none.
    models: Vec<[String; 2]>,
    name_parts: FxHashSet<String>,
}

impl Shelf {
    pub fn new(products: Vec<Product>) -> Self {
        Self::titled(products, &[])
    }

    /// With what the company calls its categories.
    pub fn titled(mut products: Vec<Product>, titles: &[CategoryTitle]) -> Self {
        products.iter_mut().for_each(variants::as_attributes);
        let models = models(&products);
        let items: Vec<Item> = products.iter().zip(&models).map(|(product, model)| item(product, model.as_deref())).collect();
        let mut kinds: Vec<String> = Vec::new();
        for product in products.iter().filter(|p| !p.category.is_empty()) {
            if !kinds.contains(&product.category) {
                kinds.push(product.category.clone());
            }
        }
        let known = |key: &str| FAMILIES.iter().any(|f| f.keys.contains(&key));
        let mut own: Vec<String> =
            products.iter().flat_map(|p| p.attributes.keys()).filter(|key| !known(key) && !is_steering(key)).cloned().collect();
        own.sort_unstable();
        own.dedup();
        let titled = |kind: &String| titles.iter().find(|title| title.key == *kind);
        let words: Vec<Vec<String>> = kinds.iter().map(|kind| kind_words(kind, titled(kind))).collect();
        let parts = items.iter().flat_map(|item| &item.names).flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric()));
        Self {
            names: Catalogue::new(&items),
            lexicon: Lexicon::new(&words, &own),
            name_parts: parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect(),
            by_sku: products.iter().enumerate().flat_map(|(at, p)| p.skus().map(move |sku| (sku.to_owned(), at))).collect(),
            models: products
                .iter()
                .zip(models)
                .map(|(p, model)| [Language::Zh, Language::En].map(|l| model.clone().unwrap_or_else(|| short(p, l))))
                .collect(),
            kinds,
            own,
            products,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    pub fn find(&self, sku: &str) -> Option<&Product> {
        self.by_sku.get(sku).map(|at| &self.products[*at])
    }

    /// The flow that answers about one of these products offer to begin.
    pub fn next_flow<'a>(&'a self, skus: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
        skus.into_iter().filter_map(|sku| self.find(sku)).find_map(next_flow)
    }

    /// What is sold of a kind: not what is no longer made and gone.
    pub fn of_kind(&self, kind: usize) -> impl Iterator<Item = &Product> {
        self.products.iter().filter(move |p| p.category == self.kinds[kind] && !is_gone(p))
    }

    /// The kind of a product.
    pub fn kind_of(&self, sku: &str) -> Option<usize> {
        let product = self.find(sku)?;
        self.kinds.iter().position(|kind| *kind == product.category)
    }

    /// The product of the same make with another tail, or none: after Buds 3, 「Pro」.
    pub fn sibling(&self, product: &Product, tail: &str) -> Option<&Product> {
        let model = self.model(product, Language::En);
        let words: Vec<&str> = model.split_whitespace().collect();
        let base = words.iter().rposition(|word| !MODEL_TAILS.contains(&word.to_lowercase().as_str()))? + 1;
        let wanted = format!("{} {tail}", words[..base].join(" "));
        let is = |p: &&Product| self.model(p, Language::En).eq_ignore_ascii_case(wanted.trim());
        self.products.iter().find(is).filter(|p| p.sku != product.sku)
    }

    /// As short as people say it.
    pub fn model(&self, product: &Product, language: Language) -> &str {
        let at = self.by_sku.get(&product.sku).copied().unwrap_or_default();
        self.models.get(at).map_or("", |pair| if language == Language::Zh { &pair[0] } else { &pair[1] })
    }

    pub fn referent(&self, product: &Product, language: Language) -> Referent {
        Referent::new(&product.sku, self.model(product, language))
    }

    /// The products that a text names, in its order.
    pub fn named(&self, text: &str) -> Vec<Entity> {
        let context = Context { catalogue: Some(&self.names), ..Context::new(0, 480) };
        let mut found = entity::find(text, &context);
        found.retain(|e| matches!(e.value, Value::Product { .. }) && !self.lexicon.goes_on(text, e.start, e.end));
        found
    }

    /// The text with a blank for every letter of what is sold, so that no name is taken for a feeling: nobody is 气炸 about a 空气炸锅.
    pub fn without_names(&self, text: &str) -> String {
        let named: Vec<Entity> = self.named(text).into_iter().filter(|e| e.confidence >= SURE_MIN).collect();
        let is_name = |at: usize| named.iter().any(|e| (e.start..e.end).contains(&at));
        let plain: String = text.char_indices().map(|(at, c)| if is_name(at) { ' ' } else { c }).collect();
        self.lexicon.without_kinds(&plain)
    }

    /// A word of some product's name, in any case.
    pub fn is_name_part(&self, word: &str) -> bool {
        self.name_parts.contains(&word.to_ascii_lowercase())
    }

    /// The product a page shows: its SKU is a part of the address, or the title holds its name.
    pub fn on_page(&self, url: &str, title: &str) -> Option<&Product> {
        let parts: Vec<&str> = url.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).collect();
        let by_sku = self.products.iter().find(|p| parts.iter().any(|part| part.eq_ignore_ascii_case(&p.sku)));
        by_sku.or_else(|| {
            let context = Context { catalogue: Some(&self.names), ..Context::new(0, 480) };
            let entities = entity::find(title, &context);
            let mut named = entities.iter().filter_map(|e| match &e.value {
                Value::Product { ids, .. } if e.confidence > 0.9 => ids.first(),
                _ => None,
            });
            named.next().and_then(|sku| self.find(sku))
        })
    }
}

/// No longer made, and none left to sell.
pub fn is_gone(product: &Product) -> bool {
    is_discontinued(product) && product.stock <= 0
}

/// The name without what stands in brackets.
pub fn short(product: &Product, language: Language) -> String {
    let name = language.pick(&product.name_zh, &product.name_en);
    let name = name.split(['（', '(']).next().unwrap_or(name).trim();
    name.split(", ").next().unwrap_or(name).to_owned()
}

fn item(product: &Product, model: Option<&str>) -> Item {
    let mut names = vec![short(product, Language::Zh), short(product, Language::En), product.sku.clone()];
    names.extend(product.variants.iter().map(|variant| variant.sku.clone()));
    names.extend(model.map(str::to_owned));
    names.extend([Language::Zh, Language::En].into_iter().filter_map(|language| led(&short(product, language), model?)));
    names.extend(list(product, ALIASES).map(str::to_owned));
    names.retain(|name| !name.is_empty());
    names.dedup();
    Item { id: product.sku.clone(), names }
}

/// A name as far as its model: 「鲸 P10 Pro」, the brand before it.
fn led(name: &str, model: &str) -> Option<String> {
    let end = name.find(model)? + model.len();
    Some(name[..end].to_owned())
}

/// The model in each product's name ("P10 Pro" in 「鲸 P10 Pro 手机」). A model that several products carry belongs to the one that
/// does not say it fits it.
fn models(products: &[Product]) -> Vec<Option<String>> {
    let found: Vec<Option<String>> =
        products.iter().map(|p| model(&short(p, Language::Zh)).or_else(|| model(&short(p, Language::En)))).collect();
    let own = |(at, model): (usize, &Option<String>)| {
        let model = model.clone()?;
        let shared = found.iter().filter(|other| other.as_ref() == Some(&model)).count() > 1;
        let fits = products[at].attributes.contains_key("fits");
        (!fits || !shared).then_some(model)
    };
    found.iter().enumerate().map(own).collect()
}

/// A word with a letter and a digit, or a word of letters and a number, with what follows and belongs to it.
fn model(name: &str) -> Option<String> {
    let spaced: String = name.chars().map(|c| if is_cjk(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is_quantity = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mixed = |word: &str| word.chars().any(|c| c.is_ascii_digit()) && !is_quantity(word);
    let numbered = |at: usize| {
        words[at].chars().all(|c| c.is_ascii_alphabetic()) && words.get(at + 1).is_some_and(|next| next.chars().all(|c| c.is_ascii_digit()))
    };
    let from = (0..words.len()).find(|at| mixed(words[*at]) || numbered(*at))?;
    let mut to = from + if mixed(words[from]) { 1 } else { 2 };
    while words.get(to).is_some_and(|next| MODEL_TAILS.contains(&next.to_lowercase().as_str())) {
        to += 1;
    }
    Some(words[from..to].join(" "))
}

#[cfg(test)]
mod tests {
    use super::model;

    #[test]
    fn models_are_found_in_names() {
        for (name, wanted) in [
            ("鲸 P10 Pro 手机", Some("P10 Pro")),
            ("Whale P10 Lite phone", Some("P10 Lite")),
            ("鲸手写笔 Pen 2", Some("Pen 2")),
            ("鲸耳 Buds 3 Pro 主动降噪耳机", Some("Buds 3 Pro")),
            ("蓝鲸 RC4 IH 电饭煲 4 升", Some("RC4")),
            ("100W USB-C 对 C 数据线", None),
            ("防雾干燥剂", None),
        ] {
            assert_eq!(model(name).as_deref(), wanted, "{name}");
        }
    }
}
