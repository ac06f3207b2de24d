//! The one table of error codes: what each is called on the wire, its HTTP status, and what it tells a person in both languages.
//! A new code is one row here; its page `/docs/errors/<code>` follows. `{name}` in a detail is filled in by whoever raises it.

use http::StatusCode;

/// One language's words for a code.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub title: &'static str,
    /// What happened and what to do about it.
    pub detail: &'static str,
}

macro_rules! codes {
    ($($variant:ident $code:literal $status:ident ($zh_title:literal, $zh_detail:literal) ($en_title:literal, $en_detail:literal);)*) => {
        /// Every error the API can answer with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($variant),* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $code),* }
            }

            pub fn parse(code: &str) -> Option<Code> {
                match code { $($code => Some(Code::$variant),)* _ => None }
            }

            pub fn status(self) -> StatusCode {
                match self { $(Code::$variant => StatusCode::$status),* }
            }

            pub fn zh(self) -> Words {
                match self { $(Code::$variant => Words { title: $zh_title, detail: $zh_detail }),* }
            }

            pub fn en(self) -> Words {
                match self { $(Code::$variant => Words { title: $en_title, detail: $en_detail }),* }
            }
        }
    };
}

codes! {
    // the request itself
    BadRequest "bad_request" BAD_REQUEST
        ("请求无法理解", "请求的格式不正确：{reason}。请对照 /docs/api 修改后重试。")
        ("The request cannot be understood", "The request is malformed: {reason}. Compare it with /docs/api and try again.");
    InvalidJson "invalid_json" BAD_REQUEST
        ("JSON 格式错误", "请求正文不是合法的 JSON:{reason}。")
        ("The body is not JSON", "The request body is not valid JSON: {reason}.");
    InvalidEncoding "invalid_encoding" BAD_REQUEST
        ("编码错误", "请求正文不是合法的 UTF-8。请以 UTF-8 编码发送。")
        ("Wrong encoding", "The request body is not valid UTF-8. Send it in UTF-8.");
    JsonTooDeep "json_too_deep" BAD_REQUEST
        ("JSON 嵌套过深", "JSON 最多允许 32 层嵌套。")
        ("The JSON is nested too deeply", "JSON may be nested at most 32 levels deep.");
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE
        ("内容类型不支持", "此接口需要 Content-Type: {wanted}。")
        ("Unsupported content type", "This operation needs Content-Type: {wanted}.");
    TooLarge "too_large" PAYLOAD_TOO_LARGE
        ("内容过大", "内容超过了上限 {max}。请缩小后重试。")
        ("Too large", "The content is larger than the limit of {max}. Make it smaller and try again.");
    UnknownField "unknown_field" UNPROCESSABLE_ENTITY
        ("包含未知字段", "请求中有不认识的字段 {field}。请检查拼写，或查看 /docs/api 中允许的字段。")
        ("Unknown field", "The request has a field that does not exist here: {field}. Check its spelling against /docs/api.");
    InvalidField "invalid_field" UNPROCESSABLE_ENTITY
        ("字段不合法", "请求中的字段不合法：{field}。详情见 errors。")
        ("A field is not valid", "The request has a field that is not valid: {field}. See errors for each one.");
    InvalidCursor "invalid_cursor" BAD_REQUEST
        ("翻页位置无效", "cursor 不是本列表上一页给出的 next_cursor。请去掉它从第一页开始，或原样传回 next_cursor。")
        ("The cursor is not valid", "The cursor is not the next_cursor of a page of this list. Leave it out to begin again, or send next_cursor back as it came.");
    NotFound "not_found" NOT_FOUND
        ("不存在", "没有找到{what}。它可能已被删除，或您无权查看。")
        ("Not found", "There is no such {what}. It may have been deleted, or you may not see it.");
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED
        ("方法不支持", "此地址不支持该 HTTP 方法。")
        ("Method not allowed", "This address does not answer that HTTP method.");
    RateLimited "rate_limited" TOO_MANY_REQUESTS
        ("请求过于频繁", "请求过于频繁，请在 {seconds} 秒后重试。")
        ("Too many requests", "There were too many requests. Try again in {seconds} seconds.");
    Internal "internal" INTERNAL_SERVER_ERROR
        ("服务器内部错误", "服务器出错了，您的数据没有受影响。请重试；如仍失败，请把 request_id 告诉管理员。")
        ("Internal error", "The server failed; your data is safe. Try again, and if it fails again give the request_id to your administrator.");
    Unavailable "unavailable" SERVICE_UNAVAILABLE
        ("服务暂时不可用", "服务器正忙或正在重启，请稍后重试。")
        ("Temporarily unavailable", "The server is busy or restarting. Try again in a moment.");
    AlreadyExists "already_exists" CONFLICT
        ("已存在", "已存在相同的{what}。请换一个。")
        ("It exists already", "Another object has the same {what}. Choose a different one.");
    InUse "in_use" CONFLICT
        ("正在使用中", "{what}仍在使用中，不能删除。")
        ("Still in use", "This {what} is still in use and cannot be deleted.");
    LimitReached "limit_reached" CONFLICT
        ("数量已达上限", "最多只能有 {max} 个，请先删除不再使用的。")
        ("The limit is reached", "There can be at most {max} of these. Remove some that are no longer used.");
    AlreadyUnderWay "already_under_way" CONFLICT
        ("正在处理", "该任务还在等待或正在发送，无需重发。")
        ("Already under way", "It still waits or is being sent; there is nothing to send again.");
    AlreadyTraining "already_training" CONFLICT
        ("正在训练", "已有一次训练在进行，请等它完成后再试。")
        ("A training is under way", "Another training is running. Try again when it is done.");
    NothingToLearn "nothing_to_learn" CONFLICT
        ("例句太少", "至少需要两个意图，每个意图至少两条例句，才能训练。请先补充例句。")
        ("Too few examples", "A training needs at least two intents with at least two examples each. Add some first.");
    AlreadyRunning "already_running" CONFLICT
        ("正在运行", "同类的后台任务正在运行，请等它完成，或先取消它。")
        ("One is under way", "A run of this kind is under way. Wait until it is done, or cancel it first.");
    RecordingEnded "recording_ended" GONE
        ("录制已中断", "录制用的浏览器已经关闭，页面上的状态没有了。已录下的步骤不受影响，请重新开始录制。")
        ("The recording broke off", "The browser that recorded is gone, and its page with it. Steps recorded so far are not lost; begin to record again.");
    AlreadyLive "already_live" CONFLICT
        ("版本已在线上", "线上版本不能试运行。请选择另一个版本，或直接调整它的把握程度。")
        ("The version is live", "The live version cannot be on trial. Choose another one, or change how sure this one must be.");
    NothingBefore "nothing_before" CONFLICT
        ("没有可回退的版本", "在此之前没有版本上线过，无法回退。可以停用线上版本。")
        ("There is nothing to go back to", "No other version was live before. You can take the live one off instead.");
    ImportEnded "import_ended" CONFLICT
        ("导入已结束", "这次导入已经入库或被放弃。请重新上传文件。")
        ("The import has ended", "It was taken over or thrown away before. Upload the file again.");
    PreconditionRequired "precondition_required" PRECONDITION_REQUIRED
        ("缺少 If-Match", "修改前请先读取该对象，并在 If-Match 中带上它的 ETag。")
        ("If-Match is missing", "Read the object first and send its ETag in If-Match.");
    PreconditionFailed "precondition_failed" PRECONDITION_FAILED
        ("内容已被他人修改", "该对象在您读取之后被修改过。请重新读取后再改。")
        ("Changed by somebody else", "The object changed since you read it. Read it again, then repeat your change.");
    InvalidIdempotencyKey "invalid_idempotency_key" BAD_REQUEST
        ("Idempotency-Key 无效", "Idempotency-Key 应为 1 到 255 个可见 ASCII 字符。")
        ("The Idempotency-Key is not valid", "An Idempotency-Key has 1 to 255 visible ASCII characters.");
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY
        ("Idempotency-Key 已用于其他请求", "这个 Idempotency-Key 已用于内容不同的请求，没有改动任何数据。重试时请原样重发，新的请求请换一个键。")
        ("The Idempotency-Key was used before", "This Idempotency-Key was used for a different request; nothing was changed. Repeat that request unchanged, or give the new one a key of its own.");

    // who is asking
    Unauthenticated "unauthenticated" UNAUTHORIZED
        ("请先登录", "此操作需要登录，或需要有效的令牌。")
        ("Sign in first", "This operation needs a signed-in person or a valid token.");
    BadCredentials "bad_credentials" UNAUTHORIZED
        ("邮箱或密码错误", "邮箱或密码不正确。")
        ("Wrong e-mail or password", "The e-mail address or the password is wrong.");
    LockedOut "locked_out" TOO_MANY_REQUESTS
        ("登录尝试过多", "失败次数过多，请在 {seconds} 秒后再试。")
        ("Too many attempts", "There were too many failed attempts. Try again in {seconds} seconds.");
    TokenExpired "token_expired" UNAUTHORIZED
        ("令牌已过期", "令牌已过期，请获取新的令牌。")
        ("The token has expired", "The token has expired. Get a new one.");
    InvalidToken "invalid_token" UNAUTHORIZED
        ("令牌无效", "令牌无效、已过期或已被吊销。")
        ("The token is not valid", "The token is not valid, has expired or was revoked.");
    IdentityRequired "identity_required" FORBIDDEN
        ("需要身份验证", "此渠道只接待已登录的用户，请先在网站上登录。")
        ("Identity required", "This inbox serves signed-in users only. Sign in on the site first.");
    PasswordChangeRequired "password_change_required" FORBIDDEN
        ("请先修改密码", "您正在使用一次性密码，请先修改密码再继续。")
        ("Change your password first", "You are using a one-time password. Change it before going on.");
    Forbidden "forbidden" FORBIDDEN
        ("没有权限", "您的角色不允许此操作，需要：{needed}。")
        ("Not allowed", "Your role does not allow this; it needs: {needed}.");
    ScopeMissing "scope_missing" FORBIDDEN
        ("令牌权限不足", "此令牌缺少权限：{needed}。")
        ("The token may not do this", "This token lacks the scope: {needed}.");
    CrossSite "cross_site" FORBIDDEN
        ("拒绝跨站请求", "请求来自其他网站，已被拒绝。请从本站页面操作，或使用令牌。")
        ("Cross-site request refused", "The request came from another site and was refused. Use this site's pages, or a token.");
    BadSignature "bad_signature" UNAUTHORIZED
        ("签名错误", "webhook-signature 与内容不符，或时间戳超出 5 分钟。签名覆盖 webhook-id、webhook-timestamp 和原样的正文，请检查密钥、时钟和这三项。")
        ("The signature is wrong", "webhook-signature does not fit, or the timestamp is more than 5 minutes off. It covers webhook-id, webhook-timestamp and the body as sent: check the secret, the clock and all three.");
    WrongHookSecret "wrong_hook_secret" UNAUTHORIZED
        ("密钥不对", "Authorization 里的 Bearer 密钥不是这个流程的 Webhook 密钥。换过密钥后旧密钥立即失效，请到开始节点重新生成并更新调用方。")
        ("The secret is wrong", "The bearer in Authorization is not the secret of this flow's webhook. A new secret replaces the old one at once: make one at the flow's start and give it to the caller.");
    CallNotProved "call_not_proved" UNAUTHORIZED
        ("无法确认请求来自平台", "无法确认请求来自{platform}：{reason}。没有处理任何内容。渠道的「运行状况」里有同一条错误。")
        ("Not proved to come from the platform", "The call could not be proved to come from {platform}: {reason}. Nothing of it was taken. The inbox's health card shows the same.");
    LastAdmin "last_admin" CONFLICT
        ("至少保留一名管理员", "不能停用或降级最后一名管理员。")
        ("One admin must remain", "The last admin cannot be disabled or demoted.");
    WeakPassword "weak_password" UNPROCESSABLE_ENTITY
        ("密码太弱", "密码至少需要 10 个字符，且不能与旧密码相同。")
        ("The password is too weak", "A password has at least 10 characters and differs from the old one.");

    // conversations
    ConversationConflict "conversation_conflict" CONFLICT
        ("会话已变化", "会话刚刚被他人改变，请查看最新状态后重试。")
        ("The conversation changed", "Somebody changed the conversation at the same moment. Look at its present state and try again.");
    OwnedByOther "owned_by_other" CONFLICT
        ("会话由他人接待", "此会话正由另一位坐席接待。")
        ("Another agent has it", "Another agent owns this conversation.");
    AlreadyResolved "already_resolved" CONFLICT
        ("会话已结束", "会话已结束，请先重新打开。")
        ("Already resolved", "The conversation is resolved. Reopen it first.");
    NotResolved "not_resolved" CONFLICT
        ("会话未结束", "会话尚未结束，不能重新打开。")
        ("Not resolved", "The conversation is not resolved, so it cannot be reopened.");
    NoTransfer "no_transfer" CONFLICT
        ("没有待接受的转接", "没有转接给您的会话，它可能已被取消或已过期。")
        ("No transfer offered", "No transfer of this conversation is offered to you; it may have lapsed.");
    AlreadyDone "already_done" CONFLICT
        ("无需更改", "会话已经处于该状态。")
        ("Nothing to change", "The conversation already is in that state.");
    RecallWindowPassed "recall_window_passed" CONFLICT
        ("超过撤回时间", "消息发出超过 2 分钟，不能撤回。")
        ("Too late to recall", "A message can be recalled within 2 minutes of sending.");
    MessageLeft "message_left" CONFLICT
        ("消息已经发出", "消息已经通过该渠道发给客户，该渠道不能撤回或修改已发出的消息。请再发一条更正。")
        ("The message has left", "The customer's channel has the message and takes nothing back or changes it. Send a correction.");
    MessageRecalled "message_recalled" CONFLICT
        ("消息已撤回", "消息已被撤回，不能再修改。")
        ("The message was recalled", "The message was recalled and cannot be changed.");
    NotYours "not_yours" FORBIDDEN
        ("不是您的消息", "只能修改或撤回自己发出的消息。")
        ("Not your message", "You may change or recall only what you wrote yourself.");
    NotFailed "not_failed" CONFLICT
        ("无需重发", "只有发送失败的消息才能重发。")
        ("Nothing to resend", "Only a message that failed can be sent again.");
    EmptyMessage "empty_message" UNPROCESSABLE_ENTITY
        ("消息为空", "消息需要文字或附件。")
        ("The message is empty", "A message needs text or an attachment.");
    ContactBlocked "contact_blocked" FORBIDDEN
        ("暂时无法联系", "暂时无法发送消息。")
        ("Messages are not accepted", "Messages cannot be sent at the moment.");
    NotInFuture "not_in_future" UNPROCESSABLE_ENTITY
        ("时间已过", "请选择将来的时间。")
        ("That time has passed", "Choose a time in the future.");
    Merged "merged" CONFLICT
        ("会话已并入另一个会话", "这个会话已并入另一个会话，请到那个会话里处理，或者先撤销合并。")
        ("The conversation is part of another one", "The conversation was merged into another one. Work on that one, or undo the merge first.");
    SplitOff "split_off" CONFLICT
        ("这是拆分出来的会话", "拆分出来的会话不能再拆分，也不能交给机器人。请在原会话中操作，或者先撤销拆分。")
        ("The conversation was split off", "A conversation that was split off cannot be split again or given to the bot. Do it in the first one, or undo the split first.");
    TiedToItself "tied_to_itself" CONFLICT
        ("不能与自己关联", "请选择另一个会话。")
        ("A conversation is not tied to itself", "Choose another conversation.");
    TwoPersons "two_persons" CONFLICT
        ("不是同一位客户的会话", "只能合并同一位客户的会话。如果确实是同一个人，请先在客户面板里关联这两位客户，再合并。")
        ("The conversations are of two customers", "Only conversations of one customer can be merged. If both are one person, link the two contacts in the customer panel first, then merge.");
    AlreadyTied "already_tied" CONFLICT
        ("两个会话已有关联", "这两个会话已经关联，或者其中一个是从另一个拆分出来的。拆分请用“撤销拆分”收回。")
        ("The conversations are tied already", "The two are linked already, or one was split off the other. To join what was split, undo the split.");
    AlreadySplit "already_split" CONFLICT
        ("消息已拆分", "选中的消息里有已经拆到别的会话的。请去掉它们再试。")
        ("A message was split off already", "One of the chosen messages is in another conversation already. Leave it out and try again.");
    NothingToSplit "nothing_to_split" CONFLICT
        ("没有可拆分的消息", "请至少选择一条客户的消息，撤回的消息不能拆分。")
        ("Nothing to split", "Choose one message of the customer at least; recalled messages cannot be split off.");
    UndoFirst "undo_first" CONFLICT
        ("请先撤销之后的合并", "其中一个会话后来又并入了别的会话。请先撤销那次合并。")
        ("Undo the later merge first", "One of the conversations was merged into another one since. Undo that merge first.");
    TwoCustomers "two_customers" CONFLICT
        ("是两位不同的客户", "两份资料各有不同的已验证身份，不能关联为同一人。")
        ("Two different customers", "The two contacts have different verified ids and cannot be one person.");
    AlreadyGiven "already_given" CONFLICT
        ("已经评价过", "此会话已经评价过，谢谢。")
        ("Given already", "This conversation was rated already. Thank you.");
    RatingTooEarly "rating_too_early" CONFLICT
        ("现在还不能评价", "会话结束后才能评价。")
        ("Too early to rate", "A conversation can be rated once it is resolved.");
    NoConversation "no_conversation" CONFLICT
        ("还没有会话", "请先发送一条消息。")
        ("No conversation yet", "Send a message first.");
    WindowClosed "window_closed" CONFLICT
        ("平台暂不允许回复", "该渠道限制了主动回复的时间和条数，现在已用完。请等客户再次发来消息后再回复，或改用其他渠道联系。")
        ("The channel takes no reply now", "This channel limits when and how often you may write, and that is used up. Wait until the customer writes again, or reach them another way.");
    ChannelRefused "channel_refused" BAD_GATEWAY
        ("平台拒绝了请求", "渠道平台拒绝了请求：{reason}。请检查该渠道的设置，或稍后再试。")
        ("The platform refused", "The channel's platform refused the request: {reason}. Check the settings of the inbox, or try again later.");
    NotTranslated "not_translated" BAD_GATEWAY
        ("没有译文", "翻译没有成功：{reason}。原文不受影响，可以稍后重试。")
        ("Not translated", "The translation failed: {reason}. The original is as it was; try again in a moment.");
    SealedByAnotherKey "sealed_by_another_key" CONFLICT
        ("凭据无法解封", "该渠道的凭据是用另一把服务器密钥加密的，或内容被改动过。请重新填写该渠道的密钥类设置。")
        ("The credentials do not open", "The credentials of this inbox were sealed with another server key, or were changed. Enter the secret settings of the inbox again.");
    WrongChannel "wrong_channel" CONFLICT
        ("渠道类型不符", "此操作不适用于该类型的渠道。")
        ("Wrong kind of inbox", "This operation does not fit that kind of inbox.");

    // flows
    DraftStale "draft_stale" CONFLICT
        ("草稿已在别处保存", "这份草稿在您读取之后又被您在另一个窗口保存过。它在 draft 中；请合并后按它的 revision 再保存。")
        ("The draft was saved elsewhere", "You saved this draft in another window since it was read. It is in draft; merge, and save again at its revision.");
    FlowMovedOn "flow_moved_on" CONFLICT
        ("线上版本已更新", "您的草稿所依据的版本已不是线上版本。请与线上版本（见 live）合并后再发布。")
        ("Something else went live", "Your draft began from a version that is not live any more. Merge it with the live one (in live), then publish.");
    FlowUnsound "flow_unsound" UNPROCESSABLE_ENTITY
        ("流程有错误", "流程不能上线：有 {count} 个错误，详见 problems。")
        ("The flow has errors", "The flow cannot go live. Errors: {count}; see problems.");
    FlowTestsFailed "flow_tests_failed" UNPROCESSABLE_ENTITY
        ("流程的测试未通过", "流程还不能发布：有 {count} 个保存的测试未通过，详见 tests。")
        ("Saved tests fail", "The flow cannot be published yet. Saved tests that fail: {count}; see tests.");
    FlowUnchanged "flow_unchanged" CONFLICT
        ("没有改动", "草稿与线上版本相同，无需发布。")
        ("Nothing changed", "The draft is the same as the live version; there is nothing to publish.");
    FlowAlreadyLive "flow_already_live" CONFLICT
        ("该版本已在线上", "这个版本已经是线上版本。")
        ("That version is live", "That version is the live one already.");
    BadCallId "bad_call_id" BAD_REQUEST
        ("缺少有效的 webhook-id", "请求头 webhook-id 应为 1 到 256 个可见 ASCII 字符，且不含点号；签名覆盖它，同一个 webhook-id 只会开始一次执行。")
        ("There is no usable webhook-id", "The header webhook-id has 1 to 256 visible ASCII characters and no dot; the signature covers it, and the same webhook-id begins one run.");
    FlowTakesNoCalls "flow_takes_no_calls" CONFLICT
        ("流程不由外部调用触发", "这个流程的开始节点没有设为由 Webhook、告警或 API 触发。请修改触发方式并发布后重试。")
        ("The flow is not begun by calls", "The flow's start is not set to a webhook, an alarm or the API. Change what starts it, publish, and try again.");
    FlowOff "flow_off" CONFLICT
        ("流程未启用", "这个流程尚未发布或已停用，不能开始新的执行。")
        ("The flow is off", "This flow was never published or is switched off, so no run can begin.");
    RunEnded "run_ended" CONFLICT
        ("执行已结束", "这次执行已经结束，不能再改变。")
        ("The run has ended", "This run has ended and cannot be changed any more.");
    ApprovalDecided "approval_decided" CONFLICT
        ("已有决定", "这项审批已由他人处理，或流程已不再等待它。")
        ("Decided already", "Somebody decided this already, or the flow does not wait for it any more.");
    ApprovalNotYours "approval_not_yours" FORBIDDEN
        ("不由您审批", "这项审批指定由 {who} 处理。")
        ("Not yours to decide", "This approval is addressed to {who}.");
    ApprovalOwn "approval_own" FORBIDDEN
        ("不能审批自己发起的流程", "这次执行由您发起，请由其他人审批。")
        ("Not your own request", "You started this run; somebody else must decide.");
    ApprovalByPerson "approval_by_person" FORBIDDEN
        ("审批只能由人完成", "服务令牌不能审批，请由人员登录后处理。")
        ("A person must decide", "A service's token cannot decide; a person must.");
    FlowEnabled "flow_enabled" CONFLICT
        ("流程仍在启用", "请先停用流程，再删除。")
        ("The flow is switched on", "Switch the flow off before you remove it.");

    // files and outside addresses
    TypeNotAllowed "type_not_allowed" UNSUPPORTED_MEDIA_TYPE
        ("不允许的文件类型", "不接受这种文件：{reason}。")
        ("File type not allowed", "This kind of file is not accepted: {reason}.");
    AddressNotAllowed "address_not_allowed" UNPROCESSABLE_ENTITY
        ("地址不允许", "该地址不能使用：{reason}。")
        ("Address not allowed", "That address cannot be used: {reason}.");
    WebhookPaused "webhook_paused" CONFLICT
        ("Webhook 已暂停", "接收地址被拒绝或持续失败，推送已暂停。请先排除原因并恢复推送，等待中的事件会随之发出。")
        ("The webhook is paused", "Its address is refused or kept failing, so nothing is sent. Put the cause right and resume it; events that wait are sent then.");
    UpgradeRequired "upgrade_required" UPGRADE_REQUIRED
        ("需要 WebSocket", "此地址只接受 WebSocket 连接；网络不支持时请使用 /api/v1/stream/poll。")
        ("WebSocket needed", "This address speaks WebSocket only. Where a network breaks it, use /api/v1/stream/poll.");
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_both_languages_name_the_same_blanks() {
        let codes: HashSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert_eq!(blanks(code.zh().detail), blanks(code.en().detail), "{}", code.as_str());
        }
    }

    #[test]
    fn chinese_words_use_chinese_punctuation() {
        for code in Code::ALL {
            for text in [code.zh().title, code.zh().detail] {
                assert_eq!(crate::problem::stray_punctuation(text), None, "{}: {text}", code.as_str());
            }
        }
    }

    fn blanks(text: &str) -> HashSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
    }
}
