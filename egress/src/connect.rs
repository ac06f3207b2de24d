//! Connections that are not HTTP requests (WebSockets, mail), under the same rules: the address is resolved and judged in the breath it is
//! connected to, and TLS believes whom the HTTP client believes. What is spoken over them is the caller's business.

use crate::{AddressClass, Egress, EgressError, trust};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const ADDRESSES_MAX: usize = 8;

/// How TLS is done, made at the first use: reading the machine's authorities takes a while.
#[derive(Clone, Default)]
pub(crate) struct TlsOnce(Arc<std::sync::OnceLock<Arc<rustls::ClientConfig>>>);

impl Egress {
    /// TCP without delay of small writes. `host` is a name or an address, without brackets.
    ///
    /// # Errors
    /// `Blocked` when every address of the host is one the policy refuses.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, EgressError> {
        self.in_time(self.connect_any(host, port)).await
    }

    /// TLS from the first byte. The certificate must be for `host`.
    pub async fn connect_tls(&self, host: &str, port: u16) -> Result<TlsStream<TcpStream>, EgressError> {
        let stream = self.connect(host, port).await?;
        self.start_tls(host, stream).await
    }

    /// TLS over a connection that began in the clear (STARTTLS).
    pub async fn start_tls(&self, host: &str, stream: TcpStream) -> Result<TlsStream<TcpStream>, EgressError> {
        let failed = |reason: String| EgressError::Tls { host: host.to_owned(), reason };
        let config = self.tls_config()?;
        let name = rustls::pki_types::ServerName::try_from(host.to_owned()).map_err(|e| failed(e.to_string()))?;
        let shaking = async { TlsConnector::from(config).connect(name, stream).await.map_err(|e| failed(e.to_string())) };
        self.in_time(shaking).await
    }

    async fn connect_any(&self, host: &str, port: u16) -> Result<TcpStream, EgressError> {
        let mut refused: Option<AddressClass> = None;
        let mut failed: Option<String> = None;
        for ip in self.addresses(host).await?.into_iter().take(ADDRESSES_MAX) {
            let socket = SocketAddr::new(ip, port);
            let literal = host.parse::<IpAddr>().is_ok();
            let judged = if literal { self.policy().check_socket(host, socket) } else { self.policy().check(host, ip) };
            if let Err(class) = judged {
                refused = refused.or(Some(class));
                continue;
            }
            match TcpStream::connect(socket).await.and_then(|stream| stream.set_nodelay(true).map(|()| stream)) {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = Some(error.kind().to_string()),
            }
        }
        let host = host.to_owned();
        match (failed, refused) {
            (Some(reason), _) => Err(EgressError::Connect { host, reason }),
            (None, Some(class)) => Err(EgressError::Blocked { host, class }),
            (None, None) => Err(EgressError::Dns { host }),
        }
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, EgressError> {
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        self.lookup.lookup(host.to_owned()).await.map_err(|_| EgressError::Dns { host: host.to_owned() })
    }

    fn tls_config(&self) -> Result<Arc<rustls::ClientConfig>, EgressError> {
        if let Some(known) = self.tls.0.get() {
            return Ok(known.clone());
        }
        let made = Arc::new(trust::tls_config(self.policy(), self.trust())?);
        Ok(self.tls.0.get_or_init(|| made).clone())
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, EgressError>>) -> Result<T, EgressError> {
        let timeout_ms = self.policy().connect_timeout_ms;
        timeout(Duration::from_millis(timeout_ms), work).await.map_err(|_| EgressError::Timeout { timeout_ms })?
    }
}
