//! A session over a bare connection, steered by a script that plays the other side: bytes go both ways as hex.

use crate::harness::{World, refusal, rendered};
use qn_base::{Clock, SystemClock};
use qn_channel::{Adapter, WireReaction};
use qn_domain::Inbox;
use serde_json::{Value, json};

/// `wire_open` begins (`kept`: what an earlier one left), `wire_bytes` brings bytes (`hex`), `wire_tick` lets time pass (`ms`), `wire_ask`
/// writes a message's requests, as many as the window takes.
pub fn steered(world: &World, adapter: &dyn Adapter, inbox: &Inbox, what: &str, body: &Value) -> Value {
    let mut wires = world.wires.lock().unwrap();
    let now = SystemClock.now() + body["ms"].as_i64().unwrap_or_default();
    if what == "wire_open" {
        let mut wire = adapter.wire(inbox).unwrap();
        let hello = wire.open(body["kept"].as_str(), now);
        wires.insert(adapter.kind(), wire);
        return json!({"hex": hex(&hello)});
    }
    let wire = wires.get_mut(&adapter.kind()).unwrap();
    match what {
        "wire_bytes" => shown(&wire.receive(&unhex(body["hex"].as_str().unwrap()), now), wire.is_ready()),
        "wire_tick" => shown(&wire.tick(now), wire.is_ready()),
        "wire_close" => json!({"hex": hex(&wire.close())}),
        "wire_ask" => match rendered(adapter, inbox, body) {
            Ok(steps) => {
                let mut asked = Vec::new();
                for step in &steps {
                    if !wire.takes() {
                        break;
                    }
                    let (number, bytes) = wire.ask(&step.request.body, now);
                    asked.push(json!({"key": step.key, "number": number, "hex": hex(&bytes)}));
                }
                json!({"steps": steps.len(), "asked": asked})
            }
            Err(told) => told,
        },
        other => panic!("{other}"),
    }
}

fn shown(reaction: &WireReaction, is_ready: bool) -> Value {
    let answered: Vec<Value> = reaction
        .answered
        .iter()
        .map(|(number, judged)| {
            let told = judged.as_ref().map_or_else(refusal, |sent| json!({"sent": sent.external_id}));
            json!([number, told])
        })
        .collect();
    json!({
        "events": reaction.events, "kept": reaction.kept, "sends": hex(&reaction.sends), "acks": hex(&reaction.acks), "answered": answered,
        "dropped": reaction.dropped, "ended": reaction.ended, "ready": is_ready,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
