//! A model of two layers and eight numbers, with everything that a real folder has. Weights follow from a seed.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub const LAYERS: usize = 2;
pub const HIDDEN: usize = 8;
pub const HEADS: usize = 2;
pub const WIDE: usize = 20;
pub const POSITIONS: usize = 40;
const PIECES: &str = "[PAD] [UNK] [CLS] [SEP] where is my order ? re ##turn hello a b c ##a ##b 订 单 退 货";

#[derive(Debug, Clone)]
pub struct Tiny {
    pub config: Value,
    pub tokenizer: Value,
    pub pooling: Option<Value>,
    pub modules: Option<Value>,
    pub tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    pub kind: &'static str,
}

impl Tiny {
    pub fn new() -> Self {
        let vocabulary = PIECES.split(' ').count();
        let config = json!({
            "model_type": "bert", "num_hidden_layers": LAYERS, "hidden_size": HIDDEN, "num_attention_heads": HEADS,
            "intermediate_size": WIDE, "vocab_size": vocabulary, "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
            "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 0,
        });
        Self { config, tokenizer: tokenizer(), pooling: None, modules: None, tensors: tensors(vocabulary), kind: "F32" }
    }

    pub fn write(&self, folder: &Path) {
        let put = |name: &str, value: &Value| fs::write(folder.join(name), value.to_string()).unwrap();
        put("config.json", &self.config);
        put("tokenizer.json", &self.tokenizer);
        if let Some(pooling) = &self.pooling {
            fs::create_dir_all(folder.join("1_Pooling")).unwrap();
            put("1_Pooling/config.json", pooling);
        }
        if let Some(modules) = &self.modules {
            put("modules.json", modules);
        }
        fs::write(folder.join("model.safetensors"), self.safetensors()).unwrap();
    }

    pub fn safetensors(&self) -> Vec<u8> {
        let (mut header, mut body) = (serde_json::Map::new(), Vec::new());
        for (name, (shape, values)) in &self.tensors {
            let start = body.len();
            for value in values {
                match self.kind {
                    "F32" => body.extend(value.to_le_bytes()),
                    "BF16" => body.extend(((value.to_bits() >> 16) as u16).to_le_bytes()),
                    _ => body.extend(half(*value).to_le_bytes()),
                }
            }
            header.insert(name.clone(), json!({"dtype": self.kind, "shape": shape, "data_offsets": [start, body.len()]}));
        }
        let header = Value::Object(header).to_string();
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &body].concat()
    }

    /// The weights become exactly representable in half precision of either kind.
    pub fn rounded(mut self) -> Self {
        for (_, values) in self.tensors.values_mut() {
            values.iter_mut().for_each(|x| *x = (*x * 64.0).round() / 64.0);
        }
        self
    }
}

/// Half precision of multiples of 1/64 below 2; nothing else occurs here.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    if value == 0.0 { sign } else { sign | ((bits >> 23 & 0xff) as u16 - 112) << 10 | (bits >> 13 & 0x3ff) as u16 }
}

fn tokenizer() -> Value {
    let vocabulary: BTreeMap<&str, usize> = PIECES.split(' ').zip(0..).collect();
    let special = |id: u32, content: &str| json!({"id": id, "content": content, "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false});
    let frame = |id: &str| json!({"SpecialToken": {"id": id, "type_id": 0}});
    let text = |id: &str| json!({"Sequence": {"id": id, "type_id": 0}});
    json!({
        "version": "1.0", "truncation": null,
        "padding": {"strategy": {"Fixed": 32}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [special(0, "[PAD]"), special(1, "[UNK]"), special(2, "[CLS]"), special(3, "[SEP]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": [frame("[CLS]"), text("A"), frame("[SEP]")],
            "pair": [frame("[CLS]"), text("A"), frame("[SEP]"), text("B"), frame("[SEP]")],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

fn tensors(vocabulary: usize) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let mut state = 7_u64;
    let mut all = BTreeMap::new();
    let mut put = |name: String, shape: &[usize]| {
        let values = (0..shape.iter().product()).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        });
        all.insert(name, (shape.to_vec(), values.collect()));
    };
    put("embeddings.word_embeddings.weight".into(), &[vocabulary, HIDDEN]);
    put("embeddings.position_embeddings.weight".into(), &[POSITIONS, HIDDEN]);
    put("embeddings.token_type_embeddings.weight".into(), &[2, HIDDEN]);
    let mut pair = |name: &str, outer: usize, inner: Option<usize>| {
        put(format!("{name}.weight"), &[outer].into_iter().chain(inner).collect::<Vec<_>>());
        put(format!("{name}.bias"), &[outer]);
    };
    pair("embeddings.LayerNorm", HIDDEN, None);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["query", "key", "value"] {
            pair(&name(&format!("attention.self.{part}")), HIDDEN, Some(HIDDEN));
        }
        pair(&name("attention.output.dense"), HIDDEN, Some(HIDDEN));
        pair(&name("attention.output.LayerNorm"), HIDDEN, None);
        pair(&name("intermediate.dense"), WIDE, Some(HIDDEN));
        pair(&name("output.dense"), HIDDEN, Some(WIDE));
        pair(&name("output.LayerNorm"), HIDDEN, None);
    }
    all
}
