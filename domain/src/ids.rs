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
    EntityId = "ent",
    EffectId = "eff",
    AssignmentId = "asg",
    WebhookId = "whk",
    TokenId = "tok",
    SessionId = "ses",
    IntentId = "itt",
    ExampleId = "exa",
    ModelId = "mdl",
    RunId = "run",
    ImportId = "imp",
    SourceId = "src",
    TicketId = "tkt",
    LinkId = "lnk",
    OversightId = "ovs",
    TieId = "tie",
    ScorecardId = "scd",
    ReviewPlanId = "rpl",
    ReviewId = "rev",
    ReportScheduleId = "rsc",
    ViewId = "viw",
}

impl MessageId {
    /// The id of a conversation's message number `seq`. It says where the message is, so nothing needs an index of ids.
    pub fn at(conversation_id: &ConversationId, seq: i64) -> Self {
        let body = conversation_id.0.strip_prefix("cnv_").unwrap_or(&conversation_id.0);
        Self(format!("{}_{body}-{seq}", Self::PREFIX))
    }

    /// Where the message is; none for a text that `at` never made.
    pub fn place(&self) -> Option<(ConversationId, i64)> {
        let (body, seq) = self.0.strip_prefix("msg_")?.rsplit_once('-')?;
        let place = (ConversationId(format!("{}_{body}", ConversationId::PREFIX)), seq.parse().ok()?);
        (Self::at(&place.0, place.1) == *self).then_some(place)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_says_where_the_message_is() {
        let conversation_id = ConversationId::from("cnv_01J8-X");
        let id = MessageId::at(&conversation_id, 12);
        assert_eq!(id.as_str(), "msg_01J8-X-12");
        assert_eq!(id.place().unwrap(), (conversation_id, 12));
        for other in ["", "msg_", "msg_x", "msg_x-", "msg_x-+1", "msg_x-01", "msg_x-9999999999999999999999", "cnv_x-1"] {
            assert_eq!(MessageId::from(other).place(), None, "{other}");
        }
    }
}
