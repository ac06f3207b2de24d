//! Reads the demo articles and questions for the examples. Not an example itself.

use qn_domain::{Article, ArticleState, Language};
use qn_knowledge::Hit;
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
        version: 1,
        updated_by: None,
        created_at: 0,
        updated_at: 0,
    };
    let both = |e: Entry| [article(&e.key, &e.category, Language::Zh, e.zh), article(&e.key, &e.category, Language::En, e.en)];
    Ok(entries.into_iter().flat_map(both).collect())
}

/// A question and the article that answers it; none where nothing does.
pub struct Asked {
    pub language: Language,
    pub text: String,
    pub expected: Option<String>,
    pub also: Vec<String>,
}

#[allow(dead_code, reason = "each example uses its part")]
impl Asked {
    pub fn unanswerable(text: &str) -> Self {
        Self { language: qn_nlu::identify(text, None).0, text: text.to_owned(), expected: None, also: Vec::new() }
    }

    pub fn is_answered_by(&self, hit: &Hit) -> bool {
        let id = &hit.article_id.0;
        self.expected.as_ref() == Some(id) || self.also.contains(id)
    }
}

#[derive(Deserialize)]
struct Line {
    language: Language,
    text: String,
    expected: String,
    #[serde(default)]
    also: Vec<String>,
}

pub fn questions(path: &str) -> Result<Vec<Asked>, Error> {
    let lines: Vec<Line> = serde_norway::from_str(&std::fs::read_to_string(path)?)?;
    let asked = |l: Line| Asked { language: l.language, text: l.text, expected: Some(l.expected).filter(|e| e != "none"), also: l.also };
    Ok(lines.into_iter().map(asked).collect())
}
