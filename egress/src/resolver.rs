//! Name resolution with the guard inside: the connection can only go to addresses that were checked in the same breath,
//! so a name that changes its answer between check and connect (DNS rebinding) gains nothing.

use crate::{AddressClass, Policy};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

const ADDRESSES_MAX: usize = 16;

pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where addresses of names come from.
pub trait Lookup: Send + Sync + 'static {
    fn lookup(&self, host: String) -> Looking;
}

/// The operating system's resolver.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> Looking {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Travels through the HTTP library's error chain and is found again by `client`.
#[derive(Debug)]
pub(crate) struct Refused {
    pub host: String,
    pub class: AddressClass,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a {} address", self.host, self.class)
    }
}

impl std::error::Error for Refused {}

pub(crate) struct GuardedResolver {
    pub policy: Arc<Policy>,
    pub lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let looking = self.lookup.lookup(host.clone());
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let found = looking.await?;
            let permitted = permitted(&policy, &host, &found)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be called. None of them: the first refusal, or "not found" for an empty answer.
fn permitted(policy: &Policy, host: &str, found: &[IpAddr]) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let mut refused = None;
    let mut addresses = Vec::new();
    for ip in found.iter().take(ADDRESSES_MAX) {
        match policy.check(host, *ip) {
            Ok(()) => addresses.push(SocketAddr::new(*ip, 0)),
            Err(class) => refused = refused.or(Some(Refused { host: host.to_owned(), class })),
        }
    }
    match (addresses.is_empty(), refused) {
        (false, _) => Ok(addresses),
        (true, Some(refused)) => Err(Box::new(refused)),
        (true, None) => Err(Box::new(io::Error::new(io::ErrorKind::NotFound, "the name has no address"))),
    }
}
