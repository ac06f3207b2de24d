//! The default policy, one case per rule: who is eligible, who comes first, what is said when nobody is.
#![allow(clippy::unwrap_used)]

use qn_domain::{Language, Presence, UserId};
use qn_routing::{CONSIDERED_MAX, Candidate, Decision, Policy, Reason, Waiting, WhyNot, expected_wait_ms};

const NOW: i64 = 1_000_000;

fn decide(waiting: &Waiting, candidates: &[Candidate], now: i64) -> Decision {
    qn_routing::decide(&Policy::default(), waiting, candidates, now)
}

fn drain(queue: &[Waiting], candidates: &[Candidate], now: i64) -> Vec<(qn_domain::ConversationId, Decision)> {
    qn_routing::drain(&Policy::default(), queue, candidates, now)
}

fn waiting(team: Option<&str>, last: Option<&str>) -> Waiting {
    Waiting { last_agent_id: last.map(Into::into), ..Waiting::plain("cnv_1".into(), team.map(Into::into), NOW - 5_000) }
}

fn person(id: &str, load: i64, capacity: i64, last_assigned_at: Option<i64>) -> Candidate {
    Candidate {
        team_ids: vec!["tea_sales".into()],
        capacity,
        load,
        last_assigned_at,
        languages: vec![Language::Zh],
        ..Candidate::new(id.into(), &id.to_uppercase())
    }
}

struct Case {
    name: &'static str,
    waiting: Waiting,
    candidates: Vec<Candidate>,
    agent: Option<&'static str>,
    reason: Reason,
}

fn case(name: &'static str, waiting: Waiting, candidates: Vec<Candidate>, agent: Option<&'static str>, reason: Reason) -> Case {
    Case { name, waiting, candidates, agent, reason }
}

fn cases() -> Vec<Case> {
    let offline = Candidate { presence: Presence::Offline, ..person("usr_a", 0, 5, None) };
    let busy = Candidate { presence: Presence::Busy, ..person("usr_a", 0, 5, None) };
    let gone = Candidate { connected: false, ..person("usr_a", 0, 5, None) };
    let other_team = Candidate { team_ids: vec!["tea_repair".into()], ..person("usr_a", 0, 5, None) };
    let no_team = Candidate { team_ids: vec![], ..person("usr_a", 0, 5, None) };
    let any = || waiting(None, None);
    let sales = || waiting(Some("tea_sales"), None);
    let had = |id| waiting(None, Some(id));
    let one = |c: &Candidate| vec![c.clone()];
    vec![
        case("nobody at all", any(), vec![], None, Reason::NoCandidates),
        case("the only one", any(), vec![person("usr_a", 0, 5, None)], Some("usr_a"), Reason::OnlyEligible),
        case("offline", any(), one(&offline), None, Reason::NobodyOnline),
        case("busy", any(), one(&busy), None, Reason::NobodyOnline),
        case("disconnected", any(), one(&gone), None, Reason::NobodyOnline),
        case("other team", sales(), one(&other_team), None, Reason::NobodyInTeam),
        case("no team, conversation of a team", sales(), one(&no_team), None, Reason::NobodyInTeam),
        case("no team, conversation of none", any(), one(&no_team), Some("usr_a"), Reason::OnlyEligible),
        case("full", any(), vec![person("usr_a", 5, 5, None)], None, Reason::AllFull),
        case("over full", any(), vec![person("usr_a", 9, 5, None)], None, Reason::AllFull),
        case("zero capacity", any(), vec![person("usr_a", 0, 0, None)], None, Reason::AllFull),
        case("negative capacity", any(), vec![person("usr_a", -9, -3, None)], None, Reason::AllFull),
        case("full and offline", any(), vec![offline.clone(), person("usr_b", 5, 5, None)], None, Reason::AllFull),
        case(
            "offline and other team",
            sales(),
            vec![other_team.clone(), Candidate { user_id: "usr_b".into(), ..offline.clone() }],
            None,
            Reason::NobodyOnline,
        ),
        case(
            "least busy by share, not by count",
            any(),
            vec![person("usr_a", 2, 3, None), person("usr_b", 3, 10, None)],
            Some("usr_b"),
            Reason::LeastBusy,
        ),
        case(
            "equal shares, longest idle",
            any(),
            vec![person("usr_a", 1, 3, Some(900)), person("usr_b", 2, 6, Some(100))],
            Some("usr_b"),
            Reason::LongestSinceAssigned,
        ),
        case(
            "never assigned is longest",
            any(),
            vec![person("usr_a", 0, 3, Some(1)), person("usr_b", 0, 3, None)],
            Some("usr_b"),
            Reason::LongestSinceAssigned,
        ),
        case("all equal", any(), vec![person("usr_b", 0, 3, None), person("usr_a", 0, 3, None)], Some("usr_a"), Reason::TieById),
        case(
            "last agent before the idle one",
            had("usr_a"),
            vec![person("usr_a", 4, 5, Some(NOW)), person("usr_b", 0, 5, None)],
            Some("usr_a"),
            Reason::LastAgent,
        ),
        case("last agent alone", had("usr_a"), vec![person("usr_a", 4, 5, None)], Some("usr_a"), Reason::LastAgent),
        case(
            "last agent full",
            had("usr_a"),
            vec![person("usr_a", 5, 5, None), person("usr_b", 1, 5, None)],
            Some("usr_b"),
            Reason::OnlyEligible,
        ),
        case(
            "last agent offline",
            had("usr_a"),
            vec![offline, person("usr_b", 1, 5, None), person("usr_c", 2, 5, None)],
            Some("usr_b"),
            Reason::LeastBusy,
        ),
        case(
            "last agent in another team",
            waiting(Some("tea_sales"), Some("usr_a")),
            vec![other_team, person("usr_b", 1, 5, None)],
            Some("usr_b"),
            Reason::OnlyEligible,
        ),
        case("last agent unknown", had("usr_z"), vec![person("usr_b", 1, 5, None)], Some("usr_b"), Reason::OnlyEligible),
        case(
            "huge figures do not overflow",
            any(),
            vec![person("usr_a", i64::MAX - 1, i64::MAX, None), person("usr_b", 1, i64::MAX, None)],
            Some("usr_b"),
            Reason::LeastBusy,
        ),
    ]
}

#[test]
fn the_table_of_cases_holds() {
    for case in cases() {
        let expected = (case.agent.map(UserId::from), case.reason);
        let decision = decide(&case.waiting, &case.candidates, NOW);
        assert_eq!((decision.agent, decision.reason), expected, "{}", case.name);
    }
}

#[test]
fn the_explanation_names_every_candidate_with_figures_and_rank() {
    let people = [
        Candidate { presence: Presence::Busy, ..person("usr_c", 0, 5, None) },
        person("usr_b", 1, 5, Some(NOW - 700)),
        person("usr_a", 0, 5, None),
    ];
    let explanation = decide(&waiting(None, None), &people, NOW).explanation;
    let seen: Vec<_> = explanation.considered.iter().map(|c| (c.user_id.as_str(), c.rank, c.why_not, c.idle_ms)).collect();
    assert_eq!(seen, [("usr_a", Some(1), None, None), ("usr_b", Some(2), None, Some(700)), ("usr_c", None, Some(WhyNot::Busy), None)]);
    assert_eq!((explanation.waited_ms, explanation.omitted), (5_000, 0));
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["considered"][2]["why_not"], "busy");
    assert_eq!(serde_json::to_value(Reason::LongestSinceAssigned).unwrap(), Reason::LongestSinceAssigned.as_str());
}

#[test]
fn a_large_floor_is_counted_not_written_out() {
    let people: Vec<Candidate> = (0..400).map(|n| person(&format!("usr_{n:03}"), 0, 5, None)).collect();
    let explanation = decide(&waiting(None, None), &people, NOW).explanation;
    assert_eq!((explanation.considered.len(), explanation.omitted), (CONSIDERED_MAX, 400 - CONSIDERED_MAX));
}

#[test]
fn a_clock_that_went_back_gives_no_negative_times() {
    let explanation = decide(&waiting(None, None), &[person("usr_a", 0, 1, Some(NOW + 9))], NOW - 60_000).explanation;
    assert_eq!((explanation.waited_ms, explanation.considered[0].idle_ms), (0, Some(0)));
}

#[test]
fn the_backlog_goes_oldest_first_and_stops_at_capacity() {
    let mut queue = Vec::new();
    for (id, at, team) in [("cnv_c", 30, "tea_sales"), ("cnv_a", 10, "tea_repair"), ("cnv_b", 20, "tea_sales"), ("cnv_d", 40, "tea_sales")]
    {
        queue.push(Waiting { conversation_id: id.into(), queued_at: at, ..waiting(Some(team), None) });
    }
    let given = drain(&queue, &[person("usr_a", 3, 5, None)], NOW);
    let ids: Vec<&str> = given.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["cnv_b", "cnv_c"]);
    assert_eq!(given[1].1.explanation.considered[0].load, 4);
}

#[test]
fn the_backlog_spreads_over_equal_people() {
    let queue: Vec<Waiting> =
        (0..4).map(|n| Waiting { conversation_id: format!("cnv_{n}").into(), queued_at: n, ..waiting(None, None) }).collect();
    let given = drain(&queue, &[person("usr_a", 0, 5, None), person("usr_b", 0, 5, None)], NOW);
    let agents: Vec<&str> = given.iter().filter_map(|(_, d)| d.agent.as_ref().map(UserId::as_str)).collect();
    assert_eq!(agents, ["usr_a", "usr_b", "usr_a", "usr_b"]);
}

#[test]
fn the_expected_wait_is_honest() {
    let minute = 60_000;
    assert_eq!(expected_wait_ms(1, &[minute; 10], 1), Some(minute));
    assert_eq!(expected_wait_ms(4, &[minute; 10], 2), Some(2 * minute));
    assert_eq!(expected_wait_ms(0, &[minute; 10], 2), Some(0));
    assert_eq!(expected_wait_ms(1, &[minute; 10], 0), None, "nobody serves");
    assert_eq!(expected_wait_ms(1, &[minute; 4], 1), None, "too few samples");
    assert_eq!(expected_wait_ms(1, &[-5, minute, minute, minute, minute], 1), None, "damaged samples do not count");
    let mut night = vec![minute; 9];
    night.push(12 * 60 * minute);
    assert_eq!(expected_wait_ms(1, &night, 1), Some(minute), "one forgotten conversation does not rule");
    assert_eq!(expected_wait_ms(usize::MAX, &[i64::MAX; 5], 1), None, "no overflow");
}
