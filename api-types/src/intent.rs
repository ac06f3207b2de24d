//! What operations people teach the bot: intents, their examples, and the box to try them in.

use crate::article::AskView;
use crate::check::{self, Check, Invalid};
use crate::entity::NamedView;
use crate::patch;
use crate::words::{ExampleSource, Language};
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Lines one call may add, ids one call may name.
const LINES_MAX: usize = 1_000;
const EXAMPLE_CHARS_MAX: usize = 300;
const REPLY_CHARS_MAX: usize = 4_000;
const TOPIC_CHARS_MAX: usize = 40;

/// Something customers want, taught by examples.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentView {
    pub id: String,
    /// Unique within the tenant.
    pub name: String,
    pub description: String,
    pub reply: IntentReply,
    /// The group it belongs to, by subject; empty for none.
    pub topic: String,
    /// Understood only while the talk is about its subject: after an intent of the same group.
    pub only_in_topic: bool,
    /// How many examples it has in each language.
    pub examples_zh: i64,
    pub examples_en: i64,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

impl IntentView {
    pub fn of(i: domain::Intent, examples_zh: i64, examples_en: i64) -> Self {
        Self {
            id: i.id.0,
            name: i.name,
            description: i.description,
            reply: i.reply.into(),
            topic: i.topic,
            only_in_topic: i.only_in_topic,
            examples_zh,
            examples_en,
            version: i.version,
            created_at: i.created_at,
            updated_at: i.updated_at,
        }
    }
}

/// What the bot does with a message of this intent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum IntentReply {
    /// Asks the knowledge base, as if there were no intent.
    None {},
    /// Quotes this article.
    Article { article_id: String },
    /// Says this; an empty language is served by the other one. Markdown.
    Text {
        zh: String,
        en: String,
        /// Id of a flow that customers can begin; the answer offers it.
        #[serde(default)]
        next_flow: Option<String>,
    },
    /// Fetches a person.
    Handoff {},
}

impl From<domain::IntentReply> for IntentReply {
    fn from(reply: domain::IntentReply) -> Self {
        match reply {
            domain::IntentReply::None => Self::None {},
            domain::IntentReply::Article { article_id } => Self::Article { article_id: article_id.0 },
            domain::IntentReply::Text { zh, en, next_flow } => Self::Text { zh, en, next_flow },
            domain::IntentReply::Handoff => Self::Handoff {},
        }
    }
}

impl From<IntentReply> for domain::IntentReply {
    fn from(reply: IntentReply) -> Self {
        match reply {
            IntentReply::None {} => Self::None,
            IntentReply::Article { article_id } => Self::Article { article_id: article_id.into() },
            IntentReply::Text { zh, en, next_flow } => Self::Text { zh, en, next_flow: next_flow.filter(|id| !id.is_empty()) },
            IntentReply::Handoff {} => Self::Handoff,
        }
    }
}

fn reply(reply: &mut IntentReply, wrong: &mut Vec<Invalid>) {
    match reply {
        IntentReply::None {} | IntentReply::Handoff {} => {}
        IntentReply::Article { article_id } => check::id(article_id, "reply.article_id", wrong),
        IntentReply::Text { zh, en, next_flow } => {
            next_flow.iter().filter(|id| !id.is_empty()).for_each(|id| check::id(id, "reply.next_flow", wrong));
            check::text(zh, "reply.zh", REPLY_CHARS_MAX, wrong);
            check::text(en, "reply.en", REPLY_CHARS_MAX, wrong);
            if zh.trim().is_empty() && en.trim().is_empty() {
                wrong.push(Invalid::new("reply.zh", "至少填写一种语言", "needs words in one language at least"));
            }
        }
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIntent {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// The knowledge base when not given.
    pub reply: Option<IntentReply>,
    #[serde(default)]
    pub topic: String,
    /// Needs a topic.
    #[serde(default)]
    pub only_in_topic: bool,
}

impl Check for CreateIntent {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::name(&mut self.name, "name", 60, wrong);
        check::text(&mut self.description, "description", 500, wrong);
        check::optional_name(&mut self.topic, "topic", TOPIC_CHARS_MAX, wrong);
        self.only_in_topic &= !self.topic.is_empty();
        if let Some(value) = &mut self.reply {
            reply(value, wrong);
        }
    }
}

/// What changes; everything absent stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateIntent {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub description: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub reply: Option<IntentReply>,
    #[serde(default, deserialize_with = "patch::some")]
    pub topic: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub only_in_topic: Option<bool>,
}

impl Check for UpdateIntent {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &mut self.name {
            check::name(value, "name", 60, wrong);
        }
        if let Some(value) = &mut self.topic {
            check::optional_name(value, "topic", TOPIC_CHARS_MAX, wrong);
        }
        if let Some(value) = &mut self.description {
            check::text(value, "description", 500, wrong);
        }
        if let Some(value) = &mut self.reply {
            reply(value, wrong);
        }
    }
}

/// One thing a customer might write.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentExampleView {
    pub id: String,
    pub intent_id: String,
    pub language: Language,
    pub text: String,
    pub source: ExampleSource,
    pub created_at: i64,
    /// Set aside as a test question since then; versions trained later do not learn it.
    pub test_since: Option<i64>,
}

impl From<domain::IntentExample> for IntentExampleView {
    fn from(e: domain::IntentExample) -> Self {
        Self {
            id: e.id.0,
            intent_id: e.intent_id.0,
            language: e.language.into(),
            text: e.text,
            source: e.source.into(),
            created_at: e.created_at,
            test_since: e.test_since,
        }
    }
}

/// Examples as they were typed or pasted, one a line.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddExamples {
    /// At most 1,000, each up to 300 characters; empty ones are left out.
    pub texts: Vec<String>,
    /// Told from each line when not given.
    pub language: Option<Language>,
    /// They come out of a file or a spreadsheet.
    #[serde(default)]
    pub imported: bool,
}

impl Check for AddExamples {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if self.texts.len() > LINES_MAX {
            wrong.push(Invalid::new("texts", format!("每次最多 {LINES_MAX} 行"), format!("has at most {LINES_MAX} lines")));
        }
        for (i, text) in self.texts.iter_mut().enumerate().take(LINES_MAX) {
            check::optional_name(text, &format!("texts[{i}]"), EXAMPLE_CHARS_MAX, wrong);
        }
        if self.texts.iter().all(|t| t.trim().is_empty()) {
            wrong.push(Invalid::new("texts", "不能为空", "must not be empty"));
        }
    }
}

/// What became of the lines.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamplesAdded {
    pub added: Vec<IntentExampleView>,
    /// Left out: the same words are an example already.
    pub duplicates: Vec<DuplicateExample>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DuplicateExample {
    pub text: String,
    /// Whose example it is.
    pub intent_id: String,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveExamples {
    /// At most 1,000.
    pub ids: Vec<String>,
    pub intent_id: String,
}

impl Check for MoveExamples {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        ids(&self.ids, "ids", wrong);
        check::id(&self.intent_id, "intent_id", wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteExamples {
    /// At most 1,000.
    pub ids: Vec<String>,
}

impl Check for DeleteExamples {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        ids(&self.ids, "ids", wrong);
    }
}

pub(crate) fn ids(ids: &[String], field: &str, wrong: &mut Vec<Invalid>) {
    if ids.is_empty() || ids.len() > LINES_MAX {
        wrong.push(Invalid::new(field, format!("应有 1 到 {LINES_MAX} 个"), format!("has 1 to {LINES_MAX} entries")));
    }
    for (i, id) in ids.iter().enumerate().take(LINES_MAX) {
        check::id(id, &format!("{field}[{i}]"), wrong);
    }
}

/// Examples to test with instead of learning from them, or the other way about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// At most 1,000.
    pub ids: Vec<String>,
    pub test: bool,
}

impl Check for SetAside {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        ids(&self.ids, "ids", wrong);
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldOut {
    /// Of every intent's examples: 5 to 50.
    pub share_percent: i64,
}

impl Check for HoldOut {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !(5..=50).contains(&self.share_percent) {
            wrong.push(Invalid::new("share_percent", "应在 5 到 50 之间", "is 5 to 50"));
        }
    }
}

/// How many examples a call concerned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamplesChanged {
    pub count: i64,
}

/// A text to read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryIntents {
    pub text: String,
    pub language: Option<Language>,
    /// A version other than the live one.
    pub model_id: Option<String>,
}

impl Check for TryIntents {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        if let Some(id) = &self.model_id {
            check::id(id, "model_id", wrong);
        }
    }
}

/// How a text was read, and what the bot would do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TriedView {
    /// Null when there is no version to read it, or it only steers (a greeting, asking for a person).
    pub reading: Option<ReadingView>,
    pub bot: AskView,
    pub took_us: i64,
    /// What it names, in its order, dates by the company's clock.
    pub entities: Vec<NamedView>,
}

/// What a trained version makes of a text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadingView {
    /// The version's number.
    pub model: i64,
    /// The likeliest intent is acted on.
    pub accepted: bool,
    /// 0 to 1: how likely the text is about one of the intents, and not about something it never learned.
    pub in_scope: f32,
    /// What the decision compares; comparable within one version only.
    pub score: f32,
    /// The score from which it acts.
    pub threshold: f32,
    /// Likeliest first.
    pub ranked: Vec<RankedIntent>,
    /// What spoke for the likeliest one, strongest first.
    pub words: Vec<TellingWord>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RankedIntent {
    pub intent_id: String,
    pub name: String,
    /// 0 to 1, among the intents.
    pub probability: f32,
}

/// A part of the text; the weights say which spoke louder, no more.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TellingWord {
    pub text: String,
    pub weight: f32,
}
