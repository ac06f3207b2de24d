//! How the bot hands over, and what a person gets with it: what was asked, what was shown, in which language, and the last wish.

use crate::draft::Draft;
use crate::openings::Opening;
use qn_domain::{Author, Content, Conversation, HandoffPacket, HandoffReason, Language, MessageKind, Move, MoveError, TeamId, Timestamp};
use serde_json::json;

/// What a hand-over needs to know.
pub(crate) struct Handing<'a> {
    pub team_id: Option<TeamId>,
    /// The customer's last words.
    pub wish: &'a str,
    pub language: Language,
    pub reason: HandoffReason,
    pub opening: Opening,
}

/// Puts the conversation into a queue and tells the customer so. Pure.
pub(crate) fn hand_over(draft: &mut Draft, handing: &Handing<'_>) -> Result<(), MoveError> {
    let packet = packet(&draft.conversation, handing.reason, handing.wish, handing.language, draft.now);
    draft.apply(Move::Enqueue { team_id: handing.team_id.clone(), packet }, Author::system())?;
    if !handing.opening.is_open {
        say_closed(draft);
    }
    // The acknowledgement is not an answer: the customer goes on waiting for a person.
    let waiting_since = draft.conversation.waiting_since.or(Some(draft.now));
    draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..Content::text(promise(handing)) });
    draft.conversation.waiting_since = waiting_since;
    Ok(())
}

/// The customer's line about the queue must not promise a person now.
fn say_closed(draft: &mut Draft) {
    let queued = draft.messages_mut().last_mut().and_then(|line| line.content.activity.as_mut());
    if let Some(activity) = queued {
        activity.params.insert("closed".into(), json!(true));
    }
}

/// What the customer hears.
fn promise(handing: &Handing<'_>) -> String {
    let language = handing.language;
    let text = words(handing);
    match handing.opening.back(language) {
        Some(when) => text.replace("{back}", &language.pick("{}", ", back {}").replace("{}", &when)),
        None => text.replace("{back}", ""),
    }
}

fn words(handing: &Handing<'_>) -> &'static str {
    let language = handing.language;
    match (handing.opening.is_open, handing.reason) {
        (true, HandoffReason::TwoMisses) => {
            language.pick("这个问题我处理不了，正在为您转接人工客服，请稍候。", "I can't solve this one. I'm passing you to a colleague, one moment please.")
        }
        (true, HandoffReason::FlowFailed) => language.pick(
            "抱歉，刚才的办理没有成功。正在为您转接人工客服继续处理，请稍候。",
            "Sorry, that did not work out. I'm passing you to a colleague who will go on with it, one moment please.",
        ),
        (true, _) => language.pick("正在为您转接人工客服，请稍候。", "I'm passing you to a colleague, one moment please."),
        (false, HandoffReason::FlowFailed) => language.pick(
            "抱歉，刚才的办理没有成功。现在是非工作时间，情况已经记下，客服{back}上班后会第一时间处理并回复您。",
            "Sorry, that did not work out. We're closed right now{back}; it is noted and a colleague will go on with it first thing.",
        ),
        (false, _) => language.pick(
            "现在是非工作时间，您的消息已经记下，客服{back}上班后会第一时间回复您。您也可以留下联系方式。",
            "We're closed right now{back}. Your message is saved and a colleague will answer first thing. You can also leave your contact details.",
        ),
    }
}

/// Pure. `wish` is the customer's last message.
pub(crate) fn packet(c: &Conversation, reason: HandoffReason, wish: &str, language: Language, now: Timestamp) -> HandoffPacket {
    HandoffPacket {
        reason,
        summary: summary(c, reason, language),
        asked: c.bot.asked.clone(),
        shown: c.bot.shown.clone(),
        language,
        wish: qn_base::text::line(wish, 200),
        at: now,
    }
}

/// The first words of every summary.
pub(crate) fn why(reason: HandoffReason, language: Language) -> &'static str {
    match reason {
        HandoffReason::CustomerAsked => language.pick("客户要求人工", "The customer asked for a person"),
        HandoffReason::TwoMisses => language.pick("机器人连续两次没有找到答案", "The bot found no answer twice in a row"),
        HandoffReason::BotOff => language.pick("该渠道未启用机器人", "This inbox has no bot"),
        HandoffReason::BotFailed => language.pick("机器人暂时不可用", "The bot was not available"),
        HandoffReason::AgentTookOver => language.pick("坐席主动接管", "An agent took over"),
        HandoffReason::Intent => language.pick("这类问题由人工处理", "People handle this kind of question"),
        HandoffReason::Flow => language.pick("流程转给人工处理", "A flow passed it to a person"),
        HandoffReason::PeopleFirst => language.pick("按路由规则人工优先", "The routing policy sends this to people first"),
        HandoffReason::FlowFailed => language.pick("流程执行失败，需要人工继续处理", "A flow failed and a person has to go on with it"),
    }
}

fn summary(c: &Conversation, reason: HandoffReason, language: Language) -> String {
    let why = why(reason, language);
    let asked = match c.bot.asked.as_slice() {
        [] => language.pick("此前没有提问", "nothing was asked before").to_owned(),
        questions => {
            let list = questions.iter().map(|q| language.pick("「{}」", "“{}”").replace("{}", q)).collect::<Vec<_>>();
            format!("{}{}", language.pick("问过：", "asked: "), list.join(language.pick("、", ", ")))
        }
    };
    let shown = match c.bot.shown.len() {
        0 => language.pick("没有展示过文章", "no article was shown").to_owned(),
        n => language.pick("已展示 {} 篇文章", "{} article(s) shown").replace("{}", &n.to_string()),
    };
    let (comma, stop) = (language.pick("；", "; "), language.pick("。", "."));
    format!("{why}{comma}{asked}{comma}{shown}{stop}")
}
