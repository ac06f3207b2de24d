//! Flows to begin with: files of `api/templates`, embedded. Any text in a file may be `{"zh": …, "en": …}`; a caller gets one of them.
//! A test compiles every one in both languages and runs its saved tests.

use qn_domain::Language;
use serde::Deserialize;
use serde_json::Value;
use std::sync::LazyLock;

/// In the order of the gallery.
const FILES: [&str; 10] = [
    include_str!("../../templates/refund.json"),
    include_str!("../../templates/order_status.json"),
    include_str!("../../templates/return_exchange.json"),
    include_str!("../../templates/invoice.json"),
    include_str!("../../templates/delivery_change.json"),
    include_str!("../../templates/warranty_claim.json"),
    include_str!("../../templates/complaint.json"),
    include_str!("../../templates/appointment.json"),
    include_str!("../../templates/csat_follow_up.json"),
    include_str!("../../templates/lead_capture.json"),
];

static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect());

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub key: String,
    pub name: Both,
    /// What it does, for the gallery.
    pub about: Both,
    document: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Both {
    pub zh: String,
    pub en: String,
}

pub fn all() -> &'static [Template] {
    &ALL
}

pub fn find(key: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.key == key)
}

impl Template {
    /// The document in one language; the Chinese one has its English title beside it.
    pub fn document(&self, language: Language) -> Value {
        let mut document = pick(&self.document, language);
        if language == Language::Zh {
            document["name_en"] = self.name.en.clone().into();
        }
        document
    }
}

fn pick(value: &Value, language: Language) -> Value {
    match value {
        Value::Object(fields) => match (fields.len(), fields.get("zh"), fields.get("en")) {
            (2, Some(zh), Some(en)) => {
                if language == Language::Zh {
                    zh.clone()
                } else {
                    en.clone()
                }
            }
            _ => Value::Object(fields.iter().map(|(name, of)| (name.clone(), pick(of, language))).collect()),
        },
        Value::Array(items) => Value::Array(items.iter().map(|item| pick(item, language)).collect()),
        plain => plain.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_workflow::simulate::run_tests;
    use qn_workflow::trigger::{Begins, Trigger};
    use std::collections::BTreeMap;

    #[test]
    fn every_template_is_sound_and_passes_its_own_tests_in_both_languages() {
        assert_eq!(all().len(), FILES.len(), "a file cannot be read");
        for template in all() {
            for language in [Language::Zh, Language::En] {
                let name = format!("{} ({})", template.key, language.code());
                let flow = crate::flows::read(template.document(language)).unwrap_or_else(|p| panic!("{name}: {p:?}"));
                assert_eq!(flow.id, template.key);
                let english = if language == Language::Zh { flow.name_en.as_deref() } else { Some(flow.name.as_str()) };
                assert_eq!(english, Some(template.name.en.as_str()), "{name}");
                let begins = Begins::of(&flow);
                assert!(begins.trigger != Trigger::Message || begins.phrases.len() >= 2, "{name} has too few phrases");
                let compiled = qn_workflow::compile(flow, &qn_workflow::Language::default(), &BTreeMap::new());
                let program = compiled.unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
                assert!(program.warnings.is_empty(), "{name}: {:#?}", program.warnings);
                assert!(program.flow.tests.len() >= 2, "{name} has too few tests");
                for test in run_tests(&program) {
                    assert!(test.passed, "{name}, {}: {:#?}\n{:#?}", test.name, test.misses, test.report.messages);
                }
            }
        }
    }

    #[test]
    fn the_english_ones_are_english_and_the_chinese_ones_have_chinese_punctuation() {
        for template in all() {
            let english = template.document(Language::En).to_string();
            let stray = english.char_indices().find(|(_, c)| qn_base::text::is_cjk(*c)).map(|(at, _)| &english[at..]);
            assert_eq!(stray, None, "{}", template.key);
            for text in [&template.name.zh, &template.about.zh, &template.document(Language::Zh).to_string()] {
                assert_eq!(crate::problem::stray_punctuation(text), None, "{}: {text}", template.key);
            }
        }
    }
}
