//! The shapes of `server/demo/*.yaml`, embedded in the binary. An unknown or missing key fails the tests, never a start.

use anyhow::{Context, Result};
use qn_domain::routing::SkillLevel;
use qn_domain::{BusinessHours, ChannelKind, HandoffReason, Language, MacroStep, Page, Presence, Role, WidgetSettings};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    serde_norway::from_str(text).with_context(|| format!("demo/{name} is not readable"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub tenant: Tenant,
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub canned_responses: Vec<Canned>,
    pub labels: Vec<Label>,
    pub inboxes: Vec<Inbox>,
}

impl People {
    pub fn load() -> Result<Self> {
        read("people.yaml", include_str!("../../demo/people.yaml"))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    pub name: String,
    pub language: Language,
    pub time_zone: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub key: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: Language,
    pub capacity: i64,
    pub presence: Presence,
    pub teams: Vec<String>,
    #[serde(default)]
    pub skills: Vec<SkillLevel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    pub shortcut: String,
    pub text: String,
    #[serde(default)]
    pub actions: Vec<MacroStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub name: String,
    pub color: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbox {
    pub key: String,
    pub name: String,
    pub channel: ChannelKind,
    pub team: String,
    pub bot_enabled: bool,
    pub language: Language,
    pub reopen_window_minutes: i64,
    pub hours: BusinessHours,
    pub widget: WidgetSettings,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Articles(pub Vec<Article>);

impl Articles {
    pub fn load() -> Result<Self> {
        read("articles.yaml", include_str!("../../demo/articles.yaml"))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub key: String,
    pub category: String,
    pub category_en: String,
    /// Id of a flow that the answer offers to begin.
    #[serde(default)]
    pub next_flow: Option<String>,
    pub zh: Text,
    pub en: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub title: String,
    pub questions: Vec<String>,
    pub body: String,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Intents(pub Vec<Intent>);

impl Intents {
    pub fn load() -> Result<Self> {
        read("intents.yaml", include_str!("../../demo/intents.yaml"))
    }
}

/// Something customers want: `article` is quoted, or `say` is said, or a `person` is fetched.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    pub name: String,
    pub description: String,
    pub article: Option<String>,
    pub say: Option<Said>,
    #[serde(default)]
    pub person: bool,
    pub zh: Vec<String>,
    pub en: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub zh: String,
    pub en: String,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Products(pub Vec<Product>);

impl Products {
    pub fn load() -> Result<Self> {
        read("products.yaml", include_str!("../../demo/products.yaml"))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub sku: String,
    pub name_zh: String,
    pub name_en: String,
    pub category: String,
    pub price_cents: i64,
    pub stock: i64,
    pub attributes: Map<String, Value>,
    pub accessories: Vec<String>,
    #[serde(default)]
    pub variants: Vec<qn_domain::Variant>,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Conversations(pub Vec<Told>);

impl Conversations {
    pub fn load() -> Result<Self> {
        read("conversations.yaml", include_str!("../../demo/conversations.yaml"))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub key: String,
    pub inbox: String,
    pub language: Language,
    pub contact: Contact,
    pub page: Option<Page>,
    pub events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub external_id: String,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Language,
    pub attributes: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    Customer {
        minutes_ago: i64,
        text: String,
    },
    Bot {
        minutes_ago: i64,
        text: String,
        #[serde(default)]
        articles: Vec<String>,
    },
    Enqueue {
        minutes_ago: i64,
        team: String,
        reason: HandoffReason,
        summary: String,
        asked: Vec<String>,
        shown: Vec<String>,
        wish: String,
    },
    Assign {
        minutes_ago: i64,
        agent: String,
    },
    Claim {
        minutes_ago: i64,
        agent: String,
    },
    SilenceBot {
        minutes_ago: i64,
        agent: String,
    },
    Agent {
        minutes_ago: i64,
        agent: String,
        text: String,
    },
    Note {
        minutes_ago: i64,
        agent: String,
        text: String,
    },
    Labels {
        minutes_ago: i64,
        agent: String,
        labels: Vec<String>,
    },
    OfferTransfer {
        minutes_ago: i64,
        agent: String,
        to: String,
        note: String,
    },
    AcceptTransfer {
        minutes_ago: i64,
        agent: String,
    },
    Pend {
        minutes_ago: i64,
        agent: String,
    },
    /// Until so many minutes after the start of the demo.
    Snooze {
        minutes_ago: i64,
        agent: String,
        until_minutes: i64,
    },
    /// By the bot when no agent is named.
    Resolve {
        minutes_ago: i64,
        agent: Option<String>,
    },
    Csat {
        minutes_ago: i64,
        score: u8,
        comment: String,
    },
}

impl Event {
    pub fn minutes_ago(&self) -> i64 {
        match self {
            Event::Customer { minutes_ago, .. }
            | Event::Bot { minutes_ago, .. }
            | Event::Enqueue { minutes_ago, .. }
            | Event::Assign { minutes_ago, .. }
            | Event::Claim { minutes_ago, .. }
            | Event::SilenceBot { minutes_ago, .. }
            | Event::Agent { minutes_ago, .. }
            | Event::Note { minutes_ago, .. }
            | Event::Labels { minutes_ago, .. }
            | Event::OfferTransfer { minutes_ago, .. }
            | Event::AcceptTransfer { minutes_ago, .. }
            | Event::Pend { minutes_ago, .. }
            | Event::Snooze { minutes_ago, .. }
            | Event::Resolve { minutes_ago, .. }
            | Event::Csat { minutes_ago, .. } => *minutes_ago,
        }
    }

    /// The bot's part of the turn a customer's message began: committed together with it, as the live pipeline does.
    pub fn belongs_to_turn(&self) -> bool {
        matches!(self, Event::Bot { .. } | Event::Enqueue { .. })
    }
}
