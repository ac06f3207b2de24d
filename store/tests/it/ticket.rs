//! Tickets: numbered within their tenant, changed by version, told once per cause, and found by what people look for.

use crate::world::{NOW, on_both, walk};
use qn_domain::{
    ConversationId, Effect, EffectKind, EffectState, FieldKind, Json, Priority, SlaDue, SlaStanding, Ticket, TicketActor, TicketChange,
    TicketEvent, TicketField, TicketId, TicketKind, TicketState, UserId,
};
use qn_store::notice::{self, Notice};
use qn_store::ticket::{self, Filter, Update};
use qn_store::{Error, effect, ticket_kind};
use serde_json::{Map, json};

fn fresh(w: &crate::world::World, id: &str, title: &str) -> Ticket {
    Ticket {
        id: id.into(),
        tenant_id: w.ours.clone(),
        number: 0,
        kind: "refund".into(),
        title: title.into(),
        text: String::new(),
        fields: Map::from_iter([("amount".to_owned(), json!(9.5))]),
        state: TicketState::Open,
        priority: Priority::Normal,
        team_id: None,
        assignee_id: None,
        contact_id: None,
        run_id: Some("run_1".into()),
        due_at: Some(NOW + 100),
        sla: None,
        opened_by: TicketActor::flow("run_1", "退款"),
        solved_at: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn opened(ticket: &Ticket) -> TicketEvent {
    TicketEvent { seq: 1, what: "opened".into(), changed: Map::new(), note: String::new(), by: ticket.opened_by.clone(), at: NOW }
}

fn nothing(_: &Ticket) -> Vec<Effect> {
    Vec::new()
}

fn told(ticket: &Ticket) -> Effect {
    let payload = json!({"number": ticket.number, "version": ticket.version});
    Effect { kind: EffectKind::WebhookSend, key: format!("{}:{}", ticket.id, ticket.version), payload, due_at: NOW, trace: None }
}

#[tokio::test]
async fn a_ticket_is_opened_once_and_counts() {
    on_both(async |w| {
        let cnv: ConversationId = "cnv_1".into();
        let mut theirs = fresh(w, "tkt_t", "theirs");
        theirs.tenant_id = w.theirs.clone();
        for (id, number) in [("tkt_a", 1), ("tkt_b", 2)] {
            let wish = fresh(w, id, "退款 失败");
            let (kept, repeated) = ticket::insert(&w.db, &wish, Some(&cnv), &opened(&wish), &nothing).await.unwrap();
            assert_eq!((kept.number, repeated), (number, false));
            let (again, repeated) = ticket::insert(&w.db, &wish, Some(&cnv), &opened(&wish), &nothing).await.unwrap();
            assert_eq!((again, repeated), (kept, true));
        }
        assert_eq!(
            ticket::insert(&w.db, &theirs, None, &opened(&theirs), &nothing).await.unwrap().0.number,
            1,
            "each tenant counts by itself"
        );
        assert_eq!(ticket::find(&w.db, &w.ours, &theirs.id).await.unwrap(), None);
        assert_eq!(ticket::find_numbered(&w.db, &w.ours, 2).await.unwrap().unwrap().id, TicketId::from("tkt_b"));
        assert_eq!(ticket::conversations(&w.db, &w.ours, &"tkt_a".into()).await.unwrap(), [cnv]);
        assert_eq!(ticket::history(&w.db, &w.ours, &"tkt_a".into(), None, 9).await.unwrap().items.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_has_its_version_its_lines_and_its_cause() {
    on_both(async |w| {
        let wish = fresh(w, "tkt_a", "退款");
        let (before, _) = ticket::insert(&w.db, &wish, None, &opened(&wish), &nothing).await.unwrap();
        let (mut after, cnv) = (before.clone(), ConversationId::from("cnv_9"));
        let by = TicketActor::person(&"usr_a".into(), "小美");
        let change = TicketChange {
            state: Some(TicketState::Solved),
            note: Some("好了".into()),
            link: Some(cnv.clone()),
            ..TicketChange::default()
        };
        let events = after.apply(&change, &by, NOW + 5);
        let owed = |ticket: &Ticket| vec![told(ticket)];
        let update = Update { events: &events, tie: Some(&cnv), untie: None, cause: Some("run/step"), owed: &owed, told: &[] };
        assert!(!ticket::has_cause(&w.db, &w.ours, &after.id, "run/step").await.unwrap());
        assert_eq!(ticket::update(&w.db, &after, &update).await.unwrap(), 2);
        let sent = effect::list(&w.db, &w.ours, EffectState::Pending, None, 9).await.unwrap().items;
        assert_eq!((sent.len(), &sent[0].payload), (1, &json!({"number": 1, "version": 2})));
        assert!(ticket::has_cause(&w.db, &w.ours, &after.id, "run/step").await.unwrap());
        let stale = ticket::update(&w.db, &after, &Update { cause: None, ..update }).await;
        assert!(matches!(stale, Err(Error::Stale { .. })), "{stale:?}");
        assert_eq!(
            effect::list(&w.db, &w.ours, EffectState::Pending, None, 9).await.unwrap().items.len(),
            1,
            "what was not written is not told"
        );
        after.version = 2;
        assert_eq!(ticket::get(&w.db, &w.ours, &after.id).await.unwrap(), after);
        let lines = ticket::history(&w.db, &w.ours, &after.id, None, 2).await.unwrap();
        let seen: Vec<_> = lines.items.iter().map(|e| (e.seq, e.what.as_str(), e.note.as_str())).collect();
        assert_eq!(seen, [(3, "linked", ""), (2, "changed", "好了")]);
        assert_eq!(lines.items[1].changed["state"], json!(["open", "solved"]));
        let rest = ticket::history(&w.db, &w.ours, &after.id, Some(2), 9).await.unwrap();
        assert_eq!(rest.items.len(), 1);
        let change = TicketChange { unlink: Some(cnv.clone()), ..TicketChange::default() };
        let events = after.apply(&change, &by, NOW + 6);
        let unlink = Update { events: &events, tie: None, untie: Some(&cnv), cause: None, owed: &nothing, told: &[] };
        ticket::update(&w.db, &after, &unlink).await.unwrap();
        assert!(ticket::conversations(&w.db, &w.ours, &after.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn tickets_are_found_by_what_people_look_for() {
    on_both(async |w| {
        for n in 0..5 {
            let mut wish = fresh(w, &format!("tkt_{n}"), if n % 2 == 0 { "Refund 100%" } else { "投诉" });
            wish.state = if n == 4 { TicketState::Closed } else { TicketState::Open };
            wish.assignee_id = (n == 1).then(|| "usr_a".into());
            wish.team_id = [Some("tea_1"), Some("tea_2"), None][n % 3].map(Into::into);
            wish.priority = if n == 2 { Priority::Urgent } else { Priority::Low };
            ticket::insert(&w.db, &wish, (n == 3).then(|| "cnv_3".into()).as_ref(), &opened(&wish), &nothing).await.unwrap();
        }
        let numbers = async |filter: Filter| -> Vec<i64> {
            let parse = |c: Option<String>| c.map(|c| c.parse().unwrap());
            let found = walk(2, async |c, l| ticket::list(&w.db, &w.ours, &filter, parse(c), l).await.unwrap()).await;
            found.into_iter().map(|ticket| ticket.number).collect()
        };
        assert_eq!(numbers(Filter::default()).await, [5, 4, 3, 2, 1]);
        assert_eq!(numbers(Filter { states: vec![TicketState::Open, TicketState::Working], ..Filter::default() }).await, [4, 3, 2, 1]);
        assert_eq!(numbers(Filter { assignee_id: Some(Some("usr_a".into())), ..Filter::default() }).await, [2]);
        assert_eq!(numbers(Filter { assignee_id: Some(None), ..Filter::default() }).await, [5, 4, 3, 1]);
        let of_teams = |ids: &[&str]| Filter { team_ids: Some(ids.iter().map(|id| (*id).into()).collect()), ..Filter::default() };
        assert_eq!(numbers(of_teams(&["tea_1"])).await, [4, 1]);
        assert_eq!(numbers(of_teams(&["tea_1", "tea_2"])).await, [5, 4, 2, 1]);
        assert_eq!(numbers(of_teams(&[])).await, Vec::<i64>::new(), "of no team is nothing");
        let waits = Filter { assignee_id: Some(None), states: vec![TicketState::Open], ..of_teams(&["tea_1", "tea_2"]) };
        assert_eq!(ticket::count(&w.db, &w.ours, &waits).await.unwrap(), 2, "one is somebody's, one is closed");
        assert_eq!(numbers(Filter { text: Some("refund 100%".into()), ..Filter::default() }).await, [5, 3, 1]);
        assert_eq!(numbers(Filter { text: Some("#4".into()), ..Filter::default() }).await, [4]);
        assert_eq!(numbers(Filter { conversation_id: Some("cnv_3".into()), ..Filter::default() }).await, [4]);
        assert_eq!(numbers(Filter { priority: Some(Priority::Urgent), kind: Some("refund".into()), ..Filter::default() }).await, [3]);
        assert_eq!(numbers(Filter { due_before: Some(NOW + 101), ..Filter::default() }).await, [4, 3, 2, 1], "closed ones are not due");
    })
    .await;
}

#[tokio::test]
async fn a_kind_of_ones_own_takes_the_place_of_the_common_one() {
    on_both(async |w| {
        let common = TicketKind::common().len();
        assert_eq!(ticket_kind::list(&w.db, &w.ours).await.unwrap().len(), common);
        let field = TicketField {
            name: "vip".into(),
            zh: "会员".into(),
            en: "Member".into(),
            kind: FieldKind::Boolean,
            required: true,
            choices: vec![],
        };
        let mut kind = TicketKind {
            id: "refund".into(),
            name_zh: "退款单".into(),
            name_en: "Refund".into(),
            fields: vec![field],
            due_ms: Some(1_000),
            version: 0,
        };
        assert_eq!(ticket_kind::put(&w.db, &w.ours, &kind, NOW).await.unwrap(), 1);
        assert!(matches!(ticket_kind::put(&w.db, &w.ours, &kind, NOW).await, Err(Error::Stale { .. })));
        kind.version = 1;
        assert_eq!(ticket_kind::put(&w.db, &w.ours, &kind, NOW).await.unwrap(), 2);
        kind.version = 2;
        assert_eq!(ticket_kind::find(&w.db, &w.ours, "refund").await.unwrap(), Some(kind));
        assert_eq!(ticket_kind::list(&w.db, &w.ours).await.unwrap().len(), common);
        assert!(matches!(ticket_kind::delete(&w.db, &w.ours, "refund", 1).await, Err(Error::Stale { .. })));
        ticket_kind::delete(&w.db, &w.ours, "refund", 2).await.unwrap();
        assert!(matches!(ticket_kind::delete(&w.db, &w.ours, "refund", 2).await, Err(Error::NotFound { .. })));
        assert_eq!(ticket_kind::find(&w.db, &w.ours, "refund").await.unwrap().unwrap().version, 0);
    })
    .await;
}

#[tokio::test]
async fn a_promise_and_who_is_told_are_written_with_the_change_or_not_at_all() {
    on_both(async |w| {
        let wish = fresh(w, "tkt_a", "退款");
        let (before, _) = ticket::insert(&w.db, &wish, None, &opened(&wish), &nothing).await.unwrap();
        let due = SlaDue {
            metric: "resolution".into(),
            due_at: Some(NOW + 100),
            warn_at: Some(NOW + 75),
            breached: false,
            paused: false,
            done_at: None,
        };
        let sla = SlaStanding { policy: "day".into(), state: Json::of(&json!({"clocks": []})), due: vec![due], next_at: Some(NOW + 75) };
        let after = Ticket { sla: Some(sla), ..before.clone() };
        let by = TicketActor::system();
        let line = TicketEvent { seq: 0, what: "warned".into(), changed: Map::new(), note: String::new(), by, at: NOW + 75 };
        let notice = |id: &str| Notice {
            id: id.into(),
            title: "快到期".into(),
            body: String::new(),
            flow_name: String::new(),
            run_id: String::new(),
            conversation_id: None,
            at: NOW + 75,
            flow_id: None,
            ticket_id: Some("tkt_a".into()),
        };
        let boss = UserId::from("usr_1");
        let (first, second) = ([(notice("ntc_1"), vec![&boss])], [(notice("ntc_2"), vec![&boss])]);
        let update = Update { events: std::slice::from_ref(&line), tie: None, untie: None, cause: None, owed: &nothing, told: &first };
        assert_eq!(ticket::update(&w.db, &after, &update).await.unwrap(), 2);
        assert_eq!(ticket::get(&w.db, &w.ours, &after.id).await.unwrap().sla, after.sla);
        let stale = ticket::update(&w.db, &after, &Update { told: &second, ..update }).await;
        assert!(matches!(stale, Err(Error::Stale { .. })), "{stale:?}");
        let told = notice::list(&w.db, &w.ours, &boss, 9).await.unwrap();
        assert_eq!(told, [notice("ntc_1")]);
    })
    .await;
}
