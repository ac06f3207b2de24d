//! Bare connections: the same guard and the same trust as requests.

use crate::tls::{egress, serve_tls};
use qn_egress::{AddressClass, Egress, EgressError, Policy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn private_addresses_are_refused_by_name_and_by_number() {
    let strict = Egress::new(Policy::default()).unwrap();
    for host in ["127.0.0.1", "localhost", "::1", "169.254.169.254"] {
        let error = strict.connect(host, 9).await.unwrap_err();
        assert!(matches!(error, EgressError::Blocked { .. }), "{host}: {error:?}");
    }
    let error = strict.connect("10.0.0.1", 25).await.unwrap_err();
    assert_eq!(error, EgressError::Blocked { host: "10.0.0.1".into(), class: AddressClass::Private });
}

#[tokio::test]
async fn an_allowed_port_is_connected_to_and_others_are_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = Policy::default().with_allowed([format!("127.0.0.1:{port}").as_str()]).unwrap();
    let egress = Egress::new(policy).unwrap();
    let (ours, theirs) = tokio::join!(egress.connect("127.0.0.1", port), listener.accept());
    theirs.unwrap().0.write_all(b"hi").await.unwrap();
    let mut said = [0; 2];
    ours.unwrap().read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"hi");
    assert!(matches!(egress.connect("127.0.0.1", 1).await, Err(EgressError::Blocked { .. })));
}

#[tokio::test]
async fn tls_believes_added_authorities_and_nobody_unknown() {
    let (port, pem) = serve_tls().await;
    let mut stream = egress(std::slice::from_ref(&pem)).connect_tls("crm.internal", port).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: crm.internal\r\n\r\n").await.unwrap();
    let mut said = String::new();
    let _ = stream.read_to_string(&mut said).await;
    assert!(said.ends_with("over tls"), "{said}");
    let unknown = egress(&[]).connect_tls("crm.internal", port).await.unwrap_err();
    let misnamed = egress(&[pem]).connect_tls("erp.internal", port).await.unwrap_err();
    for error in [unknown, misnamed] {
        assert!(matches!(error, EgressError::Tls { .. }), "{error:?}");
    }
}
