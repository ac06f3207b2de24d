//! Encoders on this machine: the folder `models` beside the database, one subfolder each. Adding is atomic: a model is complete and
//! checked in a hidden folder before it gets its name. The server only ever reads named ones.

mod configured;
mod hub;

pub use configured::{find_folder, load, text_encoder};
pub use hub::{Hub, pull};

use anyhow::{Context, Result, bail, ensure};
use qn_nlu::Encoder;
use qn_nlu_neural::{FILES, NeuralEncoder, Shape};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a tuned model was made from; kept beside its files, decides nothing.
pub const NOTE: &str = "tuning.json";

/// All models of one data folder.
#[derive(Debug)]
pub struct Models {
    root: PathBuf,
}

/// What is shown about a model without loading it.
#[derive(Debug, Serialize)]
pub struct Listed {
    pub name: String,
    pub folder: PathBuf,
    pub size_bytes: u64,
    pub dims: usize,
    pub layers: usize,
    pub tokens_max: usize,
    /// Why it cannot be used, if its files do not even describe a model.
    pub problem: Option<String>,
}

/// A model that was loaded and let a sentence through.
#[derive(Debug, Serialize)]
pub struct Checked {
    pub name: String,
    /// Changes with the files' content.
    pub encoder: String,
    pub folder: PathBuf,
    pub dims: usize,
    pub tokens_max: usize,
    pub load_ms: u64,
    /// One short sentence on one thread.
    pub sentence_us: u64,
    pub files: Vec<FileSum>,
}

#[derive(Debug, Serialize)]
pub struct FileSum {
    pub path: String,
    pub size_bytes: u64,
    pub sha256: String,
}

impl Models {
    pub fn of(data_dir: &Path) -> Self {
        Self { root: data_dir.join("models") }
    }

    /// The folder of a model that has this name, whether or not it is there.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let named = (1..=100).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('.');
        ensure!(named, "{name:?} is no name for a model: letters, digits, - _ and . only, not starting with a dot");
        Ok(self.root.join(name))
    }

    pub fn list(&self) -> Result<Vec<Listed>> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| self.root.display().to_string())?,
        };
        let mut listed = Vec::new();
        for entry in entries {
            let entry = entry.with_context(|| self.root.display().to_string())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && self.folder(&name).is_ok() {
                listed.push(describe(name, entry.path()));
            }
        }
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    /// Copies what belongs to a model, checks the copy, and only then gives it its name.
    pub fn add(&self, source: &Path, name: Option<&str>) -> Result<Checked> {
        let own = source.canonicalize().with_context(|| source.display().to_string())?;
        let own = own.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.unwrap_or(&own);
        self.check_free(name)?;
        let incoming = self.incoming()?;
        for file in FILES {
            let from = source.join(file.path);
            if from.is_file() {
                let size_bytes = fs::metadata(&from).with_context(|| from.display().to_string())?.len();
                ensure!(size_bytes <= file.bytes_max, "{} has {size_bytes} bytes, more than {}", from.display(), file.bytes_max);
                let to = incoming.path().join(file.path);
                fs::create_dir_all(to.parent().unwrap_or(incoming.path()))?;
                fs::copy(&from, &to).with_context(|| format!("{} cannot be copied", from.display()))?;
            }
        }
        let note = source.join(NOTE);
        if note.is_file() {
            fs::copy(&note, incoming.path().join(NOTE)).with_context(|| format!("{} cannot be copied", note.display()))?;
        }
        self.accept(incoming.path(), name)
    }

    /// Loads the model and times a sentence.
    pub fn check(&self, name: &str) -> Result<Checked> {
        let folder = self.folder(name)?;
        ensure!(folder.is_dir(), "there is no model {name}; see `qingniao model list`");
        check(name, &folder)
    }

    pub fn remove(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder(name)?;
        ensure!(folder.is_dir(), "there is no model {name}; see `qingniao model list`");
        // a rename first: a server that starts meanwhile never sees half a model
        let leaving = self.incoming()?;
        fs::rename(&folder, leaving.path().join(name)).with_context(|| folder.display().to_string())?;
        leaving.close().context("the model's files cannot be deleted")?;
        Ok(folder)
    }

    fn check_free(&self, name: &str) -> Result<()> {
        let folder = self.folder(name)?;
        if folder.exists() {
            bail!("there is a model {name} already; give another --name or `qingniao model remove {name}`");
        }
        Ok(())
    }

    fn incoming(&self) -> Result<tempfile::TempDir> {
        fs::create_dir_all(&self.root).with_context(|| self.root.display().to_string())?;
        tempfile::Builder::new().prefix(".incoming-").tempdir_in(&self.root).context("no temporary folder beside the models")
    }

    /// From a hidden folder to a name, if the model works.
    fn accept(&self, incoming: &Path, name: &str) -> Result<Checked> {
        let mut checked = check(name, incoming)?;
        for file in &checked.files {
            let path = incoming.join(&file.path);
            File::open(&path).and_then(|f| f.sync_all()).with_context(|| path.display().to_string())?;
        }
        self.check_free(name)?;
        let folder = self.folder(name)?;
        fs::rename(incoming, &folder).with_context(|| folder.display().to_string())?;
        checked.folder = folder;
        Ok(checked)
    }
}

fn describe(name: String, folder: PathBuf) -> Listed {
    let size = |path: &str| fs::metadata(folder.join(path)).map_or(0, |meta| meta.len());
    let size_bytes = FILES.iter().map(|file| size(file.path)).sum();
    let missing = FILES.iter().find(|file| file.needed && !folder.join(file.path).is_file());
    let (shape, problem) = match (Shape::read(&folder), missing) {
        (Ok(shape), None) => (Some(shape), None),
        (Ok(_), Some(file)) => (None, Some(format!("{} is missing", file.path))),
        (Err(error), _) => (None, Some(error.to_string())),
    };
    let of = |part: fn(&Shape) -> usize| shape.as_ref().map_or(0, part);
    Listed { dims: of(|s| s.hidden), layers: of(|s| s.layers), tokens_max: of(|s| s.tokens_max), name, folder, size_bytes, problem }
}

fn check(name: &str, folder: &Path) -> Result<Checked> {
    let start = Instant::now();
    let encoder = NeuralEncoder::load(folder)?;
    let load_ms = start.elapsed().as_millis() as u64;
    let start = Instant::now();
    encoder.encode(&["Where is my order? 我的订单到哪里了?"])?;
    let sentence_us = start.elapsed().as_micros() as u64;
    let digest = encoder.name().rsplit('@').next().unwrap_or_default();
    Ok(Checked {
        name: name.to_owned(),
        encoder: format!("{name}@{digest}"),
        folder: folder.to_owned(),
        dims: encoder.dims(),
        tokens_max: encoder.tokens_max(),
        load_ms,
        sentence_us,
        files: sums(folder)?,
    })
}

fn sums(folder: &Path) -> Result<Vec<FileSum>> {
    let mut sums = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    for file in FILES.iter().filter(|file| folder.join(file.path).is_file()) {
        let path = folder.join(file.path);
        let mut opened = File::open(&path).with_context(|| path.display().to_string())?;
        let (mut hash, mut size_bytes) = (Sha256::new(), 0);
        loop {
            let read = opened.read(&mut buffer).with_context(|| path.display().to_string())?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            size_bytes += read as u64;
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        sums.push(FileSum { path: file.path.to_owned(), size_bytes, sha256 });
    }
    Ok(sums)
}
