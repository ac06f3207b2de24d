//! TLS against a real server with a certificate of our own making: believed only when the operator adds its authority,
//! and only for the name it was made for.

use crate::server::{ok, read_request};
use qn_egress::{Egress, EgressError, Looking, Lookup, Policy, Request};
use rcgen::CertifiedKey;
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

struct Here;

impl Lookup for Here {
    fn lookup(&self, _host: String) -> Looking {
        Box::pin(async { Ok(vec!["127.0.0.1".parse().unwrap()]) })
    }
}

/// Serves https on loopback; gives back the port and the certificate in PEM.
pub async fn serve_tls() -> (u16, String) {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(vec!["crm.internal".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(socket).await {
                read_request(&mut stream).await;
                let _ = stream.write_all(&ok("over tls")).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    (port, cert.pem())
}

pub fn egress(extra: &[String]) -> Egress {
    let policy = Policy { extra_roots_pem: extra.to_vec(), ..Policy::default().with_allowed(["127.0.0.1"]).unwrap() };
    Egress::with_lookup(policy, Arc::new(Here)).unwrap()
}

#[tokio::test]
async fn an_unknown_authority_is_refused() {
    let (port, _) = serve_tls().await;
    let error = egress(&[]).send(Request::get(format!("https://crm.internal:{port}/"))).await.unwrap_err();
    assert!(matches!(&error, EgressError::Tls { host, .. } if host == "crm.internal"), "{error:?}");
}

#[tokio::test]
async fn an_added_authority_is_believed_for_its_own_name_only() {
    let (port, pem) = serve_tls().await;
    let egress = egress(&[pem]);
    let answer = egress.send(Request::get(format!("https://crm.internal:{port}/"))).await.unwrap();
    assert_eq!(&answer.body[..], b"over tls");
    let error = egress.send(Request::get(format!("https://other.internal:{port}/"))).await.unwrap_err();
    assert_eq!(error.code(), "tls_failed", "{error}");
}

#[tokio::test]
async fn a_plain_server_behind_https_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.write_all(&ok("plain")).await;
        let _ = socket.shutdown().await;
    });
    let error = egress(&[]).send(Request::get(format!("https://crm.internal:{port}/"))).await.unwrap_err();
    assert_eq!(error.code(), "tls_failed", "{error:?}");
}

#[test]
fn bad_extra_roots_are_named_at_start() {
    for pem in ["", "not pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let policy = Policy { extra_roots_pem: vec![pem.to_owned()], ..Policy::default() };
        assert_eq!(Egress::new(policy).err().unwrap().code(), "egress_setup", "{pem}");
    }
}
