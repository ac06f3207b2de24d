//! An intent model as bytes and back. Any damaged, cut or foreign file is a `CodecError`.

use super::heads::Heads;
use super::mix::Mix;
use super::model::{IntentModel, Judge};
use super::scope::{CurvePoint, Operating, Scope};
use crate::learn::calibrate::Temperature;
use crate::learn::codec::{CodecError, Reader, Writer};

const KIND: [u8; 4] = *b"INTN";
const VERSION: u16 = 2;

impl IntentModel {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new(KIND, VERSION);
        out.strings(&self.labels);
        out.string(self.encoder.as_deref().unwrap_or_default());
        self.heads.write(&mut out);
        write_judge(&mut out, &self.plain);
        out.u8(u8::from(self.encoded.is_some()));
        if let Some(judge) = &self.encoded {
            write_judge(&mut out, judge);
        }
        out.finish()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut from = Reader::new(bytes, KIND, VERSION)?;
        let (labels, encoder) = (from.strings()?, from.string()?);
        let (heads, plain) = (Heads::read(&mut from)?, read_judge(&mut from)?);
        let encoded = if from.u8()? == 1 { Some(read_judge(&mut from)?) } else { None };
        from.finish()?;
        if heads.sparse.classes() != labels.len() || encoded.is_some() != heads.dense.is_some() {
            return Err(CodecError::Inconsistent("intents of the model"));
        }
        Ok(Self { labels, heads, plain, encoded, encoder: (!encoder.is_empty()).then_some(encoder) })
    }
}

fn write_judge(out: &mut Writer, judge: &Judge) {
    let mix = judge.mix;
    out.f32s(&[mix.margins, mix.dense, mix.near, mix.near_dense, judge.temperature.scale, judge.operating.threshold]);
    judge.scope.write(out);
    // A curve without strangers says so with a share below zero.
    let points = judge.operating.curve.iter().flat_map(|p| [p.threshold, p.answered, p.wrong, p.caught.unwrap_or(-1.0)]);
    out.f32s(&points.collect::<Vec<_>>());
}

fn read_judge(from: &mut Reader<'_>) -> Result<Judge, CodecError> {
    let numbers = from.f32s()?;
    let [margins, dense, near, near_dense, scale, threshold] = numbers[..] else {
        return Err(CodecError::Inconsistent("weights of the mix"));
    };
    let scope = Scope::read(from)?;
    let (points, rest) = {
        let numbers = from.f32s()?;
        let (points, rest) = numbers.as_chunks::<4>();
        (points.to_vec(), rest.len())
    };
    if rest != 0 {
        return Err(CodecError::Inconsistent("points of the curve"));
    }
    let curve = points.iter().map(|[threshold, answered, wrong, caught]| CurvePoint {
        threshold: *threshold,
        answered: *answered,
        wrong: *wrong,
        caught: (*caught >= 0.0).then_some(*caught),
    });
    Ok(Judge {
        mix: Mix { margins, dense, near, near_dense },
        temperature: Temperature { scale },
        scope,
        operating: Operating { threshold, curve: curve.collect() },
    })
}
