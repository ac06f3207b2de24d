//! A robot's routine as a step plays it: what it brought is kept, and told of under the name that later steps read.

use super::{Asker, Outside};
use crate::attachments::{self, File, Unkept};
use qn_blob::BlobError;
use qn_connector::{Done, Failure, Kind};
use qn_domain::TenantId;
use qn_robot::{Download, Played, Work};
use serde_json::Value;

impl Outside {
    pub(super) async fn play(&self, asker: Asker<'_>, work: &Work<'_>) -> Done {
        // browsers and pages make for a large future
        let mut played = Box::pin(self.0.player.play(work)).await;
        if let Some(picture) = played.picture.take() {
            played.done.exchange.picture = self.hang(asker.tenant_id, picture).await;
        }
        // whoever tries a routine gets to see what it brought, and keeps nothing
        if asker.step.is_some()
            && let Err(failure) = self.keep_files(asker.tenant_id, &mut played).await
        {
            // the routine was played to its end
            played.done.exchange.failed(&failure);
            played.done.outcome = Err(failure.in_doubt());
        }
        played.done
    }

    /// Keeps a picture as an attachment; gives its id.
    async fn hang(&self, tenant_id: &TenantId, picture: Vec<u8>) -> Option<String> {
        let blobs = self.0.attachments.as_ref()?;
        let file = File { name: "page.png", content: picture };
        match attachments::keep(&self.0.db, blobs, tenant_id, file, self.0.clock.now()).await {
            Ok(kept) => Some(kept.id.to_string()),
            Err(error) => {
                tracing::warn!(%error, "the picture of a page could not be kept");
                None
            }
        }
    }

    /// Keeps what was downloaded; the answer and the record say under which id and of which type.
    async fn keep_files(&self, tenant_id: &TenantId, played: &mut Played) -> Result<(), Failure> {
        let Some(blobs) = self.0.attachments.as_ref() else { return Ok(()) };
        for Download { save, name, content } in std::mem::take(&mut played.files) {
            let file = File { name: &name, content };
            let kept =
                attachments::keep(&self.0.db, blobs, tenant_id, file, self.0.clock.now()).await.map_err(|error| unkept(&name, &error))?;
            let answer = played.done.outcome.as_mut().ok().and_then(|answer| answer.get_mut(&save));
            let record = played.done.exchange.got.get_mut("answer").and_then(|answer| answer.get_mut(&save));
            for told in [answer, record].into_iter().flatten().filter_map(Value::as_object_mut) {
                told.insert("id".to_owned(), kept.id.as_str().into());
                told.insert("type".to_owned(), kept.media_type.as_str().into());
            }
        }
        Ok(())
    }
}

fn unkept(name: &str, error: &Unkept) -> Failure {
    if let Unkept::Blob(BlobError::Refused(why)) = error {
        return Failure::new(Kind::Refused, format!("the page gave {name:?}, which is {why} and is not kept"))
            .zh(format!("下载的「{name}」是程序或脚本，不保留"));
    }
    tracing::warn!(%error, "a file that a robot downloaded could not be kept");
    Failure::new(Kind::Unavailable, format!("{name:?} was downloaded but could not be kept"))
        .zh(format!("已下载「{name}」，但没有保存成功"))
}
