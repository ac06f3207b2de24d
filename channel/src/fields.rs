//! What is wrong with one field of what somebody sent, in words for both languages. The offending value is never repeated.

use qn_domain::Language;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Path such as `messages[3].contact.name`; empty means the whole body.
    pub field: String,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    Unknown,
    Missing,
    Empty,
    WrongType {
        expected: Kind,
    },
    TooShort {
        min_chars: usize,
    },
    TooLong {
        max_chars: usize,
    },
    TooMany {
        max: usize,
    },
    OutOfRange {
        min: i64,
        max: i64,
    },
    /// One of these and nothing else.
    NotOneOf {
        choices: Vec<String>,
    },
    NotAn {
        expected: Form,
    },
    /// Exactly one of `url` and `data_base64`.
    NeedsOneSource,
    /// Neither text nor attachments.
    NothingToSay,
    /// The channel is not built yet.
    NotAvailable,
}

/// JSON types, as people call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Object,
    List,
    Text,
    Integer,
    Boolean,
    /// Text, number or true/false.
    Scalar,
}

/// Text that must have a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// No spaces at the ends, no control or invisible characters.
    Identifier,
    Email,
    Phone,
    LanguageTag,
    HttpUrl,
    /// A name or an address, and nothing around it.
    Host,
    Base64,
    MessageId,
}

impl FieldError {
    pub fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self { field: field.into(), problem }
    }

    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Zh => zh(&self.problem),
            Language::En => en(&self.problem),
        }
    }
}

fn zh(problem: &Problem) -> String {
    match problem {
        Problem::Unknown => "没有这个字段，请检查拼写".to_owned(),
        Problem::Missing => "缺少必填字段".to_owned(),
        Problem::Empty => "不能为空".to_owned(),
        Problem::WrongType { expected } => format!("类型不对，应为{}", kind(*expected).0),
        Problem::TooShort { min_chars } => format!("太短，至少 {min_chars} 个字符"),
        Problem::TooLong { max_chars } => format!("太长，最多 {max_chars} 个字符"),
        Problem::TooMany { max } => format!("数量太多，最多 {max} 个"),
        Problem::OutOfRange { min, max } => format!("超出范围，应在 {min} 到 {max} 之间"),
        Problem::NotOneOf { choices } => format!("只能是以下之一：{}", choices.join("、")),
        Problem::NotAn { expected } => format!("格式不对，应为{}", form(*expected).0),
        Problem::NeedsOneSource => "url 与 data_base64 必须且只能填一个".to_owned(),
        Problem::NothingToSay => "text 与 attachments 至少要有一个".to_owned(),
        Problem::NotAvailable => "这个渠道还不能使用".to_owned(),
    }
}

fn en(problem: &Problem) -> String {
    match problem {
        Problem::Unknown => "there is no such field; check the spelling".to_owned(),
        Problem::Missing => "this field is required".to_owned(),
        Problem::Empty => "must not be empty".to_owned(),
        Problem::WrongType { expected } => format!("wrong type: must be {}", kind(*expected).1),
        Problem::TooShort { min_chars } => format!("too short: at least {min_chars} characters"),
        Problem::TooLong { max_chars } => format!("too long: at most {max_chars} characters"),
        Problem::TooMany { max } => format!("too many: at most {max}"),
        Problem::OutOfRange { min, max } => format!("out of range: must be between {min} and {max}"),
        Problem::NotOneOf { choices } => format!("must be one of: {}", choices.join(", ")),
        Problem::NotAn { expected } => format!("wrong form: must be {}", form(*expected).1),
        Problem::NeedsOneSource => "give exactly one of url and data_base64".to_owned(),
        Problem::NothingToSay => "give text, attachments or both".to_owned(),
        Problem::NotAvailable => "this channel cannot be used yet".to_owned(),
    }
}

fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Object => ("对象", "an object"),
        Kind::List => ("列表", "a list"),
        Kind::Text => ("文本", "text"),
        Kind::Integer => ("整数", "an integer"),
        Kind::Boolean => ("true 或 false", "true or false"),
        Kind::Scalar => ("文本、数字或 true/false", "text, a number or true/false"),
    }
}

fn form(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Identifier => ("首尾无空格、不含控制字符的标识", "an identifier without control characters or spaces at its ends"),
        Form::Email => ("电子邮件地址", "an e-mail address"),
        Form::Phone => ("电话号码", "a telephone number"),
        Form::LanguageTag => ("语言标签，例如 zh-CN 或 en", "a language tag such as zh-CN or en"),
        Form::HttpUrl => ("不含用户名密码的 http 或 https 地址", "an http or https address without user name or password"),
        Form::Host => (
            "域名或 IP 地址，例如 smsc.example.com，不带 http:// 之类的协议；端口请填在单独的字段里",
            "a name or an address such as smsc.example.com, without a protocol such as http://; the port goes into its own field",
        ),
        Form::Base64 => ("Base64 编码", "Base64"),
        Form::MessageId => ("我们发出的消息 id(msg_…)", "the id of a message of ours (msg_…)"),
    }
}
