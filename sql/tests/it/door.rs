//! A door on loopback to a server that listens elsewhere only, with TLS for those who ask for it, or without.

use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

pub struct Door {
    pub port: u16,
    /// The authority of the door's certificate.
    pub root: String,
}

/// `socket` is the server's; `private` says whether TLS is spoken when it is asked for.
pub async fn open(socket: String, private: bool) -> Door {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(through(stream, socket.clone(), private.then(|| acceptor.clone())));
        }
    });
    Door { port, root: made.cert.pem() }
}

async fn through(mut outside: TcpStream, socket: String, acceptor: Option<TlsAcceptor>) {
    let mut inside = UnixStream::connect(&socket).await.unwrap();
    let mut first = [0; 8];
    if outside.peek(&mut first).await.unwrap() == 8 && first[4..] == [4, 210, 22, 47] {
        outside.read_exact(&mut first).await.unwrap();
        let Some(acceptor) = acceptor else { return outside.write_all(b"N").await.unwrap() };
        outside.write_all(b"S").await.unwrap();
        if let Ok(mut private) = acceptor.accept(outside).await {
            let _ = copy_bidirectional(&mut private, &mut inside).await;
        }
        return;
    }
    let _ = copy_bidirectional(&mut outside, &mut inside).await;
}
