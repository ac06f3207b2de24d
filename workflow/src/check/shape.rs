//! The document itself: sizes, names, kinds, edges that join what exists. Nothing else is looked at while this is wrong.

use crate::model::{Choice, FORMAT, Flow, Retry, Type, Variable};
use crate::nodes;
use crate::problem::Problem;
use std::collections::BTreeSet;

const NODES_MAX: usize = 2_000;
const VARIABLES_MAX: usize = 500;
const CHOICES_MAX: usize = 50;
const CHOICE_CHARS_MAX: usize = 100;
/// Names the engine gives values to.
pub(crate) const RESERVED: [&str; 6] = ["now", "context", "error", "done", "answer", "index"];

pub(crate) fn shape(flow: &Flow) -> Vec<Problem> {
    let mut out = Vec::new();
    if flow.format != FORMAT {
        let (zh, en) = (format!("不支持文档格式 {}", flow.format), format!("format {} is not known to this version", flow.format));
        out.push(Problem::new("format", zh, en));
    }
    if !is_id(&flow.id) {
        out.push(Problem::new("bad_id", "流程标识只能用字母、数字、- 和 _", "the id of a flow has letters, digits, - and _ only"));
    }
    if flow.nodes.len() > NODES_MAX || flow.edges.len() > 4 * NODES_MAX || flow.variables.len() > VARIABLES_MAX {
        out.push(Problem::new("too_large", "流程过大，请拆成子流程", "the flow is too large: split it into sub-flows"));
        return out;
    }
    nodes_of(flow, &mut out);
    edges_of(flow, &mut out);
    variables_of(flow, &mut out);
    out
}

fn nodes_of(flow: &Flow, out: &mut Vec<Problem>) {
    let mut ids = BTreeSet::new();
    for node in &flow.nodes {
        if !is_id(&node.id) {
            out.push(
                Problem::new("bad_id", "步骤标识只能用字母、数字、- 和 _", "the id of a node has letters, digits, - and _ only")
                    .at(&node.id),
            );
        }
        if !ids.insert(&node.id) {
            out.push(Problem::new("duplicate_node", "两个步骤用了同一个标识", "two nodes have this id").at(&node.id));
        }
        if nodes::find(&node.kind).is_none() {
            let (zh, en) = (format!("未知的步骤类型 {}", node.kind), format!("there is no kind of node {}", node.kind));
            out.push(Problem::new("unknown_kind", zh, en).at(&node.id));
        }
        if node.timeout_ms.is_some_and(|ms| ms < 1) {
            out.push(Problem::new("bad_timeout", "超时必须大于 0", "a timeout is more than 0").at(&node.id).field("timeout_ms"));
        }
        if node.retry.as_ref().is_some_and(|retry| !sound(retry)) {
            let (zh, en) = ("重试次数 1 到 20,间隔必须为正数", "retries are 1 to 20 attempts with delays above 0");
            out.push(Problem::new("bad_retry", zh, en).at(&node.id).field("retry"));
        }
    }
    match flow.nodes.iter().filter(|node| node.kind == "start").count() {
        1 => {}
        0 => out.push(Problem::new("no_start", "缺少“开始”步骤", "there is no start")),
        _ => out.push(Problem::new("many_starts", "只能有一个“开始”步骤", "there is more than one start")),
    }
}

fn sound(retry: &Retry) -> bool {
    (1..=20).contains(&retry.attempts) && retry.first_ms > 0 && retry.cap_ms >= retry.first_ms
}

fn edges_of(flow: &Flow, out: &mut Vec<Problem>) {
    let ids: BTreeSet<&String> = flow.nodes.iter().map(|node| &node.id).collect();
    let mut used = BTreeSet::new();
    for edge in &flow.edges {
        for end in [&edge.from, &edge.to] {
            if !ids.contains(end) {
                let (zh, en) = (format!("连线指向不存在的步骤 {end}"), format!("an edge names {end}, which does not exist"));
                out.push(Problem::new("edge_to_nowhere", zh, en).at(&edge.from).field(&edge.port));
            }
        }
        if !used.insert((&edge.from, &edge.port)) {
            let (zh, en) = ("同一个出口有两条连线；要同时执行请用“并行”", "two edges leave this port; use a parallel to do both");
            out.push(Problem::new("two_edges", zh, en).at(&edge.from).field(&edge.port));
        }
    }
}

fn variables_of(flow: &Flow, out: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for variable in &flow.variables {
        let name = &variable.name;
        if !is_name(name) || RESERVED.contains(&name.as_str()) || !names.insert(name) {
            let (zh, en) = (format!("变量名 {name} 无效、重复或被保留"), format!("the variable name {name} is not allowed, or used twice"));
            out.push(Problem::new("bad_variable", zh, en).field(name));
        }
        if variable.scope.is_shared() && variable.input {
            let (zh, en) = (
                format!("变量 {name} 是共享变量，不能同时作为启动时的输入"),
                format!("the variable {name} is shared: it cannot be given when the flow begins as well"),
            );
            out.push(Problem::new("shared_input", zh, en).field(name));
        }
        if variable.default.as_ref().is_some_and(|value| !variable.kind.holds(value)) {
            let (zh, en) = (format!("变量 {name} 的默认值类型不符"), format!("the default of {name} is of another type"));
            out.push(Problem::new("type_mismatch", zh, en).field(name));
        }
        choices_of(variable, out);
    }
}

fn choices_of(variable: &Variable, out: &mut Vec<Problem>) {
    let Variable { name, choices, .. } = variable;
    if choices.is_empty() {
        return;
    }
    let different: BTreeSet<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
    let sound = |choice: &Choice| {
        let said = [Some(&choice.value), choice.zh.as_ref(), choice.en.as_ref()];
        said.into_iter().flatten().all(|text| (1..=CHOICE_CHARS_MAX).contains(&text.trim().chars().count()))
    };
    if variable.kind != Type::Text || choices.len() > CHOICES_MAX || different.len() < choices.len() || !choices.iter().all(sound) {
        let zh = format!("变量 {name} 的选项不正确：只有文本可以有选项，最多 50 个，互不相同，每个 1 到 100 字");
        let en = format!("the choices of {name} are not right: of a text only, at most 50, all different, of 1 to 100 characters");
        out.push(Problem::new("bad_choices", zh, en).field(name));
    } else if variable.default.as_ref().is_some_and(|value| !variable.offers(value)) {
        let (zh, en) = (format!("变量 {name} 的默认值不在选项中"), format!("the default of {name} is not one of its choices"));
        out.push(Problem::new("bad_choices", zh, en).field(name));
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn is_name(name: &str) -> bool {
    is_id(name) && !name.contains('-') && !name.starts_with(|c: char| c.is_ascii_digit())
}
