//! `qingniao nlu state-eval`: how often the rule tracker's state is exactly the recorded one, on dialogues in CrossWOZ's format
//! with their dialogue acts given. Follows the published protocol of the data set's own rule tracker: before each turn the
//! tracker is set to the state recorded after the previous one, and its state after the turn is compared with the first
//! query recorded for it (`sys_state_init`). `--free` leaves out the resetting.

use crate::cli::{Failure, Output, answer, usage};
use anyhow::{Context, Result, anyhow};
use qn_nlu::dialogue::{Act, ActKind, Domain, Frames, SlotKind, Tracker};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use SlotKind::{Many, Name, Near, One};

const DOMAINS: &[Domain] = &[
    Domain {
        name: "景点",
        slots: &[
            ("名称", Name),
            ("门票", One),
            ("游玩时间", One),
            ("评分", One),
            ("周边景点", Near("景点")),
            ("周边餐馆", Near("餐馆")),
            ("周边酒店", Near("酒店")),
        ],
    },
    Domain {
        name: "餐馆",
        slots: &[
            ("名称", Name),
            ("推荐菜", Many),
            ("人均消费", One),
            ("评分", One),
            ("周边景点", Near("景点")),
            ("周边餐馆", Near("餐馆")),
            ("周边酒店", Near("酒店")),
        ],
    },
    Domain {
        name: "酒店",
        slots: &[
            ("名称", Name),
            ("酒店类型", One),
            ("酒店设施", Many),
            ("价格", One),
            ("评分", One),
            ("周边景点", Near("景点")),
            ("周边餐馆", Near("餐馆")),
            ("周边酒店", Near("酒店")),
        ],
    },
    Domain { name: "地铁", slots: &[("出发地", One), ("目的地", One)] },
    Domain { name: "出租", slots: &[("出发地", One), ("目的地", One)] },
];

/// Not a constraint: what the query returned.
const RESULTS: &str = "selectedResults";
const BYTES_MAX: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  qingniao nlu state-eval --dialogues val.json\n  qingniao nlu state-eval --dialogues test.json --output json\n  qingniao nlu state-eval --dialogues test.json --fixed --free"
)]
pub struct Args {
    /// JSON: dialogues by id, each with `type` and `messages` (role, dialog_act, sys_state, sys_state_init)
    #[arg(long)]
    dialogues: PathBuf,
    /// Rules alone: do not follow the habits the recorded states show
    #[arg(long)]
    fixed: bool,
    /// Never reset to the recorded state
    #[arg(long)]
    free: bool,
}

#[derive(Debug, Deserialize)]
struct Dialogue {
    #[serde(rename = "type")]
    kind: String,
    messages: Vec<Message>,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    dialog_act: Vec<[String; 4]>,
    #[serde(default)]
    sys_state: BTreeMap<String, BTreeMap<String, Value>>,
    #[serde(default)]
    sys_state_init: BTreeMap<String, BTreeMap<String, Value>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    turns: usize,
    right: usize,
}

impl Tally {
    fn share(self) -> f64 {
        if self.turns == 0 { 0.0 } else { self.right as f64 / self.turns as f64 }
    }
}

pub fn run(args: &Args, output: Output) -> Result<(), Failure> {
    let dialogues = read(&args.dialogues).map_err(usage)?;
    let mut by_kind: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    for dialogue in dialogues.values() {
        let tally = follow(dialogue, args);
        for sum in [by_kind.entry(dialogue.kind.as_str()).or_default(), &mut all] {
            sum.turns += tally.turns;
            sum.right += tally.right;
        }
    }
    let kinds: BTreeMap<&str, f64> = by_kind.iter().map(|(kind, t)| (*kind, t.share())).collect();
    let row = json!({"dialogues": dialogues.len(), "turns": all.turns, "joint_accuracy": all.share(), "by_type": kinds});
    answer(output, &row, || {
        let mut lines =
            vec![format!("joint accuracy {:.2} % of {} turns in {} dialogues", all.share() * 100.0, all.turns, dialogues.len())];
        lines.extend(kinds.iter().map(|(kind, share)| format!("  {kind}: {:.2} %", share * 100.0)));
        lines.join("\n")
    });
    Ok(())
}

fn read(path: &Path) -> Result<BTreeMap<String, Dialogue>> {
    let length = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?.len();
    anyhow::ensure!(length <= BYTES_MAX, "{} has {length} bytes, {BYTES_MAX} is the limit", path.display());
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    // The error of serde_json names line and column.
    serde_json::from_slice(&bytes).map_err(|e| anyhow!("{}: {e}", path.display()))
}

fn follow(dialogue: &Dialogue, args: &Args) -> Tally {
    let mut tracker = Tracker::new(DOMAINS, !args.fixed);
    let mut tally = Tally::default();
    let mut heard: Vec<Act> = Vec::new();
    for message in &dialogue.messages {
        let acts: Vec<Act> = message.dialog_act.iter().map(act).collect();
        if message.role != "sys" {
            heard = acts;
            continue;
        }
        let expected = frames(&message.sys_state_init);
        tally.turns += 1;
        tally.right += usize::from(*tracker.heard(&heard) == expected);
        if !args.free {
            tracker.recorded(&frames(&message.sys_state));
        }
        tracker.told(&acts);
    }
    tally
}

fn act([kind, domain, slot, value]: &[String; 4]) -> Act {
    let kind = match kind.as_str() {
        "Inform" => ActKind::Inform,
        "Request" => ActKind::Request,
        "Recommend" => ActKind::Recommend,
        "Select" => ActKind::Select,
        _ => ActKind::Other,
    };
    Act { kind, domain: domain.clone(), slot: slot.clone(), value: value.clone() }
}

fn frames(state: &BTreeMap<String, BTreeMap<String, Value>>) -> Frames {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let slots = |slots: &BTreeMap<String, Value>| slots.iter().filter(|(s, _)| *s != RESULTS).map(|(s, v)| (s.clone(), text(v))).collect();
    state.iter().map(|(domain, values)| (domain.clone(), slots(values))).collect()
}
