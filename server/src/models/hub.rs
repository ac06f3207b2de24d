//! Fetching a model's files from a hub that serves `/<id>/resolve/<revision>/<file>`, through the egress guard. A broken download goes
//! on where it stopped, also in a later run; only a complete, checked model gets its name.

use super::{Checked, Models};
use anyhow::{Context, Result, bail, ensure};
use qn_egress::{Egress, Request, TIMEOUT_MS_MAX};
use qn_nlu_neural::{FILES, ModelFile};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Broken connections in a row, without a byte gained, before a download is given up.
const STALLS_MAX: u32 = 3;
/// Hubs send large files from elsewhere.
const REDIRECTS_MAX: u8 = 5;

/// Where from, and which state of the model.
#[derive(Debug, Clone)]
pub struct Hub {
    /// `https://huggingface.co` or a mirror, without a slash at the end.
    pub url: String,
    /// `owner/model`
    pub id: String,
    /// A branch, tag or commit.
    pub revision: String,
}

impl Hub {
    fn check(&self) -> Result<()> {
        let plain = |text: &str| {
            let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            (1..=100).contains(&text.len()) && text.chars().all(ok) && !text.starts_with('.')
        };
        ensure!(self.id.split('/').count() <= 2 && self.id.split('/').all(plain), "{:?} is no hub id such as owner/model", self.id);
        ensure!(plain(&self.revision), "{:?} is no revision", self.revision);
        Ok(())
    }

    fn address(&self, file: &str) -> String {
        format!("{}/{}/resolve/{}/{file}", self.url.trim_end_matches('/'), self.id, self.revision)
    }
}

/// Downloads, checks and names a model. `progress` is told each file with its bytes once it is complete.
pub async fn pull(models: &Models, egress: &Egress, hub: &Hub, name: Option<&str>, mut progress: impl FnMut(&str, u64)) -> Result<Checked> {
    hub.check()?;
    let name = name.unwrap_or_else(|| hub.id.rsplit('/').next().unwrap_or_default());
    models.check_free(name)?;
    let partial = partial_folder(models, hub)?;
    for file in FILES {
        match fetch(egress, hub, &partial, file).await? {
            Some(size_bytes) => progress(file.path, size_bytes),
            None if file.needed => bail!("{} has no {}", hub.address(""), file.path),
            None => {}
        }
    }
    let checked = models.accept(&partial, name);
    if checked.is_err() {
        // complete but no good: going on from here would never end
        fs::remove_dir_all(&partial).with_context(|| partial.display().to_string())?;
    }
    checked
}

/// One per source and revision, so that a broken pull is found again and never mixed with another.
fn partial_folder(models: &Models, hub: &Hub) -> Result<PathBuf> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{}\n{}\n{}", hub.url, hub.id, hub.revision));
    let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let folder = models.root.join(format!(".partial-{short}"));
    fs::create_dir_all(folder.join("1_Pooling")).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// A whole file, in as many requests as it takes. `None` when the hub does not have it.
async fn fetch(egress: &Egress, hub: &Hub, folder: &Path, file: ModelFile) -> Result<Option<u64>> {
    let (done, part) = (folder.join(file.path), folder.join(format!("{}.part", file.path)));
    if let Ok(meta) = fs::metadata(&done) {
        return Ok(Some(meta.len()));
    }
    let mut stalls = 0;
    loop {
        let before = fs::metadata(&part).map_or(0, |meta| meta.len());
        match advance(egress, hub, &part, file).await {
            Ok(Outcome::Absent) => return Ok(None),
            Ok(Outcome::Complete) => break,
            Err(error) => {
                let gained = fs::metadata(&part).map_or(0, |meta| meta.len()) > before;
                stalls = if gained { 0 } else { stalls + 1 };
                if stalls >= STALLS_MAX || !can_go_on(&error) {
                    return Err(error.context(format!("{} cannot be fetched", hub.address(file.path))));
                }
            }
        }
    }
    let finished = OpenOptions::new().append(true).open(&part).with_context(|| part.display().to_string())?;
    finished.sync_all().with_context(|| part.display().to_string())?;
    fs::rename(&part, &done).with_context(|| done.display().to_string())?;
    let _ = fs::remove_file(part.with_extension("tag"));
    Ok(Some(fs::metadata(&done).with_context(|| done.display().to_string())?.len()))
}

enum Outcome {
    Complete,
    Absent,
}

/// One request: from where the part ends to the file's end, if the connection holds.
async fn advance(egress: &Egress, hub: &Hub, part: &Path, file: ModelFile) -> Result<Outcome> {
    let tag_file = part.with_extension("tag");
    let have = fs::metadata(part).map_or(0, |meta| meta.len());
    let mut request = Request::get(hub.address(file.path));
    request.timeout_ms = TIMEOUT_MS_MAX;
    request.redirects_max = REDIRECTS_MAX;
    request.response_bytes_max = usize::try_from(file.bytes_max.saturating_sub(have)).unwrap_or(usize::MAX);
    if let (true, Ok(tag)) = (have > 0, fs::read_to_string(&tag_file)) {
        // without the tag of what we have, a changed file could be glued to the old one's beginning
        request = request.header("range", format!("bytes={have}-")).header("if-range", tag);
    }
    let mut answer = egress.open(request).await?;
    let resumed = match answer.status {
        404 => return Ok(Outcome::Absent),
        206 => starts_at(&answer.headers, have),
        200 => false,
        416 => {
            fs::remove_file(part).with_context(|| part.display().to_string())?;
            return Err(interrupted("the file on the hub is shorter than before"));
        }
        status => bail!("the hub answers with status {status}"),
    };
    ensure!(resumed || answer.status == 200, "the hub sends another part of the file than was asked for");
    let mut into = open_part(part, resumed)?;
    note_tag(&answer.headers, &tag_file)?;
    let expected = answer.content_length();
    let mut got = 0;
    while let Some(piece) = answer.chunk().await? {
        into.write_all(&piece).with_context(|| part.display().to_string())?;
        got += piece.len() as u64;
    }
    match expected {
        Some(expected) if expected != got => Err(interrupted("the connection ended before the file did")),
        _ => Ok(Outcome::Complete),
    }
}

fn open_part(part: &Path, resumed: bool) -> Result<File> {
    let mut options = OpenOptions::new();
    let options = if resumed { options.append(true) } else { options.write(true).create(true).truncate(true) };
    options.open(part).with_context(|| part.display().to_string())
}

fn starts_at(headers: &qn_egress::HeaderMap, have: u64) -> bool {
    let range = headers.get("content-range").and_then(|value| value.to_str().ok()).unwrap_or_default();
    range.strip_prefix("bytes ").and_then(|range| range.split('-').next()?.parse().ok()) == Some(have)
}

/// Only a strong tag may be used to resume.
fn note_tag(headers: &qn_egress::HeaderMap, tag_file: &Path) -> Result<()> {
    let tag = headers.get("etag").and_then(|value| value.to_str().ok()).filter(|tag| tag.starts_with('"'));
    match tag {
        Some(tag) => fs::write(tag_file, tag).with_context(|| tag_file.display().to_string()),
        None => {
            let _ = fs::remove_file(tag_file);
            Ok(())
        }
    }
}

/// In the egress client's words, so that there is one list of failures after which it goes on.
fn interrupted(reason: &str) -> anyhow::Error {
    qn_egress::EgressError::Broken { reason: reason.to_owned() }.into()
}

/// Whether another request may do better: the connection failed, not the request.
fn can_go_on(error: &anyhow::Error) -> bool {
    use qn_egress::EgressError::{Broken, Connect, Timeout};
    matches!(error.downcast_ref(), Some(Broken { .. } | Connect { .. } | Timeout { .. }))
}
