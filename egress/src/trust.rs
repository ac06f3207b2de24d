//! Which certificate authorities are believed: the machine's own, plus what the operator adds. A machine without any
//! (a bare container) falls back to Mozilla's list compiled in, so that https works everywhere.

use crate::{EgressError, Policy};
use reqwest::{Certificate, ClientBuilder};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Where the authorities came from; `doctor` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    Machine,
    BuiltIn,
}

/// Builds the HTTP client from `base` (called again for the fallback, since builders cannot be copied).
pub(crate) fn build(policy: &Policy, base: impl Fn() -> ClientBuilder) -> Result<(reqwest::Client, Trust), EgressError> {
    // only the first call of the process has an effect; a provider chosen earlier by the server stays
    let _ = rustls::crypto::ring::default_provider().install_default();
    let extra = extra_roots(policy)?;
    let plain = match base().build() {
        Ok(client) => client,
        Err(_) => return built_in(base(), extra).map(|client| (client, Trust::BuiltIn)),
    };
    if extra.is_empty() {
        return Ok((plain, Trust::Machine));
    }
    let certificates = extra.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>().map_err(setup)?;
    let client = base().tls_certs_merge(certificates).build().map_err(setup)?;
    Ok((client, Trust::Machine))
}

fn built_in(base: ClientBuilder, extra: Vec<CertificateDer<'static>>) -> Result<reqwest::Client, EgressError> {
    base.tls_backend_preconfigured(built_in_config(extra)?).build().map_err(setup)
}

fn built_in_config(extra: Vec<CertificateDer<'static>>) -> Result<ClientConfig, EgressError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for der in extra {
        roots.add(der).map_err(setup)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(setup)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// For connections that are not the HTTP client's, with the same authorities.
pub(crate) fn tls_config(policy: &Policy, trust: Trust) -> Result<ClientConfig, EgressError> {
    let extra = extra_roots(policy)?;
    if trust == Trust::BuiltIn {
        return built_in_config(extra);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(setup)?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(setup)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn extra_roots(policy: &Policy) -> Result<Vec<CertificateDer<'static>>, EgressError> {
    let mut found = Vec::new();
    for pem in &policy.extra_roots_pem {
        let before = found.len();
        for der in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            found.push(der.map_err(setup)?);
        }
        if found.len() == before {
            return Err(EgressError::Setup { reason: "an extra root holds no PEM certificate".to_owned() });
        }
    }
    Ok(found)
}

fn setup(error: impl std::fmt::Display) -> EgressError {
    EgressError::Setup { reason: error.to_string() }
}
