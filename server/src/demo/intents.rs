//! What the demo company taught its bot: intents with examples, waiting to be trained in the console.

use super::files::{Intent as ToldIntent, Intents};
use super::people::DemoTeam;
use super::{ids, knowledge, once};
use anyhow::Result;
use qn_base::clock::DAY_MS;
use qn_domain::{ExampleId, ExampleSource, Intent, IntentExample, IntentId, IntentReply, Language, Timestamp};
use qn_store::Db;

pub async fn seed(db: &Db, team: &DemoTeam, intents: &Intents, base: Timestamp) -> Result<()> {
    let at = base - 7 * DAY_MS;
    for told in &intents.0 {
        let intent = Intent {
            id: IntentId::derived(&ids::digest("intent", &told.name)),
            tenant_id: team.tenant_id.clone(),
            name: told.name.clone(),
            description: told.description.clone(),
            reply: reply(told),
            topic: String::new(),
            only_in_topic: false,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        once(qn_store::intent::insert(db, &intent).await)?;
        let said = told.zh.iter().map(|text| (Language::Zh, text)).chain(told.en.iter().map(|text| (Language::En, text)));
        let examples: Vec<IntentExample> = said.map(|(language, text)| example(&intent, language, text, at)).collect();
        qn_store::intent_example::insert_all(db, &examples).await?;
    }
    Ok(())
}

fn reply(told: &ToldIntent) -> IntentReply {
    match (&told.article, &told.say) {
        (Some(key), _) => IntentReply::Article { article_id: knowledge::article_id(key) },
        (None, Some(said)) => IntentReply::Text { zh: said.zh.clone(), en: said.en.clone(), next_flow: None },
        (None, None) if told.person => IntentReply::Handoff,
        (None, None) => IntentReply::None,
    }
}

fn example(intent: &Intent, language: Language, text: &str, at: Timestamp) -> IntentExample {
    IntentExample {
        id: ExampleId::derived(&ids::digest("example", text)),
        tenant_id: intent.tenant_id.clone(),
        intent_id: intent.id.clone(),
        language,
        text: text.to_owned(),
        source: ExampleSource::Manual,
        created_at: at,
        test_since: None,
    }
}
