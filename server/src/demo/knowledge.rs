//! The demo's articles, published in both languages, and its catalogue.

use super::files::{Article as ToldArticle, Articles, Products, Text};
use super::people::DemoTeam;
use super::{ids, once};
use anyhow::Result;
use qn_base::clock::{DAY_MS, HOUR_MS};
use qn_domain::{Article, ArticleId, ArticleScope, ArticleState, CategoryTitle, Language, Product, ProductId, Role, TenantId, Timestamp};
use qn_store::Db;

/// Categories whose keys say nothing to readers, with their titles in both languages; the others have the words everybody has.
const CATEGORIES: [(&str, &str, &str); 2] =
    [("appliance_consumable", "家电耗材", "Appliance consumables"), ("case_accessory", "手机壳配件", "Case accessories")];

pub fn article_id(key: &str) -> ArticleId {
    ArticleId::derived(&ids::digest("article", key))
}

/// Both languages of every article, with its key.
pub fn published(tenant_id: &TenantId, articles: &Articles, base: Timestamp) -> Vec<(String, Article)> {
    let both = |(told, n): (&ToldArticle, i64)| {
        let at = base - 30 * DAY_MS + n * HOUR_MS;
        [(&told.zh, Language::Zh), (&told.en, Language::En)]
            .map(|(text, language)| (told.key.clone(), article(tenant_id, told, text, language, at)))
    };
    articles.0.iter().zip(0..).flat_map(both).collect()
}

pub async fn seed(db: &Db, team: &DemoTeam, articles: &Articles, products: &Products, base: Timestamp) -> Result<()> {
    let editor = team.users.values().find(|u| u.role == Role::Supervisor).map(|u| u.id.clone());
    let written: Vec<Article> = published(&team.tenant_id, articles, base)
        .into_iter()
        .map(|(_, article)| Article { updated_by: editor.clone(), ..article })
        .collect();
    qn_store::article::insert_all(db, &written).await?;
    for (key, zh, en) in CATEGORIES {
        let title = CategoryTitle { key: key.into(), zh: zh.into(), en: en.into() };
        qn_store::product_category::put(db, &team.tenant_id, &title).await?;
    }
    for p in &products.0 {
        let product = Product {
            id: ProductId::derived(&ids::digest("product", &p.sku)),
            tenant_id: team.tenant_id.clone(),
            sku: p.sku.clone(),
            name_zh: p.name_zh.clone(),
            name_en: p.name_en.clone(),
            category: p.category.clone(),
            price_cents: p.price_cents,
            stock: p.stock,
            attributes: p.attributes.clone(),
            accessories: p.accessories.clone(),
            variants: p.variants.clone(),
            version: 1,
            created_at: base - 60 * DAY_MS,
        };
        once(qn_store::product::insert(db, &product).await)?;
    }
    Ok(())
}

fn article(tenant_id: &TenantId, told: &ToldArticle, text: &Text, language: Language, at: Timestamp) -> Article {
    Article {
        id: article_id(&told.key),
        tenant_id: tenant_id.clone(),
        language,
        title: text.title.clone(),
        questions: text.questions.clone(),
        body: text.body.trim_end().to_owned(),
        category: language.pick(&told.category, &told.category_en).to_owned(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: told.next_flow.clone(),
        version: 1,
        updated_by: None,
        created_at: at,
        updated_at: at,
    }
}
