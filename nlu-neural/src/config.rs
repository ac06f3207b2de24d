//! What a folder's JSON files say about the model: its shape, how a sentence vector is made from token vectors, and how long a text
//! may be. Everything is checked against limits here, so that nothing later multiplies hostile numbers.

use crate::ModelError;
use crate::files::{self, CONFIG, MODULES, POOLING, SENTENCES};
use crate::pointwise::Activation;
use serde::Deserialize;
use std::path::Path;

const LAYERS_MAX: usize = 48;
const HIDDEN_MAX: usize = 4_096;
const INTERMEDIATE_MAX: usize = 16_384;
const VOCABULARY_MAX: usize = 1 << 20;
const POSITIONS_MAX: usize = 1 << 14;
/// 4 GiB of single-precision weights.
const WEIGHTS_MAX: usize = 1 << 30;
/// Attention costs the square of it; longer texts are cut even if the model could take them.
const TOKENS_MAX: usize = 512;

/// How token vectors become the vector of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    Mean,
    First,
    Max,
}

/// The shape of a BERT-like encoder.
#[derive(Debug, Clone)]
pub struct Shape {
    pub layers: usize,
    pub hidden: usize,
    pub heads: usize,
    pub intermediate: usize,
    pub vocabulary: usize,
    /// Rows of the table of positions, unused first ones included.
    pub positions: usize,
    /// The row for the first token: 0 for BERT, behind the padding token for RoBERTa and XLM-R.
    pub first_position: usize,
    pub kinds: usize,
    pub epsilon: f32,
    pub activation: Activation,
    pub pooling: Pooling,
    /// Vectors are brought to length 1.
    pub normalised: bool,
    /// Longer texts are cut, special tokens included.
    pub tokens_max: usize,
}

#[derive(Deserialize)]
struct Config {
    model_type: String,
    num_hidden_layers: usize,
    hidden_size: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "one")]
    type_vocab_size: usize,
    #[serde(default = "usual_epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default)]
    pad_token_id: Option<usize>,
    #[serde(default)]
    position_embedding_type: Option<String>,
    #[serde(default)]
    is_decoder: bool,
}

fn one() -> usize {
    1
}

fn usual_epsilon() -> f32 {
    1e-12
}

fn gelu() -> String {
    "gelu".to_owned()
}

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    path: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PoolingConfig {
    pooling_mode_cls_token: bool,
    pooling_mode_mean_tokens: bool,
    pooling_mode_max_tokens: bool,
    pooling_mode_mean_sqrt_len_tokens: bool,
    pooling_mode_weightedmean_tokens: bool,
    pooling_mode_lasttoken: bool,
}

#[derive(Deserialize)]
struct Sentences {
    max_seq_length: Option<usize>,
}

impl Shape {
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let absent = |file, hint| ModelError::Missing { folder: folder.to_owned(), file, hint };
        let config: Config = files::read_json(folder, CONFIG)?.ok_or_else(|| absent(CONFIG, ""))?;
        let (pooling, normalised) = read_pooling(folder)?;
        let first_position = first_position(&config)?;
        let wished = files::read_json::<Sentences>(folder, SENTENCES)?.and_then(|s| s.max_seq_length).unwrap_or(TOKENS_MAX);
        let shape = Self {
            layers: config.num_hidden_layers,
            hidden: config.hidden_size,
            heads: config.num_attention_heads,
            intermediate: config.intermediate_size,
            vocabulary: config.vocab_size,
            positions: config.max_position_embeddings,
            first_position,
            kinds: config.type_vocab_size,
            epsilon: config.layer_norm_eps,
            activation: activation(&config.hidden_act)?,
            pooling,
            normalised,
            tokens_max: wished.min(TOKENS_MAX).min(config.max_position_embeddings.saturating_sub(first_position)),
        };
        shape.check()?;
        Ok(shape)
    }

    fn check(&self) -> Result<(), ModelError> {
        let within = [
            ("num_hidden_layers", self.layers, LAYERS_MAX),
            ("hidden_size", self.hidden, HIDDEN_MAX),
            ("num_attention_heads", self.heads, self.hidden),
            ("intermediate_size", self.intermediate, INTERMEDIATE_MAX),
            ("vocab_size", self.vocabulary, VOCABULARY_MAX),
            ("max_position_embeddings", self.positions, POSITIONS_MAX),
            ("type_vocab_size", self.kinds, 16),
        ];
        for (name, value, most) in within {
            if value == 0 || value > most {
                return Err(ModelError::malformed(CONFIG, format!("{name} is {value}, outside 1 to {most}")));
            }
        }
        if !self.hidden.is_multiple_of(self.heads) {
            return Err(ModelError::malformed(CONFIG, "hidden_size is not a multiple of num_attention_heads"));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return Err(ModelError::malformed(CONFIG, "layer_norm_eps is not between 0 and 1"));
        }
        // two special tokens and one of the text
        if self.tokens_max < 3 {
            return Err(ModelError::malformed(CONFIG, "there is no room for a text between the special tokens"));
        }
        if self.weights() > WEIGHTS_MAX {
            return Err(ModelError::malformed(CONFIG, format!("{} weights are more than {WEIGHTS_MAX}", self.weights())));
        }
        Ok(())
    }

    /// Numbers in the model, near enough for a limit.
    pub fn weights(&self) -> usize {
        let layer = 4 * self.hidden * self.hidden + 2 * self.hidden * self.intermediate;
        self.layers * layer + (self.vocabulary + self.positions) * self.hidden
    }
}

fn first_position(config: &Config) -> Result<usize, ModelError> {
    if config.is_decoder {
        return Err(ModelError::unsupported("it is a decoder"));
    }
    if config.position_embedding_type.as_deref().is_some_and(|kind| kind != "absolute") {
        return Err(ModelError::unsupported("its positions are not absolute"));
    }
    match config.model_type.as_str() {
        "bert" => Ok(0),
        "roberta" | "xlm-roberta" | "camembert" => Ok(config.pad_token_id.unwrap_or(1).saturating_add(1)),
        other => Err(ModelError::unsupported(format!("model_type {other:?}; bert, roberta and xlm-roberta are read"))),
    }
}

fn activation(name: &str) -> Result<Activation, ModelError> {
    match name {
        "gelu" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Ok(Activation::GeluTanh),
        "relu" => Ok(Activation::Relu),
        other => Err(ModelError::unsupported(format!("hidden_act {other:?}"))),
    }
}

/// A folder without sentence-transformers' files is read as most such models are used: the mean, at length 1.
fn read_pooling(folder: &Path) -> Result<(Pooling, bool), ModelError> {
    let modules: Option<Vec<Module>> = files::read_json(folder, MODULES)?;
    let mut normalised = modules.is_none();
    for module in modules.iter().flatten() {
        match module.kind.rsplit('.').next().unwrap_or_default() {
            "Transformer" if module.path.is_empty() => {}
            "Pooling" if module.path == "1_Pooling" => {}
            "Normalize" => normalised = true,
            other => return Err(ModelError::unsupported(format!("{MODULES} names the module {other} in {:?}", module.path))),
        }
    }
    let Some(config) = files::read_json::<PoolingConfig>(folder, POOLING)? else { return Ok((Pooling::Mean, normalised)) };
    let other = config.pooling_mode_mean_sqrt_len_tokens || config.pooling_mode_weightedmean_tokens || config.pooling_mode_lasttoken;
    let chosen = match (config.pooling_mode_mean_tokens, config.pooling_mode_cls_token, config.pooling_mode_max_tokens, other) {
        (true, false, false, false) => Pooling::Mean,
        (false, true, false, false) => Pooling::First,
        (false, false, true, false) => Pooling::Max,
        _ => return Err(ModelError::unsupported(format!("{POOLING}: exactly one of mean, cls and max is read"))),
    };
    Ok((chosen, normalised))
}
