//! How a request proves who it is. Applied last, after the exchange was recorded, so that no record can hold a secret.

use crate::signing::Signing;
use crate::{Failure, Secrets};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qn_crypto::Plain;
use qn_egress::Request;
use serde::{Deserialize, Serialize};
use url::Url;

/// `secret` is always a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Auth {
    ApiKey {
        place: KeyPlace,
        /// Of the header or the query parameter.
        name: String,
        secret: String,
    },
    /// Without a user the secret is `user:password`.
    Basic {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        secret: String,
    },
    Bearer {
        secret: String,
    },
    /// A token is fetched, kept in memory, and fetched anew before it ends or when it is refused.
    Oauth2(Grant),
    Hmac(Signing),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    Header,
    Query,
}

/// OAuth 2.0 without a person: RFC 6749 §4.4 and §6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub token_url: String,
    pub client_id: String,
    /// The client's secret; bound to the host of `token_url`.
    pub secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// A secret that holds a refresh token; with it the refresh grant is used, and a renewed token takes its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_secret: Option<String>,
    /// The client's secret goes into the body instead of the `Authorization` header.
    #[serde(default)]
    pub in_body: bool,
}

impl Auth {
    /// The names of all secrets it needs.
    pub fn secrets(&self) -> Vec<&str> {
        match self {
            Auth::ApiKey { secret, .. } | Auth::Basic { secret, .. } | Auth::Bearer { secret } => vec![secret],
            Auth::Oauth2(grant) => std::iter::once(grant.secret.as_str()).chain(grant.refresh_secret.as_deref()).collect(),
            Auth::Hmac(signing) => vec![&signing.secret],
        }
    }

    /// Adds the proof; gives back every text that must not be seen again. OAuth is `oauth`'s business.
    pub(crate) async fn prove(&self, request: &mut Request, secrets: &dyn Secrets, now_ms: i64) -> Result<Vec<Plain>, Failure> {
        let url = parsed(&request.url)?;
        match self {
            Auth::ApiKey { place, name, secret } => {
                let secret = secrets.open(secret, &url).await?;
                match place {
                    KeyPlace::Header => set(request, name, secret.reveal().to_owned()),
                    KeyPlace::Query => request.url = with_query(url, name, secret.reveal()),
                }
                Ok(vec![secret])
            }
            Auth::Basic { user, secret } => {
                let secret = secrets.open(secret, &url).await?;
                let pair = user.as_ref().map_or_else(|| secret.reveal().to_owned(), |user| format!("{user}:{}", secret.reveal()));
                let encoded = Plain::new(STANDARD.encode(&pair));
                set(request, "authorization", format!("Basic {}", encoded.reveal()));
                let password = Plain::new(pair.split_once(':').map_or(pair.as_str(), |(_, password)| password));
                Ok(vec![secret, encoded, password])
            }
            Auth::Bearer { secret } => {
                let secret = secrets.open(secret, &url).await?;
                set(request, "authorization", format!("Bearer {}", secret.reveal()));
                Ok(vec![secret])
            }
            Auth::Hmac(signing) => {
                let secret = secrets.open(&signing.secret, &url).await?;
                signing.sign(request, &url, &secret, now_ms)?;
                Ok(vec![secret])
            }
            Auth::Oauth2(_) => Ok(Vec::new()),
        }
    }
}

pub(crate) fn parsed(url: &str) -> Result<Url, Failure> {
    qn_egress::check_url(url).map_err(Failure::from)
}

/// Ours is the only one of its name.
pub(crate) fn set(request: &mut Request, name: &str, value: String) {
    request.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
    request.headers.push((name.to_owned(), value));
}

fn with_query(mut url: Url, name: &str, value: &str) -> String {
    url.query_pairs_mut().append_pair(name, value);
    url.into()
}
