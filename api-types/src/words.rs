//! Closed sets of words, as the wire spells them. Each mirrors one enum of the domain; a new variant there does not compile until
//! it is named here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! mirror {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }

        impl From<qn_domain::$name> for $name {
            fn from(value: qn_domain::$name) -> Self {
                match value { $(qn_domain::$name::$variant => Self::$variant),* }
            }
        }

        impl From<$name> for qn_domain::$name {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),* }
            }
        }
    )*};
}

mirror! {
    /// Where a conversation stands.
    Status { Open, Pending, Snoozed, Resolved }
    /// What kind of line of a thread a message is. Notes are private to the company.
    MessageKind { Incoming, Outgoing, Note, Activity }
    AuthorKind { Contact, Agent, Bot, System }
    DeliveryState { Queued, Sent, Delivered, Read, Failed }
    /// How a text is to be rendered.
    Format { Text, Markdown }
    HandoffReason { CustomerAsked, TwoMisses, BotOff, BotFailed, AgentTookOver, Intent, Flow, FlowFailed, PeopleFirst, AnsweredOften }
    Role { Agent, Supervisor, Admin }
    /// Whose a conversation is, seen by whoever asks. Agent: any person.
    OwnerIs { Me, Agent, Queue, Bot }
    /// How urgent people say a conversation is.
    Priority { Low, Normal, High, Urgent }
    /// At risk: past the warning of a service level, not yet broken.
    SlaIs { AtRisk, Breached }
    ViewSort { Recent, OldestWaiting }
    Presence { Online, Busy, Offline }
    /// Where customers come in.
    ChannelKind {
        Web, Api, WechatOfficial, WechatMiniProgram, WecomKf, Dingtalk, Feishu, Telegram, Whatsapp, Line, Sms, Smpp, Email, Mobile,
    }
    /// How well an identity is proved, weakest first.
    Evidence { Anonymous, Claimed, Channel, Verified }
    /// How well a link of two contacts is proved, weakest first.
    Grade { Inferred, Claimed, Channel, Verified }
    ArticleState { Draft, Published, Archived }
    /// Signed in: customers whose site vouched for them. Tiers: customers of the tiers named. Staff: colleagues only.
    ArticleAudience { Everyone, SignedIn, Tiers, Staff }
    ExampleSource { Manual, Import, Learned }
    /// Ready: trained, never published. Shadow: reads every turn beside the live version and says nothing. Canary: answers a share of the
    /// conversations. Retired: was live.
    ModelState { Ready, Shadow, Canary, Live, Retired }
    /// Which of two versions answered the customer.
    Speaker { Live, Trial }
    /// Same: understood alike. Alike: understood otherwise, and yet the same would be said. Other: both are sure, of different intents.
    /// Gained: only the version on trial is sure. Lost: only the live one is.
    TrialOutcome { Same, Alike, Other, Gained, Lost }
    RunKind { Training, Evaluation, Backtest }
    RunState { Running, Done, Cancelled, Failed }
    StepKind { Trained, Shadow, Canary, Withdrawn, Published, RolledBack, TakenOff }
    /// What is wrong with examples. Conflict: the same words under two intents. Duplicate: twice under one. Tiny: too few. Overlap: two
    /// intents hard to tell apart. Unbalanced: one language only, or nearly. Empty: nothing to read in it.
    /// Leak: a test question that is also an example.
    FindingKind { Conflict, Duplicate, Tiny, Overlap, Unbalanced, Empty, Leak }
    /// Why a message is worth learning from.
    LearningReason { Missed, Unsure, NotHelpful, Corrected }
    /// What became of an uploaded document. Ready: read, and waiting for a person.
    ImportState { Ready, Failed, Applied, Discarded }
    /// What an import does to an article. Kept: a person edited it since, so it stays. Waiting: it is published, and changes only with leave to.
    ImportChange { Added, Updated, Unchanged, Kept, Waiting, Archived }
    SourceKind { Urls, Folder }
    /// Duplicate: two articles say the same. Contradiction: they say different things about the same.
    ConflictKind { Duplicate, Contradiction }
    /// Figure: another number for the same. Denial: one says yes, the other no.
    ClashKind { Figure, Denial }
    EffectState { Pending, Leased, Done, Dead }
    EffectKind {
        ChannelDeliver, WebhookSend, ReportMail, NoticeMail, CodeSend, ConversationWake, TransferExpire, OfferExpire, SlaDue, TicketDue, HandoffSummary, FlowStart, FlowReply,
        FlowCancel, FlowCorrect, FlowWithdraw, FlowSilence, FlowEnded,
    }
    /// What a line of kind activity tells; screens render it with its `params` in the reader's language.
    ActivityKey {
        Queued, Assigned, Offered, OfferDeclined, OfferMissed, Claimed, TakenOver, Invited, Left, TransferOffered, TransferAccepted, TransferDeclined,
        TransferredToTeam, BotSilenced, ReturnedToBot,
        Resolved, Reopened, Pending, Snoozed, Woken, LabelsChanged, PriorityChanged, CsatGiven, Released, LeaveMessage, FilesLost, AutoAnswered,
        AnsweredOften, Continued, SlaWarned, SlaBreached, CompensationOffered, FlowBegun, FlowWaits, FlowDecided, FlowEnded, TicketOpened, FlowUnsaid,
        Linked, Unlinked, Merged, Unmerged, Split, Unsplit,
    }
}

/// The two languages every text of ours exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Language {
    #[serde(rename = "zh-CN")]
    Zh,
    #[serde(rename = "en")]
    En,
}

impl From<qn_domain::Language> for Language {
    fn from(value: qn_domain::Language) -> Self {
        match value {
            qn_domain::Language::Zh => Self::Zh,
            qn_domain::Language::En => Self::En,
        }
    }
}

impl From<Language> for qn_domain::Language {
    fn from(value: Language) -> Self {
        match value {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}
