//! One conversation told by its own thread: who owned it, step by step. Every line must be a legal move from the one before,
//! and nobody writes to a customer while somebody else owns them. Written from the product's rules, not from its code.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Owner {
    Bot,
    Queue,
    Agent(String),
}

/// What is wrong with a thread.
#[derive(Debug, Default)]
pub struct Findings {
    /// Holes and repetitions in `seq`.
    pub gaps: Vec<String>,
    /// Two people acted as owner at the same time.
    pub double_owned: Vec<String>,
    /// Other moves that no rule allows.
    pub illegal: Vec<String>,
    /// Questions to the bot that got no answer in the same breath.
    pub unanswered: Vec<String>,
}

struct Story<'a> {
    id: &'a str,
    owner: Owner,
    resolved: bool,
    offered_to: Option<String>,
    findings: Findings,
}

/// Reads the whole thread, ascending, and compares its end with the conversation as the API shows it.
pub fn check(conversation: &Value, messages: &[Value], name_of: impl Fn(&str) -> String) -> Findings {
    let id = conversation["id"].as_str().unwrap_or_default();
    let mut story = Story { id, owner: Owner::Bot, resolved: false, offered_to: None, findings: Findings::default() };
    for (i, message) in messages.iter().enumerate() {
        let expected = i64::try_from(i).unwrap_or(0) + 1;
        if message["seq"] != expected {
            story.findings.gaps.push(format!("{id}: seq {} where {expected} belongs", message["seq"]));
        }
        story.line(message, i.checked_sub(1).and_then(|b| messages.get(b)), messages.get(i + 1));
    }
    if conversation["last_seq"].as_u64() != Some(messages.len() as u64) {
        story.findings.gaps.push(format!("{id}: last_seq {} but {} messages", conversation["last_seq"], messages.len()));
    }
    let shown = match conversation["owner"]["kind"].as_str() {
        Some("agent") => Owner::Agent(name_of(conversation["owner"]["agent_id"].as_str().unwrap_or_default())),
        Some("queue") => Owner::Queue,
        _ => Owner::Bot,
    };
    if shown != story.owner || (conversation["status"] == "resolved") != story.resolved {
        let told = format!("{id}: shown as {shown:?} {}, told as {:?} (resolved: {})", conversation["status"], story.owner, story.resolved);
        story.findings.illegal.push(told);
    }
    story.findings
}

impl Story<'_> {
    fn line(&mut self, message: &Value, before: Option<&Value>, after: Option<&Value>) {
        match message["kind"].as_str() {
            Some("activity") => self.activity(message),
            Some("outgoing") => self.outgoing(message, before),
            Some("incoming") => self.incoming(message, after),
            _ => {}
        }
    }

    fn activity(&mut self, message: &Value) {
        let activity = &message["content"]["activity"];
        let (key, agent) =
            (activity["key"].as_str().unwrap_or_default(), activity["params"]["agent"].as_str().unwrap_or_default().to_owned());
        if self.resolved && !matches!(key, "reopened" | "csat_given" | "labels_changed" | "priority_changed" | "leave_message") {
            self.illegal(message, "in a resolved conversation");
        }
        let next = match key {
            "queued" => self.only(message, self.owner == Owner::Bot, Owner::Queue),
            "assigned" => self.only(message, self.owner == Owner::Queue, Owner::Agent(agent)),
            "claimed" => self.taken(message, !matches!(self.owner, Owner::Agent(_)), agent),
            "taken_over" => self.taken(message, self.owner != Owner::Agent(agent.clone()), agent),
            "bot_silenced" => self.taken(message, self.owner == Owner::Bot, agent),
            "transfer_accepted" => {
                let asked = matches!(self.owner, Owner::Agent(_)) && self.offered_to.as_deref() == Some(agent.as_str());
                self.taken(message, asked, agent)
            }
            "transferred_to_team" => Owner::Queue,
            "released" => self.only(message, matches!(self.owner, Owner::Agent(_)), Owner::Queue),
            "returned_to_bot" => Owner::Bot,
            "reopened" => self.only(message, self.resolved, Owner::Bot),
            "transfer_offered" => {
                let from = activity["params"]["from"].as_str().unwrap_or_default();
                if self.owner != Owner::Agent(from.to_owned()) {
                    self.illegal(message, "by somebody who does not own it");
                }
                self.offered_to = activity["params"]["to"].as_str().map(str::to_owned);
                return;
            }
            "transfer_declined" => {
                self.offered_to = None;
                return;
            }
            "resolved" => {
                self.resolved = true;
                return;
            }
            _ => return,
        };
        self.owner = next;
        self.offered_to = None;
        self.resolved = false;
    }

    fn only(&mut self, message: &Value, legal: bool, next: Owner) -> Owner {
        if !legal {
            self.illegal(message, "from here");
        }
        next
    }

    /// Somebody takes it although another person has it: the worst of all.
    fn taken(&mut self, message: &Value, legal: bool, agent: String) -> Owner {
        if !legal {
            let told = format!("{}: {} takes it from {:?} at seq {}", self.id, agent, self.owner, message["seq"]);
            self.findings.double_owned.push(told);
        }
        Owner::Agent(agent)
    }

    fn outgoing(&mut self, message: &Value, before: Option<&Value>) {
        let author = message["author"]["name"].as_str().unwrap_or_default();
        match message["author"]["kind"].as_str() {
            Some("agent") if self.owner != Owner::Agent(author.to_owned()) => {
                let told = format!("{}: {author} writes while {:?} owns it, seq {}", self.id, self.owner, message["seq"]);
                self.findings.double_owned.push(told);
            }
            Some("bot") => {
                // the word with which the bot hands over comes right after the change
                let handing_over = before.is_some_and(|b| b["content"]["activity"]["key"] == "queued");
                if self.owner != Owner::Bot && !handing_over {
                    self.illegal(message, "by the bot, which does not own it");
                }
            }
            _ => {}
        }
    }

    fn incoming(&mut self, message: &Value, after: Option<&Value>) {
        if self.resolved {
            self.illegal(message, "in a resolved conversation");
        }
        if self.owner == Owner::Bot {
            let answered = after.is_some_and(|a| a["content"]["activity"]["key"] == "queued" || a["author"]["kind"] == "bot");
            if !answered {
                self.findings.unanswered.push(format!("{}: seq {}", self.id, message["seq"]));
            }
        }
    }

    fn illegal(&mut self, message: &Value, why: &str) {
        let what = message["content"]["activity"]["key"].as_str().or(message["kind"].as_str()).unwrap_or_default();
        let told = format!("{}: {what} at seq {} {why} (owner {:?}, resolved {})", self.id, message["seq"], self.owner, self.resolved);
        self.findings.illegal.push(told);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn activity(seq: i64, key: &str, params: Value) -> Value {
        json!({"seq": seq, "kind": "activity", "author": {"kind": "system"}, "content": {"activity": {"key": key, "params": params}}})
    }

    fn said(seq: i64, kind: &str, author: &str, name: &str) -> Value {
        json!({"seq": seq, "kind": kind, "author": {"kind": author, "name": name}, "content": {"text": "x"}})
    }

    fn owned_by(agent: &str, last_seq: usize) -> Value {
        json!({"id": "cnv_1", "last_seq": last_seq, "status": "open", "owner": {"kind": "agent", "agent_id": agent}})
    }

    #[test]
    fn a_lawful_thread_has_no_findings() {
        let thread = [
            said(1, "incoming", "contact", ""),
            said(2, "outgoing", "bot", ""),
            said(3, "incoming", "contact", ""),
            activity(4, "queued", json!({})),
            said(5, "outgoing", "bot", ""),
            activity(6, "claimed", json!({"agent": "lin"})),
            said(7, "outgoing", "agent", "lin"),
        ];
        let findings = check(&owned_by("lin", thread.len()), &thread, str::to_owned);
        assert!(
            findings.gaps.is_empty() && findings.double_owned.is_empty() && findings.illegal.is_empty() && findings.unanswered.is_empty(),
            "{findings:?}"
        );
    }

    #[test]
    fn two_owners_a_hole_and_silence_are_found() {
        let thread = [
            said(1, "incoming", "contact", ""),
            activity(2, "claimed", json!({"agent": "lin"})),
            activity(4, "claimed", json!({"agent": "zhao"})),
            said(5, "outgoing", "agent", "lin"),
        ];
        let findings = check(&owned_by("zhao", 4), &thread, str::to_owned);
        assert_eq!((findings.gaps.len(), findings.double_owned.len(), findings.unanswered.len()), (2, 2, 1), "{findings:?}");
    }
}
