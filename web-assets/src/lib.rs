//! The built web applications (`web/dist`), inside the binary. Nothing else: who may see a file, and with which headers, is the API's.
//! Names are stable, so browsers ask again each time and get "not modified" by the content's hash.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::OnceLock;

/// Below this, compressing costs more than it saves.
const GZIP_BYTES_MIN: usize = 1_024;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

#[derive(Debug)]
pub struct Asset {
    pub bytes: Bytes,
    pub content_type: &'static str,
    /// From the content; quoted, as the header wants it.
    pub etag: String,
    gzip: OnceLock<Option<Bytes>>,
}

/// All files by their path below `web/dist`, e.g. `console/index.html`.
#[derive(Debug, Default)]
pub struct Assets {
    files: HashMap<String, Asset>,
}

impl Assets {
    pub fn load() -> Self {
        let files = Dist::iter().filter_map(|path| Some((path.to_string(), asset(&path)?))).collect();
        Self { files }
    }

    pub fn find(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl Asset {
    /// The compressed form where it is smaller; made when first asked for.
    pub fn gzip(&self) -> Option<Bytes> {
        self.gzip.get_or_init(|| compress(&self.bytes, self.content_type)).clone()
    }
}

fn asset(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Some(Asset { bytes, content_type: content_type(path), etag: format!("\"{hex}\""), gzip: OnceLock::new() })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    }
}

fn compress(bytes: &[u8], content_type: &str) -> Option<Bytes> {
    let is_text = content_type.starts_with("text/") || content_type.starts_with("application/") || content_type == "image/svg+xml";
    if !is_text || bytes.len() < GZIP_BYTES_MIN {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(7));
    encoder.write_all(bytes).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < bytes.len()).then(|| Bytes::from(packed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_type_and_a_hash_and_text_is_packed() {
        let assets = Assets::load();
        for path in assets.paths() {
            let asset = assets.find(path).unwrap();
            assert_ne!(asset.content_type, "application/octet-stream", "{path}");
            assert_eq!(asset.etag.len(), 26);
        }
        let text = "青鸟 ".repeat(2_000);
        let packed = compress(text.as_bytes(), "text/css").unwrap();
        assert!(packed.len() < text.len() / 10);
        assert!(compress(text.as_bytes(), "image/png").is_none());
    }
}
