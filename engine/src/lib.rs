//! The loop everything runs through: event → snapshot → think → decide → commit → act.
//! Customer messages take the pipeline in `inbound.rs`; people's actions, timers and routing ticks decide and commit the same way.

mod agent;
mod assign;
mod assist;
mod attachments;
mod bell;
mod bulk;
mod cases;
mod channels;
mod deliver;
mod draft;
mod engine;
mod error;
mod floors;
mod flows;
mod gauges;
mod handoff;
mod hours;
mod idle;
mod inbound;
mod indexer;
mod ingest;
mod lanes;
mod library;
mod macros;
mod mail;
mod make_up;
mod namings;
mod next_best;
mod offers;
mod openings;
mod outbox;
mod oversight;
mod pause;
mod persons;
pub mod pinyin;
mod presence;
mod promises;
mod quality;
mod queue;
mod ratings;
mod readership;
mod replays;
pub mod reports;
mod rounds;
mod rules;
mod settings;
mod shelves;
mod stages;
mod states;
mod threads;
mod ticket_promises;
mod tickets;
pub mod trace;
mod translate;
mod turns;
mod vectors;
mod veil;
mod visitor;
mod webhooks;
mod workshop;
mod wrap_up;

pub use agent::{Action, AgentSend};
pub use assist::{Drafted, LlmUse, Suggested, Summarised};
pub use attachments::{Uploader, as_content};
pub use bulk::{DoneToOne, ManyAct};
pub use cases::TieRefused;
pub use channels::{FileWay, Health, NotAccepted, Probed, Side, WindowState};
pub use draft::Draft;
pub use engine::{Actor, Engine, Parts, Sent, Visitor};
pub use error::EngineError;
pub use flows::{
    AlarmRun, AlarmsTaken, Call, Called, Decided, FilledIn, FlowSignal, FlowTool, Form, HOUSE_EVENTS, HouseEvent, KEPT_MS, KEPT_MS_MAX,
    Limits, Outside, PastBeginning, Signalled, Unbindable, is_meant,
};
pub use inbound::{InboundMessage, LostFile, Quiet, Reach, Writer};
pub use ingest::Ingested;
pub use library::{Conflicting, DocumentReader, Library, Previewed, Reading as DocumentReading, ReadingRows, Upload};
pub use namings::{ENTITIES_MAX, Named, Told};
pub use next_best::{BestKind, NextBest};
pub use openings::Opening;
pub use persons::{KnownBy, LikelySame, PersonFound, address, claimed, weights_from};
pub use presence::{ConnectionGuard, Presences};
pub use quality::{DrawPeriod, ReviewWish, Scoring, Settlement};
pub use queue::QueuePlace;
pub use readership::Readership;
pub use replays::Played;
pub use rules::LiveRouting;
pub use settings::TenantSettings;
pub use stages::understood::{Ask, Asked};
pub use states::Chosen;
pub use tickets::TicketWish;
pub use translate::{TranslationHook, Translator};
pub use visitor::{LeaveMessage, VisitorSend, VisitorWords};
pub use workshop::{
    Added, BACKTEST_CONVERSATIONS_MAX, Correction, EncoderHealth, LearningGroup, Line, LiveVersion, MoodTurn, NewExamples, Ranked, Reading,
    Suggestion, TextEncoder, Word,
};
pub use wrap_up::Written;

pub type Result<T> = std::result::Result<T, EngineError>;
