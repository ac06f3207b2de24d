//! A secret that was just made: the answer is the only time it is shown.

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SecretView {
    pub secret: String,
}

/// A one-time password, to be changed at the next sign-in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OneTimePassword {
    pub password: String,
}
