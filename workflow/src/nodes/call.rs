//! An HTTP request. Its answer is an error unless it is 2xx; what of it is kept is an expression over `status` and `body`.

use super::{Action, Family, Kind, Move, Scene, Spec, schema_of};
use crate::compiler::Compiler;
use crate::expr::Expr;
use crate::form::{form, options};
use crate::model::{ErrorKind, NEXT, Node};
use crate::request::{self, Auth, AuthKind, Request};
use crate::run::StepError;
use crate::template::{JsonTemplate, Template};
use crate::types::Guess;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub struct Call;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    #[schemars(extend("x-qn" = options(form("方法|HTTP 方法", "Method|Of HTTP", "choices"), &[("GET", "GET", "GET"), ("POST", "POST", "POST"), ("PUT", "PUT", "PUT"), ("PATCH", "PATCH", "PATCH"), ("DELETE", "DELETE", "DELETE")])))]
    method: Method,
    /// A template; values filled in after its beginning are percent-encoded.
    #[schemars(extend("x-qn" = form("地址|可以使用模板，填入的值会自动转义", "Address|A template; values filled in are escaped", "template")))]
    url: String,
    /// Values are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("请求头|值可以使用模板；密钥请用“认证”", "Headers|Values may be templates; put secrets under authentication", "map")))]
    headers: BTreeMap<String, String>,
    /// Sent as JSON; texts are templates.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("请求体|以 JSON 发送", "Body|Sent as JSON", "json")))]
    body: Value,
    /// How the call proves who it is; names a secret.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("认证|引用密钥，不会出现在变量和日志里", "Authentication|Names a secret; never in variables or logs", "auth")))]
    auth: Option<Auth>,
    /// What the data are sent for; asked for where they are personal.
    #[serde(default)]
    #[allow(dead_code)] // read by the validator and by people
    #[schemars(extend("x-qn" = form("数据用途|向外发送客户个人信息时说明用途", "Purpose|Why personal data of the customer are sent", "text")))]
    purpose: String,
    /// CEL over `answer.status` and `answer.body`; without it the body is kept.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("取出|对 answer.status 和 answer.body 的表达式，不填则取响应体", "Take|An expression over answer.status and answer.body; the body if empty", "expression")))]
    take: Option<String>,
    /// Variable for what is taken.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("保存到|保存结果的变量", "Keep in|Variable for what is taken", "variable")))]
    save: Option<String>,
    /// What was said is recorded where it went well, too. Costs a row a call: what went well stands in the journal anyway.
    #[serde(default)]
    #[schemars(extend("x-qn" = form("记录往来|成功的请求也在运行记录里留下发出和收到的内容，隐去密钥和个人信息；失败的总会留下", "Record exchanges|What was sent and received is shown with the run where it went well, too, without secrets and personal data; failures always are", "toggle")))]
    record: bool,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    #[default]
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

#[derive(Debug)]
struct Http {
    method: Method,
    url: Template,
    headers: Vec<(String, Template)>,
    body: JsonTemplate,
    auth: Option<Auth>,
    take: Option<Expr>,
    save: Option<String>,
    record: bool,
}

impl Kind for Call {
    fn spec(&self) -> Spec {
        Spec {
            name: "call",
            zh: "HTTP 请求",
            en: "HTTP request",
            icon: "globe",
            about: ("调用 HTTP 接口", "Calls a system over HTTP"),
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
        let url = compiler.template("url", &settings.url);
        let headers = settings.headers.iter().filter_map(|(name, value)| {
            let template = compiler.template(&format!("headers.{name}"), value)?;
            Some((name.clone(), template))
        });
        let headers = headers.collect();
        let body = compiler.json("body", &settings.body);
        let take = settings.take.as_ref().and_then(|take| compiler.expr("take", take, crate::model::Type::Any));
        compiler.notes.reads.retain(|(name, field)| !(field == "take" && name == "answer"));
        let gives = take.as_ref().map_or(Guess::Unknown, |take| compiler.guess(take));
        compiler.sets("save", NEXT, settings.save.as_ref(), gives);
        if let Some(auth) = &settings.auth
            && (auth.secret.is_empty() || (auth.kind == AuthKind::Header && auth.header.as_deref().unwrap_or_default().is_empty()))
        {
            let (zh, en) = ("请选择密钥；用请求头认证时还要填写请求头名称", "choose a secret, and name the header if it goes into one");
            compiler.problem("bad_settings", "auth", zh, en);
        }
        let Settings { method, auth, save, record, .. } = settings;
        Some(Box::new(Http { method, url: url?, headers, body: body?, auth, take, save, record }))
    }
}

impl Action for Http {
    fn decide(&self, scene: &Scene<'_>) -> Result<Move, StepError> {
        let mut headers = BTreeMap::new();
        for (name, value) in &self.headers {
            let value = value.render(scene.values)?;
            // A line break would begin another header.
            if value.chars().any(char::is_control) {
                return Err(StepError::new(ErrorKind::Invalid, format!("the header {name} would have a line break in it"))
                    .zh(format!("请求头 {name} 里会有换行")));
            }
            headers.insert(name.clone(), value);
        }
        let request = Request::Call(request::Call {
            method: self.method.as_str().to_owned(),
            url: self.url.render_address(scene.values)?,
            headers,
            body: self.body.render(scene.values)?,
            timeout_ms: scene.timeout_ms.unwrap_or(10_000),
            auth: self.auth.clone(),
            record: self.record,
        });
        Ok(Move::Open { request, due_at: None })
    }

    fn resume(&self, scene: &Scene<'_>, reply: Value) -> Result<Move, StepError> {
        let status = reply["status"].as_u64().unwrap_or(0);
        if !(200..300).contains(&status) {
            let kind = if matches!(status, 408 | 425 | 429 | 500..) { ErrorKind::Unavailable } else { ErrorKind::Refused };
            return Err(StepError::new(kind, format!("the answer was {status}")).zh(format!("对方返回状态码 {status}")).detail(reply));
        }
        let kept = match &self.take {
            Some(take) => take.evaluate(&super::With { name: "answer", value: &reply, rest: scene.values })?,
            None => match reply {
                Value::Object(mut fields) => fields.remove("body").unwrap_or_default(),
                other => other,
            },
        };
        Ok(Move::leave(NEXT).save(self.save.as_ref(), kept))
    }
}
