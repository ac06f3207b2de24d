//! Personal data that leave the house: a step that sends them must say what for, in this flow or in one that it calls. A warning. What is
//! personal is known for the context, for answers by what is asked for, and for what other systems, events and signals tell by what
//! its fields are called or declared to be; all of it is followed through variables, loops, scripts, approvals and called flows. What
//! goes back to the system that told it is known there already.

mod facts;
mod follow;
mod words;

use crate::model::Flow;
use crate::origins::CUT;
use crate::problem::Problem;
use crate::program::{Called, Compiled, Library};
use facts::{Source, Way};
use follow::{Found, Trail};

pub(crate) fn privacy(flow: &Flow, nodes: &[Compiled], called: &Called, library: &dyn Library) -> Vec<Problem> {
    let trail = Trail::new(called, library);
    let facts = trail.followed(nodes, follow::filled_in(flow), true);
    nodes.iter().filter_map(|node| Some(warning(node, &trail.sent(nodes, node, &facts)?))).collect()
}

fn warning(node: &Compiled, found: &Found<'_>) -> Problem {
    let steps: Vec<&str> = found.path.iter().map(String::as_str).filter(|step| *step != CUT).collect();
    let path = steps.join(".").replace(".*", "[]");
    let (from_zh, from_en) = told(&found.source);
    let (zh, en) = if node.spec.name == "sub_flow" {
        (
            format!("经子流程向外发送个人信息（{path}，来自{from_zh}），请在子流程里发送的步骤填写用途"),
            format!("sends personal data ({path}, from {from_en}) by the sub-flow: say what for at the step there that sends them"),
        )
    } else {
        (
            format!("向外发送个人信息（{path}，来自{from_zh}），请填写用途"),
            format!("sends personal data ({path}, from {from_en}): say what for"),
        )
    };
    Problem::warning("no_purpose", zh, en).at(&node.node.id).field(&found.field)
}

/// Where it came from, in words.
fn told(source: &Source<'_>) -> (String, String) {
    let step = source.step;
    match source.way {
        Way::Customer => ("客户资料或客户的话".to_owned(), "what is known of the customer".to_owned()),
        Way::Form => ("表单的回答".to_owned(), "what was filled in".to_owned()),
        Way::Event => ("触发流程的事件".to_owned(), "what began the flow".to_owned()),
        Way::Answer => (format!("「{step}」得到的回答"), format!("the answer to \"{step}\"")),
        Way::System => (format!("「{step}」的返回"), format!("what \"{step}\" was told")),
        Way::Signal => (format!("「{step}」收到的信号"), format!("the signal at \"{step}\"")),
        Way::Approver => (format!("「{step}」的审批表单"), format!("the form of \"{step}\"")),
    }
}
