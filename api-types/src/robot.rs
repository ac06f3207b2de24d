//! Writing a robot's routine: its steps tried on the page or recorded there, with what was seen after each and what can be used.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A routine that need not be stored; it is played now, with everything it does.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RehearseRoutine {
    pub base_url: String,
    /// Further hosts pages may load from.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// `{"name", "title", "input", "steps", "retry"}`, as in a robot's `operations`.
    #[schema(value_type = Object)]
    pub routine: Value,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub input: Value,
}

impl Check for RehearseRoutine {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::url(&mut self.base_url, "base_url", 2_000, wrong);
    }
}

/// A step to be done now.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordStep {
    /// As in a routine's `steps`.
    #[schema(value_type = Object)]
    pub step: Value,
    /// Inputs it names that the recording does not have yet, or with another value.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub input: Map<String, Value>,
}

impl Check for RecordStep {}

/// What came of the steps there were, and the recording that goes on from there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecordingBegun {
    /// None: a step could not be done, or there was no browser; `played` says why.
    pub id: Option<String>,
    pub played: RoutineRehearsed,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoutineRehearsed {
    pub ok: bool,
    /// What the steps kept.
    #[schema(value_type = Object)]
    pub answer: Value,
    /// Why it stopped.
    pub error: Option<String>,
    /// The same in Chinese.
    pub error_zh: Option<String>,
    /// Those that were played, in order; the last may have failed.
    pub steps: Vec<RehearsedStep>,
    /// The page in the end, if there was one.
    pub page: Option<RobotPage>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RehearsedStep {
    /// In words of records: what was done where, without what was typed.
    pub step: String,
    pub took_ms: i64,
    pub error: Option<String>,
    /// The same in Chinese.
    pub error_zh: Option<String>,
    /// The page after it: PNG, base64. Kept for the newest 30.
    pub picture: Option<String>,
}

/// What can be used on a page. Places are in pixels of the picture.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RobotPage {
    pub url: String,
    pub title: String,
    pub width: i64,
    pub height: i64,
    /// At most 150, in the order of the page.
    pub elements: Vec<PageElement>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PageElement {
    /// A CSS selector that names it alone.
    pub at: String,
    /// `field`, `secret`, `list`, `button`, `link`, `table` or `text`.
    pub kind: String,
    /// As a person would call it.
    pub label: String,
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    /// What a list offers.
    #[serde(default)]
    pub options: Vec<String>,
}
