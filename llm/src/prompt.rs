//! What is asked of a model. The system's voice is made of constants only and data is always veiled: the types leave no other way.

use crate::veil::Veiled;
use serde_json::Value;

/// One turn of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// Our own words, joined by line breaks. They come first and the same for every question of a kind, so that servers reuse their work.
    System(Vec<&'static str>),
    /// What customers, agents and documents say.
    Data(Veiled),
    /// What the model said before.
    Model(String),
    /// What a tool gave, for the model's call `id`.
    ToolResult { id: String, result: Veiled },
    /// The model's own calls, before their results.
    ToolCalls(Vec<crate::ToolCall>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub name: &'static str,
    /// Of an object, in the subset `check_shape` knows.
    pub schema: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    pub name: &'static str,
    pub description: &'static str,
    /// Schema of the arguments object.
    pub parameters: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    pub turns: Vec<Turn>,
    pub tools: Vec<Tool>,
    /// The answer must be a JSON object of this shape.
    pub shape: Option<Shape>,
    pub answer_tokens_max: u32,
    /// For the whole call; the settings may say less.
    pub deadline_ms: u64,
}

impl Chat {
    pub fn new(system: Vec<&'static str>, data: Veiled, answer_tokens_max: u32) -> Self {
        Self {
            turns: vec![Turn::System(system), Turn::Data(data)],
            tools: Vec::new(),
            shape: None,
            answer_tokens_max,
            deadline_ms: u64::MAX,
        }
    }

    pub fn shaped(mut self, name: &'static str, schema: Value) -> Self {
        self.shape = Some(Shape { name, schema });
        self
    }

    pub fn within(mut self, deadline_ms: u64) -> Self {
        self.deadline_ms = deadline_ms;
        self
    }
}
