//! A policy to start from, as the console offers it and the simulated day plays it: bot first for what is simple, people first for
//! important customers and angry ones, specialists for what needs them, overflow before anybody waits for ever.

use super::{AfterHours, AfterHoursAction, Criterion, Handling, OfferTerms, Overflow, Policy, Relax, Rule, Selection, Skill, Then, When};
use crate::calendar::{Calendar, china_2026};
use crate::sla::{Escalation, Metric, SlaAction, SlaPolicy};
use std::collections::BTreeMap;

/// How strong anger or disappointment sends a conversation to people whatever was asked.
pub const ANGER: f64 = 0.6;
/// Weaker signs count where the bot has no sure answer: people who are annoyed ask for more than an article.
const ANGER_UNANSWERED: f64 = 0.4;

/// A service desk in China with split shifts. It names no team, so that it fits any company.
pub fn service_desk() -> Policy {
    Policy {
        rules: vec![
            hours(),
            simple(),
            overflow(),
            returning(),
            important(),
            angry(),
            specialist("refund"),
            specialist("technical"),
            english(),
        ],
        selection: Selection::Weights {
            weights: BTreeMap::from([
                (Criterion::LastAgent, 30.0),
                (Criterion::AccountOwner, 40.0),
                (Criterion::SkillFit, 5.0),
                (Criterion::SpareSpecialists, 10.0),
                (Criterion::LeastBusy, 20.0),
                (Criterion::LongestIdle, 20.0),
            ]),
        },
        points_per_minute: 1.0,
        sla_lead_seconds: 120,
        offer: Some(OfferTerms { seconds: 20, missed_max: 3 }),
        calendars: BTreeMap::from([("office".to_owned(), office())]),
        sla: BTreeMap::from([("standard".to_owned(), standard()), ("important".to_owned(), important_sla())]),
        tickets: Vec::new(),
        busy_reasons: Policy::default().reasons(),
    }
}

fn rule(id: &str, name: &str, when: When, then: Then) -> Rule {
    Rule { id: id.to_owned(), name: name.to_owned(), off: false, when, then, stop: false }
}

fn hours() -> Rule {
    let after_hours = Some(AfterHours { calendar: "office".to_owned(), action: AfterHoursAction::LeaveMessage, team: None });
    rule("hours", "服务时间 Hours", When::always(), Then { after_hours, sla: Some("standard".to_owned()), ..Then::default() })
}

fn simple() -> Rule {
    let then = Then { handling: Some(Handling::BotFirst), ..Then::default() };
    rule("simple", "简单问题机器人优先 Simple questions to the bot", When::is("complexity", &["simple"]), then)
}

fn overflow() -> Rule {
    let steps = vec![
        Overflow { after_seconds: 600, team: None, any_team: false, skills: Relax::AnyLevel, priority: 5 },
        Overflow { after_seconds: 1_200, team: None, any_team: true, skills: Relax::Drop, priority: 10 },
    ];
    rule("overflow", "排队过久放宽条件 Ask for less as waiting grows", When::always(), Then { overflow: steps, ..Then::default() })
}

fn returning() -> Rule {
    rule("returning", "熟客优先 The same person again", When::is_true("returning"), Then { hold_seconds: Some(20), ..Then::default() })
}

fn important() -> Rule {
    let then = Then { priority: 60, handling: Some(Handling::PeopleFirst), sla: Some("important".to_owned()), ..Then::default() };
    rule("important", "重要客户人工优先 People first for important customers", When::is("tier", &["vip", "gold", "svip"]), then)
}

fn angry() -> Rule {
    // Who is worried wants an answer first; who is angry, a person.
    let displeased = When::is("emotion", &["anger", "disappointment"]);
    let unanswered = When::Not(Box::new(When::is("complexity", &["simple"])));
    let strength = When::Any(vec![
        When::at_least("intensity", ANGER),
        When::All(vec![When::at_least("intensity", ANGER_UNANSWERED), unanswered]),
        When::All(vec![When::at_least("intensity", ANGER / 2.0), When::is("trend", &["worse"])]),
    ]);
    let when = When::All(vec![displeased, strength]);
    let then = Then {
        priority: 30,
        handling: Some(Handling::PeopleFirst),
        skills: vec![Skill { skill: "senior".to_owned(), level: 1 }],
        compensation: Some("goodwill".to_owned()),
        ..Then::default()
    };
    rule("angry", "情绪激动升级资深坐席 Anger goes to seniors", when, then)
}

fn specialist(skill: &str) -> Rule {
    let skills = vec![Skill { skill: skill.to_owned(), level: 2 }];
    rule(skill, skill, When::is("intent", &[skill]), Then { skills, ..Then::default() })
}

fn english() -> Rule {
    let then = Then { same_language: Some(true), ..Then::default() };
    rule("english", "英文客户 English speakers", When::is("language", &["en"]), then)
}

fn office() -> Calendar {
    let day = vec![(540, 720), (780, 1_320)];
    Calendar {
        name: "客服中心 Service centre".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        days: std::array::from_fn(|_| day.clone()),
        exceptions: china_2026().into_iter().filter(|e| e.name == "春节").collect(),
    }
}

fn standard() -> SlaPolicy {
    SlaPolicy {
        name: "标准 Standard".to_owned(),
        calendar: Some("office".to_owned()),
        first_response_seconds: Some(300),
        next_response_seconds: Some(600),
        resolution_seconds: Some(8 * 3_600),
        escalation: vec![Escalation { metric: None, at_percent: 100, actions: vec![SlaAction::NotifyOwner, SlaAction::NotifySupervisors] }],
        ..SlaPolicy::default()
    }
}

fn important_sla() -> SlaPolicy {
    let first = Some(Metric::FirstResponse);
    SlaPolicy {
        name: "重要客户 Important".to_owned(),
        first_response_seconds: Some(60),
        next_response_seconds: Some(180),
        resolution_seconds: Some(4 * 3_600),
        escalation: vec![
            Escalation { metric: first, at_percent: 75, actions: vec![SlaAction::NotifyOwner, SlaAction::Priority(20)] },
            Escalation { metric: None, at_percent: 100, actions: vec![SlaAction::NotifySupervisors, SlaAction::Webhook] },
        ],
        ..standard()
    }
}
