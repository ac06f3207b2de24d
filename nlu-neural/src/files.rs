//! The files of a model folder in Hugging Face layout: which there are, how large each may be, and reading them without following
//! sizes that a file merely claims.

use crate::ModelError;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

pub const CONFIG: &str = "config.json";
pub const TOKENIZER: &str = "tokenizer.json";
pub const WEIGHTS: &str = "model.safetensors";
pub const MODULES: &str = "modules.json";
pub const POOLING: &str = "1_Pooling/config.json";
pub const SENTENCES: &str = "sentence_bert_config.json";

/// One file that a model folder may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Path inside the folder, with `/`.
    pub path: &'static str,
    pub needed: bool,
    pub bytes_max: u64,
}

const SMALL_BYTES_MAX: u64 = 1 << 20;

/// Everything that is read, small files first.
pub const FILES: [ModelFile; 6] = [
    ModelFile { path: CONFIG, needed: true, bytes_max: SMALL_BYTES_MAX },
    ModelFile { path: MODULES, needed: false, bytes_max: SMALL_BYTES_MAX },
    ModelFile { path: POOLING, needed: false, bytes_max: SMALL_BYTES_MAX },
    ModelFile { path: SENTENCES, needed: false, bytes_max: SMALL_BYTES_MAX },
    ModelFile { path: TOKENIZER, needed: true, bytes_max: 64 << 20 },
    ModelFile { path: WEIGHTS, needed: true, bytes_max: 4 << 30 },
];

/// Opens a file of the list after looking at its size. `None` when it is absent and may be.
pub fn open(folder: &Path, name: &str) -> Result<Option<(File, u64)>, ModelError> {
    let Some(file) = FILES.into_iter().find(|f| f.path == name) else { return Ok(None) };
    let path = folder.join(file.path);
    let meta = match fs::metadata(&path) {
        Ok(meta) if meta.is_file() => meta,
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(ModelError::unreadable(&path, source)),
        _ if !file.needed => return Ok(None),
        _ => return Err(ModelError::Missing { folder: folder.to_owned(), file: file.path, hint: hint(folder, name) }),
    };
    if meta.len() > file.bytes_max {
        return Err(ModelError::TooLarge { file: name.to_owned(), bytes: meta.len(), bytes_max: file.bytes_max });
    }
    let opened = File::open(&path).map_err(|source| ModelError::unreadable(&path, source))?;
    Ok(Some((opened, meta.len())))
}

fn hint(folder: &Path, name: &str) -> &'static str {
    let has = |other: &str| folder.join(other).exists();
    match name {
        WEIGHTS if has("pytorch_model.bin") => "; pytorch_model.bin is not read, convert it to safetensors",
        WEIGHTS if has("model.safetensors.index.json") => "; weights split over several files are not read",
        TOKENIZER if has("vocab.txt") || has("sentencepiece.bpe.model") => "; save the tokenizer in its fast form first",
        _ => "",
    }
}

/// The whole of a small file.
pub fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, ModelError> {
    let Some((file, bytes)) = open(folder, name)? else { return Ok(None) };
    let mut content = Vec::new();
    // a file that grows while it is read does not get past what was allowed
    file.take(bytes).read_to_end(&mut content).map_err(|source| ModelError::unreadable(&folder.join(name), source))?;
    Ok(Some(content))
}

/// A small file as JSON.
pub fn read_json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<T>, ModelError> {
    let Some(content) = read(folder, name)? else { return Ok(None) };
    serde_json::from_slice(&content).map(Some).map_err(|error| ModelError::malformed(name, error))
}
