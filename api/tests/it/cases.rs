//! Merging, splitting and linking over HTTP: what is refused and with which words, what the ties tell, that undoing gives back the same
//! answer, and that the customer's window shows what was written for them and nothing of the ties.

use crate::world::{World, world};
use serde_json::{Value, json};

async fn get(w: &World, path: &str) -> Value {
    w.get(path, &w.a.agent).await.ok(200)
}

async fn linked_pair(w: &World) -> [(String, String, String); 2] {
    let mut all = Vec::new();
    for text in ["我要退货", "怎么退货?"] {
        let (token, id) = w.asked(&w.a, text).await;
        let contact = get(w, &format!("/conversations/{id}")).await["contact"]["id"].as_str().unwrap().to_owned();
        all.push((token, id, contact));
    }
    let [one, other]: [_; 2] = all.try_into().unwrap();
    w.post(&format!("/contacts/{}/links", one.2), &w.a.agent, json!({"contact_id": other.2})).await.ok(201);
    [one, other]
}

/// The answer without what only counts that something happened.
async fn state(w: &World, id: &str) -> Value {
    let mut view = get(w, &format!("/conversations/{id}")).await;
    for counter in ["version", "last_seq", "updated_at"] {
        view.as_object_mut().unwrap().remove(counter);
    }
    view
}

async fn words(w: &World, path: &str, token: &str) -> Vec<String> {
    let all = w.get(path, token).await.ok(200);
    let said = all["items"].as_array().unwrap().iter().filter(|m| m["kind"] != "activity");
    said.map(|m| m["content"]["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_merge_is_told_undone_and_gone() {
    let w = world().await;
    let [(token, part, _), (_, whole, _)] = linked_pair(&w).await;
    let (stranger_token, stranger) = w.asked(&w.a, "发票怎么开").await;
    let merge = format!("/conversations/{part}/merge");
    let refused = w.post(&merge, &w.a.agent, json!({"into": stranger})).await.problem(409, "two_persons");
    assert!(refused["detail"].as_str().unwrap().contains("link the two contacts"), "{refused}");
    w.post(&merge, &w.a.agent, json!({"into": part})).await.problem(409, "tied_to_itself");
    w.post(&merge, &w.a.agent, json!({"into": "cnv_none"})).await.problem(404, "not_found");
    w.post(&merge, &w.a.reader, json!({"into": whole})).await.problem(403, "scope_missing");
    w.post(&merge, &w.b.agent, json!({"into": whole})).await.problem(404, "not_found");

    let before = (state(&w, &part).await, state(&w, &whole).await);
    let tie = w.post(&merge, &w.a.agent, json!({"into": whole})).await.ok(201);
    assert_eq!(
        (tie["kind"].as_str(), tie["from"].as_str(), tie["to"].as_str()),
        (Some("merge"), Some(part.as_str()), Some(whole.as_str()))
    );
    let told = get(&w, &format!("/conversations/{whole}/ties")).await;
    assert_eq!((&told["ties"][0]["id"], told["conversations"].as_array().unwrap().len()), (&tie["id"], 2));
    assert_eq!(state(&w, &part).await["merged_into"], whole);
    w.post(&merge, &w.a.agent, json!({"into": whole})).await.problem(409, "merged");
    w.post(&format!("/conversations/{part}/reopen"), &w.a.agent, Value::Null).await.problem(409, "merged");
    w.get(&format!("/conversations/{whole}/ties"), &w.b.agent).await.problem(404, "not_found");
    let undo = format!("/conversation-ties/{}/undo", tie["id"].as_str().unwrap());
    w.post(&undo, &w.b.agent, Value::Null).await.problem(404, "not_found");
    for _ in 0..2 {
        assert_eq!(w.post(&undo, &w.a.agent, Value::Null).await.ok(200)["undone_by"], "usr_agent_a");
    }
    assert_eq!((state(&w, &part).await, state(&w, &whole).await), before);

    // Merged again: the customer's window goes on, open, and shows who works on the whole.
    w.post(&merge, &w.a.agent, json!({"into": whole})).await.ok(201);
    let sent = w.post("/widget/messages", &token, json!({"client_msg_id": "next", "text": "在吗"})).await.ok(201);
    assert_eq!((&sent["conversation"]["status"], &sent["conversation"]["agent_name"]), (&json!("open"), &json!("agent a")));
    w.post(&format!("/conversations/{part}/messages"), &w.a.agent, json!({"client_msg_id": "a", "text": "在的"})).await.ok(201);
    assert!(words(&w, "/widget/messages", &token).await.ends_with(&["在吗".to_owned(), "在的".to_owned()]));
    assert!(!words(&w, "/widget/messages", &stranger_token).await.contains(&"在的".to_owned()));
}

#[tokio::test]
async fn a_split_reaches_the_customer_in_their_own_window() {
    let w = world().await;
    let (token, id) = w.asked(&w.a, "我要退货").await;
    w.post(&format!("/conversations/{id}/claim"), &w.a.agent, Value::Null).await.ok(200);
    let asked = w.post("/widget/messages", &token, json!({"client_msg_id": "two", "text": "还想改地址"})).await.ok(201);
    let message = asked["message"]["id"].as_str().unwrap().to_owned();
    let before = state(&w, &id).await;
    let split = format!("/conversations/{id}/split");
    w.post(&split, &w.a.agent, json!({"messages": []})).await.problem(422, "invalid_field");
    w.post(&split, &w.a.agent, json!({"messages": ["msg_none"]})).await.problem(404, "not_found");
    w.post(&split, &w.a.other_agent, json!({"messages": [message]})).await.problem(409, "owned_by_other");
    let tie = w.post(&split, &w.a.agent, json!({"messages": [message], "team_id": "tea_a"})).await.ok(201);
    let case = tie["to"].as_str().unwrap().to_owned();
    w.post(&split, &w.a.agent, json!({"messages": [message]})).await.problem(409, "already_split");
    w.post(&format!("/conversations/{case}/split"), &w.a.agent, json!({"messages": [message]})).await.problem(409, "split_off");
    let told = get(&w, &format!("/conversations/{case}/ties")).await;
    assert_eq!(told["borrowed"][0]["id"], message);

    let sent = w
        .post(
            &format!("/conversations/{case}/messages"),
            &w.a.other_agent,
            json!({"client_msg_id": "c", "text": "新地址是?", "reply_to": message}),
        )
        .await
        .ok(201);
    assert_eq!((&sent["conversation_id"], &sent["content"]["case"], &sent["reply_to"]), (&json!(id), &json!(case), &json!(message)));
    let shown = w.get("/widget/messages", &token).await.ok(200);
    let last = shown["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["content"]["text"], &last["content"]["case"]), (&json!("新地址是?"), &Value::Null));
    w.post("/widget/messages", &token, json!({"client_msg_id": "three", "text": "云杉路 8 号"})).await.ok(201);
    let woken = state(&w, &case).await;
    assert_eq!(
        (&woken["owner"]["agent_id"], &woken["last_text"], &woken["unread"]),
        (&json!("usr_other_a"), &json!("云杉路 8 号"), &json!(1))
    );

    // The first conversation may be over: to the customer it goes on, with whoever has the other.
    w.post(&format!("/conversations/{id}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    let on = w.post("/widget/messages", &token, json!({"client_msg_id": "four", "text": "谢谢"})).await.ok(201)["conversation"].clone();
    assert_eq!((&on["id"], &on["status"], &on["agent_name"]), (&json!(id), &json!("open"), &json!("other a")));
    w.post(&format!("/conversations/{id}/reopen"), &w.a.agent, Value::Null).await.ok(200);

    // Another agent has it now: who split it has no more say, a supervisor has.
    let undo = format!("/conversation-ties/{}/undo", tie["id"].as_str().unwrap());
    w.post(&undo, &w.a.agent, Value::Null).await.problem(409, "owned_by_other");
    w.post(&undo, &w.a.supervisor, Value::Null).await.ok(200);
    assert_eq!(state(&w, &case).await["merged_into"], id);
    let mut after = state(&w, &id).await;
    for changed in ["waiting_since", "bot", "mood"] {
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_part_is_no_resolved_work_of_its_own_and_its_words_count_in_the_mood() {
    let w = world().await;
    let [(token, part, contact), (_, whole, _)] = linked_pair(&w).await;
    w.post("/widget/messages", &token, json!({"client_msg_id": "angry", "text": "太过分了，等了三天没人理，垃圾"})).await.ok(201);
    let ids = async |path: &str| {
        let page = get(&w, path).await;
        page["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (_, ended) = w.asked(&w.a, "在吗").await;
    w.post(&format!("/conversations/{ended}/claim"), &w.a.agent, Value::Null).await.ok(200);
    w.post(&format!("/conversations/{ended}/resolve"), &w.a.agent, Value::Null).await.ok(200);
    let tie = w.post(&format!("/conversations/{part}/merge"), &w.a.agent, json!({"into": whole})).await.ok(201);
    let resolved = format!("/conversations?filter={}", "%7B%22statuses%22%3A%5B%22resolved%22%5D%7D");
    assert_eq!((ids("/conversations?bucket=resolved").await, ids(&resolved).await), (vec![ended.clone()], vec![ended]));
    assert_eq!(get(&w, "/conversations/counts").await["resolved"], 1);
    assert!(ids(&format!("/contacts/{contact}/conversations")).await.contains(&part), "all of a customer's are listed");
    let moods = get(&w, &format!("/conversations/{whole}/moods")).await;
    let of: Vec<&str> = moods["turns"].as_array().unwrap().iter().map(|t| t["conversation_id"].as_str().unwrap()).collect();
    assert_eq!((of, moods["turns"][2]["emotion"].as_str()), (vec![part.as_str(), whole.as_str(), part.as_str()], Some("anger")));
    let turn = format!("/conversations/{part}/messages/{}/correction", moods["turns"][2]["message_id"].as_str().unwrap());
    w.call("PUT", &turn, &w.a.agent, json!({"emotion": "neutral"})).await.ok(204);
    assert_eq!(get(&w, &format!("/conversations/{whole}/moods")).await["turns"][2]["corrected"]["emotion"], "neutral");
    w.post(&format!("/conversation-ties/{}/undo", tie["id"].as_str().unwrap()), &w.a.agent, Value::Null).await.ok(200);
    assert_eq!(get(&w, &format!("/conversations/{whole}/moods")).await["turns"].as_array().unwrap().len(), 1);
    assert_eq!(get(&w, "/conversations/counts").await["resolved"], 1);
}
