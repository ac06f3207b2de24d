//! What the operator permits. The default permits public addresses only; exceptions are named hosts or CIDR ranges.
//! A host rule trusts that name's DNS for ordinary private ranges, never for link-local or cloud metadata addresses.

use crate::AddressClass;
use std::net::{IpAddr, SocketAddr};

/// One exception from the private-range guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allow {
    /// This name, whatever ordinary private address it has. Lower case, no trailing dot.
    Host(String),
    /// Addresses in this range; `prefix` counts bits.
    Net { base: IpAddr, prefix: u8 },
    /// This port of this address, for addresses that name it themselves; a name that resolves there is not meant.
    Socket(SocketAddr),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("`{0}` is neither a host name, an address, an address with a port nor a CIDR range such as 10.0.0.0/8")]
    BadAllow(String),
}

impl Allow {
    /// Reads `crm.internal`, `10.1.2.3`, `10.1.2.3:8080`, `10.0.0.0/8`, `fd00::/8`.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let bad = || PolicyError::BadAllow(text.to_owned());
        let text = text.trim();
        if let Some((base, prefix)) = text.split_once('/') {
            let base: IpAddr = base.parse().map_err(|_| bad())?;
            let prefix: u8 = prefix.parse().map_err(|_| bad())?;
            let bits = if base.is_ipv4() { 32 } else { 128 };
            return if prefix <= bits { Ok(Allow::Net { base, prefix }) } else { Err(bad()) };
        }
        if let Ok(base) = text.parse::<IpAddr>() {
            return Ok(Allow::Net { base, prefix: if base.is_ipv4() { 32 } else { 128 } });
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return if socket.port() > 0 { Ok(Allow::Socket(socket)) } else { Err(bad()) };
        }
        let host = text.trim_end_matches('.').to_ascii_lowercase();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let named = !host.is_empty() && host.len() <= 253 && host.chars().all(plain) && host.split('.').all(|label| !label.is_empty());
        // a name whose last label is a number is an IPv4 address written oddly, not a name
        let numeric = host.rsplit('.').next().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()) || label.starts_with("0x"));
        if named && !numeric { Ok(Allow::Host(host)) } else { Err(bad()) }
    }

    fn permits(&self, host: &str, ip: IpAddr, class: AddressClass) -> bool {
        match self {
            Allow::Host(name) => {
                let ordinary =
                    matches!(class, AddressClass::Loopback | AddressClass::Private | AddressClass::Shared | AddressClass::UniqueLocal);
                ordinary && host.trim_end_matches('.').eq_ignore_ascii_case(name)
            }
            // a wide range must not open the metadata service by accident: it has to be named exactly
            Allow::Net { base, .. } if class == AddressClass::Metadata => *base == ip && self.is_one_address(),
            Allow::Net { base, prefix } => contains(*base, *prefix, ip),
            Allow::Socket(_) => false,
        }
    }

    fn is_one_address(&self) -> bool {
        matches!(self, Allow::Net { base, prefix } if *prefix == if base.is_ipv4() { 32 } else { 128 })
    }
}

fn contains(base: IpAddr, prefix: u8, ip: IpAddr) -> bool {
    match (base, ip) {
        (IpAddr::V4(base), IpAddr::V4(ip)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            u32::from(base) & mask == u32::from(ip) & mask
        }
        (IpAddr::V6(base), IpAddr::V6(ip)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            u128::from(base) & mask == u128::from(ip) & mask
        }
        _ => false,
    }
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub allow_private: Vec<Allow>,
    /// PEM certificates trusted in addition to the machine's own, for companies with their own authority.
    pub extra_roots_pem: Vec<String>,
    pub connect_timeout_ms: u64,
    pub user_agent: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allow_private: Vec::new(),
            extra_roots_pem: Vec::new(),
            connect_timeout_ms: 5_000,
            user_agent: concat!("Qingniao/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Policy {
    /// Reads the operator's list; the first bad entry is the error.
    pub fn with_allowed<'a>(mut self, entries: impl IntoIterator<Item = &'a str>) -> Result<Self, PolicyError> {
        for entry in entries {
            self.allow_private.push(Allow::parse(entry)?);
        }
        Ok(self)
    }

    /// For a URL that names the address itself.
    pub fn check_socket(&self, host: &str, socket: SocketAddr) -> Result<(), AddressClass> {
        let is_named = self.allow_private.contains(&Allow::Socket(socket));
        let never = matches!(crate::classify(socket.ip()), AddressClass::Multicast | AddressClass::Unspecified);
        if is_named && !never { Ok(()) } else { self.check(host, socket.ip()) }
    }

    /// `host` as written in the URL, `ip` what it stands for. The answer names why not.
    pub fn check(&self, host: &str, ip: IpAddr) -> Result<(), AddressClass> {
        let class = crate::classify(ip);
        match class {
            AddressClass::Public => Ok(()),
            AddressClass::Multicast | AddressClass::Unspecified => Err(class),
            _ if self.allow_private.iter().any(|rule| rule.permits(host, ip, class)) => Ok(()),
            _ => Err(class),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn permits(rules: &[&str], host: &str, ip: &str) -> bool {
        Policy::default().with_allowed(rules.iter().copied()).unwrap().check(host, ip.parse().unwrap()).is_ok()
    }

    #[test]
    fn exceptions_open_what_they_name_and_nothing_more() {
        assert!(permits(&[], "example.com", "93.184.216.34"));
        assert!(!permits(&[], "localhost", "127.0.0.1"));
        assert!(permits(&["10.0.0.0/8"], "crm", "10.200.0.1"));
        assert!(!permits(&["10.0.0.0/8"], "crm", "192.168.0.1"));
        assert!(permits(&["Crm.Internal."], "crm.internal", "192.168.0.1"));
        assert!(!permits(&["crm.internal"], "evil.crm.internal", "192.168.0.1"));
        assert!(permits(&["127.0.0.1"], "127.0.0.1", "127.0.0.1"));
        assert!(!permits(&["127.0.0.1"], "127.0.0.2", "127.0.0.2"));
        assert!(permits(&["fd00::/8"], "x", "fd12::1"));
        assert!(!permits(&["0.0.0.0/0"], "x", "::1"));
    }

    #[test]
    fn a_port_opens_itself_and_only_for_who_names_its_address() {
        let policy = Policy::default().with_allowed(["127.0.0.1:9100", "[::1]:9100", "0.0.0.0:9100"]).unwrap();
        let opens = |socket: &str| policy.check_socket("127.0.0.1", socket.parse().unwrap()).is_ok();
        assert!(opens("127.0.0.1:9100") && opens("[::1]:9100"));
        assert!(!opens("127.0.0.1:22") && !opens("127.0.0.2:9100") && !opens("0.0.0.0:9100"));
        assert!(policy.check("shop.example", "127.0.0.1".parse().unwrap()).is_err());
    }

    #[test]
    fn metadata_opens_only_by_its_exact_address() {
        assert!(!permits(&["0.0.0.0/0"], "x", "169.254.169.254"));
        assert!(!permits(&["100.64.0.0/10"], "x", "100.100.100.200"));
        assert!(!permits(&["meta.internal"], "meta.internal", "169.254.169.254"));
        assert!(!permits(&["meta.internal"], "meta.internal", "169.254.1.1"));
        assert!(permits(&["169.254.169.254"], "x", "169.254.169.254"));
    }

    #[test]
    fn never_multicast_or_unspecified() {
        assert!(!permits(&["0.0.0.0/0", "0.0.0.0"], "x", "0.0.0.0"));
        assert!(!permits(&["224.0.0.0/4"], "x", "224.0.0.1"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            " ",
            "10.0.0.0/33",
            "10.0.0/8",
            "fd00::/129",
            "a b",
            "*.example.com",
            "http://x",
            "a..b",
            "127.1",
            "0x7f.0x1",
            "/8",
            "127.0.0.1:0",
            "crm.internal:80",
        ] {
            assert_eq!(Allow::parse(text), Err(PolicyError::BadAllow(text.to_owned())), "{text}");
        }
    }
}
