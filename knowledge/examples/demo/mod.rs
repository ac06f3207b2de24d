//! Reads the demo articles and questions for the examples. Not an example itself.

use qn_domain::{Article, ArticleScope, ArticleState, Language, Product};
use qn_knowledge::measure::Asked;
use serde::Deserialize;

pub type Error = Box<dyn std::error::Error>;

#[derive(Deserialize)]
struct Entry {
    key: String,
    category: String,
    zh: Text,
    en: Text,
}

#[derive(Deserialize)]
struct Text {
    title: String,
    questions: Vec<String>,
    body: String,
}

/// The articles of a file as published ones; their id is the key.
#[allow(dead_code, reason = "each example uses its part")]
pub fn articles(path: &str) -> Result<Vec<Article>, Error> {
    let entries: Vec<Entry> = serde_norway::from_str(&std::fs::read_to_string(path)?)?;
    let article = |key: &str, category: &str, language: Language, text: Text| Article {
        id: key.into(),
        tenant_id: "tnt_demo".into(),
        language,
        title: text.title,
        questions: text.questions,
        body: text.body,
        category: category.to_owned(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: 0,
        updated_at: 0,
    };
    let both = |e: Entry| [article(&e.key, &e.category, Language::Zh, e.zh), article(&e.key, &e.category, Language::En, e.en)];
    Ok(entries.into_iter().flat_map(both).collect())
}

#[derive(Deserialize)]
struct Told {
    sku: String,
    name_zh: String,
    name_en: String,
    category: String,
    price_cents: i64,
    stock: i64,
    attributes: serde_json::Map<String, serde_json::Value>,
    accessories: Vec<String>,
    #[serde(default)]
    variants: Vec<qn_domain::Variant>,
}

/// The products of a file; their id is the SKU.
#[allow(dead_code, reason = "each example uses its part")]
pub fn products(path: &str) -> Result<Vec<Product>, Error> {
    let told: Vec<Told> = serde_norway::from_str(&std::fs::read_to_string(path)?)?;
    let product = |t: Told| Product {
        id: t.sku.as_str().into(),
        tenant_id: "tnt_demo".into(),
        sku: t.sku,
        name_zh: t.name_zh,
        name_en: t.name_en,
        category: t.category,
        price_cents: t.price_cents,
        stock: t.stock,
        attributes: t.attributes,
        accessories: t.accessories,
        variants: t.variants,
        version: 1,
        created_at: 0,
    };
    Ok(told.into_iter().map(product).collect())
}

/// The questions of one split of the file. `expected` holds keys parted by bars, or `none`.
#[allow(dead_code, reason = "each example uses its part")]
pub fn questions(path: &str, split: &str) -> Result<Vec<Asked>, Error> {
    let mut asked = Vec::new();
    for line in csv::Reader::from_path(path)?.deserialize() {
        let line: Line = line?;
        if line.split == split {
            let keys = line.expected.split('|').map(|key| key.trim().to_owned()).filter(|key| key != "none");
            asked.push(Asked { text: line.question, language: line.language, expected: keys.collect() });
        }
    }
    Ok(asked)
}

#[derive(Deserialize)]
struct Line {
    question: String,
    expected: String,
    language: Language,
    split: String,
}
