//! Scripts: a few statements around the expressions that flows have anyway (ADR 20). One statement a line: `let`, assignment, `if`,
//! `for`, `while`, `break`, `continue`, `return`, `fail`. A script sees the flow's variables, changes none, and gives one value; it has
//! no host, no clock and no randomness, so it may run inside a decision. Fuel, memory and size are bounded. Used by `nodes::script`.

mod follow;
mod lines;
mod parse;
mod play;

use crate::expr::Expr;
use crate::origins::Origins;

pub(crate) use parse::parse;
pub(crate) use play::play;

/// Longest script in bytes.
pub(crate) const SCRIPT_BYTES_MAX: usize = 16 * 1024;
/// Most statements.
const STATEMENTS_MAX: usize = 500;
/// Deepest nesting of blocks.
const DEPTH_MAX: usize = 12;

pub(crate) type Block = Vec<Statement>;

/// A statement and the line it stands on, counted from 1.
#[derive(Debug)]
pub(crate) struct Statement {
    pub line: usize,
    pub what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Let(String, Expr),
    /// A local, and the way into it.
    Set(String, Vec<Way>, Expr),
    If(Vec<(Expr, Block)>, Block),
    For(String, Expr, Block),
    While(Expr, Block),
    Break,
    Continue,
    Return(Option<Expr>),
    Fail(Expr),
}

#[derive(Debug)]
pub(crate) enum Way {
    Field(String),
    At(Expr),
}

/// A script that can run.
#[derive(Debug)]
pub(crate) struct Script {
    pub block: Block,
    /// The flow's variables it reads.
    pub reads: Vec<String>,
    /// What is in the value it returns.
    pub origins: Origins,
}

/// What is wrong with a script, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub line: usize,
    pub zh: String,
    pub en: String,
}

impl Wrong {
    fn new(line: usize, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line, zh: zh.into(), en: en.into() }
    }
}
