//! Tuned weights as a model folder: every tensor of the original under its name, in single precision, and the original's other files.
//! One tensor at a time is in memory.

use super::plan::Plan;
use super::tuner::{KINDS, POSITIONS, Tuner, WORDS};
use crate::ModelError;
use crate::files::{self, FILES, WEIGHTS};
use crate::weights::{Tensor, Weights};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

impl Tuner {
    /// Writes the folder's files; `folder` must exist. Nothing is renamed or flushed to disk here.
    pub fn save(&self, folder: &Path) -> Result<(), ModelError> {
        for file in FILES.iter().filter(|file| file.path != WEIGHTS) {
            let Some(content) = files::read(&self.folder, file.path)? else { continue };
            let to = folder.join(file.path);
            let parent = to.parent().unwrap_or(folder);
            fs::create_dir_all(parent).and_then(|()| fs::write(&to, content)).map_err(|source| ModelError::unreadable(&to, source))?;
        }
        let weights = Weights::open(&self.folder)?;
        let to = folder.join(WEIGHTS);
        let written = |source| ModelError::unreadable(&to, source);
        let mut out = BufWriter::new(File::create(&to).map_err(written)?);
        out.write_all(&header(&weights.tensors())).map_err(written)?;
        let changed = changed(&self.plan);
        for tensor in weights.tensors() {
            let mut bytes = weights.bytes(&tensor)?;
            self.put(&changed, &tensor, &mut bytes);
            out.write_all(&bytes).map_err(written)?;
        }
        out.flush().map_err(written)
    }

    /// Puts tuned numbers into a tensor's bytes.
    fn put(&self, changed: &BTreeMap<String, Range<usize>>, tensor: &Tensor, bytes: &mut [u8]) {
        let row_bytes = self.shape.hidden * size_of::<f32>();
        match tensor.known_as.as_str() {
            WORDS => {
                let rows = self.values[self.plan.words.clone()].chunks_exact(self.shape.hidden);
                for (row, id) in rows.zip(&self.known.words) {
                    write(row, &mut bytes[*id as usize * row_bytes..]);
                }
            }
            POSITIONS => write(&self.values[self.plan.positions.clone()], &mut bytes[self.shape.first_position * row_bytes..]),
            KINDS => write(&self.values[self.plan.kind.clone()], bytes),
            name => {
                if let Some(range) = changed.get(name) {
                    write(&self.values[range.clone()], bytes);
                }
            }
        }
    }
}

fn changed(plan: &Plan) -> BTreeMap<String, Range<usize>> {
    plan.tensors().into_iter().map(|(name, _, range)| (name, range)).collect()
}

fn write(values: &[f32], bytes: &mut [u8]) {
    for (place, value) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(values) {
        *place = value.to_le_bytes();
    }
}

/// The length, then the table of tensors filled up to a multiple of eight bytes.
fn header(tensors: &[Tensor]) -> Vec<u8> {
    let (mut table, mut end) = (Map::new(), 0);
    table.insert("__metadata__".to_owned(), json!({"format": "pt"}));
    for tensor in tensors {
        let entry = json!({"dtype": tensor.kind_after(), "shape": tensor.shape, "data_offsets": [end, end + tensor.bytes_after()]});
        table.insert(tensor.name.clone(), entry);
        end += tensor.bytes_after();
    }
    let mut text = Value::Object(table).to_string();
    while !text.len().is_multiple_of(8) {
        text.push(' ');
    }
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}
