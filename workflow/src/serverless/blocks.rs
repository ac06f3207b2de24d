//! `for` and `fork`: a loop, and branches with data of their own.

use super::draft::{Draft, Room, Ways};
use super::tasks::sequence;
use serde_json::{Value, json};

/// A round's output is the next round's input; the last one's is the loop's.
pub(super) fn rounds(draft: &mut Draft, at: &str, name: &str, body: &Value, room: &Room) -> Ways {
    draft.only(&format!("{at}/for"), &body["for"], &["each", "in", "at"]);
    if body.get("while").is_some() {
        draft.refuse(&format!("{at}/while"), "不支持 for 的 while", "while is not supported beside for");
    }
    let Some(list) = draft.cel(&format!("{at}/for/in"), &body["for"]["in"], &room.names()) else { return Ways::default() };
    let number = draft.number();
    let (item, index) = (format!("item_{number}"), format!("at_{number}"));
    draft.variable(&index, json!({}));
    let named = |field: &str, default: &str| body["for"][field].as_str().unwrap_or(default).to_owned();
    let inside = room.with(&named("each", "item"), &item).with(&named("at", "index"), &index);
    let settings = json!({"each": format!("({list} == null ? [] : {list})"), "item": item, "max": 10_000});
    let id = draft.node(name, "loop", name, settings.as_object().cloned().unwrap_or_default());
    let mut round = Ways { entry: None, exits: vec![(id.clone(), "body".to_owned())] };
    draft.then_set(&mut round, &format!("{name}_at"), &[(&index, "index".to_owned())]);
    let tasks = sequence(draft, &format!("{at}/do"), &body["do"], &inside);
    draft.join(&mut round, tasks);
    draft.lead(&round.exits, &id);
    Ways { entry: Some(id.clone()), exits: vec![(id, "done".to_owned())] }
}

/// The outputs of all branches as a list, or of the first that comes when they compete.
pub(super) fn fork(draft: &mut Draft, at: &str, name: &str, fork: &Value, room: &Room) -> Ways {
    draft.only(&format!("{at}/fork"), fork, &["branches", "compete"]);
    let compete = fork["compete"].as_bool().unwrap_or(false);
    let number = draft.number();
    let branches: Vec<&Value> = fork["branches"].as_array().into_iter().flatten().collect();
    let labels: Vec<String> = (0..branches.len()).map(|n| format!("b{n}")).collect();
    let settings = json!({"branches": labels, "until": if compete { "any" } else { "all" }});
    let id = draft.node(name, "parallel", name, settings.as_object().cloned().unwrap_or_default());
    let join = draft.node(&format!("{name}_join"), "join", "", serde_json::Map::new());
    let won = format!("won_{number}");
    draft.variable(&won, json!({}));
    let mut outputs = Vec::new();
    for (n, branch) in branches.into_iter().enumerate() {
        let own = format!("branch_{number}_{n}");
        draft.variable(&own, json!({}));
        let mut ways = Ways { entry: None, exits: vec![(id.clone(), labels[n].clone())] };
        draft.then_set(&mut ways, &format!("{name}_{n}"), &[(&own, room.dot.clone())]);
        let tasks = sequence(draft, &format!("{at}/fork/branches/{n}"), &json!([branch]), &room.with_data(&own));
        draft.join(&mut ways, tasks);
        if compete {
            draft.then_set(&mut ways, &format!("{name}_{n}_won"), &[(&won, own.clone())]);
        }
        draft.lead(&ways.exits, &join);
        outputs.push(own);
    }
    let mut after = Ways { entry: Some(id), exits: vec![(join, "next".to_owned())] };
    let gives = if compete { won } else { format!("[{}]", outputs.join(", ")) };
    draft.then_set(&mut after, &format!("{name}_gives"), &[(&room.dot, gives)]);
    after
}
