//! Tasks in a row, and what every task may have: a condition, its input and output transformed, where it leads.

use super::draft::{Draft, Room, Ways};
use super::{blocks, caught, cel, systems};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Deepest nesting of tasks.
const DEPTH_MAX: u32 = 20;
/// Fields of a task beside its own.
const COMMON: [&str; 7] = ["if", "input", "output", "export", "timeout", "then", "metadata"];

/// Where a task leads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Then {
    Continue,
    Exit,
    End,
    Task(String),
}

impl Then {
    pub fn of(value: &Value) -> Then {
        match value.as_str() {
            None | Some("continue") => Then::Continue,
            Some("exit") => Then::Exit,
            Some("end") => Then::End,
            Some(name) => Then::Task(name.to_owned()),
        }
    }
}

/// A task made: where it begins and its ways out, each with where it leads.
pub(super) struct Made {
    pub entry: String,
    pub exits: Vec<((String, String), Then)>,
}

impl Made {
    pub fn of(ways: Ways, then: &Then) -> Option<Made> {
        let exits = ways.exits.into_iter().map(|exit| (exit, then.clone())).collect();
        ways.entry.map(|entry| Made { entry, exits })
    }
}

/// Tasks one after the other; what leads out of the row is its exits.
pub(super) fn sequence(draft: &mut Draft, at: &str, list: &Value, room: &Room) -> Ways {
    let Some(tasks) = list.as_array().filter(|tasks| !tasks.is_empty()) else {
        draft.refuse(at, "这里应为任务列表", "a list of tasks belongs here");
        return Ways::default();
    };
    if room.depth > DEPTH_MAX {
        draft.refuse(at, "任务嵌套过深", "tasks are nested too deeply");
        return Ways::default();
    }
    let room = Room { depth: room.depth + 1, ..room.clone() };
    let mut made: Vec<(String, Made)> = Vec::new();
    for (n, item) in tasks.iter().enumerate() {
        let only = item.as_object().filter(|item| item.len() == 1).and_then(|item| item.iter().next());
        let Some((name, body)) = only else {
            draft.refuse(&format!("{at}/{n}"), "每个任务应为“名称: 定义”", "each task is one name with its definition");
            continue;
        };
        let at = format!("{at}/{n}/{name}");
        made.extend(task(draft, &at, name, body, &room).map(|task| (name.clone(), task)));
    }
    link(draft, at, made, &room)
}

fn link(draft: &mut Draft, at: &str, made: Vec<(String, Made)>, room: &Room) -> Ways {
    let entries: BTreeMap<String, String> = made.iter().map(|(name, task)| (name.clone(), task.entry.clone())).collect();
    let order: Vec<String> = made.iter().map(|(_, task)| task.entry.clone()).collect();
    let mut ways = Ways { entry: order.first().cloned(), exits: Vec::new() };
    let mut end = None;
    for (n, (_, task)) in made.into_iter().enumerate() {
        for ((from, port), then) in task.exits {
            match then {
                Then::Continue if n + 1 < order.len() => draft.edge(&from, &port, &order[n + 1]),
                Then::Continue | Then::Exit => ways.exits.push((from, port)),
                Then::End => {
                    let end = end.get_or_insert_with(|| draft.end(room));
                    draft.edge(&from, &port, end);
                }
                Then::Task(name) => match entries.get(&name) {
                    Some(entry) => draft.edge(&from, &port, entry),
                    None => {
                        let (zh, en) = (format!("没有名为「{name}」的任务"), format!("there is no task \"{name}\" here"));
                        draft.refuse(&format!("{at}/then"), &zh, &en);
                    }
                },
            }
        }
    }
    ways
}

fn task(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room) -> Option<Made> {
    let kinds: [(&str, &[&str]); 10] = [
        ("call", &["with"]),
        ("do", &[]),
        ("emit", &[]),
        ("for", &["while", "do"]),
        ("fork", &[]),
        ("listen", &[]),
        ("raise", &[]),
        ("run", &[]),
        ("set", &[]),
        ("switch", &[]),
    ];
    let more: [(&str, &[&str]); 2] = [("try", &["catch"]), ("wait", &[])];
    // A loop has a `do` of its own.
    let found = kinds.iter().chain(&more).filter(|(kind, _)| body.get(kind).is_some()).max_by_key(|(_, beside)| beside.len());
    let Some((kind, beside)) = found else {
        draft.refuse(at, "未知的任务类型", "a task of an unknown kind");
        return None;
    };
    let known: Vec<&str> = COMMON.iter().copied().chain(beside.iter().copied()).chain([*kind]).collect();
    draft.only(at, body, &known);
    let mut then = Then::of(&body["then"]);
    let mut ways = Ways::default();
    let skipped = condition(draft, at, name, body, room, &mut ways);
    if let Some(from) = body["input"].get("from")
        && let Some(from) = draft.cel(&format!("{at}/input/from"), from, &room.names())
    {
        draft.then_set(&mut ways, &format!("{name}_input"), &[(&room.dot, from)]);
    }
    let transforms = body["output"].get("as").is_some() || body["export"].get("as").is_some();
    if transforms && matches!(*kind, "switch" | "raise") {
        draft.refuse(at, "此任务不支持 output 和 export", "this task may not have output or export");
    }
    let mut own = match *kind {
        "switch" => return switch(draft, at, name, body, room, ways, skipped),
        "raise" => {
            caught::raise(draft, at, name, &body["raise"], room, &mut ways);
            then = Then::End;
            Ways::default()
        }
        "do" => sequence(draft, &format!("{at}/do"), &body["do"], room),
        "for" => blocks::rounds(draft, at, name, body, room),
        "fork" => blocks::fork(draft, at, name, &body["fork"], room),
        "try" => caught::attempt(draft, at, name, body, room),
        _ => systems::task(draft, at, name, kind, body, room),
    };
    output(draft, at, name, body, room, &mut own);
    draft.join(&mut ways, own);
    let mut made = Made::of(ways, &then)?;
    made.exits.extend(skipped.map(|exit| (exit, Then::Continue)));
    Some(made)
}

/// `if`: what is not done is passed by, with its input as its output.
fn condition(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room, ways: &mut Ways) -> Option<(String, String)> {
    let source = body.get("if")?.as_str().unwrap_or_default();
    let made = cel::condition(cel::expression(source).unwrap_or(source), &room.names());
    let when = draft.understood(&format!("{at}/if"), made)?;
    let settings = json!({"when": when}).as_object().cloned().unwrap_or_default();
    let id = draft.node(&format!("{name}_if"), "choose", "", settings);
    *ways = Ways { entry: Some(id.clone()), exits: vec![(id.clone(), "yes".to_owned())] };
    Some((id, "no".to_owned()))
}

/// `output.as` and `export.as`. The task's own output is the room's data by now; `$input` there is kept in `before`.
fn output(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room, own: &mut Ways) {
    let (given, exported) = (body["output"].get("as"), body["export"].get("as"));
    if given.is_none() && exported.is_none() {
        return;
    }
    let before = format!("before_{}", draft.number());
    draft.variable(&before, json!({}));
    let mut first = Ways::default();
    draft.then_set(&mut first, &format!("{name}_before"), &[(&before, room.dot.clone())]);
    draft.join(&mut first, std::mem::take(own));
    *own = first;
    let names = room.with("input", &before).names();
    if let Some(given) = given.and_then(|given| draft.cel(&format!("{at}/output/as"), given, &names)) {
        draft.then_set(own, &format!("{name}_output"), &[(&room.dot, given)]);
    }
    if let Some(exported) = exported.and_then(|exported| draft.cel(&format!("{at}/export/as"), exported, &names)) {
        draft.then_set(own, &format!("{name}_export"), &[("shared", exported)]);
    }
}

fn switch(
    draft: &mut Draft,
    at: &str,
    name: &str,
    body: &Value,
    room: &Room,
    mut ways: Ways,
    skipped: Option<(String, String)>,
) -> Option<Made> {
    let (mut cases, mut leads, mut otherwise) = (Vec::new(), Vec::new(), Then::of(&body["then"]));
    for (n, item) in body["switch"].as_array().into_iter().flatten().enumerate() {
        let at = format!("{at}/switch/{n}");
        let Some((_, case)) = item.as_object().and_then(|item| item.iter().next()) else {
            draft.refuse(&at, "每个分支应为“名称: 定义”", "each case is one name with its definition");
            continue;
        };
        draft.only(&at, case, &["when", "then"]);
        match case["when"].as_str() {
            None => otherwise = Then::of(&case["then"]),
            Some(source) => {
                let made = cel::condition(cel::expression(source).unwrap_or(source), &room.names());
                let when = draft.understood(&format!("{at}/when"), made)?;
                cases.push(json!({"port": format!("case{n}"), "when": when}));
                leads.push((format!("case{n}"), Then::of(&case["then"])));
            }
        }
    }
    let settings = json!({"cases": cases}).as_object().cloned().unwrap_or_default();
    let id = draft.node(name, "switch", name, settings);
    let exits = leads.into_iter().chain([("otherwise".to_owned(), otherwise)]).map(|(port, then)| ((id.clone(), port), then));
    let exits: Vec<_> = exits.collect();
    draft.join(&mut ways, Ways { entry: Some(id), exits: Vec::new() });
    Some(Made { entry: ways.entry?, exits: exits.into_iter().chain(skipped.map(|exit| (exit, Then::Continue))).collect() })
}
