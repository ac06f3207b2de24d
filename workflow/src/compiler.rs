//! What a node kind uses to read its settings: typed settings, compiled expressions, and notes of which variables are read and
//! set. Collects problems instead of stopping at the first. Called by `program`.

use crate::context::CONTEXT;
use crate::expr::{Expr, ExprError, Language};
use crate::model::{Node, Type, Variable};
use crate::origins::{Origin, Origins};
use crate::problem::Problem;
use crate::template::{JsonTemplate, Template};
use crate::types::Guess;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

pub struct Compiler<'a> {
    pub language: &'a Language,
    pub variables: &'a [Variable],
    pub node: &'a str,
    /// Ways out of the node that lead somewhere.
    pub leads: BTreeSet<&'a str>,
    pub notes: Notes,
    pub problems: Vec<Problem>,
}

/// What one node reads and sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notes {
    /// Variable and the setting that reads it.
    pub reads: Vec<(String, String)>,
    /// What it looks at, with its fields, and the setting that does.
    pub paths: Vec<(String, String)>,
    /// Each setting and what is in its value.
    pub origins: Vec<(String, Origin)>,
    /// Variables that are set when the node is left through a port.
    pub sets: Vec<(String, String)>,
    /// Variables that exist only behind a port.
    pub locals: Vec<(String, String)>,
    /// The flows it calls.
    pub flows: Vec<String>,
}

impl Compiler<'_> {
    pub fn settings<T: DeserializeOwned>(&mut self, node: &Node) -> Option<T> {
        match serde_json::from_value(Value::Object(node.settings.clone())) {
            Ok(settings) => Some(settings),
            Err(error) => {
                self.problem("bad_settings", "", format!("设置不完整或不正确：{error}"), format!("the settings are not right: {error}"));
                None
            }
        }
    }

    pub fn problem(&mut self, code: &'static str, field: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::new(code, zh, en).at(self.node).field(field));
    }

    /// An expression whose result is kept where `wanted` is asked for.
    pub fn expr(&mut self, field: &str, source: &str, wanted: Type) -> Option<Expr> {
        let compiled = self.language.compile(source);
        let expr = self.checked(field, compiled)?;
        self.note(field, &expr);
        self.note_origins(field, expr.origins());
        match expr.guess(&|name| self.guess_of(name)) {
            Err(clash) => self.problem("type_mismatch", field, format!("类型不符：{clash}"), clash),
            Ok(guess) if !guess.fits(wanted) => {
                let given = format!("{guess:?}").to_lowercase();
                self.problem(
                    "type_mismatch",
                    field,
                    format!("这里需要 {},表达式给出 {given}", wanted.as_str()),
                    format!("{} is needed here, the expression gives {given}", wanted.as_str()),
                );
            }
            Ok(_) => {}
        }
        Some(expr)
    }

    /// What an expression that was compiled gives, as far as that can be told.
    pub fn guess(&self, expr: &Expr) -> Guess {
        expr.guess(&|name| self.guess_of(name)).unwrap_or(Guess::Unknown)
    }

    pub fn condition(&mut self, field: &str, source: &str) -> Option<Expr> {
        self.expr(field, source, Type::Boolean)
    }

    pub fn template(&mut self, field: &str, source: &str) -> Option<Template> {
        let compiled = Template::compile(self.language, source);
        let template = self.checked(field, compiled)?;
        template.exprs().for_each(|expr| self.note_checked(field, expr));
        self.note_origins(field, &template.origins());
        Some(template)
    }

    pub fn templates(&mut self, field: &str, sources: &[String]) -> Option<Vec<Template>> {
        let sources = sources.iter().enumerate();
        let compiled: Vec<Option<Template>> = sources.map(|(i, source)| self.template(&format!("{field}.{i}"), source)).collect();
        compiled.into_iter().collect()
    }

    pub fn json(&mut self, field: &str, source: &Value) -> Option<JsonTemplate> {
        let compiled = JsonTemplate::compile(self.language, source);
        let template = self.checked(field, compiled)?;
        template.exprs().into_iter().for_each(|expr| self.note_checked(field, expr));
        self.note_origins(field, &template.origins());
        Some(template)
    }

    /// A variable the node sets when it is left through `port`, and what it gives there.
    pub fn sets(&mut self, field: &str, port: &str, name: Option<&String>, gives: Guess) {
        let Some(name) = name else { return };
        if !self.variables.iter().any(|v| v.name == *name) {
            self.problem("unknown_variable", field, format!("没有名为 {name} 的变量"), format!("there is no variable {name}"));
        }
        let wanted = self.type_of(name);
        // One problem for a node that gives the same through several ports.
        if !gives.fits(wanted) && !self.notes.sets.iter().any(|(_, known)| known == name) {
            let (wanted, given) = (wanted.as_str(), format!("{gives:?}").to_lowercase());
            self.problem(
                "type_mismatch",
                field,
                format!("变量 {name} 的类型是 {wanted}，这一步给出 {given}"),
                format!("the variable {name} is of the type {wanted}, and this step gives {given}"),
            );
        }
        self.notes.sets.push((port.to_owned(), name.clone()));
    }

    pub fn type_of(&self, name: &str) -> Type {
        self.variables.iter().find(|v| v.name == name).map_or(Type::Any, |v| v.kind)
    }

    fn guess_of(&self, name: &str) -> Guess {
        if name == CONTEXT {
            return Guess::Object;
        }
        Guess::of(self.type_of(name))
    }

    fn checked<T>(&mut self, field: &str, compiled: Result<T, ExprError>) -> Option<T> {
        match compiled {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let code = if matches!(error, ExprError::Syntax(_)) { "bad_expression" } else { "too_costly" };
                self.problem(code, field, said(&error), error.to_string());
                None
            }
        }
    }

    fn note(&mut self, field: &str, expr: &Expr) {
        self.notes.reads.extend(expr.reads().iter().map(|name| (name.clone(), field.to_owned())));
        self.notes.paths.extend(expr.paths().iter().map(|path| (path.clone(), field.to_owned())));
    }

    fn note_origins(&mut self, field: &str, origins: &Origins) {
        self.notes.origins.extend(origins.iter().map(|origin| (field.to_owned(), origin.clone())));
    }

    fn note_checked(&mut self, field: &str, expr: &Expr) {
        self.note(field, expr);
        if let Err(clash) = expr.guess(&|name| self.guess_of(name)) {
            self.problem("type_mismatch", field, format!("类型不符：{clash}"), clash);
        }
    }
}

/// What is wrong with an expression, in Chinese. What the parser says is for people who read grammars; where it stopped is for all.
pub(crate) fn said(error: &ExprError) -> String {
    match error {
        ExprError::Syntax(text) => match place(text) {
            Some(column) => format!("表达式有误：第 {column} 个字符附近看不懂"),
            None => "表达式有误，看不懂".to_owned(),
        },
        ExprError::TooLong => "表达式太长".to_owned(),
        ExprError::TooComplex => "表达式太复杂：运算太多，或循环套得太深".to_owned(),
        ExprError::TooCostly => "表达式在这样的数据上计算量太大".to_owned(),
        ExprError::Evaluation(text) => format!("表达式有误：{text}"),
    }
}

/// Counted from 1, out of `ERROR: <input>:1:8: Syntax error`.
fn place(text: &str) -> Option<usize> {
    let mut parts = text.split_once("<input>:")?.1.split(':');
    let (_line, column) = (parts.next()?, parts.next()?);
    column.trim().parse().ok()
}
