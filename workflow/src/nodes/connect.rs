//! An operation of a configured connector: an order system, a payment service, a table, an MCP tool. What it gives is kept as it
//! comes, or what an expression takes of it.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::form;
use crate::model::{NEXT, Node, Type};
use crate::request::{Connect, Request};
use crate::run::StepError;
use crate::template::JsonTemplate;
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub struct ConnectorAction;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// By the name it was given.
    #[schemars(extend("x-qn" = form("连接器|已配置的连接器", "Connector|One that is configured", "connector")))]
    connector: String,
    /// One of the connector's operations.
    #[schemars(extend("x-qn" = form("操作|连接器的一个操作", "Operation|One of the connector's", "operation")))]
    operation: String,
    /// What the operation asks for; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("输入|可以使用模板", "Input|Texts may be templates", "json")))]
    input: Value,
    /// What the data are sent for; asked for where they are personal.
    #[serde(default)]
    #[allow(dead_code)] // read by the validator and by people
    #[schemars(extend("x-qn" = form("数据用途|向外发送客户个人信息时说明用途", "Purpose|Why personal data of the customer are sent", "text")))]
    purpose: String,
    /// CEL over `answer`; without it all of it is kept.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("取出|对 answer 的表达式，不填则全部保存", "Take|An expression over answer; all of it if empty", "expression")))]
    take: Option<String>,
    /// Variable for what is taken.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存结果的变量", "Keep in|Variable for what is taken", "variable")))]
    save: Option<String>,
    /// It changes nothing: after a correction it is simply done again.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("只查询|不改动任何东西，客户更正后可以直接重查", "Only looks up|Changes nothing: done again without asking when the customer corrects an answer", "toggle")))]
    reads: bool,
}

#[derive(Debug)]
struct Operate {
    connector: String,
    operation: String,
    input: JsonTemplate,
    take: Option<Expr>,
    save: Option<String>,
    reads: bool,
}

impl Kind for ConnectorAction {
    fn spec(&self) -> Spec {
        Spec {
            name: "connect",
            zh: "连接器",
            en: "Connector action",
            icon: "plug",
            about: ("调用已配置的业务系统", "Calls a configured system"),
            family: Family::Systems,
            ports: &[NEXT],
            fallible: true,
            waits: false,
            needs_timeout: true,
            settings: schema_of::<Settings>,
        }
    }

    fn compile(&self, node: &Node, compiler: &mut Compiler<'_>) -> Option<Box<dyn Action>> {
        let settings: Settings = compiler.settings(node)?;
        let input = compiler.json("input", &settings.input)?;
        let take = settings.take.as_ref().and_then(|take| compiler.expr("take", take, Type::Any));
        compiler.notes.reads.retain(|(name, field)| !(field == "take" && name == "answer"));
        let gives = take.as_ref().map_or(Guess::Unknown, |take| compiler.guess(take));
        compiler.sets("save", NEXT, settings.save.as_ref(), gives);
        let Settings { connector, operation, save, reads, .. } = settings;
        if connector.is_empty() || operation.is_empty() {
            compiler.problem("bad_settings", "operation", "请选择连接器和操作", "choose a connector and one of its operations");
            return None;
        }
        Some(Box::new(Operate { connector, operation, input, take, save, reads }))
    }
}

impl Action for Operate {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let request = Request::Connect(Connect {
            connector: self.connector.clone(),
            operation: self.operation.clone(),
            input: self.input.render(scene.values)?,
            timeout_ms: scene.timeout_ms.unwrap_or(10_000),
        });
        Ok(Move::Open { request, due_at: None })
    }

    fn only_reads(&self) -> bool {
        self.reads
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let kept = match &self.take {
            Some(take) => take.evaluate(&super::With { name: "answer", value: &reply, rest: scene.values })?,
            None => reply,
        };
        Ok(Move::leave(NEXT).save(self.save.as_ref(), kept))
    }
}
