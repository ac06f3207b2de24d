//! How the bot hands over, and what a person gets with it: what was asked, what was shown, in which language, and the last wish.

use crate::draft::Draft;
use crate::openings::Opening;
use qn_domain::{
    Author, Content, Conversation, HandoffPacket, HandoffReason, Language, MessageKind, Move, MoveError, Repair, Repairs, TeamId, Timestamp,
};
use serde_json::json;

/// What a hand-over needs to know.
pub(crate) struct Handing<'a> {
    pub team_id: Option<TeamId>,
    /// The customer's last words.
    pub wish: &'a str,
    pub language: Language,
    pub reason: HandoffReason,
    pub opening: Opening,
    /// The run in whose words it is told; empty for none.
    pub run: &'a str,
    /// The customer is told nothing: the words would be a letter.
    pub quiet: bool,
}

/// Puts the conversation into a queue and tells the customer so, unless nothing may be said to them. Pure.
pub(crate) fn hand_over(draft: &mut Draft, handing: &Handing<'_>) -> Result<(), MoveError> {
    let packet = packet(&draft.conversation, handing.reason, handing.wish, handing.language, draft.now);
    draft.apply(Move::Enqueue { team_id: handing.team_id.clone(), packet }, Author::system())?;
    if !handing.opening.is_open {
        say_closed(draft);
    }
    draft.conversation.bot.stood_in = false;
    if handing.quiet {
        return Ok(());
    }
    let text = promise(&draft.repairs, handing);
    // The acknowledgement is not an answer: the customer goes on waiting for a person.
    let waiting_since = draft.conversation.waiting_since.or(Some(draft.now));
    draft.message(MessageKind::Outgoing, Author::bot(), Content { ai: true, ..Content::text(text) });
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
fn promise(repairs: &Repairs, handing: &Handing<'_>) -> String {
    let language = handing.language;
    let repair = match (handing.opening.is_open, handing.reason) {
        (true, HandoffReason::TwoMisses) => Repair::HandOffNotKnown,
        (true, HandoffReason::FlowFailed) => Repair::HandOffFailed,
        (true, _) => Repair::HandOff,
        (false, HandoffReason::FlowFailed) => Repair::HandOffFailedClosed,
        (false, _) => Repair::HandOffClosed,
    };
    if handing.opening.is_open {
        let place = handing.opening.place;
        let known = [("position", place.map(|p| p.position.to_string())), ("wait", place.and_then(|p| p.wait_in_words(language)))];
        return repairs.say_known(handing.run, repair, language, &known);
    }
    let back = handing.opening.back(language).map(|when| language.pick("{}", ", back {}").replace("{}", &when));
    repairs.say_with(handing.run, repair, language, &back.unwrap_or_default())
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
        HandoffReason::AnsweredOften => {
            language.pick("当天对该发件人的自动回复已达上限", "This sender had all automatic answers that one gets in a day")
        }
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
