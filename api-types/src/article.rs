//! Knowledge articles, one body per language, and the test box of the editor.

use crate::check::{self, Check, Invalid};
use crate::content::{ButtonView, CitationView};
use crate::intent::ids;
use crate::words::{ArticleAudience, ArticleState, ClashKind, ConflictKind, Language};
use qn_domain as domain;
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const BODY_CHARS_MAX: usize = 100_000;
const QUESTIONS_MAX: usize = 50;
const TIERS_MAX: usize = 20;
const PRODUCTS_MAX: usize = 200;

/// Who may read an article, on which days, and which products it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleScope {
    pub audience: ArticleAudience,
    /// With the audience `tiers`: what contacts have in their attribute `tier`.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// First day it holds, such as `2026-11-01`, by the company's clock; null for always.
    #[serde(default)]
    pub valid_from: Option<String>,
    /// Last day it holds.
    #[serde(default)]
    pub valid_until: Option<String>,
    /// SKUs of the products it is about; empty for no product or all.
    #[serde(default)]
    pub products: Vec<String>,
}

impl From<domain::ArticleScope> for ArticleScope {
    fn from(s: domain::ArticleScope) -> Self {
        let domain::ArticleScope { audience, tiers, valid_from, valid_until, products } = s;
        Self { audience: audience.into(), tiers, valid_from, valid_until, products }
    }
}

impl From<ArticleScope> for domain::ArticleScope {
    fn from(s: ArticleScope) -> Self {
        let ArticleScope { audience, tiers, valid_from, valid_until, products } = s;
        Self { audience: audience.into(), tiers, valid_from, valid_until, products }
    }
}

impl Check for ArticleScope {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        self.tiers.iter_mut().for_each(|tier| *tier = tier.trim().to_lowercase());
        words(&mut self.tiers, "scope.tiers", (TIERS_MAX, 60), wrong);
        words(&mut self.products, "scope.products", (PRODUCTS_MAX, 64), wrong);
        if self.audience == ArticleAudience::Tiers && self.tiers.is_empty() {
            wrong.push(Invalid::new("scope.tiers", "请至少写一个客户等级", "names at least one tier"));
        }
        if self.audience != ArticleAudience::Tiers {
            self.tiers.clear();
        }
        day(&mut self.valid_from, "scope.valid_from", wrong);
        day(&mut self.valid_until, "scope.valid_until", wrong);
        if let (Some(from), Some(until)) = (&self.valid_from, &self.valid_until)
            && from > until
        {
            wrong.push(Invalid::new("scope.valid_until", "不能早于开始日期", "is not before the first day"));
        }
    }
}

fn words(list: &mut Vec<String>, field: &str, (most, chars): (usize, usize), wrong: &mut Vec<Invalid>) {
    list.iter_mut().enumerate().for_each(|(i, word)| check::optional_name(word, &format!("{field}[{i}]"), chars, wrong));
    list.retain(|word| !word.is_empty());
    list.dedup();
    if list.len() > most {
        wrong.push(Invalid::new(field, format!("最多 {most} 个"), format!("has at most {most} entries")));
    }
}

fn day(value: &mut Option<String>, field: &str, wrong: &mut Vec<Invalid>) {
    let Some(text) = value.take().filter(|text| !text.trim().is_empty()) else { return };
    *value = qn_base::date::read(&text);
    if value.is_none() {
        wrong.push(Invalid::new(field, "应为 2026-11-30 这样的日期", "is a date such as 2026-11-30"));
    }
}

/// One language of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleView {
    pub id: String,
    pub language: Language,
    pub title: String,
    /// Other ways people ask the same.
    pub questions: Vec<String>,
    /// Markdown.
    pub body: String,
    pub category: String,
    pub state: ArticleState,
    pub scope: ArticleScope,
    /// Id of a flow that the answer offers to begin.
    pub next_flow: Option<String>,
    /// Counts the edits of this language from 1.
    pub version: i64,
    /// Id of a user.
    pub updated_by: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl From<domain::Article> for ArticleView {
    fn from(a: domain::Article) -> Self {
        Self {
            id: a.id.0,
            language: a.language.into(),
            title: a.title,
            questions: a.questions,
            body: a.body,
            category: a.category,
            state: a.state.into(),
            scope: a.scope.into(),
            next_flow: a.next_flow,
            version: a.version,
            updated_by: a.updated_by.map(|id| id.0),
            created_at: a.created_at,
            updated_at: a.updated_at,
        }
    }
}

/// A category that articles are of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleCategory {
    pub name: String,
    /// Texts of it, each language counted.
    pub articles: i64,
    /// Id of the flow that answers from its articles offer to begin, where they name none of their own.
    pub next_flow: Option<String>,
}

/// What holds for the articles of a category.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveArticleCategory {
    /// Id of a flow that customers can begin; empty for none.
    pub next_flow: String,
}

impl Check for SaveArticleCategory {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if !self.next_flow.is_empty() {
            check::id(&self.next_flow, "next_flow", wrong);
        }
    }
}

/// An article in all its languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleTranslations {
    pub id: String,
    pub translations: Vec<ArticleView>,
}

/// What one language said at one version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleRevisionView {
    pub article_id: String,
    pub language: Language,
    pub version: i64,
    pub title: String,
    pub questions: Vec<String>,
    pub body: String,
    pub state: ArticleState,
    /// With `scope` null in a version from before they were kept.
    pub category: Option<String>,
    pub scope: Option<ArticleScope>,
    pub next_flow: Option<String>,
    pub updated_by: Option<String>,
    pub at: i64,
}

impl From<domain::ArticleRevision> for ArticleRevisionView {
    fn from(r: domain::ArticleRevision) -> Self {
        Self {
            article_id: r.article_id.0,
            language: r.language.into(),
            version: r.version,
            title: r.title,
            questions: r.questions,
            body: r.body,
            state: r.state.into(),
            category: r.category,
            scope: r.scope.map(Into::into),
            next_flow: r.next_flow,
            updated_by: r.updated_by.map(|id| id.0),
            at: r.at,
        }
    }
}

/// A new article in its first language.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateArticle {
    pub language: Language,
    pub title: String,
    #[serde(default)]
    pub questions: Vec<String>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub category: String,
    /// A draft when not given.
    pub state: Option<ArticleState>,
    /// For everyone and always when not given; an article that has one keeps it.
    #[serde(default)]
    pub scope: Option<ArticleScope>,
    /// Id of a flow that customers can begin; the answer offers it. An article that has one keeps it when not given; empty for none.
    #[serde(default)]
    pub next_flow: Option<String>,
    /// Ids of messages in the learning inbox that it answers, at most 1,000: they are settled with it.
    #[serde(default)]
    pub answers: Vec<String>,
}

impl Check for CreateArticle {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        parts(&mut self.title, &mut self.questions, &mut self.body, &mut self.category, wrong);
        self.scope.iter_mut().for_each(|scope| scope.check(wrong));
        self.next_flow.iter().filter(|id| !id.is_empty()).for_each(|id| check::id(id, "next_flow", wrong));
        if !self.answers.is_empty() {
            ids(&self.answers, "answers", wrong);
        }
    }
}

/// One language of an article, whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveArticle {
    pub title: String,
    #[serde(default)]
    pub questions: Vec<String>,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub category: String,
    /// A draft when not given.
    pub state: Option<ArticleState>,
    /// For everyone and always when not given; an article that has one keeps it.
    #[serde(default)]
    pub scope: Option<ArticleScope>,
    /// Id of a flow that customers can begin; the answer offers it. An article that has one keeps it when not given; empty for none.
    #[serde(default)]
    pub next_flow: Option<String>,
}

impl Check for SaveArticle {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        parts(&mut self.title, &mut self.questions, &mut self.body, &mut self.category, wrong);
        self.scope.iter_mut().for_each(|scope| scope.check(wrong));
        self.next_flow.iter().filter(|id| !id.is_empty()).for_each(|id| check::id(id, "next_flow", wrong));
    }
}

fn parts(title: &mut String, questions: &mut Vec<String>, body: &mut String, category: &mut String, wrong: &mut Vec<Invalid>) {
    check::name(title, "title", 200, wrong);
    if questions.len() > QUESTIONS_MAX {
        wrong.push(Invalid::new("questions", format!("最多 {QUESTIONS_MAX} 条"), format!("has at most {QUESTIONS_MAX} entries")));
    }
    for (i, question) in questions.iter_mut().enumerate().take(QUESTIONS_MAX) {
        check::optional_name(question, &format!("questions[{i}]"), 200, wrong);
    }
    questions.retain(|q| !q.is_empty());
    check::text(body, "body", BODY_CHARS_MAX, wrong);
    check::optional_name(category, "category", 60, wrong);
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewArticle {
    /// Markdown.
    pub body: String,
}

impl Check for PreviewArticle {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::text(&mut self.body, "body", BODY_CHARS_MAX, wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticlePreview {
    /// Sanitised HTML.
    pub html: String,
}

/// A question for the test box.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub text: String,
    pub language: Option<Language>,
    /// As a customer whose site vouched for them.
    #[serde(default)]
    pub signed_in: bool,
    /// As a customer of this tier.
    #[serde(default)]
    pub tier: Option<String>,
}

impl Check for Ask {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        self.tier = self.tier.take().map(|tier| tier.trim().to_lowercase()).filter(|tier| !tier.is_empty());
    }
}

/// What the bot would do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskDecision {
    /// Quotes an article.
    Answer,
    /// Two articles are close: asks which is meant.
    AskBack,
    /// Knows no answer but near questions.
    Suggest,
    /// Admits not knowing.
    Miss,
    /// Fetches a person.
    Handoff,
    /// A greeting or thanks; no look-up.
    SmallTalk,
}

/// What the bot would answer, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskView {
    pub decision: AskDecision,
    /// The passage that would be quoted; empty when none would.
    pub text: String,
    /// Confidence in the best candidate, 0 to 1.
    pub score: Option<f32>,
    /// Below this nothing is said.
    pub threshold: Option<f32>,
    pub citations: Vec<CitationView>,
    pub buttons: Vec<ButtonView>,
    /// Best first.
    pub candidates: Vec<AskCandidate>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskCandidate {
    pub article_id: String,
    pub title: String,
    pub score: f32,
}

/// Two articles an editor should look at side by side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleConflictView {
    /// Names the two and what they say now: when either changes, it is another.
    pub key: String,
    pub kind: ConflictKind,
    /// How much they are about the same, 0 to 1.
    pub alike: f32,
    pub a: ArticleView,
    pub b: ArticleView,
    /// Where they contradict each other; empty for duplicates.
    pub clashes: Vec<ClashView>,
}

/// Two sentences that cannot both be right.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClashView {
    pub kind: ClashKind,
    pub a: String,
    pub b: String,
}

/// A conflict that is none, in a person's judgement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleConflict {
    pub key: String,
}

impl Check for SettleConflict {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.key, "key", 64, wrong);
    }
}
