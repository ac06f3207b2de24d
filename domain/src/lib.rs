//! The words of the field as types: who talks, where, about what, and what a decision may ask the world to do.
//! No IO, no clock, no tokio. Every other crate speaks in these types.

pub mod article;
pub mod catalogue;
pub mod commit;
pub mod consent;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod effect;
mod episode;
pub mod fairness;
pub mod ids;
pub mod inbox;
pub mod intent;
pub mod json;
pub mod library;
pub mod link;
pub mod log;
pub mod match_weights;
pub mod message;
pub mod move_error;
pub mod moves;
pub mod oversight;
pub mod own_entity;
pub mod people;
pub mod presence;
pub mod proof;
pub mod quality;
pub mod repairs;
pub mod report_schedule;
pub mod routing;
pub mod run;
pub mod sealed;
pub mod suggestion;
pub mod ticket;
pub mod tie;
pub mod transfer_reason;
pub mod trial;
pub mod view;
pub mod webhook;
pub mod wrap_up;

pub use article::{Article, ArticleAudience, ArticleRevision, ArticleScope, ArticleState, Reader};
pub use catalogue::{CategoryTitle, Product, Variant};
pub use commit::{Assignment, Commit, Dedupe, Outcome};
pub use contact::{Contact, ContactIdentity, Evidence};
pub use content::{Activity, ActivityKey, Attachment, Button, ButtonAction, Card, Citation, Content, Format, MailHead};
pub use conversation::{
    ActiveFlow, AskedRating, BotState, Carried, Clarifying, Conversation, Csat, HandoffPacket, HandoffReason, MayJoin, Owner, Page,
    RatingStage, Status, TransferOffer,
};
pub use effect::{Effect, EffectKind, EffectRow, EffectState};
pub use episode::Episode;
pub use ids::*;
pub use inbox::{BusinessHours, ChannelKind, DayHours, Inbox, WidgetSettings};
pub use intent::{
    Confusion, CurvePoint, ExampleSource, Finding, FindingKind, Intent, IntentExample, IntentReply, IntentScore, LearningItem,
    LearningReason, LearningState, ModelState, TrainedModel, TrainingReport, TurnCorrection,
};
pub use json::Json;
pub use library::{
    ClashKind, ConflictKind, ImportChange, ImportCounts, ImportState, KnowledgeDocument, KnowledgeImport, KnowledgeSource, SourceKind,
    SyncReport, Unread, UnreadDocument,
};
pub use link::{ContactLink, Fact, FactKind, Grade, LinkPolicy, LinkState};
pub use log::{Change, LogEntry};
pub use match_weights::{FieldWeights, LevelWeight, MatchWeights};
pub use message::{Author, AuthorKind, DeliveryState, Message, MessageKind, Revision};
pub use move_error::MoveError;
pub use moves::{Move, Moved};
pub use oversight::{Oversight, OversightKind};
pub use own_entity::{FoundBy, NamedValue, OwnEntity};
pub use people::{CannedResponse, Label, MacroStep, Presence, Role, Team, Tenant, User};
pub use proof::{CODE_DIGITS, CODE_TRIES, Proof, ProofState};
pub use qn_base::Timestamp;
pub use quality::{Review, ReviewPlan, ReviewState, Scorecard};
pub use repairs::{Bound, Repair, Repairs};
pub use routing::{Compensation, Feeling, PassedOffer, PersonSkills, RoutedOffer, RoutingState, SlaDue, SlaStanding};
pub use run::{
    Backtest, BacktestTurn, ChangedQuestion, Comparison, ConfusionCell, Evaluation, Guess, OutcomeCount, RunKind, RunReport, RunState,
    SideScore, Trained, WorkshopRun,
};
pub use suggestion::{Offer, Offered, SuggestionOutcome, SuggestionSource};
pub use ticket::{BadField, FieldKind, Priority, Ticket, TicketActor, TicketChange, TicketEvent, TicketField, TicketKind, TicketState};
pub use tie::{Tie, TieKind, Tied};
pub use transfer_reason::TransferReason;
pub use trial::{Said, Speaker, StepKind, TrialDifference, TrialOutcome, TrialTally, TrialTurn, VersionStep};
pub use view::{Audience, ConversationFilter, OwnerIs, SlaIs, View, ViewSort};
pub use webhook::{WebhookDelivery, WebhookEndpoint, WebhookPause};

/// The two languages every text of ours exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

impl Language {
    pub fn code(self) -> &'static str {
        match self {
            Language::Zh => "zh-CN",
            Language::En => "en",
        }
    }

    /// Reads a BCP 47 tag; everything that is not Chinese is served in English.
    pub fn from_tag(tag: &str) -> Language {
        if tag.trim_start().to_ascii_lowercase().starts_with("zh") { Language::Zh } else { Language::En }
    }

    /// The text for this language out of a (zh, en) pair.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Language::Zh => zh,
            Language::En => en,
        }
    }
}
