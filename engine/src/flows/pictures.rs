//! Pictures that a flow sends, as files of its message that each channel shows as it can: uploaded ones as they are, those of an address had
//! there through the guard when they are said, and kept. One that cannot be had, or is none, is told in its words.

use crate::attachments::{Uploader, as_content, one};
use crate::{Engine, EngineError, Result};
use qn_domain::{Attachment, AttachmentId};
use qn_egress::Request;
use qn_runner::Errand;
use qn_store::attachment::{StoredAttachment, find};
use qn_workflow::request::{Image, uploaded};

const FETCH_MS_MAX: u64 = 10_000;
const REDIRECTS_MAX: u8 = 3;
/// What every channel takes.
const BYTES_MAX: usize = 5 * 1024 * 1024;
const ALT_CHARS_MAX: usize = 80;

/// Those that were had, and the words of the others.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    pub files: Vec<Attachment>,
    pub told: Vec<String>,
}

impl Engine {
    /// Nothing here fails the step: the words count.
    pub(super) async fn pictures(&self, errand: &Errand, images: &[Image]) -> Pictures {
        let mut pictures = Pictures::default();
        for image in images {
            let alt = qn_base::text::line(&image.alt, ALT_CHARS_MAX);
            let had = match uploaded(&image.url) {
                Some(id) => self.uploaded_picture(errand, id, &alt).await,
                None => self.picture(errand, &image.url, &alt).await,
            };
            match had {
                Ok(file) => pictures.files.push(file),
                Err(error) => {
                    tracing::warn!(%error, run = %errand.run_id, step = %errand.step, "a picture of a flow could not be had");
                    pictures.told.push(alt);
                }
            }
        }
        pictures
    }

    /// One file for all its messages: nothing ever deletes what was uploaded.
    async fn uploaded_picture(&self, errand: &Errand, id: &str, alt: &str) -> Result<Attachment> {
        let found = find(&self.db, &errand.tenant_id, &AttachmentId::from(id)).await?;
        let stored = found.ok_or_else(|| EngineError::not_found("attachment", id))?;
        let extension = ending(&stored.media_type).filter(|_| is_fit(&stored)).ok_or(EngineError::Invalid { field: "images" })?;
        Ok(Attachment { name: named(alt, extension), ..as_content(&stored) })
    }

    /// Its name is what it shows, which screens read out.
    async fn picture(&self, errand: &Errand, url: &str, alt: &str) -> Result<Attachment> {
        let mut request = Request::get(url);
        request.timeout_ms = FETCH_MS_MAX;
        request.redirects_max = REDIRECTS_MAX;
        request.response_bytes_max = BYTES_MAX;
        let response = self.call(request).await?;
        if !response.is_success() {
            return Err(EngineError::NotFetched { status: response.status });
        }
        let extension = extension(&response.body).ok_or(EngineError::Invalid { field: "images" })?;
        let name = named(alt, extension);
        let uploader = Uploader { kind: "flow", id: &errand.run_id };
        let stored = self.store_attachment(&errand.tenant_id, uploader, &name, one(response.body)).await?;
        Ok(as_content(&stored))
    }
}

/// Of a picture that may be shown in place; none for anything else, whatever the server called it.
fn extension(bytes: &[u8]) -> Option<&'static str> {
    let verdict = qn_blob::sniff("picture", bytes);
    if verdict.allowed && verdict.inline { ending(verdict.media_type) } else { None }
}

/// Whether channels take it.
pub(super) fn is_fit(stored: &StoredAttachment) -> bool {
    let bytes = usize::try_from(stored.size_bytes).unwrap_or(usize::MAX);
    stored.inline && bytes <= BYTES_MAX && ending(&stored.media_type).is_some()
}

fn named(alt: &str, extension: &str) -> String {
    format!("{}.{extension}", alt.replace(['/', '\\'], " "))
}

fn ending(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        "image/gif" => Some("gif"),
        "image/webp" => Some("webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_may_be_shown_are_sent() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0; 20]);
        assert_eq!(extension(&png), Some("png"));
        assert_eq!(extension(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"), Some("jpg"));
        for other in [&b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], b"<html></html>", b"%PDF-1.7", b""] {
            assert_eq!(extension(other), None);
        }
    }
}
