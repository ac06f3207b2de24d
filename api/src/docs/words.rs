//! The labels of the page in both languages. What operations and fields mean is written in English in the code; the page says so.

use qn_domain::Language;

#[derive(Debug)]
pub struct Words {
    pub note: &'static str,
    pub request: &'static str,
    pub nothing: &'static str,
    pub answers: &'static str,
    pub parameter: &'static str,
    pub place: &'static str,
    pub meaning: &'static str,
    pub schemas: &'static str,
    pub all_of: &'static str,
    pub form: &'static str,
    pub field: &'static str,
    pub kind: &'static str,
    pub optional: &'static str,
    pub or: &'static str,
    pub object: &'static str,
    pub any: &'static str,
    pub codes: &'static str,
    pub status: &'static str,
    pub code: &'static str,
    types: [&'static str; 4],
    places: [&'static str; 4],
    language: Language,
}

static ZH: Words = Words {
    note: "各操作与字段的说明来自源代码，为英文；机器可读的文档：",
    request: "请求体",
    nothing: "无",
    answers: "响应",
    parameter: "参数",
    place: "位置",
    meaning: "说明",
    schemas: "数据结构",
    all_of: "包含全部字段：",
    form: "形式",
    field: "字段",
    kind: "类型",
    optional: "（可选）",
    or: " 或 ",
    object: "对象",
    any: "任意值",
    codes: "错误代码",
    status: "状态码",
    code: "代码",
    types: ["文本", "整数", "数字", "真假"],
    places: ["路径", "查询参数", "请求头", "Cookie"],
    language: Language::Zh,
};

static EN: Words = Words {
    note: "The same for machines:",
    request: "Request body",
    nothing: "none",
    answers: "Answers",
    parameter: "Parameter",
    place: "In",
    meaning: "Meaning",
    schemas: "Schemas",
    all_of: "All fields of",
    form: "Form",
    field: "Field",
    kind: "Type",
    optional: " (optional)",
    or: " or ",
    object: "object",
    any: "any value",
    codes: "Error codes",
    status: "Status",
    code: "Code",
    types: ["text", "whole number", "number", "true or false"],
    places: ["path", "query", "header", "cookie"],
    language: Language::En,
};

/// The tags of the document, and what they are called in Chinese.
const TAGS: &[(&str, &str)] = &[
    ("articles", "知识条目"),
    ("attachments", "附件"),
    ("approvals", "审批"),
    ("tickets", "工单"),
    ("auth", "登录"),
    ("canned responses", "快捷回复"),
    ("channels", "渠道"),
    ("connectors", "连接器"),
    ("contacts", "客户"),
    ("conversations", "会话"),
    ("flow releases", "流程发布"),
    ("flow runs", "流程执行"),
    ("flows", "流程"),
    ("forms", "填表"),
    ("inboxes", "接入渠道"),
    ("intent examples", "意图例句"),
    ("intent models", "意图模型"),
    ("model trials", "版本试运行"),
    ("workshop runs", "评估与回测"),
    ("intents", "意图"),
    ("knowledge", "知识库"),
    ("knowledge imports", "文档导入"),
    ("knowledge sources", "文档同步"),
    ("labels", "标签"),
    ("llm limits", "语言模型用量"),
    ("entities", "实体"),
    ("views", "视图"),
    ("learning items", "学习箱"),
    ("me", "我"),
    ("messages", "消息"),
    ("operations", "运维"),
    ("orders", "订单"),
    ("oversight", "现场督导"),
    ("overview", "概览"),
    ("presence", "在线状态与会话小结"),
    ("products", "商品"),
    ("quality", "质检"),
    ("reports", "报表"),
    ("routing", "路由"),
    ("search", "搜索"),
    ("secrets", "密钥"),
    ("stream", "实时推送"),
    ("teams", "团队"),
    ("tokens", "令牌"),
    ("users", "人员"),
    ("webhooks", "Webhook"),
    ("widget", "网页组件"),
];

impl Words {
    pub fn of(language: Language) -> &'static Words {
        if language == Language::Zh { &ZH } else { &EN }
    }

    pub fn type_name<'a>(&self, kind: &'a str) -> &'a str
    where
        'static: 'a,
    {
        match kind {
            "string" => self.types[0],
            "integer" => self.types[1],
            "number" => self.types[2],
            "boolean" => self.types[3],
            other => other,
        }
    }

    pub fn place_name<'a>(&self, place: &'a str) -> &'a str
    where
        'static: 'a,
    {
        match place {
            "path" => self.places[0],
            "query" => self.places[1],
            "header" => self.places[2],
            "cookie" => self.places[3],
            other => other,
        }
    }

    pub fn tag<'a>(&self, tag: &'a str) -> &'a str
    where
        'static: 'a,
    {
        match self.language {
            Language::Zh => TAGS.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, zh)| zh),
            Language::En => tag,
        }
    }

    /// Whether every tag has a name in Chinese; a test asks.
    #[cfg(test)]
    pub fn knows_tag(tag: &str) -> bool {
        TAGS.iter().any(|(known, _)| *known == tag)
    }
}
