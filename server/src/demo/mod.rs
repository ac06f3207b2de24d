//! The demo company 蓝鲸数码 Blue Whale: what `serve --demo` puts into an empty database. The story is told in `server/demo/*.yaml`.
//! Every id follows from its name and every time from `Seed::base`, so seeding that was interrupted, or that two servers began at
//! once, can simply be done again. Called by `first_start`.

mod files;
mod flows;
mod ids;
mod intents;
mod knowledge;
mod office;
mod people;
mod replay;
mod routing;
mod stock;
mod teller;

pub use office::Office;

use anyhow::{Context, Result};
use files::{Articles, Conversations, Intents, People, Products};
use qn_domain::{Role, TenantId, Timestamp, UserId};
use qn_engine::Engine;
use qn_store::Error;
use std::sync::Arc;

/// Of every demo user. Public on purpose: a server with real customers is started without `--demo`.
pub const PASSWORD: &str = "blue-whale-demo";

/// Draws the company's flows.
const FLOW_AUTHOR: &str = "admin@bluewhale.example";

/// What a run of seeding must have in common with one that was interrupted.
pub struct Seed {
    /// "Now" of the story.
    pub base: Timestamp,
    pub password_hash: String,
}

pub fn tenant_id() -> TenantId {
    TenantId::derived(&ids::digest("tenant", "demo"))
}

/// Who can sign in: role, name, address.
pub fn sign_ins() -> Result<Vec<(Role, String, String)>> {
    Ok(People::load()?.users.into_iter().map(|u| (u.role, u.name, u.email)).collect())
}

/// The demo's articles by key, as they are published; for measuring.
pub fn published() -> Result<Vec<(String, qn_domain::Article)>> {
    Ok(knowledge::published(&tenant_id(), &Articles::load()?, 0))
}

/// Who draws the company's flows and keeps its connectors.
pub fn author() -> Result<UserId> {
    let people = People::load()?;
    Ok(people::cast(&people, 0)?.user(FLOW_AUTHOR)?.id.clone())
}

/// Adds what is not there yet.
pub async fn seed(engine: &Arc<Engine>, seed: &Seed) -> Result<()> {
    let (people, articles, products) = (People::load()?, Articles::load()?, Products::load()?);
    let conversations = Conversations::load()?;
    let team = people::seed(&engine.db, &people, seed).await.context("the demo's people")?;
    knowledge::seed(&engine.db, &team, &articles, &products, seed.base).await.context("the demo's knowledge")?;
    intents::seed(&engine.db, &team, &Intents::load()?, seed.base).await.context("the demo's intents")?;
    replay::seed(&engine.db, &team, &conversations, seed.base).await.context("the demo's conversations")?;
    let author = team.user(FLOW_AUTHOR)?;
    flows::seed(&engine.db, &team, &author.id, seed.base).await.context("the demo's flows")?;
    routing::seed(&engine.db, &team, &people, seed.base).await.context("the demo's routing")?;
    engine.reload_settings(&team.tenant_id);
    Ok(())
}

/// Something that exists was made by an earlier try.
fn once(result: qn_store::Result<()>) -> qn_store::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Error::Exists(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_story_has_what_was_promised_and_names_only_what_there_is() {
        let (people, articles, products) = (People::load().unwrap(), Articles::load().unwrap().0, Products::load().unwrap().0);
        assert!(articles.len() >= 60 && products.len() >= 25, "{} articles, {} products", articles.len(), products.len());
        let agents = people.users.iter().filter(|u| u.role == Role::Agent).count();
        assert_eq!((agents, people.users.len(), people.teams.len()), (3, 5, 2));
        let unique = |names: Vec<&str>| names.iter().collect::<HashSet<_>>().len() == names.len();
        assert!(unique(articles.iter().map(|a| a.key.as_str()).collect()) && unique(products.iter().map(|p| p.sku.as_str()).collect()));
        let skus: HashSet<&str> = products.iter().map(|p| p.sku.as_str()).collect();
        for product in &products {
            assert!(product.accessories.iter().all(|sku| skus.contains(sku.as_str())), "{} names an unknown accessory", product.sku);
        }
        let team = people::cast(&people, 1_000_000_000_000).unwrap();
        for told in &Conversations::load().unwrap().0 {
            let labels = people.labels.iter().map(|l| l.name.as_str()).collect::<HashSet<_>>();
            assert!(team.inboxes.contains_key(&told.inbox), "{}", told.key);
            for event in &told.events {
                if let files::Event::Labels { labels: used, .. } = event {
                    assert!(used.iter().all(|l| labels.contains(l.as_str())), "{}", told.key);
                }
            }
        }
        let keys: HashSet<&str> = articles.iter().map(|a| a.key.as_str()).collect();
        let intents = Intents::load().unwrap().0;
        assert!(intents.len() >= 12);
        let said: Vec<&str> = intents.iter().flat_map(|i| i.zh.iter().chain(&i.en)).map(String::as_str).collect();
        assert!(unique(said), "an example is told twice");
        for intent in &intents {
            assert!(intent.article.as_deref().is_none_or(|key| keys.contains(key)), "{} quotes an unknown article", intent.name);
            assert!(intent.zh.len() >= 15 && intent.en.len() >= 10, "{}", intent.name);
        }
        assert!(PASSWORD.chars().count() >= qn_auth::PASSWORD_CHARS_MIN);
    }
}
