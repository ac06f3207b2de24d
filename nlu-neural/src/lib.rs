//! Transformer encoders of the BERT family from local folders in Hugging Face layout: config.json, tokenizer.json, model.safetensors.
//! CPU only, no framework, no download, no unsafe code. A heavy leaf: `server` loads a model and hands it on as an `Encoder`; nothing
//! else knows this crate.
//!
//! From a text to its vector: `tokens` → `forward` (`matmul`, `attention`, `pointwise`) → pooling in `neural`.
//! From a folder and labelled texts to another folder: `tune`.
//! From a folder to a model: `files` → `config`, `weights` → `layers` (`panels`).

mod aligned;
mod attention;
mod config;
mod digest;
mod error;
mod files;
mod forward;
mod layers;
mod matmul;
mod neural;
mod panels;
mod pointwise;
mod rows;
mod shares;
mod tokens;
pub mod tune;
mod weights;

pub use config::{Pooling, Shape};
pub use error::ModelError;
pub use files::{FILES, ModelFile};
pub use neural::NeuralEncoder;
