//! One newtype per kind of id, so that a contact can never be passed where a conversation is meant.

use qn_base::{Timestamp, ids};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($name:ident = $prefix:literal),* $(,)?) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            pub fn fresh(now: Timestamp) -> Self {
                Self(format!("{}_{}", $prefix, ids::fresh(now)))
            }

            /// The id that `digest` always gives: creating twice with one Idempotency-Key collides instead of doubling.
            pub fn derived(digest: &[u8; 16]) -> Self {
                Self(format!("{}_{}", $prefix, ids::derived(digest)))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

id! {
    TenantId = "tnt",
    UserId = "usr",
    TeamId = "tea",
    InboxId = "inb",
    ContactId = "con",
    IdentityId = "idn",
    ConversationId = "cnv",
    MessageId = "msg",
    AttachmentId = "att",
    ArticleId = "art",
    ProductId = "prd",
    CannedId = "can",
    LabelId = "lab",
    EffectId = "eff",
    AssignmentId = "asg",
    WebhookId = "whk",
    TokenId = "tok",
    SessionId = "ses",
    IntentId = "itt",
    ExampleId = "exa",
    ModelId = "mdl",
}
