//! Why an operation gave nothing. The kinds are those flows know; messages never hold secrets.

use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No answer in time. It may have happened.
    Timeout,
    /// The other side could not. It may have happened.
    Unavailable,
    /// The other side said no, or we may not.
    Refused,
    /// What was sent or what came back makes no sense.
    Invalid,
    /// Too large, too deep, too many.
    Limit,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
    /// The same for Chinese readers; empty where only the other side's own words are known.
    pub zh: String,
    /// What the other side said, or which fields are wrong.
    pub detail: Value,
    /// The outside may have acted, or has, although there is nothing to show for it.
    pub in_doubt: bool,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), zh: String::new(), detail: Value::Null, in_doubt: false }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    #[must_use]
    pub fn zh(mut self, zh: impl Into<String>) -> Self {
        self.zh = zh.into();
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.in_doubt = true;
        self
    }
}

impl From<qn_egress::EgressError> for Failure {
    fn from(error: qn_egress::EgressError) -> Self {
        use qn_egress::EgressError as E;
        let kind = match &error {
            E::Timeout { .. } => Kind::Timeout,
            E::Dns { .. } | E::Connect { .. } | E::Tls { .. } | E::Broken { .. } => Kind::Unavailable,
            E::Blocked { .. } | E::Redirect { .. } => Kind::Refused,
            E::TooLarge { .. } => Kind::Limit,
            E::InvalidUrl { .. } | E::InvalidRequest { .. } | E::Setup { .. } => Kind::Invalid,
        };
        let in_doubt = matches!(error, E::Timeout { .. } | E::Broken { .. } | E::TooLarge { .. });
        let (setting, zh) = match &error {
            E::Blocked { .. } => {
                (" (egress.allow_private)", "这不是公网地址，服务器不会访问；可由运维在配置项 egress.allow_private 中放行")
            }
            E::Timeout { .. } => ("", "对方没有在时限内答复，可能已经执行"),
            E::Dns { .. } => ("", "找不到这个域名"),
            E::Connect { .. } => ("", "连不上对方"),
            E::Tls { .. } => ("", "对方的证书或加密连接有问题"),
            E::Broken { .. } => ("", "连接中途断开，可能已经执行"),
            E::Redirect { .. } => ("", "对方要求转到别的地址，不予跟随"),
            E::TooLarge { .. } => ("", "答复太大"),
            E::InvalidUrl { .. } => ("", "地址不正确"),
            E::InvalidRequest { .. } => ("", "请求不正确"),
            E::Setup { .. } => ("", "无法建立对外连接"),
        };
        let detail = json!({"code": error.code(), "zh": zh});
        Self { in_doubt, detail, ..Failure::new(kind, format!("{error}{setting}")).zh(zh) }
    }
}
