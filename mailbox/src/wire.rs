//! The bytes between us and a mail server, encrypted or not.

use crate::account::Account;
use crate::{MailboxError, Security};
use qn_egress::{AddressClass, Egress, classify};
use std::fmt;
use std::future::Future;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) trait Bytes: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Bytes for T {}

pub(crate) type Wire = Box<dyn Bytes>;

/// A connection as it begins: with `StartTls` still in the clear.
pub(crate) enum Begun {
    Private(Wire),
    Clear(TcpStream),
}

pub(crate) async fn begin(egress: &Egress, account: &Account) -> Result<Begun, MailboxError> {
    match account.security {
        Security::Tls => Ok(Begun::Private(Box::new(egress.connect_tls(&account.host, account.port).await?))),
        Security::StartTls => Ok(Begun::Clear(egress.connect(&account.host, account.port).await?)),
        Security::Plain => {
            let stream = egress.connect(&account.host, account.port).await?;
            let is_public = stream.peer_addr().is_ok_and(|peer| classify(peer.ip()) == AddressClass::Public);
            if is_public { Err(MailboxError::NoTls) } else { Ok(Begun::Private(Box::new(stream))) }
        }
    }
}

pub(crate) async fn in_time<T>(timeout_ms: u64, work: impl Future<Output = Result<T, MailboxError>>) -> Result<T, MailboxError> {
    timeout(Duration::from_millis(timeout_ms), work).await.map_err(|_| MailboxError::Timeout { timeout_ms })?
}
