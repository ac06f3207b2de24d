//! What a person gets when the bot hands over: what was asked, what was shown, in which language, and the last wish.

use qn_domain::{Conversation, HandoffPacket, HandoffReason, Language, Timestamp};

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
