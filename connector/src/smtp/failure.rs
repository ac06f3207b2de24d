//! What a mail server's refusals mean to a flow. A wrong password or a refused receiver stays refused; what may pass is worth another try.

use crate::{Failure, Kind};
use qn_mailbox::MailboxError;
use serde_json::json;

/// `handed`: the letter was on its way when it happened.
pub(super) fn of(error: MailboxError, handed: bool) -> Failure {
    let code = error.code();
    let (kind, zh, said) = match &error {
        MailboxError::Egress(error) => return Failure { in_doubt: handed, ..Failure::from(error.clone()) },
        MailboxError::Timeout { .. } => (Kind::Timeout, "邮件服务器没有在时限内应答", ""),
        MailboxError::Broken { said } => (Kind::Unavailable, "与邮件服务器的连接中断", said.as_str()),
        MailboxError::NoTls => (Kind::Refused, "邮件服务器不提供加密（STARTTLS），没有发送", ""),
        MailboxError::Login { said } => (Kind::Refused, "邮件服务器拒绝了用户名或密码", said.as_str()),
        MailboxError::Folder { said, .. } => (Kind::Invalid, "没有这个邮件文件夹", said.as_str()),
        MailboxError::TooLarge { .. } => (Kind::Refused, "邮件超过邮件服务器的大小上限", ""),
        MailboxError::Refused { code: 500..=599, said } => (Kind::Refused, "邮件服务器拒绝了这封信", said.as_str()),
        MailboxError::Refused { said, .. } => (Kind::Unavailable, "邮件服务器暂时不收这封信", said.as_str()),
    };
    let words = if said.is_empty() { zh.to_owned() } else { format!("{zh}：{said}") };
    let in_doubt = handed && matches!(error, MailboxError::Timeout { .. } | MailboxError::Broken { .. });
    let detail = json!({"code": code, "zh": words, "said": said});
    Failure { in_doubt, ..Failure::new(kind, error.to_string()).zh(words).detail(detail) }
}

pub(super) fn late(timeout_ms: u64, handed: bool) -> Failure {
    of(MailboxError::Timeout { timeout_ms }, handed)
}
