//! Which steps come next, by what is known. Pure.

use super::talk::Talk;
use super::{BestKind, NextBest};
use crate::flows::turn::{self, Heard, Turn};
use crate::flows::{Book, LiveFlow};
use qn_base::clock::MINUTE_MS;
use qn_domain::{ActivityKey, BotState, Contact, Conversation, Message, SlaDue, Status, Timestamp};
use qn_nlu::{IntentBackend, Utterance};

/// More would not be read.
const SHOWN_MAX: usize = 3;
const QUOTE_CHARS_MAX: usize = 40;
/// A customer who was asked something may answer at once.
const ASKED_MS: i64 = 2 * MINUTE_MS;

pub(super) struct Facts<'a> {
    pub now: Timestamp,
    pub conversation: &'a Conversation,
    /// Of the case, in order.
    pub messages: &'a [Message],
    pub talk: &'a Talk<'a>,
    pub book: &'a Book,
    pub intents: &'a dyn IntentBackend,
    /// What the trained version understood the customer's last wish as.
    pub intent: Option<&'a str>,
    pub bot_enabled: bool,
    /// The person's open conversation on another channel, and the channel's name.
    pub other: Option<(&'a Conversation, String)>,
    /// Who may be the same person, and how likely.
    pub likely: Option<(&'a Contact, f64)>,
}

pub(super) fn decide(facts: &Facts<'_>) -> Vec<NextBest> {
    let steps = [answer(facts), resolve(facts), begin_flow(facts), merge(facts), same_person(facts), pend(facts)];
    steps.into_iter().flatten().take(SHOWN_MAX).collect()
}

fn step(kind: BestKind) -> NextBest {
    NextBest {
        kind,
        target: String::new(),
        title: String::new(),
        title_en: None,
        quote: String::new(),
        message_id: None,
        at: None,
        percent: None,
    }
}

fn quoting(kind: BestKind, message: &Message) -> NextBest {
    NextBest { quote: quote(&message.content.text), message_id: Some(message.id.clone()), ..step(kind) }
}

fn quote(text: &str) -> String {
    let line = qn_base::text::line(text, QUOTE_CHARS_MAX + 1);
    if line.chars().count() > QUOTE_CHARS_MAX { format!("{}…", qn_base::text::truncate(&line, QUOTE_CHARS_MAX)) } else { line }
}

/// The promise of an answer is past its warning, or broken.
fn answer(facts: &Facts<'_>) -> Option<NextBest> {
    if facts.talk.thanks.is_some() {
        return None;
    }
    let waits = facts.talk.wishes.first().or(facts.talk.unanswered.last())?;
    let sla = facts.conversation.routing.sla.as_ref()?;
    let is_pressing = |due: &&SlaDue| due.breached || due.warn_at.is_some_and(|at| at <= facts.now);
    let is_open = |due: &&SlaDue| due.metric != "resolution" && due.done_at.is_none() && !due.paused;
    let due = sla.due.iter().filter(is_open).filter(is_pressing).min_by_key(|due| due.due_at)?;
    Some(NextBest { at: due.due_at, ..quoting(BestKind::Answer, waits) })
}

fn resolve(facts: &Facts<'_>) -> Option<NextBest> {
    facts.talk.thanks.map(|message| quoting(BestKind::Resolve, message))
}

/// Where the bot may go on: in the customer's own thread, in an inbox that has one, and with nothing that began by these words before.
fn begin_flow(facts: &Facts<'_>) -> Option<NextBest> {
    let c = facts.conversation;
    if !facts.bot_enabled || c.tied.split_from.is_some() {
        return None;
    }
    let is_here = |m: &&&Message| m.conversation_id == c.id && m.content.case.is_none();
    let newest = facts.talk.wishes.first()?;
    let fits = |m: &&Message| {
        let by_intent = || facts.intent.filter(|_| m.id == newest.id).and_then(|name| facts.book.by_intent(name));
        let flow = by_words(facts, &m.content.text).or_else(by_intent)?;
        (!has_begun(facts.messages, m, flow)).then(|| begins(m, flow))
    };
    facts.talk.wishes.iter().filter(is_here).find_map(fits)
}

fn begins(message: &Message, flow: &LiveFlow) -> NextBest {
    let named = quoting(BestKind::BeginFlow, message);
    NextBest { target: flow.id.clone(), title: flow.name.clone(), title_en: flow.name_en.clone(), ..named }
}

/// As the bot would read them at the beginning of a talk.
fn by_words<'a>(facts: &Facts<'a>, text: &str) -> Option<&'a LiveFlow> {
    let understanding = facts.intents.understand(&Utterance::new(text));
    let (bot, book, intents) = (BotState::default(), facts.book, facts.intents);
    let heard = Heard { bot: &bot, text, understanding: &understanding, book, intents, now: facts.now, takes_back: None, moved: false };
    match turn::first(&heard) {
        Some(Turn::Start { flow, .. }) => facts.book.find(&flow),
        _ => None,
    }
}

fn has_begun(messages: &[Message], wish: &Message, flow: &LiveFlow) -> bool {
    let later = messages.iter().skip_while(|m| m.id != wish.id);
    let mut lines = later.filter_map(|m| m.content.activity.as_ref());
    lines.any(|line| line.key == ActivityKey::FlowBegun && line.params.get("flow").is_some_and(|id| id == flow.id.as_str()))
}

fn merge(facts: &Facts<'_>) -> Option<NextBest> {
    let (other, inbox) = facts.other.as_ref()?;
    Some(NextBest { target: other.id.0.clone(), title: inbox.clone(), quote: quote(&other.last_text), ..step(BestKind::Merge) })
}

fn same_person(facts: &Facts<'_>) -> Option<NextBest> {
    let (contact, probability) = facts.likely?;
    let percent = Some((probability * 100.0).floor() as i64);
    Some(NextBest { target: contact.id.0.clone(), title: contact.name.clone(), percent, ..step(BestKind::SamePerson) })
}

fn pend(facts: &Facts<'_>) -> Option<NextBest> {
    let asked = facts.talk.question.filter(|m| facts.conversation.status == Status::Open && m.created_at + ASKED_MS <= facts.now)?;
    Some(quoting(BestKind::Pend, asked))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::draft::Draft;
    use crate::flows::words;
    use qn_domain::{Activity, Author, AuthorKind, Content, MessageKind, Owner, SlaStanding};
    use qn_nlu::RulesBackend;
    use qn_workflow::trigger::{Begins, Trigger};
    use serde_json::json;

    fn refund() -> LiveFlow {
        let phrases = vec![words::normal("我要退款")];
        let begins = Begins { trigger: Trigger::Message, phrases, intents: vec!["退钱".into()], ..Begins::default() };
        LiveFlow { id: "refund".into(), name: "退款".into(), begins, talks: true, ..LiveFlow::default() }
    }

    /// A conversation of usr_a; a line begins with who says it, one second after the other.
    fn draft(lines: &[&str]) -> Draft {
        let mut c = Conversation::new("cnv_1".into(), "tnt_1".into(), "inb_1".into(), "con_1".into(), 0);
        c.owner = Owner::Agent { agent_id: "usr_a".into() };
        let mut draft = Draft::on(c, 0);
        for line in lines {
            draft.now += 1_000;
            let (who, text) = line.split_once('：').unwrap();
            let by = |kind| Author { kind, id: None, name: String::new() };
            let (kind, author) = match who {
                "客户" => (MessageKind::Incoming, by(AuthorKind::Contact)),
                "坐席" => (MessageKind::Outgoing, by(AuthorKind::Agent)),
                "机器人" => (MessageKind::Outgoing, Author::bot()),
                "备注" => (MessageKind::Note, by(AuthorKind::Agent)),
                _ => {
                    let params = [("flow".to_owned(), json!(text))].into_iter().collect();
                    draft.activity(Activity { key: ActivityKey::FlowBegun, params, public: false }, Author::bot());
                    continue;
                }
            };
            draft.message(kind, author, Content::text(text.to_owned()));
        }
        draft
    }

    /// The steps in short, so long after the last line; `change` is for what else is known.
    fn steps(draft: &Draft, later_ms: i64, change: impl FnOnce(&mut Facts<'_>)) -> String {
        let (intents, book) = (RulesBackend::default(), Book { flows: vec![refund()] });
        let talk = Talk::of(draft.messages(), &intents);
        let mut facts = Facts {
            now: draft.now + later_ms,
            conversation: &draft.conversation,
            messages: draft.messages(),
            talk: &talk,
            book: &book,
            intents: &intents,
            intent: None,
            bot_enabled: true,
            other: None,
            likely: None,
        };
        change(&mut facts);
        let shown = decide(&facts).into_iter().map(|s| format!("{:?}({}{})", s.kind, s.target, s.quote));
        shown.collect::<Vec<_>>().join(" ")
    }

    fn said(lines: &[&str]) -> String {
        steps(&draft(lines), ASKED_MS, |_| ())
    }

    #[test]
    fn a_flow_is_offered_for_what_waits_for_an_answer_until_it_has_begun() {
        let cases: &[(&[&str], &str)] = &[
            (&["客户：我要退款"], "BeginFlow(refund我要退款)"),
            (&["客户：我要退款", "客户：在吗"], "BeginFlow(refund我要退款)"),
            (&["客户：转人工", "客户：我要退款"], "BeginFlow(refund我要退款)"),
            (&["客户：我要退款", "客户：转人工"], ""),
            (&["客户：我要退款", "坐席：已经为您退了。"], ""),
            (&["客户：我要退款", "备注：老客户"], "BeginFlow(refund我要退款)"),
            (&["客户：我要退款", "流程：refund", "机器人：哪一单？"], ""),
            (&["客户：我要退款", "流程：survey"], "BeginFlow(refund我要退款)"),
            (&["客户：退款多久到账？"], ""),
            (&["客户：怎么开发票"], ""),
        ];
        for (lines, expected) in cases {
            assert_eq!(said(lines), *expected, "{lines:?}");
        }
    }

    #[test]
    fn no_flow_where_the_bot_cannot_go_on_and_one_by_its_intent() {
        let wish = draft(&["客户：钱能不能还我"]);
        assert_eq!(steps(&wish, 0, |_| ()), "");
        assert_eq!(steps(&wish, 0, |f| f.intent = Some("退钱")), "BeginFlow(refund钱能不能还我)");
        assert_eq!(steps(&wish, 0, |f| f.intent = Some("运费")), "");
        let mut wish = draft(&["客户：我要退款"]);
        assert_eq!(steps(&wish, 0, |f| f.bot_enabled = false), "");
        wish.conversation.tied.split_from = Some("cnv_0".into());
        assert_eq!(steps(&wish, 0, |_| ()), "");
    }

    #[test]
    fn thanks_end_it_where_nothing_is_open() {
        let cases: &[(&[&str], &str)] = &[
            (&["客户：运费谁出？", "坐席：我们出。", "客户：谢谢"], "Resolve(谢谢)"),
            (&["客户：运费谁出？", "坐席：我们出。", "客户：好的，谢谢！"], "Resolve(好的，谢谢！)"),
            (&["客户：运费谁出？", "坐席：我们出。还有别的吗？", "客户：没有了，谢谢"], "Resolve(没有了，谢谢)"),
            (&["客户：Who pays?", "坐席：We do.", "客户：Thanks, bye"], "Resolve(Thanks, bye)"),
            (&["客户：运费谁出？", "坐席：请稍等，我查一下。", "客户：谢谢"], ""),
            (&["客户：运费谁出？", "坐席：我们出。", "客户：多久到？", "客户：谢谢"], ""),
            (&["客户：运费谁出？", "坐席：我们出。", "客户：没用"], ""),
            (&["客户：谢谢"], ""),
            (&["客户：运费谁出？", "机器人：我们出。", "客户：谢谢"], ""),
        ];
        for (lines, expected) in cases {
            assert_eq!(said(lines), *expected, "{lines:?}");
        }
    }

    #[test]
    fn who_was_asked_and_does_not_answer_is_waited_for() {
        let asked = draft(&["客户：坏了", "坐席：请问订单号是多少？"]);
        assert_eq!(steps(&asked, ASKED_MS - 1, |_| ()), "");
        assert_eq!(steps(&asked, ASKED_MS, |_| ()), "Pend(请问订单号是多少？)");
        assert_eq!(said(&["客户：坏了", "坐席：请提供订单号。"]), "Pend(请提供订单号。)");
        assert_eq!(said(&["客户：坏了", "坐席：有什么问题随时联系我。"]), "");
        assert_eq!(said(&["坐席：请问订单号是多少？", "客户：A1001"]), "");
        let mut pending = asked;
        pending.conversation.status = Status::Pending;
        assert_eq!(steps(&pending, ASKED_MS, |_| ()), "");
    }

    #[test]
    fn an_answer_that_was_promised_comes_first() {
        let mut waits = draft(&["客户：我要退款"]);
        let due = |warn_at: i64| SlaDue {
            metric: "next_response".into(),
            due_at: Some(60_000),
            warn_at: Some(warn_at),
            breached: false,
            paused: false,
            done_at: None,
        };
        let mut promise = |due: Vec<SlaDue>| {
            let (policy, state) = ("vip".to_owned(), qn_domain::Json::default());
            waits.conversation.routing.sla = Some(SlaStanding { policy, state, due, next_at: None });
            steps(&waits, 29_000, |_| ())
        };
        let with_flow = "BeginFlow(refund我要退款)";
        assert_eq!(promise(vec![due(30_000)]), format!("Answer(我要退款) {with_flow}"));
        assert_eq!(promise(vec![due(30_001)]), with_flow);
        assert_eq!(promise(vec![SlaDue { breached: true, ..due(90_000) }]), format!("Answer(我要退款) {with_flow}"));
        assert_eq!(promise(vec![SlaDue { paused: true, ..due(0) }]), with_flow);
        assert_eq!(promise(vec![SlaDue { done_at: Some(1), ..due(0) }]), with_flow);
        assert_eq!(promise(vec![SlaDue { metric: "resolution".into(), ..due(0) }]), with_flow);
    }

    #[test]
    fn where_they_are_too_is_offered_for_merging() {
        let mut here = draft(&["客户：我要退款"]);
        here.conversation.last_text = "还没收到".into();
        let other: &'static Conversation = Box::leak(Box::new(Conversation { id: "cnv_2".into(), ..here.conversation.clone() }));
        let found = steps(&here, 0, |f| f.other = Some((other, "微信".into())));
        assert_eq!(found, "BeginFlow(refund我要退款) Merge(cnv_2还没收到)");
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(quote(&"长".repeat(40)), "长".repeat(40));
        assert_eq!(quote(&"长".repeat(41)), format!("{}…", "长".repeat(40)));
    }
}
