//! What the bot says when a talk leaves its straight way: the built-in words and the company's own.

use crate::check::{self, Check, Invalid};
use qn_domain::repairs::{REPAIR_CHARS_MAX, RepairWords, SILENCE_MINUTES_MAX};
use qn_domain::{Bound, Repair, Repairs};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One of the occasions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RepairView {
    /// `resume`, `cancelled`, `hand_off`, …
    pub name: String,
    /// The company's own words; empty: the built-in ones are said.
    pub zh: String,
    pub en: String,
    pub built_in_zh: String,
    pub built_in_en: String,
    /// What may stand in braces: `name` is the flow or step, `back` when people are back, `part` the customer's own words, `position`
    /// the place in the queue, `wait` how long that is likely to last. A sentence with a `position` or `wait` is told only where it is
    /// known and the channel does not show it itself.
    pub places: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RepairsView {
    pub items: Vec<RepairView>,
    /// After how many minutes without an answer a flow's question is asked once more; 0 for never.
    pub silence_minutes: u32,
    /// Flows that begin instead: at `silence`, `clarify`, `cancelled`, `cannot_handle` and `hand_off`, the flow's id.
    pub flows: BTreeMap<String, String>,
    /// The version this was read at; 0: nothing was changed yet.
    pub version: i64,
}

impl RepairsView {
    pub fn of(repairs: &Repairs, version: i64) -> Self {
        let view = |repair: Repair| {
            let own = repairs.texts.get(repair.as_str()).cloned().unwrap_or_default();
            let (zh, en) = repair.built_in();
            RepairView {
                name: repair.as_str().to_owned(),
                zh: own.zh,
                en: own.en,
                built_in_zh: zh.to_owned(),
                built_in_en: en.to_owned(),
                places: repair.places().iter().map(|&place| place.to_owned()).collect(),
            }
        };
        let flows = repairs.flows.iter().map(|(bound, flow)| (bound.as_str().to_owned(), flow.clone())).collect();
        Self { items: Repair::ALL.into_iter().map(view).collect(), silence_minutes: repairs.silence_minutes, flows, version }
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairText {
    #[serde(default)]
    pub zh: String,
    #[serde(default)]
    pub en: String,
}

/// All of the company's own words; what is not named, or empty, is built-in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteRepairs {
    /// By name; at most 500 characters each.
    pub texts: BTreeMap<String, RepairText>,
    pub silence_minutes: u32,
    /// Published flows that begin instead, by id: at `silence`, where a flow's question is not answered for a while, at `clarify`, where
    /// several flows may be meant, at `cancelled`, where the customer stopped one, at `cannot_handle`, where the bot has no answer, and at
    /// `hand_off`, before a person is fetched. A customer who asks for a person once more gets one; one that is at work is not begun again.
    #[serde(default)]
    pub flows: BTreeMap<String, String>,
    pub version: i64,
}

impl Check for WriteRepairs {
    fn check(&mut self, wrong: &mut Vec<Invalid>) {
        for (name, text) in &mut self.texts {
            if Repair::parse(name).is_none() {
                wrong.push(Invalid::new(format!("texts.{name}"), "没有这种情形", "is not one of the occasions"));
            }
            check::text(&mut text.zh, &format!("texts.{name}.zh"), REPAIR_CHARS_MAX, wrong);
            check::text(&mut text.en, &format!("texts.{name}.en"), REPAIR_CHARS_MAX, wrong);
        }
        for name in self.flows.keys().filter(|name| Bound::parse(name).is_none()) {
            wrong.push(Invalid::new(format!("flows.{name}"), "没有这种情形", "is not one of the occasions"));
        }
        if self.silence_minutes > SILENCE_MINUTES_MAX {
            wrong.push(Invalid::new("silence_minutes", "最多 1440 分钟", "is at most 1440"));
        }
    }
}

impl WriteRepairs {
    pub fn repairs(self) -> Repairs {
        let texts = self.texts.into_iter().filter(|(_, text)| !(text.zh.is_empty() && text.en.is_empty()));
        Repairs {
            texts: texts.map(|(name, text)| (name, RepairWords { zh: text.zh, en: text.en })).collect(),
            silence_minutes: self.silence_minutes,
            flows: self.flows.into_iter().filter_map(|(name, flow)| Some((Bound::parse(&name)?, flow))).collect(),
            of_runs: BTreeMap::new(),
        }
    }
}
