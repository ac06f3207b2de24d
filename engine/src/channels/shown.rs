//! How files of ours would leave: as files, or as links where the channel takes no such file or none so large. Told to agents while they write.

use crate::{Engine, Result};
use qn_domain::{Attachment, AttachmentId, Conversation};

/// What would become of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWay {
    pub attachment_id: AttachmentId,
    /// False: the customer gets a link.
    pub as_file: bool,
    /// Up to which size the channel takes such a file; none: no such file at all, or however large it is.
    pub bytes_max: Option<u64>,
}

impl Engine {
    pub async fn file_ways(&self, conversation: &Conversation, files: &[Attachment]) -> Result<Vec<FileWay>> {
        let inbox = self.inbox(&conversation.tenant_id, &conversation.inbox_id).await?;
        let adapter = qn_channel::find(inbox.channel);
        let way = |file: &Attachment| {
            let bytes_max = adapter.file_bytes_max(file, &self.public_url);
            FileWay {
                attachment_id: file.id.clone(),
                as_file: bytes_max.is_some_and(|max| file.size_bytes <= max),
                bytes_max: bytes_max.filter(|max| *max < u64::MAX),
            }
        };
        Ok(files.iter().map(way).collect())
    }
}
