//! What became of an offer once the agent has written: sent as offered, sent with changes, or not used. Judged by the words that were
//! sent, not by what a screen claims.

use crate::{Actor, Engine};
use qn_domain::{ConversationId, Offered, SuggestionOutcome};
use std::collections::HashMap;

/// From this likeness on (Dice, over pairs of characters) it is the offered answer with changes.
const EDITED_MIN: f32 = 0.35;

impl Engine {
    /// Settles what was open for this agent. `key` is what they inserted, if anything. Failing to is no reason to fail the message.
    pub async fn settle_suggestions(&self, actor: &Actor, id: &ConversationId, key: Option<&str>, sent: &str) {
        let open = match qn_store::suggestion::list_open(&self.db, &actor.tenant_id, id, &actor.user_id).await {
            Ok(open) => open,
            Err(error) => return tracing::warn!(%error, "open suggestions could not be read"),
        };
        for offer in open {
            let used = key.and_then(|key| offer.offered.iter().find(|item| item.key == key));
            let outcome = used.map_or(SuggestionOutcome::Ignored, |item| judge(item, sent));
            let used = used.filter(|_| outcome != SuggestionOutcome::Ignored);
            if let Err(error) = qn_store::suggestion::settle(&self.db, &offer, outcome, used, self.now()).await {
                tracing::warn!(%error, "a suggestion could not be settled");
            }
            metrics::counter!("qn_suggestions_total", "outcome" => outcome.as_str()).increment(1);
        }
    }
}

fn judge(item: &Offered, sent: &str) -> SuggestionOutcome {
    let (offered, sent, title) = (words(&item.text), words(sent), words(&item.title));
    // A source line below the text is part of what was inserted.
    let as_offered =
        sent.strip_prefix(&offered).is_some_and(|rest| rest.is_empty() || rest.ends_with(&title) && rest.len() <= title.len() + 24);
    if as_offered {
        return SuggestionOutcome::Accepted;
    }
    if likeness(&offered, &sent) >= EDITED_MIN { SuggestionOutcome::Edited } else { SuggestionOutcome::Ignored }
}

/// Letters and digits alone, in small letters; without addresses.
fn words(text: &str) -> String {
    let plain = qn_knowledge::markdown::to_text(text);
    let tokens = plain.split_whitespace().filter(|token| !token.contains("://"));
    tokens.flat_map(str::chars).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn likeness(a: &str, b: &str) -> f32 {
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let mut counts: HashMap<(char, char), usize> = HashMap::new();
        chars.windows(2).for_each(|pair| *counts.entry((pair[0], pair[1])).or_default() += 1);
        counts
    };
    let (a, b) = (pairs(a), pairs(b));
    let total: usize = a.values().chain(b.values()).sum();
    let shared: usize = a.iter().map(|(pair, n)| n.min(b.get(pair).unwrap_or(&0))).sum();
    if total == 0 { 0.0 } else { 2.0 * shared as f32 / total as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::{Language, SuggestionSource};

    #[test]
    fn the_sent_words_decide() {
        let item = Offered {
            internal: false,
            key: "article:art_1".into(),
            source: SuggestionSource::Article,
            title: "怎么退货?".into(),
            text: "签收后 **7 天**内可以退货，请在订单页点「申请退货」。".into(),
            language: Language::Zh,
            confidence: 0.9,
            articles: vec![],
        };
        for (sent, outcome) in [
            ("签收后 **7 天**内可以退货，请在订单页点「申请退货」。", SuggestionOutcome::Accepted),
            ("签收后7天内可以退货,请在订单页点「申请退货」\nhttp://127.0.0.1/help/zh-CN/art_1", SuggestionOutcome::Accepted),
            (
                "签收后 7 天内可以退货，请在订单页点「申请退货」。\n\n来源：[怎么退货?](http://x/help/zh-CN/art_1)",
                SuggestionOutcome::Accepted,
            ),
            ("您好，签收后 7 天内都可以退货，请打开订单页点「申请退货」，有问题找我。", SuggestionOutcome::Edited),
            ("我帮您转给售后同事处理。", SuggestionOutcome::Ignored),
            ("", SuggestionOutcome::Ignored),
        ] {
            assert_eq!(judge(&item, sent), outcome, "{sent}");
        }
    }
}
