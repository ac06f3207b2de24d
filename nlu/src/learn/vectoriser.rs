//! From grams to columns: which grams count (by how many texts have them), how much (idf), at what length. Fitted on training texts,
//! then used unchanged.

use super::codec::{CodecError, Reader, Writer};
use super::grams::{BLOCKS, Bag};
use super::rows::SparseVector;
use rustc_hash::FxHashMap;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VectoriserOptions {
    /// At most this many columns are kept, the ones in most texts first.
    pub columns_max: usize,
    /// A gram in fewer texts than this is left out.
    pub texts_min: u32,
    /// Share of each block in a vector (`grams::Block` order); a vector's length is 1 whatever blocks a text has.
    pub shares: [f32; BLOCKS],
    /// Multiplies how strongly rare grams weigh: 1 is the usual idf, 0 is none.
    pub idf_power: f32,
}

impl Default for VectoriserOptions {
    fn default() -> Self {
        Self { columns_max: 1 << 16, texts_min: 1, shares: [1.4, 1.0, 1.0], idf_power: 1.0 }
    }
}

/// Columns are numbered from the commonest gram to the rarest.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectoriser {
    columns: FxHashMap<u32, u32>,
    hashes: Vec<u32>,
    idf: Vec<f32>,
    shares: [f32; BLOCKS],
}

impl Vectoriser {
    pub fn fit(bags: &[Bag], options: &VectoriserOptions) -> Self {
        Self::fit_refs(&bags.iter().collect::<Vec<_>>(), options)
    }

    /// As `fit`, for bags that live elsewhere (folds of cross-validation).
    pub fn fit_refs(bags: &[&Bag], options: &VectoriserOptions) -> Self {
        let mut texts: FxHashMap<u32, u32> = FxHashMap::default();
        for (hash, ..) in bags.iter().flat_map(|bag| &bag.entries) {
            *texts.entry(*hash).or_default() += 1;
        }
        let mut kept: Vec<(u32, u32)> = texts.into_iter().filter(|(_, n)| *n >= options.texts_min).collect();
        kept.sort_unstable_by_key(|(hash, n)| (std::cmp::Reverse(*n), *hash));
        kept.truncate(options.columns_max);
        let all = bags.len() as f32;
        let idf = kept.iter().map(|(_, n)| (((1.0 + all) / (1.0 + *n as f32)).ln() + 1.0).powf(options.idf_power)).collect();
        Self::new(kept.into_iter().map(|(hash, _)| hash).collect(), idf, options.shares)
    }

    fn new(hashes: Vec<u32>, idf: Vec<f32>, shares: [f32; BLOCKS]) -> Self {
        let columns = hashes.iter().enumerate().map(|(column, hash)| (*hash, column as u32)).collect();
        Self { columns, hashes, idf, shares }
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.hashes.len()
    }

    pub fn column(&self, hash: u32) -> Option<u32> {
        self.columns.get(&hash).copied()
    }

    /// Sublinear counts times idf, each block scaled to its share, all to length 1. Grams never seen in training are left out; a text
    /// of nothing but those is empty.
    pub fn vector(&self, bag: &Bag) -> SparseVector {
        let mut found: Vec<(u32, usize, f32)> = Vec::with_capacity(bag.entries.len());
        let mut squares = [0.0f32; BLOCKS];
        for &(hash, block, count) in &bag.entries {
            let Some(&column) = self.columns.get(&hash) else { continue };
            let value = count.signum() * (1.0 + count.abs().max(1e-6).ln()).max(0.1) * self.idf[column as usize];
            squares[block as usize] += value * value;
            found.push((column, block as usize, value));
        }
        let used: f32 = (0..BLOCKS).filter(|b| squares[*b] > 0.0).map(|b| self.shares[b] * self.shares[b]).sum();
        let scale: Vec<f32> = (0..BLOCKS).map(|b| self.shares[b] / (squares[b] * used).sqrt().max(1e-12)).collect();
        found.sort_unstable_by_key(|f| f.0);
        SparseVector {
            columns: found.iter().map(|f| f.0).collect(),
            values: found.iter().map(|(_, block, value)| value * scale[*block]).collect(),
        }
    }

    pub fn write(&self, out: &mut Writer) {
        out.u32s(&self.hashes);
        out.f32s(&self.idf);
        out.f32s(&self.shares);
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, CodecError> {
        let (hashes, idf, shares) = (from.u32s()?, from.f32s()?, from.f32s()?);
        let shares = <[f32; BLOCKS]>::try_from(shares).map_err(|_| CodecError::Inconsistent("shares of the blocks"))?;
        if hashes.len() != idf.len() {
            return Err(CodecError::Inconsistent("columns of the vectoriser"));
        }
        Ok(Self::new(hashes, idf, shares))
    }
}
