//! Texts in another language.

use crate::check::{self, Check, Invalid};
use qn_domain::content::TEXT_CHARS_MAX;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Into which language a message is translated.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranslateInto {
    /// One of `translates_into` of `GET /auth/me`.
    pub language: String,
}

impl Check for TranslateInto {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::key(&self.language, "language", 20, wrong);
    }
}

/// Words that are not sent yet.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranslateText {
    pub text: String,
    /// One of `translates_into` of `GET /auth/me`.
    pub language: String,
}

impl Check for TranslateText {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        check::required_text(&mut self.text, "text", TEXT_CHARS_MAX, wrong);
        check::key(&self.language, "language", 20, wrong);
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TranslationView {
    pub text: String,
    pub language: String,
}
