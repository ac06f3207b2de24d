//! Addresses of systems that do not speak HTTP: a scheme of its own, a host, a port, nothing else.

use crate::Failure;
use url::Url;

/// Where a connection goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub scheme: String,
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    /// Below the root, without the first `/`.
    pub path: String,
    /// The same place as secrets are bound to it and the guard judges it.
    pub url: Url,
}

impl Point {
    /// `schemes` with the ports they have where none is written. Proofs of identity are never part of an address.
    pub fn parse(text: &str, schemes: &[(&str, u16)]) -> Result<Point, Failure> {
        let known = schemes.iter().map(|(scheme, _)| format!("{scheme}://")).collect::<Vec<_>>().join(" / ");
        let bad = || {
            Failure::invalid(format!("the address is {known} with a host and maybe a port, without a user, password or parameters"))
                .zh(format!("地址应为 {known} 加主机名，可以带端口，不含用户名、密码和参数"))
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(bad)?;
        let (_, port) = schemes.iter().find(|(known, _)| *known == scheme).ok_or_else(bad)?;
        // https, because its hosts are read by the URL standard: odd spellings of addresses are seen through
        let url = qn_egress::check_url(&format!("https://{rest}")).map_err(|_| bad())?;
        if url.query().is_some() || rest.contains('#') {
            return Err(bad());
        }
        let written = url.port().or_else(|| ends_in_443(rest).then_some(443));
        let mut reached = url.clone();
        reached.set_path("");
        reached.set_port(Some(written.unwrap_or(*port))).map_err(|()| bad())?;
        Ok(Point {
            scheme: scheme.to_owned(),
            host: url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: written.unwrap_or(*port),
            path: url.path().trim_matches('/').to_owned(),
            url: reached,
        })
    }
}

/// The URL standard drops https' own port.
fn ends_in_443(rest: &str) -> bool {
    rest.split('/').next().is_some_and(|authority| authority.ends_with(":443"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MAIL: [(&str, u16); 2] = [("smtps", 465), ("smtp", 587)];

    #[test]
    fn hosts_and_ports_are_read_and_nothing_else_is_taken() {
        let read = |text: &str| Point::parse(text, &MAIL).map(|point| (point.host, point.port, point.url.to_string()));
        assert_eq!(read("smtps://SMTP.Example.com").unwrap(), ("smtp.example.com".into(), 465, "https://smtp.example.com:465/".into()));
        assert_eq!(read("smtp://mail.example.com:25").unwrap().1, 25);
        assert_eq!(read("smtp://127.1:443").unwrap(), ("127.0.0.1".into(), 443, "https://127.0.0.1/".into()));
        assert_eq!(read("smtp://[::1]:2525").unwrap(), ("::1".into(), 2525, "https://[::1]:2525/".into()));
        for text in [
            "",
            "smtp.example.com",
            "http://x.example",
            "smtp://u:p@x.example",
            "smtp://x.example?a=b",
            "smtp://x.example#a",
            "smtp://a b",
            "smtp://:25",
        ] {
            assert!(Point::parse(text, &MAIL).is_err(), "{text}");
        }
        assert_eq!(Point::parse("postgres://db.example/shop", &[("postgres", 5432)]).unwrap().path, "shop");
    }
}
