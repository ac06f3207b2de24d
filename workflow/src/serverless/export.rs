//! A flow as a serverless workflow: the part that neither talks, nor waits for people, nor takes back, nor repeats. The data of the
//! workflow are one object with all of the flow's variables; every task writes it whole. What has no counterpart is refused.

use super::to_jq::{Place, jq};
use crate::expr::Language;
use crate::model::{ERROR, Edge, Flow, NEXT, Node, Retry, TIMEOUT, UNDO};
use crate::problem::Problem;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Beside the variables: what failed, and at which node.
const FAILED: &str = "failed_at";
const HERE: Place = Place { variables: ".", answer: false };
/// In `output.as`, where `.` is what the task gave.
const AFTER: Place = Place { variables: "$input.", answer: true };

/// The workflow, with `called` naming the versions of sub-flows as `namespace/name`; or everything that has no counterpart.
pub fn export(flow: &Flow, called: &BTreeMap<String, String>) -> Result<Value, Vec<Problem>> {
    let mut out = Export { flow, called, language: Language::default(), problems: Vec::new(), tasks: Vec::new(), at: String::new() };
    for node in order(flow) {
        out.at.clone_from(&node.id);
        out.node(node);
    }
    if !out.problems.is_empty() {
        return Err(out.problems);
    }
    let document =
        json!({"dsl": "1.0.0", "namespace": "qingniao", "name": flow.id.replace('_', "-"), "version": "1.0.0", "title": flow.name});
    let mut workflow = json!({"document": document, "do": out.tasks});
    let start = flow.nodes.iter().find(|node| node.kind == "start");
    if let Some(cron) = start.and_then(|node| node.settings.get("cron")) {
        workflow["schedule"] = json!({"cron": cron});
    }
    Ok(workflow)
}

/// Nodes from the start on, so that what is first comes first.
fn order(flow: &Flow) -> Vec<&Node> {
    let start = flow.nodes.iter().filter(|node| node.kind == "start");
    start.chain(flow.nodes.iter().filter(|node| node.kind != "start")).collect()
}

struct Export<'f> {
    flow: &'f Flow,
    called: &'f BTreeMap<String, String>,
    language: Language,
    problems: Vec<Problem>,
    tasks: Vec<Value>,
    at: String,
}

impl Export<'_> {
    fn refuse(&mut self, zh: &str, en: &str) {
        self.problems.push(Problem::new("unsupported", zh, en).at(&self.at));
    }

    fn node(&mut self, node: &Node) {
        if self.flow.edges.iter().any(|edge| edge.from == node.id && edge.port == UNDO) {
            self.refuse("Serverless Workflow 没有撤销(补偿)", "serverless workflows have no compensation");
        }
        let setting = |name: &str| node.settings.get(name).cloned().unwrap_or_default();
        match node.kind.as_str() {
            "start" => {
                let first = self.first_record();
                self.task(&node.id, json!({"set": first}), &[NEXT]);
            }
            "set" => self.assignments(node),
            "choose" => {
                let when = self.cel(setting("when").as_str().unwrap_or_default(), HERE);
                let cases =
                    json!([{"yes": {"when": when, "then": self.target(&node.id, "yes")}}, {"no": {"then": self.target(&node.id, "no")}}]);
                self.tasks.push(json!({node.id.as_str(): {"switch": cases}}));
            }
            "switch" => self.switch(node),
            "call" => self.call(node),
            "wait" => match node.settings.get("for_ms").and_then(Value::as_i64).filter(|_| !node.settings.contains_key("business")) {
                Some(ms) => self.task(&node.id, json!({"wait": {"milliseconds": ms}}), &[NEXT]),
                None => self.refuse("只能导出固定时长的等待", "only waits of a fixed length go out"),
            },
            "signal" => {
                let body = json!({"listen": {"to": {"one": {"with": {"type": setting("signal")}}}}});
                let kept = self.record(AFTER, node.settings.get("save").and_then(Value::as_str).map(|save| (save, json!("${ .[0] }"))));
                self.guarded(node, body, kept);
            }
            "emit" => {
                let data = self.template(&setting("payload"), HERE);
                let body = json!({"emit": {"event": {"with": {"source": "qingniao", "type": setting("event"), "data": data}}}});
                let kept = self.record(AFTER, None);
                self.task(&node.id, with(body, "output", json!({"as": kept})), &[NEXT]);
            }
            "sub_flow" => self.sub_flow(node),
            "end" => self.end(node),
            kind => {
                let (zh, en) = (format!("「{kind}」没有对应的任务"), format!("{kind} has no counterpart"));
                self.refuse(&zh, &en);
            }
        }
    }

    fn task(&mut self, name: &str, body: Value, ports: &[&str]) {
        let then = ports.first().map(|port| self.target(&self.at, port));
        self.tasks.push(json!({name: with(body, "then", then.unwrap_or_else(|| json!("end")))}));
    }

    fn target(&self, node: &str, port: &str) -> Value {
        let edge = self.flow.edges.iter().find(|Edge { from, port: p, .. }| from == node && p == port);
        edge.map_or_else(|| json!("end"), |edge| json!(edge.to))
    }

    /// Every variable: what is given, or its default.
    fn first_record(&mut self) -> Value {
        let mut out = Map::from_iter([(FAILED.to_owned(), Value::Null), ("error".to_owned(), Value::Null)]);
        for variable in &self.flow.variables {
            let default = variable.default.clone().unwrap_or_default();
            if variable.input && default == json!(true) {
                self.refuse("默认值为真的输入无法导出", "an input that is true by default cannot go out");
            }
            let given = if default.is_null() { format!(".{}", variable.name) } else { format!(".{} // {default}", variable.name) };
            out.insert(variable.name.clone(), if variable.input { json!(format!("${{ {given} }}")) } else { default });
        }
        Value::Object(out)
    }

    /// Every variable as it is, but one.
    fn record(&self, place: Place, changed: Option<(&str, Value)>) -> Value {
        let names = self.flow.variables.iter().map(|v| v.name.as_str()).chain(["error"]);
        let mut out: Map<String, Value> = names.map(|name| (name.to_owned(), json!(format!("${{ {}{name} }}", place.variables)))).collect();
        out.insert(FAILED.to_owned(), Value::Null);
        if let Some((name, value)) = changed {
            out.insert(name.to_owned(), value);
        }
        Value::Object(out)
    }

    fn assignments(&mut self, node: &Node) {
        let list = node.settings.get("set").and_then(Value::as_array).cloned().unwrap_or_default();
        let count = list.len().max(1);
        for n in 0..count {
            let name = if n == 0 { node.id.clone() } else { format!("{}_{n}", node.id) };
            let made = list
                .get(n)
                .map(|set| (set["variable"].as_str().unwrap_or_default(), self.cel(set["value"].as_str().unwrap_or_default(), HERE)));
            let record = self.record(HERE, made);
            let then = if n + 1 < count { json!(format!("{}_{}", node.id, n + 1)) } else { self.target(&node.id, NEXT) };
            self.tasks.push(json!({name: {"set": record, "then": then}}));
        }
    }

    fn switch(&mut self, node: &Node) {
        let mut cases = Vec::new();
        for case in node.settings.get("cases").and_then(Value::as_array).into_iter().flatten() {
            let port = case["port"].as_str().unwrap_or_default();
            let when = self.cel(case["when"].as_str().unwrap_or_default(), HERE);
            cases.push(json!({port: {"when": when, "then": self.target(&node.id, port)}}));
        }
        cases.push(json!({"otherwise": {"then": self.target(&node.id, "otherwise")}}));
        self.tasks.push(json!({node.id.as_str(): {"switch": cases}}));
    }

    fn call(&mut self, node: &Node) {
        let setting = |name: &str| node.settings.get(name).cloned().unwrap_or_default();
        let mut endpoint = json!({"uri": self.template(&setting("url"), HERE)});
        if let (Some(kind @ ("basic" | "bearer")), secret) = (setting("auth")["kind"].as_str(), &setting("auth")["secret"]) {
            endpoint["authentication"] = json!({kind: {"use": secret}});
        } else if !setting("auth").is_null() {
            self.refuse("只能导出 basic 和 bearer 认证", "of authentication only basic and bearer go out");
        }
        let method = setting("method").as_str().unwrap_or("GET").to_lowercase();
        let mut with_ = json!({"method": method, "endpoint": endpoint});
        for part in ["headers", "body"] {
            if !setting(part).is_null() {
                with_[part] = self.template(&setting(part), HERE);
            }
        }
        let taken = match setting("take").as_str() {
            Some(take) => self.cel(take, AFTER),
            None => json!("${ . }"),
        };
        let save = setting("save");
        let kept = self.record(AFTER, save.as_str().map(|save| (save, taken)));
        self.guarded(node, json!({"call": "http", "with": with_}), kept);
    }

    /// A task that may fail: what its error port leads to follows from what the catch wrote down.
    fn guarded(&mut self, node: &Node, body: Value, kept: Value) {
        let mut body = with(body, "output", json!({"as": kept}));
        if let Some(ms) = node.timeout_ms {
            body["timeout"] = json!({"after": {"milliseconds": ms}});
        }
        let mut caught = self.record(HERE, Some((FAILED, json!(node.id))));
        caught["error"] = json!({"message": "${ $error.title }"});
        let mut catch = json!({"do": [{format!("{}_caught", node.id): {"set": caught}}]});
        if let Some(Retry { attempts, first_ms, .. }) = node.retry.clone().filter(|retry| retry.attempts > 1) {
            catch["retry"] =
                json!({"delay": {"milliseconds": first_ms}, "backoff": {"exponential": {}}, "limit": {"attempt": {"count": attempts - 1}}});
        }
        let (asked, way) = (format!("{}_asks", node.id), format!("{}_way", node.id));
        self.tasks.push(json!({node.id.as_str(): {"try": [{asked: body}], "catch": catch}}));
        let timeout = self.flow.edges.iter().any(|edge| edge.from == node.id && edge.port == TIMEOUT);
        let failed = self.target(&node.id, if timeout { TIMEOUT } else { ERROR });
        let cases = json!([{"failed": {"when": format!("${{ .{FAILED} == {} }}", json!(node.id)), "then": failed}}, {"next": {"then": self.target(&node.id, NEXT)}}]);
        self.tasks.push(json!({way: {"switch": cases}}));
    }

    fn sub_flow(&mut self, node: &Node) {
        let hash = node.settings.get("flow").and_then(Value::as_str).unwrap_or_default();
        let Some((namespace, name)) = self.called.get(hash).and_then(|called| called.split_once('/')) else {
            return self.refuse("不知道子流程的名称", "the sub-flow's name is not known");
        };
        if node.timeout_ms.is_some() {
            self.refuse("子流程的超时无法导出", "the timeout of a sub-flow cannot go out");
        }
        let input = self.template(&node.settings.get("inputs").cloned().unwrap_or_default(), HERE);
        let body = json!({"run": {"workflow": {"namespace": namespace, "name": name, "version": "1.0.0", "input": input}}});
        let kept = self.record(AFTER, node.settings.get("save").and_then(Value::as_str).map(|save| (save, json!("${ . }"))));
        self.task(&node.id, with(body, "output", json!({"as": kept})), &[NEXT]);
    }

    fn end(&mut self, node: &Node) {
        let output = self.template(&node.settings.get("output").cloned().unwrap_or_default(), HERE);
        if let Some(reason) = node.settings.get("failed") {
            let title = self.template(reason, HERE);
            let error = json!({"type": "https://serverlessworkflow.io/spec/1.0.0/errors/runtime", "status": 500, "title": title});
            return self.tasks.push(json!({node.id.as_str(): {"raise": {"error": error}}}));
        }
        // What a workflow gives must be an expression or an object to `set`.
        let output = if output.is_object() || output.is_string() { output } else { json!(format!("${{ {output} }}")) };
        self.tasks.push(json!({node.id.as_str(): {"set": output, "then": "end"}}));
    }

    fn cel(&mut self, source: &str, place: Place) -> Value {
        let made = self.language.compile(source).map_err(|error| error.to_string()).and_then(|expr| jq(expr.ast(), place));
        match made {
            Ok(made) => json!(format!("${{ {made} }}")),
            Err(part) => {
                let (zh, en) = (format!("表达式中的「{part}」无法译成 jq"), format!("\"{part}\" cannot be said in jq"));
                self.refuse(&zh, &en);
                Value::Null
            }
        }
    }

    /// JSON with templates as JSON with runtime expressions.
    fn template(&mut self, source: &Value, place: Place) -> Value {
        match source {
            Value::String(text) if text.contains("{{") => self.text(text, place),
            Value::Array(items) => items.iter().map(|item| self.template(item, place)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(name, field)| (name.clone(), self.template(field, place))).collect())
            }
            plain => plain.clone(),
        }
    }

    fn text(&mut self, text: &str, place: Place) -> Value {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((plain, after)) = rest.split_once("{{") {
            let Some((hole, after)) = after.split_once("}}") else { break };
            let made = self.cel(hole.trim(), place);
            if plain.is_empty() && after.is_empty() && out.is_empty() {
                return made;
            }
            let inner = made.as_str().and_then(super::cel::expression).unwrap_or_default().to_owned();
            out += &format!("{}\\({inner})", escaped(plain));
            rest = after;
        }
        json!(format!("${{ \"{out}{}\" }}", escaped(rest)))
    }
}

/// A text as it stands between quotes.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}
