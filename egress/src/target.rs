//! Reading the address of a request: http or https, no credentials inside, and literal IP addresses judged at once.
//! Odd spellings of IPv4 (decimal, octal, hex, short) are the same address by then: the URL standard normalises them.

use crate::{AddressClass, EgressError, Policy};
use std::net::{IpAddr, SocketAddr};
use url::{Host, Url};

const URL_BYTES_MAX: usize = 8 * 1024;

fn invalid(reason: &str) -> EgressError {
    EgressError::InvalidUrl { reason: reason.to_owned() }
}

/// Checks the form of a URL a person typed in settings, not where it leads; sending checks that each time.
pub fn check_url(text: &str) -> Result<Url, EgressError> {
    if text.len() > URL_BYTES_MAX {
        return Err(invalid("longer than 8192 bytes"));
    }
    // the URL standard would silently drop these, and the address would not be the one a person read
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(invalid("it contains spaces, control characters or backslashes"));
    }
    let mut url = Url::parse(text).map_err(|error| invalid(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("only http and https are called"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("a user name or password inside the URL"));
    }
    if url.host().is_none() {
        return Err(invalid("no host"));
    }
    if url.port() == Some(0) {
        return Err(invalid("port 0"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Form, then the guard for hosts that are addresses already. Names are judged when they are resolved.
pub(crate) fn check_target(text: &str, policy: &Policy) -> Result<Url, EgressError> {
    let url = check_url(text)?;
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        _ => None,
    };
    if let Some(ip) = literal {
        let socket = SocketAddr::new(ip, url.port_or_known_default().unwrap_or_default());
        policy.check_socket(host_of(&url), socket).map_err(|class| blocked(&url, class))?;
    }
    Ok(url)
}

pub(crate) fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn blocked(url: &Url, class: AddressClass) -> EgressError {
    EgressError::Blocked { host: host_of(url).to_owned(), class }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_of_private_addresses_are_seen_through() {
        let hosts = [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "0",
            "0.0.0.0",
            "10.1",
        ];
        for host in hosts {
            let result = check_target(&format!("http://{host}:8080/x"), &Policy::default());
            assert!(matches!(result, Err(EgressError::Blocked { .. })), "{host}: {result:?}");
        }
    }

    #[test]
    fn only_plain_http_urls_pass() {
        for text in [
            "",
            "x.example",
            "/path",
            "ftp://x.example",
            "file:///etc/passwd",
            "gopher://x.example",
            "javascript:alert(1)",
            "http://user@x.example",
            "http://user:pass@x.example",
            "http://:pass@x.example",
            "http://x.example\\@127.0.0.1",
            "http://x.exa\nmple",
            " http://x.example",
            "http://x.example:0",
            "http://x.example:99999",
            "http://",
            "http://[::1",
            "http://a b",
            "http://1.2.3.4.5",
        ] {
            assert!(matches!(check_url(text), Err(EgressError::InvalidUrl { .. })), "{text}");
        }
        assert!(check_url(&format!("http://x.example/{}", "a".repeat(9_000))).is_err());
        assert_eq!(check_url("https://例子.测试/路?q=1#frag").unwrap().as_str(), "https://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF?q=1");
    }
}
