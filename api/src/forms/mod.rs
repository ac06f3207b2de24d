//! Forms that begin flows, as colleagues get them over the API and as everybody gets them as a page. Routes call it; nothing is kept.

pub mod page;

use qn_api_types::form::{FormChoiceView, FormFieldType, FormFieldView, FormView};
use qn_domain::Language;
use qn_engine::Form;
use qn_workflow::model::{Choice, Type, Variable};

pub fn view(form: &Form, language: Language) -> FormView {
    FormView {
        flow_id: form.flow_id.clone(),
        title: form.title(language).to_owned(),
        text: form.text(language).to_owned(),
        thanks: form.thanks(language).to_owned(),
        is_public: form.is_public,
        fields: form.asks.iter().map(|one| field(one, language)).collect(),
    }
}

fn field(one: &Variable, language: Language) -> FormFieldView {
    let choice = |choice: &Choice| FormChoiceView { value: choice.value.clone(), label: choice_label(choice, language).to_owned() };
    FormFieldView {
        name: one.name.clone(),
        label: label(one, language).to_owned(),
        kind: kind(one.kind),
        required: one.default.is_none(),
        default: one.default.clone().unwrap_or_default(),
        choices: one.choices.iter().map(choice).collect(),
    }
}

/// Lists and objects are in no form.
fn kind(kind: Type) -> FormFieldType {
    match kind {
        Type::Integer => FormFieldType::Integer,
        Type::Number => FormFieldType::Number,
        Type::Boolean => FormFieldType::Boolean,
        Type::Time => FormFieldType::Time,
        Type::Text | Type::List | Type::Object | Type::Any => FormFieldType::Text,
    }
}

fn label(one: &Variable, language: Language) -> &str {
    said(one.zh.as_deref(), one.en.as_deref(), language).unwrap_or(&one.name)
}

fn choice_label(choice: &Choice, language: Language) -> &str {
    said(choice.zh.as_deref(), choice.en.as_deref(), language).unwrap_or(&choice.value)
}

/// Better the other language than none.
fn said<'a>(zh: Option<&'a str>, en: Option<&'a str>, language: Language) -> Option<&'a str> {
    let pair = if language == Language::Zh { [zh, en] } else { [en, zh] };
    pair.into_iter().flatten().map(str::trim).find(|text| !text.is_empty())
}
