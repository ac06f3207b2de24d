//! The two CSV files of a simulation, read and written. A header names the columns, in any order; unknown ones are refused, missing
//! ones have defaults, so that an export of nothing but times can be played. docs/how-to/try-routing.md describes them.

use super::{Arrival, Shifts, Worker};
use crate::people::{Candidate, ChannelPlaces};
use crate::policy::{Complexity, Facts, Skill, Trend};
use qn_domain::{Language, Timestamp};
use serde_json::Value;
use std::collections::HashMap;

/// What cannot be read, by line (the header is 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("line {line}: {reason}")]
    Broken { line: u64, reason: String },
    #[error("there is no column {0:?}")]
    NoColumn(&'static str),
    #[error("unknown column {0:?}")]
    UnknownColumn(String),
    #[error("line {line}: column {column:?} is not {expected}: {value:?}")]
    Value { line: u64, column: String, expected: &'static str, value: String },
}

const ARRIVAL_COLUMNS: &[&str] = &[
    "id",
    "at",
    "handle_seconds",
    "patience_seconds",
    "bot_resolves",
    "bot_seconds",
    "team",
    "tier",
    "intent",
    "complexity",
    "emotion",
    "intensity",
    "trend",
    "channel",
    "inbox",
    "language",
    "labels",
    "handoff",
    "misses",
    "last_agent",
    "owner",
];
const AGENT_COLUMNS: &[&str] = &["id", "name", "teams", "skills", "languages", "capacity", "channels", "shifts", "accepts"];

/// `at`: seconds, or an instant as RFC 3339. `handle_seconds` missing: `handle(n)` is asked. Columns `attribute.<key>` become
/// attributes. Rows may be in any order.
pub fn read_arrivals(text: &str, mut handle_ms: impl FnMut(usize) -> i64) -> Result<Vec<Arrival>, FileError> {
    let rows = Rows::read(text, ARRIVAL_COLUMNS, &["at"])?;
    let mut arrivals = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let handle = row.seconds("handle_seconds")?;
        arrivals.push(Arrival {
            id: row.text("id").map_or_else(|| (n + 1).to_string(), str::to_owned),
            at: row.instant("at")?,
            handle_ms: handle.unwrap_or_else(|| handle_ms(n)),
            patience_ms: row.seconds("patience_seconds")?,
            bot_resolves: row.flag("bot_resolves")?,
            bot_ms: row.seconds("bot_seconds")?.unwrap_or(0),
            team: row.text("team").map(Into::into),
            last_agent: row.text("last_agent").map(Into::into),
            owner: row.text("owner").map(Into::into),
            facts: row.facts()?,
        });
    }
    arrivals.sort_by_key(|a| a.at);
    Ok(arrivals)
}

/// Lists are joined by `;`: `skills` as `refund:3;tech`, `channels` as `email:5`, `shifts` as `09:00-12:00;13:00-18:00`.
pub fn read_agents(text: &str, time_zone: &str) -> Result<Vec<Worker>, FileError> {
    let rows = Rows::read(text, AGENT_COLUMNS, &["id"])?;
    rows.iter().map(|row| row.worker(time_zone)).collect()
}

struct Rows {
    header: HashMap<String, usize>,
    attributes: Vec<(String, usize)>,
    records: Vec<csv::StringRecord>,
}

impl Rows {
    fn read(text: &str, known: &[&str], needed: &[&'static str]) -> Result<Self, FileError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let broken = |e: csv::Error| FileError::Broken { line: e.position().map_or(1, csv::Position::line), reason: e.to_string() };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let (mut header, mut attributes) = (HashMap::new(), Vec::new());
        for (at, name) in reader.headers().map_err(broken)?.iter().enumerate() {
            match name.strip_prefix("attribute.") {
                Some(key) if !key.is_empty() => attributes.push((key.to_owned(), at)),
                _ if known.contains(&name) => {
                    header.insert(name.to_owned(), at);
                }
                _ => return Err(FileError::UnknownColumn(name.to_owned())),
            }
        }
        if let Some(missing) = needed.iter().find(|name| !header.contains_key(**name)) {
            return Err(FileError::NoColumn(missing));
        }
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(broken)?;
        Ok(Self { header, attributes, records })
    }

    fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row { rows: self, record })
    }
}

struct Row<'a> {
    rows: &'a Rows,
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// None when the column is missing or the field empty.
    fn text(&self, column: &str) -> Option<&'a str> {
        self.record.get(*self.rows.header.get(column)?).filter(|t| !t.is_empty())
    }

    fn wrong(&self, column: &str, expected: &'static str, value: &str) -> FileError {
        let line = self.record.position().map_or(0, csv::Position::line);
        FileError::Value { line, column: column.to_owned(), expected, value: value.to_owned() }
    }

    fn number(&self, column: &str) -> Result<Option<f64>, FileError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(column, "a number", text))
    }

    /// As milliseconds.
    fn seconds(&self, column: &str) -> Result<Option<i64>, FileError> {
        let seconds = self.number(column)?;
        match seconds {
            Some(s) if !(0.0..=1e9).contains(&s) => Err(self.wrong(column, "seconds from 0 on", &s.to_string())),
            _ => Ok(seconds.map(|s| (s * 1_000.0).round() as i64)),
        }
    }

    fn instant(&self, column: &str) -> Result<Timestamp, FileError> {
        let text = self.text(column).ok_or_else(|| self.wrong(column, "a time", ""))?;
        if let Ok(seconds) = text.parse::<f64>()
            && (0.0..=1e11).contains(&seconds)
        {
            return Ok((seconds * 1_000.0).round() as i64);
        }
        let instant: Result<jiff::Timestamp, _> = text.parse();
        instant.map(|t| t.as_millisecond()).map_err(|_| self.wrong(column, "seconds or an RFC 3339 time", text))
    }

    fn flag(&self, column: &str) -> Result<bool, FileError> {
        match self.text(column) {
            None | Some("0" | "false" | "no") => Ok(false),
            Some("1" | "true" | "yes") => Ok(true),
            Some(other) => Err(self.wrong(column, "1 or 0", other)),
        }
    }

    fn word<T>(&self, column: &str, expected: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, FileError> {
        self.text(column).map(|text| read(text).ok_or_else(|| self.wrong(column, expected, text))).transpose()
    }

    fn list(&self, column: &str) -> Vec<&'a str> {
        self.text(column).map(|t| t.split(';').map(str::trim).filter(|t| !t.is_empty()).collect()).unwrap_or_default()
    }

    fn facts(&self) -> Result<Facts, FileError> {
        let attribute = |(key, at): &(String, usize)| {
            let text = self.record.get(*at).filter(|t| !t.is_empty())?;
            let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            Some((key.clone(), number.map_or_else(|| Value::from(text), Value::Number)))
        };
        let last_agent = self.text("last_agent");
        Ok(Facts {
            tier: self.text("tier").map(str::to_owned),
            attributes: self.rows.attributes.iter().filter_map(attribute).collect(),
            intent: self.text("intent").map(str::to_owned),
            complexity: self.word("complexity", "simple, normal or complex", Complexity::parse)?,
            emotion: self.text("emotion").map(str::to_owned),
            intensity: self.number("intensity")?.unwrap_or(0.0),
            trend: self.word("trend", "worse, same or better", Trend::parse)?,
            channel: self.text("channel").unwrap_or("web").to_owned(),
            inbox: self.text("inbox").unwrap_or_default().to_owned(),
            language: self.text("language").map_or(Language::Zh, Language::from_tag),
            labels: self.list("labels").into_iter().map(str::to_owned).collect(),
            handoff: self.text("handoff").map(str::to_owned),
            misses: self.number("misses")?.unwrap_or(0.0) as i64,
            returning: last_agent.is_some(),
            owned: self.text("owner").is_some(),
            queued_at: None,
            sla_due_at: None,
            ticket: None,
        })
    }

    fn worker(&self, time_zone: &str) -> Result<Worker, FileError> {
        let id = self.text("id").ok_or_else(|| self.wrong("id", "a name", ""))?;
        let pairs = |column: &'static str, missing: i64| {
            let pair = |text: &str| match text.split_once(':') {
                Some((name, n)) => {
                    n.trim().parse().map(|n: i64| (name.trim().to_owned(), n)).map_err(|_| self.wrong(column, "name:number", text))
                }
                None => Ok((text.to_owned(), missing)),
            };
            self.list(column).into_iter().map(pair).collect::<Result<Vec<(String, i64)>, FileError>>()
        };
        let skills = pairs("skills", 1)?.into_iter();
        let channels = pairs("channels", 1)?.into_iter();
        let languages: Vec<Language> = self.list("languages").into_iter().map(Language::from_tag).collect();
        let person = Candidate {
            team_ids: self.list("teams").into_iter().map(Into::into).collect(),
            skills: skills.map(|(skill, level)| Skill { skill, level: u8::try_from(level.clamp(0, 5)).unwrap_or(0) }).collect(),
            channels: channels.map(|(channel, capacity)| ChannelPlaces { channel, capacity, load: 0 }).collect(),
            capacity: self.number("capacity")?.map_or(1, |n| n as i64),
            languages: if languages.is_empty() { vec![Language::Zh, Language::En] } else { languages },
            ..Candidate::new(id.into(), self.text("name").unwrap_or(id))
        };
        let shifts = self.word("shifts", "HH:MM-HH:MM;…", |text| Shifts::parse(text, time_zone))?;
        let accepts = self.number("accepts")?.unwrap_or(1.0).clamp(0.0, 1.0);
        Ok(Worker { person, shifts: shifts.unwrap_or_default(), accepts })
    }
}

/// As `read_arrivals` reads it.
pub fn arrivals_csv(arrivals: &[Arrival]) -> String {
    let header = [
        "id",
        "at",
        "handle_seconds",
        "bot_resolves",
        "bot_seconds",
        "team",
        "tier",
        "intent",
        "complexity",
        "emotion",
        "intensity",
        "trend",
        "channel",
        "language",
        "last_agent",
    ];
    let word = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let seconds = |ms: i64| format!("{:.3}", ms as f64 / 1_000.0);
    let row = |a: &Arrival| {
        let f = &a.facts;
        vec![
            a.id.clone(),
            jiff::Timestamp::from_millisecond(a.at).unwrap_or_default().to_string(),
            seconds(a.handle_ms),
            u8::from(a.bot_resolves).to_string(),
            seconds(a.bot_ms),
            word(a.team.as_ref().map(|t| t.as_str())),
            word(f.tier.as_deref()),
            word(f.intent.as_deref()),
            word(f.complexity.map(Complexity::as_str)),
            word(f.emotion.as_deref()),
            format!("{:.2}", f.intensity),
            word(f.trend.map(Trend::as_str)),
            f.channel.clone(),
            f.language.code().to_owned(),
            word(a.last_agent.as_ref().map(|u| u.as_str())),
        ]
    };
    table(&header, arrivals.iter().map(row))
}

/// As `read_agents` reads it.
pub fn agents_csv(workers: &[Worker]) -> String {
    let row = |w: &Worker| {
        let p = &w.person;
        let list = |parts: Vec<String>| parts.join(";");
        vec![
            p.user_id.0.clone(),
            p.name.clone(),
            list(p.team_ids.iter().map(ToString::to_string).collect()),
            list(p.skills.iter().map(|s| format!("{}:{}", s.skill, s.level)).collect()),
            list(p.languages.iter().map(|l| l.code().to_owned()).collect()),
            p.capacity.to_string(),
            w.shifts.text(),
            w.accepts.to_string(),
        ]
    };
    table(&["id", "name", "teams", "skills", "languages", "capacity", "shifts", "accepts"], workers.iter().map(row))
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(header);
    rows.for_each(|row| {
        let _ = writer.write_record(row);
    });
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
