//! The learning inbox: which of the customers' messages the bot served badly, gathered behind the log, and grouped so that the same
//! question asked in twenty ways is settled once.

use super::examples::NewExamples;
use super::live::{LiveModel, Reading};
use crate::{Added, Engine, Result};
use qn_domain::{ExampleSource, IntentId, Language, LearningItem, LearningReason, LearningState, MessageId, TenantId};
use qn_nlu::learn::grams::{Bag, GramOptions};
use qn_nlu::learn::rows::SparseVector;
use qn_nlu::learn::vectoriser::{Vectoriser, VectoriserOptions};
use qn_store::learning::Blame;
use serde_json::Value;

/// Items that are looked at together, newest first.
const ITEMS_MAX: i64 = 500;
/// Cosine from which a text joins a group.
const ALIKE_MIN: f32 = 0.22;
/// Messages of a group that the live version reads for its suggestion, and groups where it reads them with the encoder.
const READ_MAX: usize = 3;
const ENCODED_MAX: usize = 40;
/// Intents shown as near, the nearest first.
const NEAREST_MAX: usize = 3;
/// An act counts as the customer's word that the answer did not help.
const ACT_MIN: f64 = 0.6;

/// Messages that ask alike, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningGroup {
    pub items: Vec<LearningItem>,
    /// What they mean, where the live version is sure enough to act on it, or an agent said so.
    pub suggestion: Option<Suggestion>,
    /// What the live version finds nearest, sure or not.
    pub nearest: Vec<Suggestion>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub intent_id: IntentId,
    pub name: String,
    pub probability: f32,
}

/// What a stored explanation says about how well the bot did.
pub(crate) fn judge(trace: &Value) -> Option<(LearningReason, Language)> {
    let understood = &trace["understood"];
    let language = Language::from_tag(understood["language"].as_str()?);
    let intent = &understood["intent"];
    // With a product beside it, it told the bot which one is not meant.
    let not_helpful =
        intent["act"] == "not_helpful" && intent["confidence"].as_f64().is_some_and(|c| c >= ACT_MIN) && trace["product"].is_null();
    match trace["answer"]["kind"].as_str() {
        Some("none") => Some((LearningReason::Missed, language)),
        Some("close") => Some((LearningReason::Unsure, language)),
        // Of several wishes one was not clear.
        _ if trace["several"].as_array().is_some_and(|parts| parts.iter().any(|part| part["does"] == "miss")) => {
            Some((LearningReason::Missed, language))
        }
        _ if not_helpful && trace["route"]["to"] != "owner" => Some((LearningReason::NotHelpful, language)),
        _ => None,
    }
}

/// Whether a bad rating is about the bot's answer to this message.
pub(crate) fn blame(trace: &Value) -> Blame {
    let answered = !trace["product"].is_null()
        || trace["answer"]["kind"] == "found"
        || trace["intent"]["accepted"] == true
        || trace["several"].is_array();
    match trace["route"]["to"].as_str() {
        Some("bot") if answered => Blame::Answer(Language::from_tag(trace["understood"]["language"].as_str().unwrap_or_default())),
        Some("bot" | "flow") => Blame::Nothing,
        _ => Blame::Person,
    }
}

impl Engine {
    /// What waits to be learned, the largest group first.
    pub async fn learning_groups(&self, tenant_id: &TenantId) -> Result<Vec<LearningGroup>> {
        let items = qn_store::learning::list(&self.db, tenant_id, LearningState::Open, ITEMS_MAX).await?;
        let live = self.live_model(tenant_id).await;
        let mut groups = tokio::task::spawn_blocking(move || group(items)).await.unwrap_or_default();
        if let Some(live) = &live {
            self.suggest_read(live, &mut groups).await;
        }
        self.suggest_corrected(tenant_id, &mut groups).await?;
        Ok(groups)
    }

    /// As the live version reads them today: it may have learnt since the messages came.
    async fn suggest_read(&self, live: &LiveModel, groups: &mut [LearningGroup]) {
        for (n, group) in groups.iter_mut().enumerate() {
            let mut readings = Vec::new();
            for item in group.items.iter().take(READ_MAX) {
                let read = if n < ENCODED_MAX { live.read(&item.text, &self.encoder).await } else { live.reading(&item.text, &[]) };
                readings.push(read);
            }
            (group.suggestion, group.nearest) = agreed(&readings);
            tokio::task::yield_now().await;
        }
    }

    /// What an agent said a message means counts more than what a version guesses.
    async fn suggest_corrected(&self, tenant_id: &TenantId, groups: &mut [LearningGroup]) -> Result<()> {
        if !groups.iter().flat_map(|group| &group.items).any(|item| item.reason == LearningReason::Corrected) {
            return Ok(());
        }
        let corrections = qn_store::turn_correction::list_newest(&self.db, tenant_id, ITEMS_MAX).await?;
        for group in groups {
            let said = corrections.iter().filter(|c| group.items.iter().any(|item| item.message_id == c.message_id));
            let Some(intent_id) = said.filter_map(|c| c.intent_id.clone()).next() else { continue };
            if let Some(intent) = qn_store::intent::find(&self.db, tenant_id, &intent_id).await? {
                group.suggestion = Some(Suggestion { intent_id, name: intent.name, probability: 1.0 });
            }
        }
        Ok(())
    }

    /// Makes examples of messages. Those whose words an intent has already are settled too.
    pub async fn learn(&self, tenant_id: &TenantId, intent_id: &IntentId, ids: &[MessageId]) -> Result<Added> {
        let items = qn_store::learning::list_by_ids(&self.db, tenant_id, ids).await?;
        let mut all = Added { added: Vec::new(), duplicates: Vec::new() };
        for language in [Language::Zh, Language::En] {
            let texts = items.iter().filter(|i| i.language == language).map(|i| i.text.clone()).collect();
            let new = NewExamples {
                tenant_id: tenant_id.clone(),
                intent_id: intent_id.clone(),
                language: Some(language),
                source: ExampleSource::Learned,
                texts,
            };
            let mut some = self.add_examples(new).await?;
            all.added.append(&mut some.added);
            all.duplicates.append(&mut some.duplicates);
        }
        qn_store::learning::set_state(&self.db, tenant_id, ids, LearningState::Added).await?;
        Ok(all)
    }
}

/// Greedy: each text joins the group whose first one it is most like, or begins its own.
fn group(items: Vec<LearningItem>) -> Vec<LearningGroup> {
    let bags: Vec<Bag> = items.iter().map(|i| Bag::read(&i.text, &GramOptions::default())).collect();
    let vectoriser = Vectoriser::fit(&bags, &VectoriserOptions { idf_power: 0.5, ..VectoriserOptions::default() });
    let mut groups: Vec<(SparseVector, LearningGroup)> = Vec::new();
    for (item, bag) in items.into_iter().zip(&bags) {
        let vector = vectoriser.vector(bag);
        let best = groups.iter_mut().map(|(leader, group)| (leader.dot(&vector), group)).max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((alike, group)) if alike >= ALIKE_MIN => group.items.push(item),
            _ => {
                groups.push((vector, LearningGroup { items: vec![item], suggestion: None, nearest: Vec::new() }));
            }
        }
    }
    // The sort is stable: among groups of one size the newest stays first.
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.items.len()));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What most of the readings accept as the same, if they do; and the nearest by how likely they are on the whole, a text that is about none
/// of the intents counting little.
fn agreed(readings: &[Reading]) -> (Option<Suggestion>, Vec<Suggestion>) {
    let share = 1.0 / readings.len().max(1) as f32;
    let mut nearest: Vec<Suggestion> = Vec::new();
    for reading in readings {
        for one in reading.ranked.iter().take(NEAREST_MAX) {
            let likely = one.probability.min(reading.in_scope) * share;
            match nearest.iter_mut().find(|known| known.intent_id == one.intent_id) {
                Some(known) => known.probability += likely,
                None => nearest.push(Suggestion { intent_id: one.intent_id.clone(), name: one.name.clone(), probability: likely }),
            }
        }
    }
    nearest.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    nearest.truncate(NEAREST_MAX);
    let accepts =
        |id: &IntentId| readings.iter().filter(|r| r.accepted && r.ranked.first().is_some_and(|first| first.intent_id == *id)).count();
    let suggestion = nearest.iter().find(|one| accepts(&one.intent_id) * 2 > readings.len()).cloned();
    (suggestion, nearest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::workshop::live::Ranked;
    use serde_json::json;

    fn item(n: usize, text: &str) -> LearningItem {
        LearningItem {
            tenant_id: "tnt_1".into(),
            message_id: format!("msg_{n}").into(),
            conversation_id: "cnv_1".into(),
            text: text.into(),
            language: Language::Zh,
            reason: LearningReason::Missed,
            state: LearningState::Open,
            at: 0,
        }
    }

    #[test]
    fn the_same_question_in_other_words_is_one_group() {
        let texts = ["能不能刻字", "你们几点下班", "可以刻字吗", "戒指能刻字吗", "周末几点下班", "can you engrave it"];
        let groups = group(texts.iter().enumerate().map(|(n, text)| item(n, text)).collect());
        let texts: Vec<Vec<&str>> = groups.iter().map(|g| g.items.iter().map(|i| i.text.as_str()).collect()).collect();
        assert_eq!(
            texts,
            [vec!["能不能刻字", "可以刻字吗", "戒指能刻字吗"], vec!["你们几点下班", "周末几点下班"], vec!["can you engrave it"]]
        );
    }

    #[test]
    fn an_intent_is_suggested_only_where_most_readings_are_sure_of_it() {
        let read = |accepted: bool, ranked: &[(&str, f32)]| Reading {
            model: 1,
            accepted,
            sure: false,
            in_scope: 0.9,
            score: 0.5,
            threshold: 0.5,
            encoded: false,
            ranked: ranked
                .iter()
                .map(|(id, probability)| Ranked {
                    intent_id: (*id).into(),
                    name: (*id).into(),
                    probability: *probability,
                    topic: String::new(),
                })
                .collect(),
            words: Vec::new(),
        };
        let (near, far) = (read(true, &[("ship", 0.8), ("refund", 0.1)]), read(false, &[("refund", 0.45), ("ship", 0.4)]));
        let ids = |all: &[Suggestion]| all.iter().map(|s| s.intent_id.0.clone()).collect::<Vec<_>>();
        let (suggestion, nearest) = agreed(&[near.clone(), near.clone(), far.clone()]);
        assert_eq!((suggestion.map(|s| s.intent_id.0), ids(&nearest)), (Some("ship".into()), vec!["ship".to_owned(), "refund".into()]));
        let (suggestion, nearest) = agreed(&[near, far.clone()]);
        assert_eq!((suggestion, nearest.len()), (None, 2), "half of them is not most");
        assert_eq!(agreed(&[far]).0, None, "likeliest, and yet below the threshold");
        assert_eq!(agreed(&[]), (None, vec![]));
    }

    #[test]
    fn the_explanation_says_what_went_wrong() {
        let trace = |intent: Value, answer: Value, to: &str| {
            judge(&json!({"understood": {"language": "en", "intent": intent}, "answer": answer, "route": {"to": to}}))
        };
        assert_eq!(trace(Value::Null, json!({"kind": "none", "near": []}), "bot"), Some((LearningReason::Missed, Language::En)));
        assert_eq!(trace(Value::Null, json!({"kind": "close"}), "bot"), Some((LearningReason::Unsure, Language::En)));
        assert_eq!(trace(Value::Null, json!({"kind": "found"}), "bot"), None);
        let unhappy = json!({"act": "not_helpful", "confidence": 0.9});
        assert_eq!(trace(unhappy.clone(), Value::Null, "bot"), Some((LearningReason::NotHelpful, Language::En)));
        assert_eq!(trace(unhappy, Value::Null, "owner"), None, "said to a person");
        assert_eq!(trace(Value::Null, Value::Null, "owner"), None);
        let parts = |does: &str| {
            judge(&json!({"understood": {"language": "en"}, "several": [{"does": "quote"}, {"does": does}], "route": {"to": "bot"}}))
        };
        assert_eq!((parts("miss"), parts("say")), (Some((LearningReason::Missed, Language::En)), None));
        assert_eq!(judge(&json!({})), None);
    }

    #[test]
    fn a_bad_rating_is_about_the_last_answer_of_the_bot() {
        let trace = |answer: Value, to: &str| blame(&json!({"understood": {"language": "en"}, "answer": answer, "route": {"to": to}}));
        assert_eq!(trace(json!({"kind": "found"}), "bot"), Blame::Answer(Language::En));
        assert_eq!(trace(Value::Null, "bot"), Blame::Nothing, "thanks");
        assert_eq!(trace(Value::Null, "flow"), Blame::Nothing);
        assert_eq!((trace(json!({"kind": "found"}), "owner"), trace(Value::Null, "person")), (Blame::Person, Blame::Person));
    }
}
