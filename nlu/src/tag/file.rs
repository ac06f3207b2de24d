//! The model file: a mark, a version, labels, known phrases, transitions and weights, and a checksum over all of it.
//! Reading is bounded: lengths are checked against what is left of the file before anything is kept, so that a broken or hostile
//! file is an error and never a large allocation. Weights are stored with 16 bits.

use super::lattice::Transitions;
use super::lexicon::{Entry, Lexicon};
use super::scheme::Labels;
use super::tagger::{Tagger, Weights};
use super::train::SLOTS_MAX;
use rustc_hash::FxHashMap;

const MARK: &[u8; 4] = b"QNTG";
/// Raised with any change to the layout or to the features.
const VERSION: u16 = 1;
/// The largest file read, in bytes.
pub const FILE_BYTES_MAX: usize = 256 << 20;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("this is not a slot model")]
    NotAModel,
    #[error("the model has format {0}, this program reads format {VERSION}: train it again")]
    Version(u16),
    #[error("the model file is damaged: {0}")]
    Damaged(&'static str),
}

impl Tagger {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(MARK);
        out.extend(VERSION.to_le_bytes());
        write_labels(&mut out, &self.labels);
        write_lexicon(&mut out, &self.lexicon);
        write_weights(&mut out, &self.weights);
        write_transitions(&mut out, &self.transitions);
        let sum = checksum(&out);
        out.extend(sum.to_le_bytes());
        out
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(FileError::Damaged("too large"));
        }
        let mut reader = Reader { rest: bytes };
        if reader.take(4).ok() != Some(MARK) {
            return Err(FileError::NotAModel);
        }
        let version = reader.u16()?;
        if version != VERSION {
            return Err(FileError::Version(version));
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(FileError::Damaged("cut off"))?;
        if checksum(body) != u64::from_le_bytes(*sum) {
            return Err(FileError::Damaged("the checksum is wrong"));
        }
        let labels = read_labels(&mut reader)?;
        let lexicon = read_lexicon(&mut reader, &labels)?;
        let weights = read_weights(&mut reader, labels.count())?;
        let transitions = read_transitions(&mut reader, labels.count())?;
        if reader.rest.len() != 8 {
            return Err(FileError::Damaged("it goes on after its end"));
        }
        Ok(Tagger::new(labels, lexicon, weights, transitions))
    }
}

fn write_labels(out: &mut Vec<u8>, labels: &Labels) {
    out.extend((labels.slots().len() as u16).to_le_bytes());
    for slot in labels.slots() {
        out.extend((slot.len() as u16).to_le_bytes());
        out.extend(slot.as_bytes());
    }
}

fn read_labels(reader: &mut Reader<'_>) -> Result<Labels, FileError> {
    let count = usize::from(reader.u16()?);
    if count > SLOTS_MAX {
        return Err(FileError::Damaged("too many slots"));
    }
    let mut slots = Vec::new();
    for _ in 0..count {
        let length = usize::from(reader.u16()?);
        let name = std::str::from_utf8(reader.take(length)?).map_err(|_| FileError::Damaged("a slot's name is not text"))?;
        slots.push(name.to_owned());
    }
    let labels = Labels::new(slots);
    if labels.slots().len() != count {
        return Err(FileError::Damaged("a slot is there twice"));
    }
    Ok(labels)
}

fn write_lexicon(out: &mut Vec<u8>, lexicon: &Lexicon) {
    let mut phrases: Vec<(&u64, &Vec<Entry>)> = lexicon.entries().iter().collect();
    phrases.sort_unstable_by_key(|(hash, _)| **hash);
    out.extend((phrases.len() as u32).to_le_bytes());
    for (hash, entries) in phrases {
        out.extend(hash.to_le_bytes());
        out.extend((entries.len() as u16).to_le_bytes());
        for entry in entries {
            out.extend(entry.slot.to_le_bytes());
            out.extend(entry.marked.to_le_bytes());
            out.extend(entry.seen.to_le_bytes());
        }
    }
}

fn read_lexicon(reader: &mut Reader<'_>, labels: &Labels) -> Result<Lexicon, FileError> {
    let count = reader.count(10)?;
    let mut phrases = FxHashMap::default();
    for _ in 0..count {
        let hash = reader.u64()?;
        let entries = usize::from(reader.u16()?);
        let mut list = Vec::new();
        for _ in 0..entries {
            let entry = Entry { slot: reader.u16()?, marked: reader.u32()?, seen: reader.u32()? };
            if usize::from(entry.slot) >= labels.slots().len() {
                return Err(FileError::Damaged("a phrase of an unknown slot"));
            }
            list.push(entry);
        }
        phrases.insert(hash, list);
    }
    Ok(Lexicon::from_entries(labels.slots(), phrases))
}

fn write_weights(out: &mut Vec<u8>, weights: &Weights) {
    let top = weights.values.iter().fold(0.0f32, |top, w| top.max(w.abs()));
    let unit = if top > 0.0 { top / f32::from(i16::MAX) } else { 1.0 };
    out.extend(unit.to_le_bytes());
    let mut rows: Vec<(u64, (u32, u32))> = weights.rows.iter().map(|(h, r)| (*h, *r)).collect();
    rows.sort_unstable();
    out.extend((rows.len() as u32).to_le_bytes());
    for (hash, (start, end)) in rows {
        out.extend(hash.to_le_bytes());
        out.extend(((end - start) as u16).to_le_bytes());
        for at in start as usize..end as usize {
            out.extend(weights.labels[at].to_le_bytes());
            out.extend(((weights.values[at] / unit).round() as i16).to_le_bytes());
        }
    }
}

fn read_weights(reader: &mut Reader<'_>, labels: usize) -> Result<Weights, FileError> {
    let unit = reader.finite()?;
    let count = reader.count(14)?;
    let mut weights = Weights::default();
    for _ in 0..count {
        let hash = reader.u64()?;
        let cells = usize::from(reader.u16()?);
        let mut list = Vec::new();
        for _ in 0..cells {
            let (label, value) = (reader.u16()?, reader.u16()? as i16);
            if usize::from(label) >= labels {
                return Err(FileError::Damaged("a weight of an unknown label"));
            }
            list.push((label, f32::from(value) * unit));
        }
        weights.push(hash, list.into_iter());
    }
    Ok(weights)
}

fn write_transitions(out: &mut Vec<u8>, transitions: &Transitions) {
    transitions.scores.iter().filter(|s| s.is_finite()).for_each(|s| out.extend(s.to_le_bytes()));
}

fn read_transitions(reader: &mut Reader<'_>, labels: usize) -> Result<Transitions, FileError> {
    let mut transitions = Transitions::new(labels);
    for score in transitions.scores.iter_mut().filter(|s| s.is_finite()) {
        *score = reader.finite()?;
    }
    Ok(transitions)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], FileError> {
        let (head, rest) = self.rest.split_at_checked(bytes).ok_or(FileError::Damaged("cut off"))?;
        self.rest = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FileError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(FileError::Damaged("cut off"))?;
        self.rest = rest;
        Ok(*head)
    }

    fn u16(&mut self) -> Result<u16, FileError> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, FileError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, FileError> {
        self.array().map(u64::from_le_bytes)
    }

    fn finite(&mut self) -> Result<f32, FileError> {
        let value = self.array().map(f32::from_le_bytes)?;
        if value.is_finite() { Ok(value) } else { Err(FileError::Damaged("a weight is not a number")) }
    }

    /// A number of items of at least `bytes_each` that the file can still hold.
    fn count(&mut self, bytes_each: usize) -> Result<usize, FileError> {
        let count = self.u32()? as usize;
        if count > self.rest.len() / bytes_each { Err(FileError::Damaged("cut off")) } else { Ok(count) }
    }
}

/// FNV-1a, 64 bits: finds damage, not forgery.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
