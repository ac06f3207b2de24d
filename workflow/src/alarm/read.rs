//! The bodies in which alarms come: a notification of Prometheus Alertmanager (version 4) or of Grafana, whose alerts are of the same
//! family; and a plain shape of our own, one alarm or a list of them, for whatever can be taught to send it. What cannot be read is told
//! by its place.

use super::{Alarm, AlarmStatus, FIELDS, severity};
use crate::hash;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Alarms of one call.
pub const ALARMS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 200;
const KEY_CHARS_MAX: usize = 150;

/// What is wrong with a body, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// A dotted path, for example `alerts[2].labels.alertname`.
    pub field: String,
    pub zh: &'static str,
    pub en: &'static str,
}

type Read<T> = Result<T, Unreadable>;

/// The alarms of a body, in its order.
pub fn read(body: &Value) -> Read<Vec<Alarm>> {
    match body {
        Value::Object(fields) => match fields.get("alerts") {
            // Grafana says these of every notification, Alertmanager never.
            Some(alerts) if ["orgId", "state", "title"].iter().any(|said| fields.contains_key(*said)) => {
                each(alerts, "alerts", |part| alert(part, "grafana"))
            }
            Some(alerts) => each(alerts, "alerts", |part| alert(part, "alertmanager")),
            None => Ok(vec![plain(&Part { fields, place: String::new() })?]),
        },
        Value::Array(_) => each(body, "", plain),
        _ => Err(wrong("body", "应为告警或告警列表", "must be an alarm or a list of alarms")),
    }
}

fn wrong(field: impl Into<String>, zh: &'static str, en: &'static str) -> Unreadable {
    Unreadable { field: field.into(), zh, en }
}

fn each(all: &Value, place: &str, one: impl Fn(&Part<'_>) -> Read<Alarm>) -> Read<Vec<Alarm>> {
    let at = if place.is_empty() { "body" } else { place };
    let Value::Array(all) = all else { return Err(wrong(at, "应为列表", "must be a list")) };
    if all.len() > ALARMS_MAX {
        return Err(wrong(at, "一次最多 200 条告警", "has at most 200 alarms"));
    }
    let read = all.iter().enumerate().map(|(n, value)| {
        let place = format!("{place}[{n}]");
        match value {
            Value::Object(fields) => one(&Part { fields, place }),
            _ => Err(wrong(place, "应为 JSON 对象", "must be a JSON object")),
        }
    });
    read.collect()
}

/// One alert of Alertmanager or Grafana. Where nobody says which it is, its labels do.
fn alert(part: &Part<'_>, source: &str) -> Read<Alarm> {
    let labels = part.texts("labels")?;
    let name = labels.get("alertname").map(String::as_str).unwrap_or_default();
    part.bounded("labels.alertname", name, NAME_CHARS_MAX)?;
    let starts_at = part.time("startsAt")?.ok_or_else(|| part.missing("startsAt"))?;
    let status = part.status()?.ok_or_else(|| part.missing("status"))?;
    let annotations = part.texts("annotations")?;
    let told = |names: [&str; 2]| names.iter().find_map(|name| annotations.get(*name)).cloned().unwrap_or_default();
    let links = [part.text("panelURL")?, part.text("dashboardURL")?, part.text("generatorURL")?];
    let fingerprint = Some(part.text("fingerprint")?).filter(|text| !text.is_empty()).unwrap_or_else(|| hash::short(&labels));
    Ok(Alarm {
        name: name.to_owned(),
        severity: severity(labels.get("severity").map(String::as_str).unwrap_or_default()),
        status,
        key: part.key("fingerprint", &fingerprint, Some(&starts_at))?,
        summary: told(["summary", "title"]),
        description: told(["description", "message"]),
        values: part.object("values")?,
        starts_at: Some(starts_at),
        link: links.into_iter().find(|link| !link.is_empty()).unwrap_or_default(),
        source: source.to_owned(),
        labels,
        annotations,
    })
}

/// Our own shape. A key may name one firing or, beside the time at which it began, what fires.
fn plain(part: &Part<'_>) -> Read<Alarm> {
    // What an alarm tells is what it may say.
    if let Some(unknown) = part.fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(part.wrong(unknown, "没有这个字段", "there is no such field"));
    }
    let name = part.text("name")?;
    part.bounded("name", &name, NAME_CHARS_MAX)?;
    let (labels, starts_at) = (part.texts("labels")?, part.time("starts_at")?);
    let key = match (part.text("key")?, &starts_at) {
        (key, _) if !key.is_empty() => key,
        (_, Some(_)) => hash::short(&(&name, &labels)),
        (_, None) => return Err(part.wrong("key", "请填写 key 或 starts_at", "give a key or starts_at")),
    };
    let said = Some(part.text("severity")?).filter(|said| !said.is_empty());
    let said = said.or_else(|| labels.get("severity").cloned()).unwrap_or_default();
    Ok(Alarm {
        severity: severity(&said),
        status: part.status()?.unwrap_or_default(),
        key: part.key("key", &key, starts_at.as_deref())?,
        annotations: part.texts("annotations")?,
        summary: part.text("summary")?,
        description: part.text("description")?,
        values: part.object("values")?,
        link: part.text("link")?,
        source: Some(part.text("source")?).filter(|text| !text.is_empty()).unwrap_or_else(|| "custom".to_owned()),
        name,
        labels,
        starts_at,
    })
}

/// One object of the body, and where it stands.
struct Part<'b> {
    fields: &'b Map<String, Value>,
    place: String,
}

impl Part<'_> {
    fn wrong(&self, field: &str, zh: &'static str, en: &'static str) -> Unreadable {
        wrong(if self.place.is_empty() { field.to_owned() } else { format!("{}.{field}", self.place) }, zh, en)
    }

    fn missing(&self, field: &str) -> Unreadable {
        self.wrong(field, "必填", "is required")
    }

    fn given(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Empty where it is not there.
    fn text(&self, field: &str) -> Read<String> {
        self.given(field).map_or(Some(String::new()), text_of).ok_or_else(|| self.wrong(field, "应为文本", "must be a text"))
    }

    fn object(&self, field: &str) -> Read<Map<String, Value>> {
        match self.given(field) {
            None => Ok(Map::new()),
            Some(Value::Object(fields)) => Ok(fields.clone()),
            Some(_) => Err(self.wrong(field, "应为 JSON 对象", "must be a JSON object")),
        }
    }

    fn texts(&self, field: &str) -> Read<BTreeMap<String, String>> {
        let each = self.object(field)?.into_iter().map(|(name, value)| match text_of(&value) {
            Some(text) => Ok((name, text)),
            None => Err(self.wrong(&format!("{field}.{name}"), "应为文本", "must be a text")),
        });
        each.collect()
    }

    fn time(&self, field: &str) -> Read<Option<String>> {
        let text = self.text(field)?;
        if text.is_empty() {
            return Ok(None);
        }
        let time = text.parse::<Timestamp>();
        let unknown = || self.wrong(field, "应为带时区的时间，例如 2026-11-30T09:15:00+08:00", "must be a time like 2026-11-30T09:15:00Z");
        time.map(|time| Some(time.to_string())).map_err(|_| unknown())
    }

    fn status(&self) -> Read<Option<AlarmStatus>> {
        match self.text("status")?.to_lowercase().as_str() {
            "" => Ok(None),
            "firing" | "problem" | "alert" | "alerting" => Ok(Some(AlarmStatus::Firing)),
            "resolved" | "ok" | "recovered" => Ok(Some(AlarmStatus::Resolved)),
            _ => Err(self.wrong("status", "应为 firing 或 resolved", "must be firing or resolved")),
        }
    }

    fn bounded(&self, field: &str, text: &str, max: usize) -> Read<()> {
        match text.chars().count() {
            0 => Err(self.missing(field)),
            count if count > max => Err(self.wrong(field, "太长", "is too long")),
            _ => Ok(()),
        }
    }

    /// Of one firing.
    fn key(&self, field: &str, of: &str, starts_at: Option<&str>) -> Read<String> {
        self.bounded(field, of, KEY_CHARS_MAX)?;
        Ok(starts_at.map_or_else(|| of.to_owned(), |at| format!("{of}@{at}")))
    }
}

/// Texts, numbers and yes or no.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
