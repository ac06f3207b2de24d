//! What a company's customers name beside what everybody does, and what is found in a text.

use crate::check::{self, Check, Invalid};
use crate::patch;
use qn_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PATTERNS_MAX: usize = 20;
const VALUES_MAX: usize = 2_000;
const SYNONYMS_MAX: usize = 50;
const EXAMPLES_MAX: usize = 1_000;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityView {
    pub id: String,
    /// What flows call it: `entities.<name>`.
    pub name: String,
    pub label: String,
    pub found_by: FoundBy,
    pub version: i64,
    pub created_at: i64,
}

/// How it is found in what a customer writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum FoundBy {
    /// By its form: `#` a digit, `@` a letter, `?` either, `{m,n}` repeats, everything else is itself: `QN-#{8}`.
    Patterns { patterns: Vec<String> },
    /// It is one of these, or a word for one.
    Values { values: Vec<EntityValue> },
    /// As in these sentences, in which it stands in square brackets: `please deliver it [next Wednesday]`. At least five are needed to learn from.
    Examples { examples: Vec<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntityValue {
    pub value: String,
    #[serde(default)]
    pub synonyms: Vec<String>,
}

impl From<domain::OwnEntity> for EntityView {
    fn from(e: domain::OwnEntity) -> Self {
        Self { id: e.id.0, name: e.name, label: e.label, found_by: e.found_by.into(), version: e.version, created_at: e.created_at }
    }
}

impl From<domain::FoundBy> for FoundBy {
    fn from(found_by: domain::FoundBy) -> Self {
        match found_by {
            domain::FoundBy::Patterns { patterns } => Self::Patterns { patterns },
            domain::FoundBy::Examples { examples } => Self::Examples { examples },
            domain::FoundBy::Values { values } => {
                Self::Values { values: values.into_iter().map(|v| EntityValue { value: v.value, synonyms: v.synonyms }).collect() }
            }
        }
    }
}

impl From<FoundBy> for domain::FoundBy {
    fn from(found_by: FoundBy) -> Self {
        match found_by {
            FoundBy::Patterns { patterns } => Self::Patterns { patterns },
            FoundBy::Examples { examples } => Self::Examples { examples },
            FoundBy::Values { values } => {
                Self::Values { values: values.into_iter().map(|v| domain::NamedValue { value: v.value, synonyms: v.synonyms }).collect() }
            }
        }
    }
}

/// Whether a pattern can be read, and whether an example is marked well, is judged where they are understood.
impl Check for FoundBy {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        match self {
            Self::Patterns { patterns } => lines(patterns, "found_by.patterns", (PATTERNS_MAX, 200), wrong),
            Self::Examples { examples } => lines(examples, "found_by.examples", (EXAMPLES_MAX, 500), wrong),
            Self::Values { values } => {
                count(values.len(), "found_by.values", VALUES_MAX, wrong);
                for (i, one) in values.iter_mut().enumerate().take(VALUES_MAX) {
                    check::name(&mut one.value, &format!("found_by.values[{i}].value"), 100, wrong);
                    let field = format!("found_by.values[{i}].synonyms");
                    one.synonyms.iter_mut().for_each(|word| check::optional_name(word, &field, 100, wrong));
                    one.synonyms.retain(|word| !word.is_empty());
                    one.synonyms.truncate(SYNONYMS_MAX);
                }
            }
        }
    }
}

fn lines(list: &mut Vec<String>, field: &str, (most, chars): (usize, usize), wrong: &mut Vec<Invalid>) {
    list.iter_mut().enumerate().for_each(|(i, line)| check::optional_name(line, &format!("{field}[{i}]"), chars, wrong));
    list.retain(|line| !line.is_empty());
    count(list.len(), field, most, wrong);
}

fn count(found: usize, field: &str, most: usize, wrong: &mut Vec<Invalid>) {
    if found == 0 || found > most {
        wrong.push(Invalid::new(field, format!("应有 1 到 {most} 条"), format!("has 1 to {most} entries")));
    }
}

fn name(value: &str, wrong: &mut Vec<Invalid>) {
    let mut bytes = value.bytes();
    let fits = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && value.len() <= 40;
    let taken = ["phone", "email", "order_id", "money", "quantity", "time", "place", "plate", "product"].contains(&value);
    if !fits {
        wrong.push(Invalid::new(
            "name",
            "以小写字母开头，只含小写字母、数字和 _，最多 40 个",
            "begins with a small letter and has small letters, digits and _, at most 40",
        ));
    } else if taken {
        wrong.push(Invalid::new("name", "这是内置实体的名称，请换一个", "is the name of one that is built in"));
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEntity {
    pub name: String,
    /// What people call it; the name when not given.
    #[serde(default)]
    pub label: String,
    pub found_by: FoundBy,
}

impl Check for CreateEntity {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        name(&self.name, wrong);
        check::optional_name(&mut self.label, "label", 60, wrong);
        if self.label.is_empty() {
            self.label.clone_from(&self.name);
        }
        self.found_by.check(wrong);
    }
}

/// What changes; everything absent stays. `found_by` is replaced whole.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateEntity {
    #[serde(default, deserialize_with = "patch::some")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub label: Option<String>,
    #[serde(default, deserialize_with = "patch::some")]
    pub found_by: Option<FoundBy>,
}

impl Check for UpdateEntity {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(value) = &self.name {
            name(value, wrong);
        }
        if let Some(value) = &mut self.label {
            check::name(value, "label", 60, wrong);
        }
        if let Some(found_by) = &mut self.found_by {
            found_by.check(wrong);
        }
    }
}

/// Something that a text names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedView {
    /// Of a built-in kind (`phone`, `time` …) or of the company's own entities.
    pub name: String,
    /// One of the company's own.
    pub own: bool,
    /// The words that name it.
    pub text: String,
    /// As flows get it.
    pub value: serde_json::Value,
    /// 0 to 1.
    pub confidence: f32,
}
