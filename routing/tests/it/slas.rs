//! Service levels over a conversation's life, on a calendar with a lunch break.
#![allow(clippy::unwrap_used)]

use qn_routing::calendar::{Calendar, china_2026};
use qn_routing::sla::{Alarm, Escalation, Metric, SlaAction, SlaEvent, SlaPolicy, SlaState, Terms};

const MINUTE: i64 = 60_000;

fn at(time: &str) -> i64 {
    format!("2026-03-03T{time}:00+08:00").parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn office() -> Calendar {
    let days = std::array::from_fn(|_| vec![(540, 720), (780, 1_080)]);
    Calendar { name: "office".into(), time_zone: "Asia/Shanghai".into(), days, exceptions: vec![] }
}

fn policy() -> SlaPolicy {
    SlaPolicy {
        name: "standard".into(),
        first_response_seconds: Some(30 * 60),
        next_response_seconds: Some(60 * 60),
        resolution_seconds: Some(8 * 3_600),
        escalation: vec![
            Escalation { metric: Some(Metric::FirstResponse), at_percent: 50, actions: vec![SlaAction::Priority(20)] },
            Escalation { metric: None, at_percent: 100, actions: vec![SlaAction::NotifySupervisors] },
            Escalation { metric: Some(Metric::FirstResponse), at_percent: 200, actions: vec![SlaAction::ToTeam("tea_2".into())] },
        ],
        ..SlaPolicy::default()
    }
}

struct Case {
    policy: SlaPolicy,
    calendar: Calendar,
    state: SlaState,
}

impl Case {
    fn new() -> Self {
        Self { policy: policy(), calendar: office(), state: SlaState::default() }
    }

    fn terms(&self) -> Terms<'_> {
        Terms { policy: &self.policy, calendar: Some(&self.calendar) }
    }

    fn then(mut self, event: SlaEvent, time: &str) -> Self {
        self.state = self.state.clone().after(event, at(time), self.terms());
        self
    }

    fn due(&self, metric: Metric) -> Option<i64> {
        self.state.due(at("00:00"), self.terms()).into_iter().find(|d| d.metric == metric).and_then(|d| d.due_at)
    }

    fn alarms(&mut self, time: &str) -> Vec<Alarm> {
        let (state, alarms) = self.state.clone().alarms(at(time), self.terms());
        self.state = state;
        alarms
    }
}

#[test]
fn deadlines_step_over_lunch_and_night() {
    let case = Case::new().then(SlaEvent::CustomerSpoke, "11:50");
    assert_eq!(case.due(Metric::FirstResponse), Some(at("13:20")));
    assert_eq!(case.due(Metric::Resolution), Some(at("11:50") + 24 * 60 * MINUTE), "8 open hours are one working day");
    let early = Case::new().then(SlaEvent::CustomerSpoke, "06:00");
    assert_eq!(early.due(Metric::FirstResponse), Some(at("09:30")));
}

#[test]
fn the_second_message_does_not_move_the_firsts_deadline() {
    let case = Case::new().then(SlaEvent::CustomerSpoke, "09:00").then(SlaEvent::CustomerSpoke, "09:20");
    assert_eq!(case.due(Metric::FirstResponse), Some(at("09:30")));
}

#[test]
fn answers_end_responses_and_later_messages_begin_the_next() {
    let case = Case::new().then(SlaEvent::CustomerSpoke, "09:00").then(SlaEvent::AgentSpoke, "09:10");
    assert_eq!(case.due(Metric::FirstResponse), None);
    assert_eq!(case.due(Metric::NextResponse), None);
    let next = case.then(SlaEvent::CustomerSpoke, "10:00");
    assert_eq!(next.due(Metric::NextResponse), Some(at("11:00")));
    assert_eq!(next.due(Metric::Resolution), Some(at("18:00")));
    let answered = next.then(SlaEvent::AgentSpoke, "11:30");
    let clock = answered.state.clocks.iter().find(|c| c.metric == Metric::NextResponse).unwrap();
    assert!(clock.breached, "answered late");
    assert!(!answered.state.clocks[0].breached, "the first was in time");
}

#[test]
fn pending_stops_every_clock() {
    let case = Case::new().then(SlaEvent::CustomerSpoke, "09:00").then(SlaEvent::Paused, "09:10");
    assert_eq!((case.due(Metric::FirstResponse), case.due(Metric::Resolution)), (None, None));
    assert!(case.state.due(at("11:00"), case.terms()).iter().all(|d| d.paused && !d.breached));
    let resumed = case.then(SlaEvent::Resumed, "11:00");
    assert_eq!(resumed.due(Metric::FirstResponse), Some(at("11:20")));
    let mut strict = Case::new();
    strict.policy.pause_on_pending = false;
    let strict = strict.then(SlaEvent::CustomerSpoke, "09:00").then(SlaEvent::Paused, "09:10");
    assert_eq!(strict.due(Metric::FirstResponse), Some(at("09:30")));
}

#[test]
fn marks_are_told_once_and_in_order() {
    let mut case = Case::new().then(SlaEvent::CustomerSpoke, "09:00");
    assert_eq!(case.state.next_alarm_at(case.terms()), Some(at("09:15")));
    assert!(case.alarms("09:14").is_empty());
    let half = case.alarms("09:15");
    assert_eq!((half.len(), half[0].percent, half[0].breached), (1, 50, false));
    assert_eq!(half[0].actions, [SlaAction::Priority(20)]);
    let percents: Vec<u16> = case.alarms("09:31").iter().map(|a| a.percent).collect();
    assert_eq!(percents, [75, 100], "the warning and the breach, also when the timer came late");
    assert!(case.alarms("09:31").is_empty());
    assert_eq!(case.state.next_alarm_at(case.terms()), Some(at("10:00")), "the chain goes on after the breach");
    assert_eq!(case.alarms("10:00")[0].actions, [SlaAction::ToTeam("tea_2".into())]);
    let answered = case.then(SlaEvent::AgentSpoke, "10:01");
    assert!(answered.state.clocks[0].breached && answered.state.clocks[0].done_at.is_some());
}

#[test]
fn reopening_goes_on_with_the_same_resolution() {
    let case = Case::new().then(SlaEvent::CustomerSpoke, "09:00").then(SlaEvent::Resolved, "10:00");
    assert_eq!(case.state.next_alarm_at(case.terms()), None);
    let again = case.then(SlaEvent::Reopened, "15:00").then(SlaEvent::CustomerSpoke, "15:00");
    // One of eight hours was used: seven are left, three of them today, four tomorrow around lunch.
    assert_eq!(again.due(Metric::Resolution), Some(at("14:00") + 24 * 60 * MINUTE));
}

#[test]
fn what_is_not_promised_is_not_counted() {
    let mut case = Case::new();
    case.policy = SlaPolicy { resolution_seconds: Some(60), ..SlaPolicy::default() };
    let case = case.then(SlaEvent::CustomerSpoke, "09:00");
    assert_eq!(case.state.clocks.len(), 1);
    let around = Terms { policy: &case.policy, calendar: None };
    assert_eq!(SlaState::default().after(SlaEvent::CustomerSpoke, 5, around).first_due(around), Some(60_005));
}

/// A ticket of a team that works 9 to 18 with a lunch break, on the days that work in China.
fn of_ticket() -> Case {
    let mut case = Case::new();
    (5..7).for_each(|day| case.calendar.days[day].clear());
    case.calendar.exceptions = china_2026();
    case
}

fn on(time: &str) -> i64 {
    format!("{time}:00+08:00").parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[test]
fn a_ticket_counts_its_resolution_alone_and_stands_still_while_it_waits() {
    let case = of_ticket().then(SlaEvent::Opened, "16:00");
    assert_eq!(case.state.clocks.len(), 1, "nobody waits for an answer");
    // Two hours today, six tomorrow around lunch.
    assert_eq!(case.due(Metric::Resolution), Some(on("2026-03-04T16:00")));
    let waits = case.then(SlaEvent::Paused, "17:00");
    let stands = &waits.state.due(on("2026-03-05T10:00"), waits.terms())[0];
    assert_eq!((stands.due_at, stands.paused, stands.left_ms), (None, true, 7 * 60 * MINUTE));
    let mut again = waits;
    again.state = again.state.clone().after(SlaEvent::Resumed, on("2026-03-06T17:00"), again.terms());
    // Seven hours were left: one on Friday, six on Monday.
    assert_eq!(again.due(Metric::Resolution), Some(on("2026-03-09T16:00")));
    again.state = again.state.clone().after(SlaEvent::Resolved, on("2026-03-09T12:00"), again.terms());
    assert_eq!(again.state.next_alarm_at(again.terms()), None);
}

#[test]
fn holidays_are_stepped_over_and_make_up_days_count() {
    let mut case = of_ticket();
    // The Saturday before the Spring Festival works as a Monday; the festival ends nine days later.
    case.state = case.state.clone().after(SlaEvent::Opened, on("2026-02-13T17:00"), case.terms());
    assert_eq!(case.due(Metric::Resolution), Some(on("2026-02-14T17:00")), "one hour on Friday, seven on the make-up Saturday");
    case.policy.resolution_seconds = Some(10 * 3_600);
    case.state = SlaState::default().after(SlaEvent::Opened, on("2026-02-13T17:00"), case.terms());
    assert_eq!(case.due(Metric::Resolution), Some(on("2026-02-24T10:00")), "the last hour is after the festival");
}

#[test]
fn another_level_counts_the_time_that_was_used() {
    let mut case = of_ticket().then(SlaEvent::Opened, "09:00");
    let (calendar, urgent) = (case.calendar.clone(), SlaPolicy { resolution_seconds: Some(2 * 3_600), ..policy() });
    let strict = Terms { policy: &urgent, calendar: Some(&calendar) };
    assert!(case.alarms("10:00").is_empty());
    let raised = case.state.clone().under(at("10:00"), case.terms(), strict);
    assert_eq!(raised.due(at("10:00"), strict)[0].due_at, Some(at("11:00")), "one of its two hours is used");
    let late = case.state.clone().under(at("16:00"), case.terms(), strict);
    assert_eq!(late.due(at("16:00"), strict)[0].due_at, Some(at("16:00")), "it is due at once");
    let (late, told) = late.alarms(at("16:00"), strict);
    assert_eq!(told.iter().map(|alarm| alarm.percent).collect::<Vec<_>>(), [75, 100]);
    // Back again: six hours of eight are used, and the breach is to be told once more when it comes.
    let eased = late.under(at("16:00"), strict, case.terms());
    let due = &eased.due(at("16:00"), case.terms())[0];
    assert_eq!((due.breached, due.due_at), (false, Some(at("18:00"))));
    let (_, told) = eased.alarms(at("18:00"), case.terms());
    assert_eq!(told.iter().map(|alarm| alarm.percent).collect::<Vec<_>>(), [100], "75 % is reached already and was told");
}
