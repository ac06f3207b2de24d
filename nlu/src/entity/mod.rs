//! Things a turn names, found by exact rules: numbers, dates, money, places, products, with normalised values and spans.
//! Needs no training and no clock: "now" is an argument. Not the slots learned from examples (`tag`).
//! A new recogniser is one file and one line in `RECOGNISERS`.

mod bank_card;
mod catalogue;
mod email;
mod id_card;
mod money;
pub mod number;
mod order;
mod pattern;
mod phone;
mod place;
mod place_table;
mod plate;
mod product;
mod quantity;
mod roles;
mod text;
mod time;

pub use catalogue::{Catalogue, Item};
pub use pattern::{Pattern, PatternError};
pub use text::Text;
pub use time::Grain;

use qn_base::Timestamp;
use serde::{Deserialize, Serialize};

/// What is read of one text, in characters.
pub const TEXT_CHARS_MAX: usize = 10_000;
/// Below this confidence what was named is asked about before anything is done with it.
pub const SURE_MIN: f32 = 0.7;
/// The most things returned for one text.
pub const ENTITIES_MAX: usize = 200;

/// One thing found. `start..end` are bytes of the text, on character borders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    pub start: usize,
    pub end: usize,
    pub value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// In [0, 1]; see `SURE_MIN`.
    pub confidence: f32,
}

/// A normalised value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Value {
    /// E.164 where the country is known, digits otherwise.
    Phone {
        number: String,
    },
    Email {
        address: String,
    },
    /// An order or tracking number in capitals; `pattern` names what matched.
    Order {
        number: String,
        pattern: String,
    },
    /// Hundredths of the currency (ISO 4217).
    Money {
        cents: i64,
        currency: String,
        bound: Bound,
    },
    /// Ten-thousandths of the unit: "1.5 kg" is 15,000,000 of "g".
    Quantity {
        amount: i64,
        unit: String,
        bound: Bound,
    },
    /// From (inclusive) to (exclusive).
    Time {
        from: Timestamp,
        to: Timestamp,
        grain: Grain,
    },
    /// Chinese names without suffix; `city` is empty when only a province is named.
    Place {
        province: String,
        city: String,
    },
    Plate {
        number: String,
    },
    /// All but the last four characters masked; the number itself is not kept.
    IdCard {
        masked: String,
    },
    /// All but the last four digits masked; the number itself is not kept.
    BankCard {
        masked: String,
    },
    /// Items of the catalogue that have this name; more than one when the name is ambiguous.
    Product {
        ids: Vec<String>,
        name: String,
    },
}

impl Value {
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Phone { .. } => "phone",
            Value::Email { .. } => "email",
            Value::Order { .. } => "order",
            Value::Money { .. } => "money",
            Value::Quantity { .. } => "quantity",
            Value::Time { .. } => "time",
            Value::Place { .. } => "place",
            Value::Plate { .. } => "plate",
            Value::IdCard { .. } => "id_card",
            Value::BankCard { .. } => "bank_card",
            Value::Product { .. } => "product",
        }
    }

    /// Must not be shown, stored or logged in full.
    pub fn is_secret(&self) -> bool {
        matches!(self, Value::IdCard { .. } | Value::BankCard { .. })
    }
}

/// What an amount is for the thing asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    #[default]
    Exact,
    AtMost,
    AtLeast,
    About,
}

/// 「从上海到北京」: where something comes from and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    From,
    To,
}

/// What the recognisers may know besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub now: Timestamp,
    /// The customer's offset from UTC in minutes: 480 for China.
    pub offset_minutes: i32,
    /// The tenant's own order and tracking numbers.
    pub patterns: &'a [Pattern],
    pub catalogue: Option<&'a Catalogue>,
}

impl Context<'_> {
    pub fn new(now: Timestamp, offset_minutes: i32) -> Self {
        Self { now, offset_minutes, patterns: &[], catalogue: None }
    }
}

/// A find in characters of a `Text`.
#[derive(Debug, Clone, PartialEq)]
pub struct Find {
    pub start: usize,
    pub end: usize,
    pub value: Value,
    pub confidence: f32,
}

/// Finds one kind of thing. Pure, and linear in the text.
pub trait Recogniser: Sync {
    fn find(&self, text: &Text, context: &Context<'_>, out: &mut Vec<Find>);
}

/// In the order of precedence where finds overlap.
const RECOGNISERS: &[&dyn Recogniser] = &[
    &email::Email,
    &id_card::IdCard,
    &order::Order,
    &bank_card::BankCard,
    &phone::Phone,
    &plate::Plate,
    &product::Product,
    &time::Time,
    &money::Money,
    &quantity::Quantity,
    &place::Place,
];

/// Everything named in `text`, in order, without overlaps.
pub fn find(text: &str, context: &Context<'_>) -> Vec<Entity> {
    let folded = Text::new(text);
    let mut kept: Vec<(usize, Find)> = Vec::new();
    for (rank, recogniser) in RECOGNISERS.iter().enumerate() {
        let mut found = Vec::new();
        recogniser.find(&folded, context, &mut found);
        kept.extend(found.into_iter().filter(|f| f.start < f.end).map(|f| (rank, f)));
    }
    // Longer finds first, so that "2026-11-11" is not three numbers; then the order of the registry.
    kept.sort_by(|(rank_a, a), (rank_b, b)| {
        (b.end - b.start)
            .cmp(&(a.end - a.start))
            .then(rank_a.cmp(rank_b))
            .then(b.confidence.total_cmp(&a.confidence))
            .then(a.start.cmp(&b.start))
    });
    let mut taken = vec![false; folded.chars.len()];
    let mut finds: Vec<Find> = Vec::new();
    for (_, find) in kept {
        if finds.len() < ENTITIES_MAX && !taken[find.start..find.end].contains(&true) {
            taken[find.start..find.end].fill(true);
            finds.push(find);
        }
    }
    finds.sort_by_key(|f| f.start);
    roles::assign(&folded, finds)
}

/// The text with every ID and bank card number masked, for storing and logging.
pub fn masked(text: &str, entities: &[Entity]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for entity in entities.iter().filter(|e| e.value.is_secret()) {
        let (Some(before), Value::IdCard { masked } | Value::BankCard { masked }) = (text.get(at..entity.start), &entity.value) else {
            continue;
        };
        out.push_str(before);
        out.push_str(masked);
        at = entity.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
