//! The machine around us: proxy variables are ignored, and a machine without certificate authorities still starts.
//! Each check runs this same test binary again with another environment, since a process cannot safely change its own.

use crate::server::{ok, serve};
use qn_egress::{Egress, Policy, Request, Trust};
use std::process::Command;

/// Runs one ignored test of this binary with extra environment variables.
fn rerun(test: &str, environment: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test])
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn proxies_of_the_environment_are_not_used() {
    let proxy = serve(|_| ok("from the proxy")).await;
    let url = proxy.url("");
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let environment: Vec<_> = names.iter().map(|name| (*name, url.as_str())).collect();
    rerun("environment::sends_directly", &environment);
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
#[ignore = "run by proxies_of_the_environment_are_not_used"]
async fn sends_directly() {
    let server = serve(|_| ok("direct")).await;
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    assert_eq!(&egress.send(Request::get(server.url("/"))).await.unwrap().body[..], b"direct");
}

#[test]
fn a_machine_without_authorities_uses_the_built_in_list() {
    rerun("environment::starts_without_authorities", &[("SSL_CERT_FILE", "/nonexistent/none.pem"), ("SSL_CERT_DIR", "/nonexistent")]);
}

#[test]
#[ignore = "run by a_machine_without_authorities_uses_the_built_in_list"]
fn starts_without_authorities() {
    assert_eq!(Egress::new(Policy::default()).unwrap().trust(), Trust::BuiltIn);
}
