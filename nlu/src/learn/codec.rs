//! The file format of trained models: a head (magic, kind, version), numbers and strings in a fixed order, a checksum at the end.
//! Reading is bounded by the bytes that are there: a damaged, cut or foreign file is a typed error, never a panic and never a large
//! allocation. Knows nothing about the models themselves.

const MAGIC: &[u8; 4] = b"QNLM";

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("this is not a model file")]
    Foreign,
    #[error("this model holds {found:?}, not {wanted:?}")]
    Kind { found: [u8; 4], wanted: [u8; 4] },
    #[error("this model has format {found}, this program reads {wanted}; train it again")]
    Version { found: u16, wanted: u16 },
    #[error("the model file is cut short or damaged")]
    Damaged,
    #[error("the model file contradicts itself: {0}")]
    Inconsistent(&'static str),
}

/// Collects a model's bytes.
#[derive(Debug)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// `kind` names the model's task in four letters; `version` is of that kind's format.
    pub fn new(kind: [u8; 4], version: u16) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(kind);
        bytes.extend(version.to_le_bytes());
        Self(bytes)
    }

    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn f32(&mut self, value: f32) {
        self.0.extend(value.to_le_bytes());
    }

    pub fn string(&mut self, value: &str) {
        self.bytes(value.as_bytes());
    }

    pub fn strings<S: AsRef<str>>(&mut self, values: &[S]) {
        self.u32(values.len() as u32);
        values.iter().for_each(|v| self.string(v.as_ref()));
    }

    pub fn bytes(&mut self, values: &[u8]) {
        self.u32(values.len() as u32);
        self.0.extend(values);
    }

    pub fn i8s(&mut self, values: &[i8]) {
        self.u32(values.len() as u32);
        self.0.extend(values.iter().map(|v| *v as u8));
    }

    pub fn u16s(&mut self, values: &[u16]) {
        self.u32(values.len() as u32);
        values.iter().for_each(|v| self.0.extend(v.to_le_bytes()));
    }

    pub fn u32s(&mut self, values: &[u32]) {
        self.u32(values.len() as u32);
        values.iter().for_each(|v| self.u32(*v));
    }

    pub fn f32s(&mut self, values: &[f32]) {
        self.u32(values.len() as u32);
        values.iter().for_each(|v| self.f32(*v));
    }

    /// The whole file, checksum last.
    pub fn finish(mut self) -> Vec<u8> {
        let sum = checksum(&self.0);
        self.0.extend(sum.to_le_bytes());
        self.0
    }
}

/// Takes a model's bytes apart in the order they were written.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Checks head and checksum.
    pub fn new(file: &'a [u8], kind: [u8; 4], version: u16) -> Result<Self, CodecError> {
        let head = file.get(..10).ok_or(CodecError::Foreign)?;
        if &head[..4] != MAGIC {
            return Err(CodecError::Foreign);
        }
        let found = [head[4], head[5], head[6], head[7]];
        if found != kind {
            return Err(CodecError::Kind { found, wanted: kind });
        }
        let found = u16::from_le_bytes([head[8], head[9]]);
        if found != version {
            return Err(CodecError::Version { found, wanted: version });
        }
        let (body, sum) = file.split_last_chunk::<8>().ok_or(CodecError::Damaged)?;
        if body.len() < 10 || checksum(body) != u64::from_le_bytes(*sum) {
            return Err(CodecError::Damaged);
        }
        Ok(Self { rest: &body[10..] })
    }

    pub fn u8(&mut self) -> Result<u8, CodecError> {
        Ok(self.take(1)?[0])
    }

    pub fn u32(&mut self) -> Result<u32, CodecError> {
        let (head, rest) = self.rest.split_first_chunk::<4>().ok_or(CodecError::Damaged)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*head))
    }

    /// A finite number: others would spread through every score.
    pub fn f32(&mut self) -> Result<f32, CodecError> {
        finite(f32::from_bits(self.u32()?))
    }

    pub fn string(&mut self) -> Result<String, CodecError> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| CodecError::Damaged)
    }

    pub fn strings(&mut self) -> Result<Vec<String>, CodecError> {
        let count = self.u32()? as usize;
        // Each string takes at least its length.
        if count > self.rest.len() / 4 {
            return Err(CodecError::Damaged);
        }
        (0..count).map(|_| self.string()).collect()
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], CodecError> {
        let count = self.u32()? as usize;
        self.take(count)
    }

    pub fn i8s(&mut self) -> Result<Vec<i8>, CodecError> {
        Ok(self.bytes()?.iter().map(|b| *b as i8).collect())
    }

    pub fn u16s(&mut self) -> Result<Vec<u16>, CodecError> {
        Ok(self.numbers::<2>()?.map(u16::from_le_bytes).collect())
    }

    pub fn u32s(&mut self) -> Result<Vec<u32>, CodecError> {
        Ok(self.numbers::<4>()?.map(u32::from_le_bytes).collect())
    }

    pub fn f32s(&mut self) -> Result<Vec<f32>, CodecError> {
        self.numbers::<4>()?.map(|b| finite(f32::from_le_bytes(b))).collect()
    }

    /// Everything must have been read.
    pub fn finish(self) -> Result<(), CodecError> {
        if self.rest.is_empty() { Ok(()) } else { Err(CodecError::Inconsistent("bytes after the end")) }
    }

    fn numbers<const N: usize>(&mut self) -> Result<impl Iterator<Item = [u8; N]> + use<'a, N>, CodecError> {
        let count = self.u32()? as usize;
        let bytes = self.take(count.checked_mul(N).ok_or(CodecError::Damaged)?)?;
        Ok(bytes.as_chunks::<N>().0.iter().copied())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CodecError::Damaged)?;
        self.rest = rest;
        Ok(taken)
    }
}

fn finite(value: f32) -> Result<f32, CodecError> {
    if value.is_finite() { Ok(value) } else { Err(CodecError::Damaged) }
}

/// Detects damage, not intent: eight bytes at a time, multiplied and rotated.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, tail) = bytes.as_chunks::<8>();
    let mix = |sum: u64, word: u64| (sum.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let sum = words.iter().fold(bytes.len() as u64, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    tail.iter().fold(sum, |sum, byte| mix(sum, u64::from(*byte) + 1))
}
