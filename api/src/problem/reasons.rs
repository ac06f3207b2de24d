//! Why an address or a file was refused, in both languages. `EngineError` and its kin speak English only; people do not.

use super::{Code, Problem};
use qn_blob::Refusal;
use qn_egress::EgressError;

/// An outside address that is not called, or did not answer.
pub fn address(error: &EgressError) -> Problem {
    let (zh, en) = match error {
        EgressError::InvalidUrl { reason } => {
            ("应为 http 或 https 网址，不含空格、用户名和密码".to_owned(), format!("an http or https URL is needed ({reason})"))
        }
        EgressError::Blocked { host, .. } => (
            format!("{host} 是内部网络地址，默认不允许访问；确需访问时，请在服务器配置 egress.allow_private 中加入它"),
            format!("{error} by adding {host} to egress.allow_private in the server's configuration"),
        ),
        EgressError::Dns { host } => (format!("找不到主机 {host}"), error.to_string()),
        EgressError::Timeout { .. } => ("对方没有在限定时间内应答".to_owned(), error.to_string()),
        _ => (format!("请求没有成功（{}）", error.code()), error.to_string()),
    };
    Problem::new(Code::AddressNotAllowed).with_words("reason", zh, en)
}

/// The same, said at the field that holds the address.
pub fn address_in(field: &str, error: &EgressError) -> Problem {
    let problem = address(error);
    let (zh, en) = problem.words("reason");
    problem.field(field, zh, en)
}

pub fn file(refusal: Refusal) -> Problem {
    let zh = match refusal {
        Refusal::Executable => "可执行程序",
        Refusal::Script => "脚本",
        Refusal::Installer => "安装包或应用程序包",
    };
    Problem::new(Code::TypeNotAllowed).with_words("reason", zh, refusal.to_string())
}
