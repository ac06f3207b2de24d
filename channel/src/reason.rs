//! Why a platform did not take a message, in words for both languages. The words before the colon are stable; numbers are the platform's own.

use qn_domain::Language;

const WORDS: &[(&str, &str, &str)] = &[
    (
        "reply_window_closed",
        "客户超过规定时间没有来消息，平台不允许再主动发送",
        "the customer has not written for so long that the platform lets nothing out",
    ),
    (
        "reply_quota_used",
        "本次可回复的条数已用完，需等客户再次来消息",
        "all replies that the platform allows are used; the customer must write first",
    ),
    ("reply_handle_gone", "回复凭据已失效，稍后改为主动发送", "the reply token is spent; sent anew in a while"),
    (
        "wrong_session_state",
        "微信客服会话已结束或正由企业微信内的人员接待",
        "the WeCom session has ended or is held by a person inside WeCom",
    ),
    (
        "session_held_there",
        "该客户正由企业微信内的同事接待：请在企业微信里回复，或请同事结束会话",
        "a colleague serves this customer inside WeCom: answer there, or have them end the session",
    ),
    (
        "session_queued_there",
        "该客户在企业微信的接待池中排队，需先在企业微信里接待或结束",
        "this customer waits in WeCom's own line: take or end the session there first",
    ),
    ("session_ended_there", "微信客服会话已结束，需等客户再次来消息", "the WeCom session has ended; the customer must write first"),
    ("token_refused", "访问令牌失效，正在更换", "the access token is no longer good; a new one is fetched"),
    ("bad_code", "平台不认可此凭证码，它只能使用一次且几分钟内有效", "the platform does not take this code; it is good once, for minutes"),
    ("bad_credentials", "平台不认可渠道的凭证，请检查设置", "the platform refuses the channel's credentials; check the settings"),
    ("no_permission", "平台账号没有这个接口的权限", "the platform account may not use this call"),
    ("ip_not_allowed", "服务器出口 IP 不在平台白名单中", "the server's address is not on the platform's allow list"),
    ("unknown_recipient", "平台上找不到这位客户", "the platform does not know this customer"),
    ("recipient_blocked_us", "客户已取消关注、拉黑或拒收", "the customer has unfollowed, blocked or refused us"),
    ("rate_limited", "发送太快，稍后重试", "sent too fast; tried again later"),
    ("platform_busy", "平台繁忙，稍后重试", "the platform is busy; tried again later"),
    ("monthly_quota_used", "平台的月度消息额度已用完", "the platform's monthly messages are used up"),
    ("too_long", "内容超过平台允许的长度", "longer than the platform allows"),
    ("refused_content", "平台拒绝了消息内容", "the platform refuses the content"),
    ("media_gone", "媒体文件在平台上已失效", "the file is no longer on the platform"),
    (
        "file_too_large",
        "客户发来的文件超过可接收的大小（20 MiB 或平台允许机器人下载的上限），没有收到，请客户用其他方式发送",
        "a customer's file was larger than we take (20 MiB, or what the platform lets bots fetch) and did not arrive: ask for it another way",
    ),
    ("account_limited", "平台账号被限制", "the platform account is restricted"),
    ("unreadable_answer", "平台的应答无法识别", "the platform's answer cannot be read"),
    ("not_supported", "渠道不支持这个操作", "the channel cannot do this"),
    (
        "mail_too_large",
        "邮件连同附件超过邮件服务器的大小上限，没有发送，请减少或缩小附件",
        "with its files the letter was larger than the mail server takes and was not sent: send fewer or smaller ones",
    ),
    ("undeliverable", "消息无法送达客户", "the message cannot be delivered to the customer"),
    ("sender_refused", "运营商不接受发送方号码或签名，请检查设置", "the operator refuses the sender; check the settings"),
    (
        "bind_refused",
        "短信中心拒绝绑定：请核对账号、来源 IP 与允许的连接数",
        "the message centre refuses to bind: check the account, our address and how many sessions it may have",
    ),
    ("already_bound", "该账号已在别处绑定，只能保持一个连接", "the account is bound elsewhere; it may hold one session only"),
    ("not_connected", "与短信中心尚未连接，连上后发送", "there is no session with the message centre; sent once there is"),
    ("link_silent", "短信中心没有应答心跳，正在重连", "the message centre does not answer enquire_link; the session is being made again"),
    ("receipt_expired", "超过有效期仍未送达", "not delivered in its time"),
    ("receipt_deleted", "短信中心删除了消息", "the message centre deleted the message"),
    ("receipt_rejected", "运营商拒绝了消息", "the operator rejected the message"),
    (
        "only_reached",
        "已连通发送地址，没有发送短信；网关是否认可签名，要到第一条短信发出时才知道",
        "the send address answers, and nothing was sent; whether the gateway takes our signature shows with the first text",
    ),
    (
        "template_unseen",
        "平台认可访问密钥，但该密钥没有查询模板的权限（QuerySmsTemplate），因此没有核对模板与签名",
        "the platform takes the access key, which may not look templates up (QuerySmsTemplate): template and signature name were not checked",
    ),
    (
        "recall_refused",
        "平台不允许撤回这条消息，可能已超过平台的撤回时限",
        "the platform does not take this message back; perhaps it is too old there",
    ),
    (
        "only_in_call",
        "该公众号没有客服消息接口，只有推送后 4 秒内的机器人回答能送达",
        "this account has no customer messages: only what the bot says within 4 seconds of a push is delivered",
    ),
    ("wrong_address", "该地址上没有这个接口，请检查发送地址", "there is nothing at this address; check the send address"),
    ("template_refused", "模板不存在、未通过审核或参数不符", "the template does not exist, is not approved or does not fit"),
];

/// None for words that are not of a platform, e.g. `timeout`, and for unknown numbers: show the word itself.
pub fn text(reason: &str, language: Language) -> Option<&'static str> {
    let word = reason.split(':').next().unwrap_or_default();
    WORDS.iter().find(|(known, _, _)| *known == word).map(|(_, zh, en)| language.pick(zh, en))
}

/// A number that we have no word for.
pub fn unknown(code: impl std::fmt::Display) -> String {
    format!("platform_error:{code}")
}
