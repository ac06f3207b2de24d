//! The registry as the builder's palette and forms want it: names of kinds, families and ports in both languages, and the schema of
//! the settings.

use super::{ALL, Family, Spec};
use crate::model::Type;
use serde::Serialize;
use serde_json::Value;

#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub zh_about: &'static str,
    pub en_about: &'static str,
    pub icon: &'static str,
    pub family: Named,
    /// Ports every node of this kind has.
    pub ports: Vec<Named>,
    /// The setting that names further ports: `branches`, `intents`, or `cases[].port`.
    pub ports_from: Option<&'static str>,
    /// Ports a node of this kind may have besides: `error`, `timeout`, `undo`, `skipped`.
    pub extra_ports: Vec<Named>,
    pub needs_error_edge: bool,
    pub needs_timeout: bool,
    pub waits: bool,
    /// What it gives to the variable that it sets; `any` where its settings or the outside decide.
    pub gives: Type,
    /// JSON Schema; `x-qn` of each setting says how to edit it.
    pub settings: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Named {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// Every kind of node, in the order of the palette.
pub fn catalogue() -> Vec<Entry> {
    ALL.iter().map(|kind| entry(&kind.spec())).collect()
}

fn entry(spec: &Spec) -> Entry {
    let mut extra = Vec::new();
    if !matches!(spec.name, "start" | "end" | "join") {
        extra.push("error");
        extra.extend(spec.may_time_out().then_some("timeout"));
        extra.extend((spec.name == "ask").then_some(super::SKIPPED));
        extra.extend(matches!(spec.family, Family::Systems | Family::Desk).then_some("undo"));
    }
    Entry {
        name: spec.name,
        zh: spec.zh,
        en: spec.en,
        zh_about: spec.about.0,
        en_about: spec.about.1,
        icon: spec.icon,
        family: spec.family.named(),
        ports: spec.ports.iter().copied().map(port).collect(),
        ports_from: match spec.name {
            "parallel" => Some("branches"),
            "switch" => Some("cases[].port"),
            "classify" => Some("intents"),
            _ => None,
        },
        extra_ports: extra.into_iter().map(port).collect(),
        needs_error_edge: spec.fallible,
        needs_timeout: spec.needs_timeout,
        waits: spec.waits,
        gives: match spec.name {
            "answer" | "approval" | "classify" | "extract" | "ticket" | "ticket_update" | "write" => Type::Object,
            _ => Type::Any,
        },
        settings: (spec.settings)(),
    }
}

impl Family {
    pub fn named(self) -> Named {
        let (name, zh, en) = match self {
            Family::Trigger => ("trigger", "触发", "Triggers"),
            Family::Talk => ("talk", "对话", "Conversation"),
            Family::Desk => ("desk", "会话与客户", "Desk"),
            Family::Logic => ("logic", "逻辑", "Logic"),
            Family::Time => ("time", "时间", "Time"),
            Family::People => ("people", "人工", "People"),
            Family::Systems => ("systems", "系统", "Systems"),
        };
        Named { name, zh, en }
    }
}

/// A port in both languages; ports that settings name are called what they are called.
fn port(name: &'static str) -> Named {
    let (zh, en) = port_words(name).unwrap_or((name, name));
    Named { name, zh, en }
}

/// What the ports that kinds have are called, zh and en.
pub(crate) fn port_words(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "next" => ("下一步", "Next"),
        "error" => ("失败", "Failed"),
        "timeout" => ("超时", "Timed out"),
        "undo" => ("撤销", "Undo"),
        "yes" => ("是", "Yes"),
        "no" => ("否", "No"),
        "body" => ("每一轮", "Each round"),
        "done" => ("循环结束", "Done"),
        "otherwise" => ("其他情况", "Otherwise"),
        "approved" => ("同意", "Approved"),
        "rejected" => ("拒绝", "Declined"),
        "verified" => ("已核实", "Verified"),
        "unverified" => ("没有核实", "Not verified"),
        "skipped" => ("跳过", "Skipped"),
        "unclear" => ("没听懂", "Not understood"),
        "found" => ("找到", "Found"),
        "unavailable" => ("无人可接", "Nobody free"),
        "not_found" => ("没找到", "Not found"),
        _ => return None,
    })
}
