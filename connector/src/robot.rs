//! Operations on pages that have no API: what a robot does step by step in a browser. Data only; `qn-robot` plays it.

use crate::definition::{Listed, RetryClass, Words};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Robot {
    pub format: u32,
    /// Where addresses of steps begin; its host may be visited.
    pub base_url: String,
    /// Further hosts pages may load from: `host` or `host:port`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    pub operations: Vec<Routine>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routine {
    /// Letters, digits, `_` and `-`; unique in the connector; flows name it.
    pub name: String,
    pub title: Words,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// JSON Schema of an object.
    pub input: Value,
    pub steps: Vec<Step>,
    /// `keyed` only if the steps look first whether it was done (`done_if`).
    pub retry: RetryClass,
}

/// `at` is a CSS selector, waited for until it is there. `{name}` in texts is an input, `{key}` the step's idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Joined to the base.
    Open {
        url: String,
    },
    Fill {
        at: String,
        value: String,
    },
    /// Types a secret; only on a page of a host it is bound to.
    FillSecret {
        at: String,
        secret: String,
    },
    /// An option of a list, by value or by its words.
    Choose {
        at: String,
        value: String,
    },
    Click {
        at: String,
    },
    Wait {
        at: String,
    },
    /// Fails unless the element comes to contain this.
    Expect {
        at: String,
        contains: String,
    },
    /// Ends well, without the rest, if the element contains this now.
    DoneIf {
        at: String,
        contains: String,
    },
    Read {
        at: String,
        save: String,
    },
    /// Rows as objects, named by the heading cells.
    Table {
        at: String,
        save: String,
    },
    /// Clicks and keeps the file that comes.
    Download {
        at: String,
        save: String,
    },
}

impl Robot {
    pub(crate) fn secrets(&self) -> Vec<&str> {
        let steps = self.operations.iter().flat_map(|routine| &routine.steps);
        steps.filter_map(|step| if let Step::FillSecret { secret, .. } = step { Some(secret.as_str()) } else { None }).collect()
    }
}

impl Routine {
    pub(crate) fn listed(&self) -> Listed<'_> {
        let Routine { name, title, description, input, retry, .. } = self;
        Listed { name, title, description, method: "ROBOT", path: "", input, response: None, retry: *retry }
    }
}

impl Step {
    /// For records: what was done where, without what was typed.
    pub fn shown(&self) -> String {
        match self {
            Step::Open { url } => format!("open {url}"),
            Step::Fill { at, .. } => format!("fill {at}"),
            Step::FillSecret { at, .. } => format!("fill {at} with a secret"),
            Step::Choose { at, .. } => format!("choose {at}"),
            Step::Click { at } => format!("click {at}"),
            Step::Wait { at } => format!("wait {at}"),
            Step::Expect { at, contains } => format!("expect {at} contains {contains}"),
            Step::DoneIf { at, contains } => format!("done if {at} contains {contains}"),
            Step::Read { at, save } => format!("read {at} as {save}"),
            Step::Table { at, save } => format!("table {at} as {save}"),
            Step::Download { at, save } => format!("download {at} as {save}"),
        }
    }
}
