//! The private-range guard: by literal, by name, by a name that changes its mind, and behind redirects.

use crate::server::{ok, redirect, serve};
use qn_egress::{AddressClass, Egress, EgressError, Looking, Lookup, Policy, Request};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers the first question with `first`, all later ones with `later`, as a rebinding attacker's DNS does.
struct Changing {
    first: Vec<IpAddr>,
    later: Vec<IpAddr>,
    asked: AtomicUsize,
}

impl Changing {
    fn new(first: &[&str], later: &[&str]) -> Arc<Self> {
        let read = |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        Arc::new(Self { first: read(first), later: read(later), asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Changing {
    fn lookup(&self, _host: String) -> Looking {
        let answer = if self.asked.fetch_add(1, Ordering::SeqCst) == 0 { self.first.clone() } else { self.later.clone() };
        Box::pin(async move { Ok(answer) })
    }
}

fn allowing(entries: &[&str]) -> Policy {
    Policy::default().with_allowed(entries.iter().copied()).unwrap()
}

#[tokio::test]
async fn loopback_is_refused_before_any_connection() {
    let server = serve(|_| ok("secret")).await;
    let egress = Egress::new(Policy::default()).unwrap();
    let port = server.address.port();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "LOCALHOST"] {
        let result = egress.send(Request::get(format!("http://{host}:{port}/"))).await;
        assert!(matches!(result, Err(EgressError::Blocked { .. })), "{host}: {result:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn names_are_judged_by_what_they_resolve_to() {
    for (ip, class) in [
        ("127.0.0.1", AddressClass::Loopback),
        ("10.0.0.8", AddressClass::Private),
        ("169.254.169.254", AddressClass::Metadata),
        ("100.64.1.1", AddressClass::Shared),
        ("::ffff:10.0.0.1", AddressClass::Reserved),
        ("fd00::1", AddressClass::UniqueLocal),
    ] {
        let egress = Egress::with_lookup(Policy::default(), Changing::new(&[ip], &[ip])).unwrap();
        let error = egress.send(Request::get("https://looks-public.example/")).await.unwrap_err();
        assert_eq!(error, EgressError::Blocked { host: "looks-public.example".into(), class });
        assert!(!error.to_string().contains(ip), "the message tells what the name stands for: {error}");
    }
}

#[tokio::test]
async fn rebinding_gains_nothing() {
    let server = serve(|_| ok("secret")).await;
    // 127.0.0.2 stands in for the attacker's own, permitted server; 127.0.0.1 is what they want to reach
    let lookup = Changing::new(&["127.0.0.2"], &["127.0.0.1"]);
    let policy = Policy { connect_timeout_ms: 500, ..allowing(&["127.0.0.2"]) };
    let egress = Egress::with_lookup(policy, Arc::clone(&lookup) as Arc<dyn Lookup>).unwrap();
    let url = format!("http://rebind.example:{}/", server.address.port());
    let first = egress.send(Request::get(&url)).await.unwrap_err();
    assert_eq!(first.code(), "connect_failed", "nothing listens there");
    assert_eq!(lookup.asked.load(Ordering::SeqCst), 1, "checked and connected with one answer");
    let second = egress.send(Request::get(&url)).await;
    assert!(matches!(second, Err(EgressError::Blocked { class: AddressClass::Loopback, .. })), "{second:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_mixed_answer_uses_only_the_permitted_addresses() {
    let server = serve(|_| ok("fine")).await;
    let lookup = Changing::new(&["10.255.255.1", "169.254.169.254", "127.0.0.1"], &[]);
    let egress = Egress::with_lookup(allowing(&["127.0.0.0/8"]), lookup).unwrap();
    let answer = egress.send(Request::get(format!("http://mixed.example:{}/", server.address.port()))).await.unwrap();
    assert_eq!(&answer.body[..], b"fine");
}

#[tokio::test]
async fn the_operator_can_open_a_host_or_a_range() {
    let mut server = serve(|_| ok("inside")).await;
    let port = server.address.port();
    let by_range = Egress::new(allowing(&["127.0.0.1/32"])).unwrap();
    assert_eq!(by_range.send(Request::get(server.url("/a"))).await.unwrap().status, 200);
    let lookup = Changing::new(&["127.0.0.1"], &["127.0.0.1"]);
    let by_host = Egress::with_lookup(allowing(&["crm.internal"]), lookup).unwrap();
    assert_eq!(by_host.send(Request::get(format!("http://crm.internal:{port}/b"))).await.unwrap().status, 200);
    let other = by_host.send(Request::get(format!("http://other.internal:{port}/"))).await;
    assert!(matches!(other, Err(EgressError::Blocked { .. })));
    assert!(server.requests.recv().await.unwrap().starts_with("GET /a HTTP/1.1\r\n"));
    assert!(server.requests.recv().await.unwrap().contains(&format!("host: crm.internal:{port}\r\n")));
}

#[tokio::test]
async fn redirects_are_not_followed_unless_asked() {
    let server = serve(|_| redirect(302, "http://169.254.169.254/latest")).await;
    let egress = Egress::new(allowing(&["127.0.0.1"])).unwrap();
    let answer = egress.send(Request::post(server.url("/hook"), "{}")).await.unwrap();
    assert_eq!(answer.status, 302);
    assert_eq!(server.connections(), 1);
    let mut post = Request::post(server.url("/hook"), "{}");
    post.redirects_max = 3;
    assert_eq!(egress.send(post).await.unwrap().status, 302, "a POST never follows");
}

#[tokio::test]
async fn every_followed_redirect_is_checked_again() {
    let inner = serve(|_| ok("secret")).await;
    let port = inner.address.port();
    for target in
        [format!("http://[::1]:{port}/"), format!("http://127.0.0.2:{port}/"), format!("http://localhost:{port}/"), "//127.1/".to_owned()]
    {
        let location = target.clone();
        let outer = serve(move |_| redirect(307, &location)).await;
        // only the outer server's own name is open
        let egress = Egress::with_lookup(allowing(&["outer.example"]), Changing::new(&["127.0.0.1"], &["127.0.0.1"])).unwrap();
        let mut request = Request::get(format!("http://outer.example:{}/", outer.address.port()));
        request.redirects_max = 5;
        let result = egress.send(request).await;
        assert!(matches!(result, Err(EgressError::Blocked { .. })), "{target}: {result:?}");
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn redirects_end_and_credentials_stay_home() {
    let mut other = serve(|_| ok("there")).await;
    let target = other.url("/there");
    let first = serve(move |path| if path == "/loop" { redirect(302, "/loop") } else { redirect(302, &target) }).await;
    let egress = Egress::new(allowing(&["127.0.0.1"])).unwrap();
    let mut looping = Request::get(first.url("/loop"));
    looping.redirects_max = 3;
    assert_eq!(egress.send(looping).await.unwrap_err(), EgressError::Redirect { max: 3 });
    assert_eq!(first.connections(), 4);
    let mut leaving = Request::get(first.url("/go")).header("Authorization", "Bearer s3cret").header("Accept", "image/*");
    leaving.redirects_max = 1;
    assert_eq!(&egress.send(leaving).await.unwrap().body[..], b"there");
    let seen = other.requests.recv().await.unwrap();
    assert!(!seen.contains("s3cret") && seen.contains("accept: image/*"), "{seen}");
}
