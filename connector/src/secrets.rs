//! The wall to whoever keeps secrets, and what a secret is bound to. A secret is opened for one host at one call; a host it is not
//! bound to is refused before anything is opened.

use crate::Failure;
use qn_crypto::Plain;
use std::future::Future;
use std::pin::Pin;
use url::Url;

pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Plain, Failure>> + Send + 'a>>;
pub type Replacing<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// The secrets of one tenant.
pub trait Secrets: Send + Sync {
    /// Refused for a host (see `Binding`) the secret is not bound to.
    fn open<'a>(&'a self, name: &'a str, url: &'a Url) -> Opening<'a>;

    /// Refused like `open`, without opening: for what is derived from a secret, such as an access token.
    fn check<'a>(&'a self, name: &'a str, url: &'a Url) -> Replacing<'a>;

    /// A refresh token that the other side renewed.
    fn replace<'a>(&'a self, name: &'a str, plain: &'a Plain) -> Replacing<'a>;
}

/// A host a secret may be sent to: `api.example.com`, or with a port that then must be the one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    host: String,
    port: Option<u16>,
}

impl Binding {
    /// A host or `host:port`, in any spelling a URL allows. No schemes, paths, credentials or wildcards.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > 300 || text.contains(['/', '\\', '@', '?', '#', '*', ' ', ',']) {
            return None;
        }
        let url = Url::parse(&format!("http://{text}/")).ok()?;
        // port 80 is dropped by the URL standard as http's own; the text still says it
        let port = url.port().or_else(|| text.ends_with(":80").then_some(80));
        let host = url.host_str().filter(|host| !host.is_empty())?.trim_end_matches('.').to_owned();
        Some(Self { host, port })
    }

    pub fn permits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        host == self.host && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

impl std::fmt::Display for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_permits_its_host_and_nothing_that_looks_like_it() {
        let permits = |bound: &str, url: &str| Binding::parse(bound).unwrap().permits(&Url::parse(url).unwrap());
        assert!(permits("api.example.com", "https://api.example.com/x"));
        assert!(permits("API.Example.com.", "https://api.example.com/x"));
        assert!(permits("api.example.com:8443", "https://api.example.com:8443/x"));
        assert!(permits("127.1", "http://127.0.0.1:9100/x"));
        assert!(permits("例子.测试", "https://xn--fsqu00a.xn--0zwm56d/"));
        assert!(permits("x.example:80", "http://x.example/"));
        for url in [
            "https://api.example.com.evil.test/",
            "https://evilapi.example.com/",
            "https://example.com/",
            "https://a.api.example.com/",
            "https://evil.test/api.example.com",
        ] {
            assert!(!permits("api.example.com", url), "{url}");
        }
        assert!(!permits("api.example.com:8443", "https://api.example.com/x"));
        assert!(!permits("x.example:80", "http://x.example:8080/"));
        for text in ["", " ", "*.example.com", "http://x", "x/y", "u@x", "x:99999", "a b", "a,b"] {
            assert!(Binding::parse(text).is_none(), "{text}");
        }
    }
}
