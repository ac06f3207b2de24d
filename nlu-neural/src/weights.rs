//! Reading `model.safetensors`: the header is checked against the file's length before anything is believed, then one tensor at a
//! time is read and widened to single precision, so that memory holds the model once. Knows names and numbers, not layers.

use crate::ModelError;
use crate::files::{self, WEIGHTS};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

const HEADER_BYTES_MAX: u64 = 8 << 20;
/// What tells how a file prefixes its names: `bert.`, `roberta.`, or nothing.
const LANDMARK: &str = "embeddings.word_embeddings.weight";

/// One tensor of the file.
#[derive(Debug, Clone)]
pub struct Tensor {
    pub name: String,
    /// Without the file's prefix, norms' scale and shift as weight and bias: the name by which `get` finds it.
    pub known_as: String,
    pub shape: Vec<usize>,
    kind: Dtype,
    offsets: (usize, usize),
}

impl Tensor {
    fn widens(&self) -> bool {
        matches!(self.kind, Dtype::F16 | Dtype::BF16)
    }

    /// Of what `Weights::bytes` gives.
    pub fn kind_after(&self) -> Dtype {
        if self.widens() { Dtype::F32 } else { self.kind }
    }

    pub fn bytes_after(&self) -> usize {
        (self.offsets.1 - self.offsets.0) * if self.widens() { 2 } else { 1 }
    }
}

#[derive(Debug)]
pub struct Weights {
    file: RefCell<File>,
    metadata: Metadata,
    start_bytes: u64,
    prefix: String,
}

impl Weights {
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let absent = || ModelError::Missing { folder: folder.to_owned(), file: WEIGHTS, hint: "" };
        let (mut file, bytes) = files::open(folder, WEIGHTS)?.ok_or_else(absent)?;
        let unreadable = |source| ModelError::unreadable(&folder.join(WEIGHTS), source);
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(|_| ModelError::malformed(WEIGHTS, "shorter than its header"))?;
        let length = u64::from_le_bytes(length);
        if length > HEADER_BYTES_MAX || length > bytes.saturating_sub(8) {
            return Err(ModelError::malformed(WEIGHTS, format!("a header of {length} bytes is claimed")));
        }
        let mut header = Vec::new();
        (&mut file).take(length).read_to_end(&mut header).map_err(unreadable)?;
        // checks that tensors follow each other without gaps and are as long as their shapes say
        let metadata: Metadata = serde_json::from_slice(&header).map_err(|error| ModelError::malformed(WEIGHTS, error))?;
        let start_bytes = 8 + length;
        if start_bytes.checked_add(metadata.data_len() as u64) != Some(bytes) {
            let says = metadata.data_len();
            return Err(ModelError::malformed(
                WEIGHTS,
                format!("the header describes {says} bytes of tensors, {} are there", bytes - start_bytes),
            ));
        }
        let landmark = metadata.offset_keys().into_iter().find(|name| name.ends_with(LANDMARK));
        let Some(prefix) = landmark.and_then(|name| name.strip_suffix(LANDMARK).map(str::to_owned)) else {
            return Err(ModelError::malformed(WEIGHTS, format!("no tensor {LANDMARK}")));
        };
        Ok(Self { file: RefCell::new(file), metadata, start_bytes, prefix })
    }

    /// The tensor of exactly this shape, all numbers finite.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let tensor = format!("{}{name}", self.prefix);
        let broken = |reason: String| ModelError::Tensor { tensor: tensor.clone(), reason };
        let info = self.find(&tensor).ok_or_else(|| broken("is missing".to_owned()))?;
        if info.shape != shape {
            return Err(broken(format!("has the shape {:?}, {shape:?} is expected from config.json", info.shape)));
        }
        let bytes = self.raw(&tensor, info.data_offsets)?;
        let values =
            widen(info.dtype, &bytes).ok_or_else(|| broken(format!("has the type {:?}; F32, F16 and BF16 are read", info.dtype)))?;
        if values.iter().any(|x| !x.is_finite()) {
            return Err(broken("holds numbers that are not finite".to_owned()));
        }
        Ok(values)
    }

    /// All tensors, also those that no encoder needs, in the file's order.
    pub fn tensors(&self) -> Vec<Tensor> {
        let named = |name: String| {
            let info = self.metadata.info(&name)?;
            let bare = name.strip_prefix(&self.prefix).unwrap_or(&name);
            let known_as = bare.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias");
            Some(Tensor { known_as, shape: info.shape.clone(), kind: info.dtype, offsets: info.data_offsets, name })
        };
        self.metadata.offset_keys().into_iter().filter_map(named).collect()
    }

    /// A tensor's bytes, half precision widened to single.
    pub fn bytes(&self, tensor: &Tensor) -> Result<Vec<u8>, ModelError> {
        let bytes = self.raw(&tensor.name, tensor.offsets)?;
        match widen(tensor.kind, &bytes) {
            Some(values) if tensor.widens() => Ok(values.iter().flat_map(|x| x.to_le_bytes()).collect()),
            _ => Ok(bytes),
        }
    }

    fn raw(&self, name: &str, (from, to): (usize, usize)) -> Result<Vec<u8>, ModelError> {
        let mut bytes = vec![0; to - from];
        let mut file = self.file.borrow_mut();
        let read = file.seek(SeekFrom::Start(self.start_bytes + from as u64)).and_then(|_| file.read_exact(&mut bytes));
        match read {
            Ok(()) => Ok(bytes),
            Err(error) => Err(ModelError::Tensor { tensor: name.to_owned(), reason: format!("cannot be read: {error}") }),
        }
    }

    /// Older files call a norm's scale and shift gamma and beta.
    fn find(&self, tensor: &str) -> Option<&TensorInfo> {
        let older = || {
            let renamed = tensor.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
            self.metadata.info(&renamed)
        };
        self.metadata.info(tensor).or_else(older)
    }
}

fn widen(kind: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let pairs = || bytes.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b));
    match kind {
        Dtype::F32 => Some(bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        Dtype::BF16 => Some(pairs().map(|bits| f32::from_bits(u32::from(bits) << 16)).collect()),
        Dtype::F16 => Some(pairs().map(from_half).collect()),
        _ => None,
    }
}

/// IEEE 754 half precision.
fn from_half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let (exponent, fraction) = (u32::from(bits >> 10 & 0x1f), u32::from(bits & 0x3ff));
    match exponent {
        // below the normal range: fraction · 2⁻²⁴, exact in single precision
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_widen_exactly() {
        let table = [(0x0000, 0.0), (0x8000, -0.0), (0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (0x0001, 5.960_464_5e-8)];
        for (bits, value) in table {
            assert_eq!(from_half(bits).to_bits(), f32::to_bits(value), "{bits:#x}");
        }
        assert_eq!(from_half(0x03ff), 1023.0 / 16_777_216.0);
        assert!(from_half(0x7c00).is_infinite() && from_half(0x7e00).is_nan());
    }
}
