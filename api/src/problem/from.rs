//! How the errors of the rooms below become problems. Nothing of a database's or library's own words reaches a caller.

use super::{Code, Problem};
use qn_domain::conversation::PARTICIPANTS_MAX;
use qn_domain::tie::SPLITS_MAX;
use qn_domain::{Language, MoveError};
use qn_engine::TieRefused;
use qn_workflow::run::Refusal;

/// The word for `what` is missing, in the reader's language.
pub(super) fn noun(what: &str, language: Language) -> &str {
    let pair = match what {
        "conversation" => ("会话", "conversation"),
        "message" => ("消息", "message"),
        "contact" => ("客户", "contact"),
        "identity" => ("身份标识", "identity"),
        "conversation tie" => ("会话关联", "tie between conversations"),
        "contact link" => ("客户关联", "contact link"),
        "user" => ("用户", "user"),
        "team" => ("团队", "team"),
        "inbox" => ("接入渠道", "inbox"),
        "article" => ("知识条目", "article"),
        "product" => ("商品", "product"),
        "canned response" => ("快捷回复", "canned response"),
        "label" => ("标签", "label"),
        "view" => ("视图", "view"),
        "webhook" => ("Webhook", "webhook"),
        "token" => ("令牌", "token"),
        "attachment" => ("附件", "attachment"),
        "effect" => ("投递任务", "delivery"),
        "tenant" => ("租户", "tenant"),
        "intent" => ("意图", "intent"),
        "import" => ("文档导入", "import"),
        "source" => ("同步来源", "source"),
        "model" => ("训练版本", "trained version"),
        "live model" => ("线上版本", "live version"),
        "flow" => ("流程", "flow"),
        "form" => ("表单", "form"),
        "flow version" => ("流程版本", "version of the flow"),
        "template" => ("模板", "template"),
        "draft" => ("草稿", "draft"),
        "run" => ("执行", "run"),
        "approval" => ("审批", "approval"),
        "page" => ("页面", "page"),
        "name" => ("名称", "name"),
        "email" => ("邮箱", "e-mail address"),
        "shortcut" => ("快捷词", "shortcut"),
        "sku" => ("商品编号", "SKU"),
        "id" => ("编号", "id"),
        "key" => ("公开标识", "public key"),
        "secret" => ("密钥", "secret"),
        "connector" => ("连接器", "connector"),
        "ticket" => ("工单", "ticket"),
        "ticket kind" => ("工单类型", "kind of ticket"),
        "operation" => ("操作", "operation"),
        "recording" => ("录制", "recording"),
        "route" => ("接口", "operation"),
        other => return other,
    };
    language.pick(pair.0, pair.1)
}

impl From<qn_store::Error> for Problem {
    fn from(error: qn_store::Error) -> Self {
        use qn_store::Error as E;
        match error {
            E::NotFound { what, .. } => Problem::not_found(what),
            E::Exists(what) => Problem::new(Code::AlreadyExists).with("what", what),
            E::InUse { what, .. } => Problem::new(Code::InUse).with("what", what),
            E::Stale { .. } => Problem::new(Code::PreconditionFailed),
            E::BadCursor => Problem::new(Code::InvalidCursor),
            E::Busy | E::Closed => Problem::new(Code::Unavailable).retry_after(1),
            other => {
                tracing::error!(error = %other, "storage failed");
                Problem::new(Code::Internal)
            }
        }
    }
}

impl From<MoveError> for Problem {
    fn from(error: MoveError) -> Self {
        Problem::new(match error {
            MoveError::Resolved => Code::AlreadyResolved,
            MoveError::NotResolved => Code::NotResolved,
            MoveError::OwnedByOther => Code::OwnedByOther,
            MoveError::NoTransfer => Code::NoTransfer,
            MoveError::Already => Code::AlreadyDone,
            MoveError::Merged => Code::Merged,
            MoveError::SplitOff => Code::SplitOff,
            MoveError::TooMany => return Problem::new(Code::LimitReached).with("max", PARTICIPANTS_MAX.to_string()),
        })
    }
}

fn tie(refused: TieRefused) -> Problem {
    Problem::new(match refused {
        TieRefused::Itself => Code::TiedToItself,
        TieRefused::TwoPersons => Code::TwoPersons,
        TieRefused::Already => Code::AlreadyTied,
        TieRefused::AlreadySplit => Code::AlreadySplit,
        TieRefused::NothingToSplit => Code::NothingToSplit,
        TieRefused::TooManySplits => return Problem::new(Code::LimitReached).with("max", SPLITS_MAX.to_string()),
        TieRefused::UndoFirst => Code::UndoFirst,
    })
}

impl From<qn_engine::EngineError> for Problem {
    fn from(error: qn_engine::EngineError) -> Self {
        use qn_engine::EngineError as E;
        Problem::new(match error {
            E::NotFound { what, .. } => return Problem::not_found(what),
            E::Move(error) => return error.into(),
            E::Store(error) => return error.into(),
            E::Invalid { field } => return Problem::invalid(field, "取值不合法", "is not valid"),
            E::Field(bad) => return Problem::invalid(bad.field, bad.zh, bad.en),
            E::NotFetched { .. } | E::Mailbox(_) => Code::Internal,
            E::Egress(error) => return super::reasons::address(&error),
            E::NotTranslated { reason } => return super::reasons::translation(reason),
            E::Render(_) => Code::WrongChannel,
            E::Blob(error) => return error.into(),
            E::Conflict => Code::ConversationConflict,
            E::RecallWindowPassed => Code::RecallWindowPassed,
            E::MessageLeft => Code::MessageLeft,
            E::NotYours => Code::NotYours,
            E::EmptyMessage => Code::EmptyMessage,
            E::Blocked => Code::ContactBlocked,
            E::NotFailed => Code::NotFailed,
            E::NotInFuture => Code::NotInFuture,
            E::Tie(refused) => return tie(refused),
            E::TwoCustomers => Code::TwoCustomers,
            E::AlreadyGiven => Code::AlreadyGiven,
            E::TooEarly => Code::RatingTooEarly,
            E::AlreadyTraining => Code::AlreadyTraining,
            E::NothingToLearn => Code::NothingToLearn,
            E::AlreadyRunning => Code::AlreadyRunning,
            E::AlreadyLive => Code::AlreadyLive,
            E::NothingBefore => Code::NothingBefore,
            E::WindowClosed => Code::WindowClosed,
            E::Refused { reason } => {
                let words = |language| super::reasons::channel(&reason, language);
                return Problem::new(Code::ChannelRefused)
                    .with_words("reason", words(Language::Zh), words(Language::En))
                    .member("reason", &reason);
            }
            E::Sealed => Code::SealedByAnotherKey,
            E::ImportEnded => Code::ImportEnded,
            E::NoFlows => return Problem::new(Code::Unavailable).retry_after(1),
            E::Flow(error) => return error.into(),
        })
    }
}

impl From<qn_runner::Error> for Problem {
    fn from(error: qn_runner::Error) -> Self {
        use qn_runner::Error as E;
        match error {
            E::Store(error) => error.into(),
            E::NoVersion(_) => Problem::not_found("flow version"),
            E::NoRun(_) => Problem::not_found("run"),
            E::Closed => Problem::new(Code::Unavailable).retry_after(1),
            E::Refused(Refusal::NotRunning) => Problem::new(Code::RunEnded),
            E::Refused(Refusal::TooManySignals) => Problem::new(Code::LimitReached).with("max", "100"),
            E::Refused(Refusal::TooLarge) => Problem::new(Code::TooLarge).with("max", "1 MiB"),
            E::Refused(Refusal::Input(name)) => {
                Problem::invalid(format!("input.{name}"), "缺失、未知或类型不符", "is missing, unknown or of another type")
            }
            // A late or repeated answer.
            E::Refused(_) => Problem::new(Code::AlreadyDone),
            E::NotSo(_, why) => Problem::invalid("run", "当前状态不允许此操作", why),
            E::Limit(max) => Problem::new(Code::LimitReached).with("max", max.to_string()),
            other => {
                tracing::error!(error = %other, "a flow failed");
                Problem::new(Code::Internal)
            }
        }
    }
}

impl From<qn_blob::BlobError> for Problem {
    fn from(error: qn_blob::BlobError) -> Self {
        match error {
            qn_blob::BlobError::TooLarge { limit_bytes } => {
                Problem::new(Code::TooLarge).with("max", format!("{} MiB", limit_bytes / (1024 * 1024)))
            }
            qn_blob::BlobError::Refused(refusal) => super::reasons::file(refusal),
            other => {
                tracing::error!(error = %other, "the file store failed");
                Problem::new(Code::Internal)
            }
        }
    }
}

impl From<qn_auth::Error> for Problem {
    fn from(error: qn_auth::Error) -> Self {
        use qn_auth::Error as E;
        Problem::new(match error {
            E::BadCredentials => Code::BadCredentials,
            E::LockedOut { retry_after_ms } => return Problem::new(Code::LockedOut).retry_after((retry_after_ms + 999) / 1000),
            E::Unauthenticated => Code::Unauthenticated,
            E::InvalidToken => Code::InvalidToken,
            E::TokenExpired => Code::TokenExpired,
            E::WeakPassword => Code::WeakPassword,
            E::Busy => return Problem::new(Code::Unavailable).retry_after(1),
            E::Store(error) => return error.into(),
        })
    }
}

impl From<qn_channel::ParseError> for Problem {
    fn from(error: qn_channel::ParseError) -> Self {
        use qn_channel::ParseError as E;
        match error {
            E::UnknownEndpoint => Problem::not_found("route"),
            E::TooLarge { max_bytes } => Problem::new(Code::TooLarge).with("max", format!("{} MiB", max_bytes / (1024 * 1024))),
            E::NotUtf8 => Problem::new(Code::InvalidEncoding),
            E::TooDeep { .. } => Problem::new(Code::JsonTooDeep),
            E::Malformed { reason } => Problem::new(Code::InvalidJson).with("reason", reason),
            E::Unreadable { reason } => Problem::new(Code::InvalidJson).with("reason", reason),
            E::Fields(errors) => {
                let unknown = errors.iter().any(|e| e.problem == qn_channel::Problem::Unknown);
                let problem = Problem::new(if unknown { Code::UnknownField } else { Code::InvalidField });
                errors.into_iter().fold(problem, |p, e| {
                    let (zh, en) = (e.message(Language::Zh), e.message(Language::En));
                    p.field(e.field, zh, en)
                })
            }
        }
    }
}
