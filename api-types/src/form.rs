//! Forms that begin flows, as colleagues see and fill them in.

use crate::check::{self, Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A live form, in the caller's language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormView {
    /// Id of the flow that it begins.
    pub flow_id: String,
    pub title: String,
    /// What it is for; may be empty.
    pub text: String,
    /// Said after sending.
    pub thanks: String,
    /// Whoever has its address may fill it in, without an account.
    pub is_public: bool,
    pub fields: Vec<FormFieldView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormFieldView {
    /// As answers name it.
    pub name: String,
    pub label: String,
    #[serde(rename = "type")]
    pub kind: FormFieldType,
    /// It has no default, so it must be answered.
    pub required: bool,
    /// What it is when nothing is answered.
    pub default: Value,
    /// The only answers there may be; none: any.
    pub choices: Vec<FormChoiceView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormFieldType {
    Text,
    Integer,
    Number,
    Boolean,
    /// RFC 3339 text.
    Time,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormChoiceView {
    pub value: String,
    pub label: String,
}

/// A form that was filled in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FillForm {
    /// Answers by the names of the fields.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
    /// The conversation beside which it was filled in: the run knows it and its customer, and talks there.
    #[serde(default)]
    pub conversation_id: Option<String>,
}

impl Check for FillForm {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        if let Some(id) = &self.conversation_id {
            check::id(id, "conversation_id", wrong);
        }
    }
}
