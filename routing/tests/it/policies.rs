//! Rules and plans, the check of documents, and decisions that weigh skills, owners, languages, channels and refusals.
#![allow(clippy::unwrap_used)]

use qn_domain::{Language, Presence, Priority};
use qn_routing::policy::{
    Complexity, Criterion, Facts, Handling, Policy, Relax, Rule, Selection, Skill, Then, TicketFacts, Trend, When, check, service_desk,
};
use qn_routing::{Candidate, ChannelPlaces, Passed, Reason, Waiting, WhyNot, decide};
use serde_json::{Value, json};

/// Tuesday, 10:00 in Shanghai.
const NOW: i64 = 1_772_503_200_000;

fn skill(name: &str, level: u8) -> Skill {
    Skill { skill: name.into(), level }
}

fn vip() -> Facts {
    Facts { tier: Some("VIP".into()), complexity: Some(Complexity::Complex), ..Facts::default() }
}

#[test]
fn the_default_policy_is_first_come_first_served_by_the_bot_first() {
    let plan = Policy::default().plan(&vip(), Some("tea_1".into()), NOW);
    assert_eq!((plan.team, plan.priority, plan.handling), (Some("tea_1".into()), 0, Handling::BotFirst));
    assert!(plan.rules.is_empty() && plan.closed.is_none());
    assert_eq!(serde_json::from_value::<Policy>(json!({})).unwrap(), Policy::default());
    assert!(check(&Policy::default()).is_empty());
}

#[test]
fn important_and_angry_customers_go_to_people_first() {
    let policy = service_desk();
    assert_eq!(check(&policy), []);
    let plan = policy.plan(&vip(), None, NOW);
    assert_eq!((plan.handling, plan.priority, plan.sla.as_deref()), (Handling::PeopleFirst, 60, Some("important")));
    let anger =
        |intensity, complexity| Facts { emotion: Some("anger".into()), intensity, complexity: Some(complexity), ..Facts::default() };
    let angry = anger(0.8, Complexity::Simple);
    let plan = policy.plan(&angry, None, NOW);
    assert_eq!((plan.handling, plan.priority, plan.skills.as_slice()), (Handling::PeopleFirst, 30, &[skill("senior", 1)][..]));
    assert_eq!(plan.compensation.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>(), ["goodwill"]);
    let rising = Facts { trend: Some(Trend::Worse), ..anger(0.35, Complexity::Simple) };
    assert_eq!(policy.plan(&rising, None, NOW).handling, Handling::PeopleFirst);
    for (facts, handling) in [
        (anger(0.45, Complexity::Simple), Handling::BotFirst),
        (anger(0.45, Complexity::Normal), Handling::PeopleFirst),
        (anger(0.3, Complexity::Complex), Handling::BotFirst),
        (Facts { emotion: Some("anxiety".into()), ..anger(0.8, Complexity::Simple) }, Handling::BotFirst),
        (Facts { emotion: Some("anxiety".into()), ..anger(0.8, Complexity::Complex) }, Handling::BotFirst),
    ] {
        assert_eq!(policy.plan(&facts, None, NOW).handling, handling, "{facts:?}");
    }
    let simple = Facts { complexity: Some(Complexity::Simple), intensity: 0.35, ..Facts::default() };
    let plan = policy.plan(&simple, None, NOW);
    assert_eq!((plan.handling, plan.priority), (Handling::BotFirst, 0));
    let ids: Vec<&str> = plan.rules.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["hours", "simple", "overflow"]);
}

#[test]
fn conditions_read_attributes_labels_hours_and_waiting() {
    let mut policy = service_desk();
    let holds = |when: Value, facts: &Facts, policy: &mut Policy, now: i64| {
        let when: When = serde_json::from_value(when).unwrap();
        policy.rules = vec![Rule { id: "r".into(), name: String::new(), off: false, when, then: Then::default(), stop: false }];
        !policy.plan(facts, None, now).rules.is_empty()
    };
    let mut facts = Facts { labels: vec!["投诉".into()], queued_at: Some(NOW - 90_000), ..Facts::default() };
    facts.attributes.insert("spent".into(), json!("12000"));
    facts.attributes.insert("member".into(), json!(true));
    let night = NOW + 14 * 3_600_000;
    let cases = [
        (json!({"fact": {"name": "attribute.spent", "at_least": 10_000}}), NOW, true),
        (json!({"fact": {"name": "attribute.spent", "at_least": 10_000, "at_most": 11_000}}), NOW, false),
        (json!({"fact": {"name": "attribute.member", "is": [true]}}), NOW, true),
        (json!({"fact": {"name": "attribute.unknown", "is": ["x"]}}), NOW, false),
        (json!({"not": {"fact": {"name": "attribute.unknown"}}}), NOW, true),
        (json!({"fact": {"name": "label", "is": ["投诉", "x"]}}), NOW, true),
        (json!({"fact": {"name": "waited_seconds", "at_least": 60}}), NOW, true),
        (json!({"fact": {"name": "waited_seconds", "at_least": 120}}), NOW, false),
        (json!({"fact": {"name": "open.office", "is": [true]}}), NOW, true),
        (json!({"fact": {"name": "open.office", "is": [false]}}), night, true),
        (json!({"any": [{"fact": {"name": "tier", "is": ["vip"]}}, {"fact": {"name": "language", "is": ["zh-CN"]}}]}), NOW, true),
        (json!({"all": [{"fact": {"name": "tier", "is": ["vip"]}}, {"all": []}]}), NOW, false),
    ];
    for (when, now, expected) in cases {
        assert_eq!(holds(when.clone(), &facts, &mut policy, now), expected, "{when}");
    }
}

#[test]
fn after_hours_leaves_a_message_until_it_opens() {
    let plan = service_desk().plan(&Facts::default(), None, NOW + 14 * 3_600_000);
    assert_eq!(plan.closed, Some(qn_routing::policy::AfterHoursAction::LeaveMessage));
    assert_eq!(plan.opens_at, Some(NOW + 23 * 3_600_000));
}

#[test]
fn a_stopping_rule_ends_the_list_and_one_that_is_off_is_not_read() {
    let rule = |id: &str, priority: i64, stop: bool, off: bool| Rule {
        id: id.into(),
        name: String::new(),
        off,
        when: When::always(),
        then: Then { priority, ..Then::default() },
        stop,
    };
    let rules = vec![rule("a", 1, false, false), rule("b", 10, false, true), rule("c", 100, true, false), rule("d", 1_000, false, false)];
    let plan = Policy { rules, ..Policy::default() }.plan(&Facts::default(), None, NOW);
    assert_eq!(plan.priority, 101);
}

#[test]
fn a_check_finds_every_fault_and_says_where() {
    let policy: Policy = serde_json::from_value(json!({
        "points_per_minute": 0,
        "rules": [
            {"id": "a", "when": {"fact": {"name": "teir"}}, "then": {"sla": "gone", "skills": [{"skill": "x", "level": 9}]}},
            {"id": "a", "when": {"all": [{"fact": {"name": "open.nowhere"}}]}, "then": {"after_hours": {"calendar": "nowhere", "action": "other_team"}}},
        ],
        "calendars": {"c": {"name": "c", "time_zone": "Mars/Olympus", "days": [[[600, 540]], [], [], [], [], [], []]}},
        "sla": {"s": {"name": "s"}},
    }))
    .unwrap();
    let found: Vec<(String, String)> = check(&policy).into_iter().map(|f| (f.at, f.code)).collect();
    let expected = [
        ("points_per_minute", "out_of_range"),
        ("rules[0].when", "unknown_fact"),
        ("rules[0].then.skills", "out_of_range"),
        ("rules[0].then.sla", "unknown_sla"),
        ("rules[1].id", "twice"),
        ("rules[1].when[0]", "unknown_calendar"),
        ("rules[1].then.after_hours.calendar", "unknown_calendar"),
        ("rules[1].then.after_hours.team", "empty"),
        ("calendars.c.time_zone", "unknown_time_zone"),
        ("calendars.c.days[0]", "ends_before_it_begins"),
        ("sla.s", "promises_nothing"),
    ];
    assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    assert!(serde_json::from_value::<Policy>(json!({"ruels": []})).is_err(), "a misspelt key is refused");
}

#[test]
fn overflow_asks_for_less_as_waiting_grows() {
    let policy = service_desk();
    let facts = Facts { intent: Some("refund".into()), ..Facts::default() };
    let plan = policy.plan(&facts, Some("tea_1".into()), NOW);
    let step = |waited: i64| plan.step(NOW, NOW + waited * 1_000);
    assert_eq!((step(0).skills, step(0).until), (vec![skill("refund", 2)], Some(NOW + 600_000)));
    assert_eq!((step(600).skills, step(600).team), (vec![skill("refund", 1)], Some("tea_1".into())));
    assert_eq!((step(1_200).skills, step(1_200).team, step(1_200).until), (vec![], None, None));
    assert_eq!(policy.rules.iter().flat_map(|r| &r.then.overflow).map(|o| o.skills).collect::<Vec<_>>(), [Relax::AnyLevel, Relax::Drop]);
}

fn waiting() -> Waiting {
    Waiting::plain("cnv_1".into(), None, NOW)
}

fn person(id: &str) -> Candidate {
    Candidate { capacity: 4, ..Candidate::new(id.into(), id) }
}

#[test]
fn only_those_who_can_are_asked_and_the_explanation_says_why_not() {
    let mut wanted = Waiting { channel: "email".into(), language: Language::En, ..waiting() };
    wanted.plan.skills = vec![skill("refund", 3)];
    wanted.plan.same_language = true;
    wanted.passed = vec![Passed { user_id: "usr_e".into(), until: NOW + 1 }, Passed { user_id: "usr_f".into(), until: NOW }];
    let able = |id: &str| Candidate { skills: vec![skill("refund", 3)], ..person(id) };
    let people = [
        person("usr_a"),
        Candidate { skills: vec![skill("refund", 2)], ..person("usr_b") },
        Candidate { languages: vec![Language::Zh], ..able("usr_c") },
        Candidate { channels: vec![ChannelPlaces { channel: "email".into(), capacity: 1, load: 1 }], ..able("usr_d") },
        able("usr_e"),
        able("usr_f"),
        Candidate { presence: Presence::Busy, busy_reason: Some("meal".into()), ..able("usr_g") },
    ];
    let decision = decide(&Policy::default(), &wanted, &people, NOW);
    assert_eq!((decision.agent, decision.reason), (Some("usr_f".into()), Reason::OnlyEligible));
    let why: Vec<_> = decision.explanation.considered.iter().map(|c| (c.user_id.as_str(), c.why_not)).collect();
    let expected = [
        ("usr_f", None),
        ("usr_a", Some(WhyNot::LacksSkill)),
        ("usr_b", Some(WhyNot::LacksSkill)),
        ("usr_c", Some(WhyNot::OtherLanguage)),
        ("usr_d", Some(WhyNot::ChannelFull)),
        ("usr_e", Some(WhyNot::Passed)),
        ("usr_g", Some(WhyNot::Busy)),
    ];
    assert_eq!(why, expected);
    assert_eq!(decision.explanation.considered[6].busy_reason.as_deref(), Some("meal"));
    let nobody = decide(&Policy::default(), &wanted, &people[..3], NOW);
    assert_eq!((nobody.agent, nobody.reason), (None, Reason::NobodySkilled));
    let passed = decide(&Policy::default(), &wanted, &people[4..5], NOW);
    assert_eq!(passed.reason, Reason::EverybodyPassed);
}

#[test]
fn weights_add_up_and_say_what_they_saw() {
    let weights = [(Criterion::AccountOwner, 5.0), (Criterion::SkillFit, 10.0), (Criterion::LeastBusy, 8.0)].into_iter().collect();
    let policy = Policy { selection: Selection::Weights { weights }, ..Policy::default() };
    let mut wanted = Waiting { owner_id: Some("usr_a".into()), ..waiting() };
    wanted.plan.skills = vec![skill("refund", 1)];
    let able = |id: &str, level: u8, load: i64| Candidate { skills: vec![skill("refund", level)], load, ..person(id) };
    let people = [able("usr_a", 1, 0), able("usr_b", 5, 0), able("usr_c", 5, 2)];
    let decision = decide(&policy, &wanted, &people, NOW);
    assert_eq!((decision.agent, decision.reason), (Some("usr_b".into()), Reason::HighestScore));
    let scores: Vec<_> = decision.explanation.considered.iter().map(|c| (c.user_id.as_str(), c.score.unwrap())).collect();
    assert_eq!(scores, [("usr_b", 18.0), ("usr_a", 15.0), ("usr_c", 14.0)]);
    assert_eq!(decision.explanation.considered[1].values[&Criterion::AccountOwner], 1.0);
}

#[test]
fn a_returning_customer_is_kept_for_a_while_for_the_person_who_is_there_but_full() {
    let mut wanted = Waiting { last_agent_id: Some("usr_a".into()), ..waiting() };
    wanted.plan.hold_ms = 20_000;
    let full = Candidate { load: 4, ..person("usr_a") };
    let people = [full.clone(), person("usr_b")];
    assert_eq!(decide(&Policy::default(), &wanted, &people, NOW + 19_999).agent, None);
    assert_eq!(decide(&Policy::default(), &wanted, &people, NOW + 20_000).agent, Some("usr_b".into()));
    let away = [Candidate { presence: Presence::Offline, ..full }, person("usr_b")];
    assert_eq!(decide(&Policy::default(), &wanted, &away, NOW).agent, Some("usr_b".into()), "nobody waits for who is away");
}

#[test]
fn points_are_a_head_start_and_nobody_starves() {
    let policy = Policy { points_per_minute: 2.0, ..Policy::default() };
    let with = |id: &str, queued_at: i64, priority: i64| {
        let mut w = Waiting::plain(id.into(), None, queued_at);
        w.plan.priority = priority;
        w
    };
    // 60 points are 30 minutes: the plain one that came 31 minutes before the important one is still first.
    let queue = [with("cnv_plain", NOW, 0), with("cnv_vip1", NOW + 29 * 60_000, 60), with("cnv_vip2", NOW + 31 * 60_000, 60)];
    let one = Candidate { capacity: 3, ..person("usr_a") };
    let order: Vec<String> = qn_routing::drain(&policy, &queue, &[one], NOW + 40 * 60_000).into_iter().map(|(id, _)| id.0).collect();
    assert_eq!(order, ["cnv_vip1", "cnv_plain", "cnv_vip2"]);
}

#[test]
fn deadlines_count_as_having_come_earlier() {
    let policy = Policy { sla_lead_seconds: 600, ..Policy::default() };
    let due = |id: &str, queued_at: i64, due: Option<i64>| Waiting { sla_due_at: due, ..Waiting::plain(id.into(), None, queued_at) };
    let queue = [due("cnv_a", NOW, None), due("cnv_b", NOW + 60_000, Some(NOW + 120_000)), due("cnv_c", NOW + 70_000, Some(NOW + 900_000))];
    let given = qn_routing::drain(&policy, &queue, &[person("usr_a")], NOW + 80_000);
    let order: Vec<String> = given.into_iter().map(|(id, _)| id.0).collect();
    assert_eq!(order, ["cnv_b", "cnv_a", "cnv_c"]);
}

#[test]
fn tickets_are_promised_by_kind_priority_and_customer_and_the_last_rule_counts() {
    let rules = json!([
        {"id": "all", "when": {"all": []}, "sla": "slow"},
        {"id": "faults", "when": {"fact": {"name": "ticket.kind", "is": ["fault"]}}, "sla": "quick"},
        {"id": "off", "off": true, "when": {"all": []}, "sla": "quick"},
        {"id": "dear", "when": {"all": [{"fact": {"name": "ticket.priority", "is": ["urgent"]}}, {"fact": {"name": "tier", "is": ["vip"]}}]}, "sla": "quick"},
    ]);
    let level = |seconds: i64| json!({"name": "s", "resolution_seconds": seconds});
    let policy: Policy = serde_json::from_value(json!({"tickets": rules, "sla": {"slow": level(86_400), "quick": level(3_600)}})).unwrap();
    assert_eq!(check(&policy), []);
    let ticket = |kind: &str, priority, tier: Option<&str>| Facts {
        tier: tier.map(str::to_owned),
        ticket: Some(TicketFacts { kind: kind.into(), priority, team: None }),
        ..Facts::default()
    };
    let level = |facts: &Facts| policy.ticket_level(facts, NOW).map(str::to_owned);
    assert_eq!(level(&ticket("refund", Priority::Normal, None)).as_deref(), Some("slow"));
    assert_eq!(level(&ticket("fault", Priority::Low, None)).as_deref(), Some("quick"));
    assert_eq!(level(&ticket("refund", Priority::Urgent, Some("VIP"))).as_deref(), Some("quick"));
    assert_eq!(level(&ticket("refund", Priority::Urgent, None)).as_deref(), Some("slow"));
    assert!(policy.plan(&ticket("fault", Priority::Low, None), None, NOW).rules.is_empty(), "conversations have rules of their own");
    assert_eq!(Policy::default().ticket_level(&ticket("fault", Priority::Urgent, None), NOW), None);
}

#[test]
fn rules_of_tickets_ask_for_what_tickets_have_and_promise_a_resolution() {
    let bad: Policy = serde_json::from_value(json!({
        "sla": {"answers": {"name": "s", "first_response_seconds": 60}},
        "tickets": [
            {"id": "a", "when": {"fact": {"name": "intent", "is": ["refund"]}}, "sla": "answers"},
            {"id": "a", "when": {"fact": {"name": "ticket.kind", "is": ["fault"]}}, "sla": "nothing"},
        ],
        "rules": [{"id": "r", "when": {"fact": {"name": "ticket.kind", "is": ["fault"]}}, "then": {}}],
    }))
    .unwrap();
    let mut faults: Vec<(String, String)> = check(&bad).into_iter().map(|fault| (fault.at, fault.code)).collect();
    faults.sort();
    let expected = [
        ("rules[0].when", "unknown_fact"),
        ("tickets[0].sla", "promises_no_resolution"),
        ("tickets[0].when", "unknown_fact"),
        ("tickets[1].id", "twice"),
        ("tickets[1].sla", "unknown_sla"),
    ];
    assert_eq!(faults, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
}
