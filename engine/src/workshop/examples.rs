//! Adding examples, one line each: cleaned, their language told from the words, what is there already reported and left alone.

use crate::{Engine, Result};
use qn_domain::{ExampleId, ExampleSource, IntentExample, IntentId, Language, TenantId};
use std::collections::HashSet;

/// Characters of an example; customers' first sentences are shorter.
const TEXT_CHARS_MAX: usize = 300;

#[derive(Debug, Clone)]
pub struct NewExamples {
    pub tenant_id: TenantId,
    pub intent_id: IntentId,
    /// None: told from each line.
    pub language: Option<Language>,
    pub source: ExampleSource,
    pub texts: Vec<String>,
}

/// What became of the lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    pub added: Vec<IntentExample>,
    /// Lines whose words an example has already, with the intent it belongs to.
    pub duplicates: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub intent_id: IntentId,
}

impl Engine {
    pub async fn add_examples(&self, new: NewExamples) -> Result<Added> {
        qn_store::intent::get(&self.db, &new.tenant_id, &new.intent_id).await?;
        let mut twice = Vec::new();
        let mut examples: Vec<IntentExample> = Vec::with_capacity(new.texts.len());
        let mut seen: HashSet<(Language, String)> = HashSet::new();
        for typed in &new.texts {
            let text = qn_base::text::line(typed, TEXT_CHARS_MAX);
            if text.is_empty() {
                continue;
            }
            let language = new.language.unwrap_or_else(|| qn_nlu::identify(&text, None).0);
            if !seen.insert((language, text.clone())) {
                twice.push(Line { text, intent_id: new.intent_id.clone() });
                continue;
            }
            examples.push(IntentExample {
                id: ExampleId::fresh(self.now()),
                tenant_id: new.tenant_id.clone(),
                intent_id: new.intent_id.clone(),
                language,
                text,
                source: new.source,
                created_at: self.now(),
                test_since: None,
            });
        }
        let added = qn_store::intent_example::insert_all(&self.db, &examples).await?;
        let (added, known): (Vec<_>, Vec<_>) = examples.into_iter().partition(|e| added.contains(&e.id));
        let same = qn_store::intent_example::list_same(&self.db, &known).await?;
        let mut duplicates: Vec<Line> = same.into_iter().map(|e| Line { text: e.text, intent_id: e.intent_id }).collect();
        duplicates.append(&mut twice);
        Ok(Added { added, duplicates })
    }
}
