//! Why an address or a file was refused, in both languages. `EngineError` and its kin speak English only; people do not.

use super::{Code, Problem};
use qn_blob::Refusal;
use qn_domain::Language;
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

/// Why a message was not translated; the word is `EngineError::NotTranslated`'s.
pub fn translation(word: &str) -> Problem {
    let (zh, en) = match word {
        "off" => ("服务器没有配置翻译", "the server has no translator"),
        "too_long" => ("文字太长，最多 4000 个字符", "the text is too long, at most 4,000 characters"),
        "timeout" | "llm_deadline" | "llm_silent" => ("翻译服务没有在限定时间内应答", "the translator did not answer in time"),
        "llm_budget" => ("语言模型的用量已达上限", "the budget of the language model is used up"),
        "llm_busy" | "llm_resting" | "llm_rate_limited" => ("翻译服务正忙", "the translator is busy"),
        "hook_answer" | "llm_unusable" | "llm_broken" | "llm_too_long" | "llm_refused" => {
            ("翻译服务的应答无法使用", "the translator's answer cannot be used")
        }
        _ => ("翻译服务不可用", "the translator cannot be used"),
    };
    Problem::new(Code::NotTranslated).with_words("reason", zh, en)
}

pub fn file(refusal: Refusal) -> Problem {
    let zh = match refusal {
        Refusal::Executable => "可执行程序",
        Refusal::Script => "脚本",
        Refusal::Installer => "安装包或应用程序包",
    };
    Problem::new(Code::TypeNotAllowed).with_words("reason", zh, refusal.to_string())
}

/// What a stable word of a channel means: in health cards, tests and beside failed messages.
pub fn channel(word: &str, language: Language) -> String {
    if let Some(text) = qn_channel::reason::text(word, language) {
        return text.to_owned();
    }
    let pair = match word {
        "bad_signature" => (
            "签名不正确：请核对平台后台与此处填写的密钥是否一致",
            "the signature does not fit: compare the secrets here with those on the platform",
        ),
        "clock_skew" => {
            ("请求的时间与服务器相差太多：请校准服务器时钟", "the call's time is too far from the server's: set the server's clock")
        }
        "no_secret" => ("验证所需的密钥没有填写", "the secret that proves calls is not filled in"),
        "wrong_receiver" => ("请求属于另一个应用：请核对应用编号", "the call is for another app: compare the app id"),
        "not_decryptable" => ("内容无法解密：请核对加密密钥", "the body cannot be decrypted: compare the encryption key"),
        "unreadable_call" => ("平台发来的内容无法识别", "what the platform sent could not be read"),
        "timeout" => ("平台没有在限定时间内应答", "the platform did not answer in time"),
        "connect_failed" => ("无法连接平台", "the platform cannot be reached"),
        "dns_failed" => ("找不到平台的主机", "the platform's host was not found"),
        "tls_failed" => ("与平台的加密连接不可信", "no trusted TLS connection to the platform"),
        "address_blocked" => {
            ("平台地址是内部网络地址，默认不允许访问", "the platform's address is a private one, which is not called by default")
        }
        "bad_settings" => ("渠道设置不完整", "the channel's settings are incomplete"),
        "file_gone" => ("附件已不存在", "the attachment is gone"),
        "not_fetched" => ("客户发来的文件没有取到：它的地址没有给出文件", "a customer's file was not had: its address gave none"),
        "type_not_allowed" => ("客户发来的文件属于不接收的类型", "a customer's file was of a kind that is not taken"),
        "connection_closed" | "connection_broken" => {
            ("与平台的长连接中断，正在重连", "the connection to the platform broke and is being made again")
        }
        "storage_failed" => ("存储暂时不可用", "storage failed for a moment"),
        other => return other.to_owned(),
    };
    language.pick(pair.0, pair.1).to_owned()
}
