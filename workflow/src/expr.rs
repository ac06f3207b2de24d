//! Expressions: CEL, compiled once, with a bound on what evaluating one can cost. Nothing of the host is reachable from one:
//! only the flow's variables and CEL's own functions. Called by nodes and templates; `types` looks at what an expression gives.

use crate::cost::{self, Shape};
use crate::functions;
use crate::origins::{self, Locals, Origins};
use crate::reads;
use crate::template::weight;
use crate::types::{self, Guess};
use cel::Context;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Longest source in bytes.
pub const SOURCE_BYTES_MAX: usize = 4_096;
/// Characters that make a parser or an evaluation go one deeper, and how many of each there may be. Texts inside the expression
/// count too: telling them apart would need the parser that this protects from running out of stack.
const DEEPENING: [(&[char], usize); 4] =
    [(&['(', '[', '{'], 64), (&['!', '-'], 64), (&['?'], 32), (&['.', '+', '*', '/', '%', '<', '>', '=', '&', '|'], 200)];
/// Most operations in one expression, macros unfolded.
const OPERATIONS_MAX: u64 = 500;
/// Deepest nesting of `map`, `filter`, `all`, `exists`.
const NESTING_MAX: u32 = 3;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    #[error("the expression is longer than {SOURCE_BYTES_MAX} bytes")]
    TooLong,
    #[error("the expression does not parse: {0}")]
    Syntax(String),
    #[error("the expression has more than {OPERATIONS_MAX} operations or loops nested deeper than {NESTING_MAX}")]
    TooComplex,
    #[error("the expression would cost too much with values this large")]
    TooCostly,
    #[error("{0}")]
    Evaluation(String),
}

impl ExprError {
    pub fn zh(&self) -> String {
        match self {
            ExprError::TooLong => format!("表达式超过 {SOURCE_BYTES_MAX} 字节"),
            ExprError::Syntax(said) => format!("表达式写法不对：{said}"),
            ExprError::TooComplex => format!("表达式超过 {OPERATIONS_MAX} 个运算，或循环嵌套超过 {NESTING_MAX} 层"),
            ExprError::TooCostly => "变量太大，表达式算起来太慢".to_owned(),
            ExprError::Evaluation(said) => format!("表达式算不出来：{said}"),
        }
    }
}

/// Parsing and evaluating go one deeper for each bracket and operator. What the limits above allow needs up to 8 MiB in a debug build:
/// a caller with less left gets a stack of its own for it.
const STACK_LEFT_MIN: usize = 10 * 1024 * 1024;
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of a variable that are handed to an expression for one unit of fuel.
const FUEL_BYTES: u64 = 32;
/// Setting an evaluation up costs about as much as this many operations.
const FUEL_EACH: u64 = 10;

pub(crate) fn with_room<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_LEFT_MIN, STACK_BYTES, work)
}

/// Where the values of variables are.
pub trait Values {
    fn value(&self, name: &str) -> Option<&Value>;
}

impl Values for serde_json::Map<String, Value> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// CEL's own functions, made once and shared by all; `functions` are added where an expression is evaluated.
#[derive(Clone)]
pub struct Language(Arc<cel::Env>);

impl Default for Language {
    fn default() -> Self {
        Self(Arc::new(cel::Env::stdlib()))
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Language")
    }
}

/// A compiled expression.
pub struct Expr {
    source: String,
    program: cel::Program,
    language: Language,
    reads: Box<[String]>,
    paths: Box<[String]>,
    origins: Origins,
    shape: Shape,
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({})", self.source)
    }
}

impl Language {
    pub fn compile(&self, source: &str) -> Result<Expr, ExprError> {
        if source.len() > SOURCE_BYTES_MAX {
            return Err(ExprError::TooLong);
        }
        if DEEPENING.iter().any(|(chars, max)| source.matches(*chars).count() > *max) {
            return Err(ExprError::TooComplex);
        }
        with_room(|| self.compile_bounded(source))
    }

    fn compile_bounded(&self, source: &str) -> Result<Expr, ExprError> {
        let program = self.0.compile(source).map_err(|e| ExprError::Syntax(first_line(&e.to_string())))?;
        let shape = Shape::of(program.expression());
        if shape.operations > OPERATIONS_MAX || shape.nesting > NESTING_MAX {
            return Err(ExprError::TooComplex);
        }
        let (reads, paths) = (reads::names(program.expression()).into(), reads::paths(program.expression()).into());
        let origins = origins::origins(program.expression(), &Locals::new());
        Ok(Expr { source: source.to_owned(), program, language: self.clone(), reads, paths, origins, shape })
    }
}

impl Expr {
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn ast(&self) -> &cel::IdedExpr {
        self.program.expression()
    }

    /// The variables it needs, in order of name.
    pub fn reads(&self) -> &[String] {
        &self.reads
    }

    /// What it looks at, if only to compare it.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// What is in the value it gives: `context.contact.email`, `order.amount`, `n`.
    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The same where names are bound around it.
    pub(crate) fn origins_among(&self, locals: &Locals) -> Origins {
        with_room(|| origins::origins(self.ast(), locals))
    }

    /// What it gives, as far as that can be seen; an error says what cannot fit together.
    pub fn guess(&self, variable: &dyn Fn(&str) -> Guess) -> Result<Guess, String> {
        with_room(|| types::guess(self.program.expression(), variable))
    }

    /// The value for these variables, as JSON.
    pub fn evaluate(&self, values: &dyn Values) -> Result<Value, ExprError> {
        with_room(|| self.evaluate_bounded(values))
    }

    fn evaluate_bounded(&self, values: &dyn Values) -> Result<Value, ExprError> {
        self.afford(values)?;
        let mut context = Context::with_env(Arc::clone(&self.language.0));
        if self.shape.own {
            functions::add(&mut context);
        }
        for name in &self.reads {
            if let Some(value) = values.value(name) {
                context.add_variable_from_value(name.as_str(), to_cel(value));
            }
        }
        let given = self.program.execute(&context).map_err(|e| ExprError::Evaluation(first_line(&e.to_string())))?;
        given.json().map_err(|_| ExprError::Evaluation("the result is not a value that can be kept".into()))
    }

    /// The same out of a purse: what it costs is taken from `fuel`, before anything is done, and it is refused when that is not enough.
    pub(crate) fn evaluate_within(&self, values: &dyn Values, fuel: &mut u64) -> Result<Value, ExprError> {
        with_room(|| {
            let operations = self.afford(values)?;
            let read: usize = self.reads.iter().filter_map(|name| values.value(name)).map(weight).sum();
            let cost = FUEL_EACH + operations + read as u64 / FUEL_BYTES;
            *fuel = fuel.checked_sub(cost).ok_or(ExprError::TooCostly)?;
            self.evaluate_bounded(values)
        })
    }

    /// A condition: anything but true or false is an error.
    pub fn is_true(&self, values: &dyn Values) -> Result<bool, ExprError> {
        let value = self.evaluate(values)?;
        value.as_bool().ok_or_else(|| ExprError::Evaluation(format!("a condition gave {} instead of true or false", kind_of(&value))))
    }

    /// How many operations it takes at most.
    fn afford(&self, values: &dyn Values) -> Result<u64, ExprError> {
        if self.shape.is_plain() {
            return Ok(self.shape.operations);
        }
        cost::affordable(self.program.expression(), &|name| values.value(name)).ok_or(ExprError::TooCostly)
    }
}

/// Whole numbers become `int`, as people write them; CEL reckons with `uint` only among themselves.
fn to_cel(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(b) => cel::Value::Bool(*b),
        Value::Number(n) => match n.as_i64() {
            Some(whole) => cel::Value::Int(whole),
            None => cel::Value::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => cel::Value::from(text.as_str()),
        Value::Array(items) => cel::Value::List(items.iter().map(to_cel).collect::<Vec<_>>().into()),
        Value::Object(fields) => {
            let fields: HashMap<String, cel::Value> = fields.iter().map(|(name, field)| (name.clone(), to_cel(field))).collect();
            cel::Value::Map(fields.into())
        }
    }
}

pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}
