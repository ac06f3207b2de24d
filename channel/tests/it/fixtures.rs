//! Reads `fixtures/<channel>/<direction>/*.json` and makes the inbox they are about.

use qn_domain::{BusinessHours, ChannelKind, Inbox, Language, WidgetSettings};
use serde_json::{Value, json};
use std::path::PathBuf;

pub const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

pub struct Fixture {
    /// `api/inbound/text: the smallest message`, for messages of failing tests.
    pub name: String,
    pub value: Value,
}

/// All fixtures of one direction, in order of their names; none if the folder is absent.
pub fn all(kind: ChannelKind, direction: &str) -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind.as_str()).join(direction);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let value: Value =
            serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        Fixture { name: format!("{}/{direction}/{stem}: {}", kind.as_str(), value["what"].as_str().unwrap()), value }
    };
    paths.into_iter().map(read).collect()
}

pub fn inbox(kind: ChannelKind) -> Inbox {
    Inbox {
        id: "inb_1".into(),
        tenant_id: "tnt_1".into(),
        name: "test".into(),
        channel: kind,
        key: "key".into(),
        secret: SECRET.into(),
        team_id: None,
        bot_enabled: true,
        language: Language::Zh,
        hours: BusinessHours::default(),
        widget: WidgetSettings::default(),
        channel_settings: json!({}),
        reopen_window_ms: 0,
        version: 1,
        created_at: 0,
    }
}
