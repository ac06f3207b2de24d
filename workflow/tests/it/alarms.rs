//! Alarms in the bodies that monitoring systems send, and flows that look at them.

use qn_workflow::alarm::{ALARMS_MAX, Alarm, AlarmStatus, read};
use qn_workflow::{Flow, Language, check};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn alertmanager(alerts: Value) -> Value {
    json!({"version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "qingniao", "groupLabels": {},
        "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager.example", "alerts": alerts})
}

fn alert() -> Value {
    json!({"status": "firing", "labels": {"alertname": "OrdersFail", "severity": "critical", "service": "checkout"},
        "annotations": {"summary": "12% of orders fail", "description": "For ten minutes."},
        "startsAt": "2026-11-30T09:15:00.25+08:00", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph", "fingerprint": "5f0c"})
}

/// The same with some fields changed; null takes one away.
fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn wrong(body: &Value) -> String {
    let wrong = read(body).unwrap_err();
    assert!(wrong.en.is_ascii() && !wrong.zh.is_ascii(), "{wrong:?}");
    wrong.field
}

#[test]
fn an_alertmanager_notification_is_one_alarm_for_each_alert() {
    let over = with(alert(), json!({"status": "resolved"}));
    let read = read(&alertmanager(json!([alert(), over]))).unwrap();
    let expected = Alarm {
        name: "OrdersFail".into(),
        severity: "critical".into(),
        status: AlarmStatus::Firing,
        key: "5f0c@2026-11-30T01:15:00.25Z".into(),
        labels: texts(&[("alertname", "OrdersFail"), ("severity", "critical"), ("service", "checkout")]),
        annotations: texts(&[("summary", "12% of orders fail"), ("description", "For ten minutes.")]),
        summary: "12% of orders fail".into(),
        description: "For ten minutes.".into(),
        starts_at: Some("2026-11-30T01:15:00.25Z".into()),
        link: "http://prometheus.example/graph".into(),
        source: "alertmanager".into(),
        ..Alarm::default()
    };
    assert_eq!(read[0], expected);
    assert_eq!(read[1], Alarm { status: AlarmStatus::Resolved, ..expected });
}

#[test]
fn what_fires_again_has_another_key_and_alerts_without_a_fingerprint_are_told_by_their_labels() {
    let key = |changes: Value| read(&alertmanager(json!([with(alert(), changes)]))).unwrap().remove(0).key;
    assert_ne!(key(json!({})), key(json!({"startsAt": "2026-11-30T02:15:00Z"})));
    assert_eq!(key(json!({})), key(json!({"startsAt": "2026-11-30T01:15:00.250Z", "status": "resolved"})));
    let bare = |labels: Value| key(json!({"fingerprint": null, "labels": labels}));
    assert_eq!(bare(json!({"alertname": "a", "b": "c"})), bare(json!({"b": "c", "alertname": "a"})));
    assert_ne!(bare(json!({"alertname": "a", "b": "c"})), bare(json!({"alertname": "a"})));
}

#[test]
fn grafana_says_what_it_measured_and_where_to_look() {
    let one = with(
        alert(),
        json!({"values": {"B": 22, "C": 1}, "valueString": "[ var='B' value=22 ]", "dashboardURL": "http://grafana.example/d/1",
            "panelURL": "", "silenceURL": "http://grafana.example/silence", "labels": {"alertname": "磁盘将满", "severity": "Warn"}}),
    );
    let body =
        with(alertmanager(json!([one])), json!({"version": "1", "orgId": 1, "title": "[FIRING:1]", "state": "alerting", "message": "x"}));
    let alarm = read(&body).unwrap().remove(0);
    assert_eq!((alarm.source.as_str(), alarm.severity.as_str(), alarm.name.as_str()), ("grafana", "warning", "磁盘将满"));
    assert_eq!((&alarm.values["B"], alarm.link.as_str()), (&json!(22), "http://grafana.example/d/1"));
}

#[test]
fn a_script_says_it_plainly_one_or_several() {
    let one = read(&json!({"name": "CPU", "key": "event-7"})).unwrap().remove(0);
    let expected = Alarm { name: "CPU".into(), key: "event-7".into(), source: "custom".into(), ..Alarm::default() };
    assert_eq!(one, expected);
    let body = json!([
        {"name": "磁盘", "severity": "Disaster", "status": "PROBLEM", "key": 42, "labels": {"host": "db-1", "full": true}, "source": "zabbix",
            "summary": "95%", "starts_at": "2026-11-30T09:15:00+08:00"},
        {"name": "磁盘", "status": "OK", "starts_at": "2026-11-30T09:15:00+08:00", "labels": {"severity": "information"}},
    ]);
    let read = read(&body).unwrap();
    assert_eq!((read[0].severity.as_str(), read[0].key.as_str()), ("Disaster", "42@2026-11-30T01:15:00Z"));
    assert_eq!((&read[0].labels, read[0].source.as_str()), (&texts(&[("full", "true"), ("host", "db-1")]), "zabbix"));
    assert_eq!((read[1].status, read[1].severity.as_str()), (AlarmStatus::Resolved, "info"));
    assert!(read[1].key.ends_with("@2026-11-30T01:15:00Z"));
}

#[test]
fn what_cannot_be_read_is_told_by_its_place() {
    for (changes, field) in [
        (json!({"status": null}), "alerts[1].status"),
        (json!({"status": "sleeping"}), "alerts[1].status"),
        (json!({"labels": null}), "alerts[1].labels.alertname"),
        (json!({"labels": {"alertname": ""}}), "alerts[1].labels.alertname"),
        (json!({"labels": {"alertname": "a".repeat(201)}}), "alerts[1].labels.alertname"),
        (json!({"labels": ["a"]}), "alerts[1].labels"),
        (json!({"labels": {"alertname": "a", "b": []}}), "alerts[1].labels.b"),
        (json!({"startsAt": null}), "alerts[1].startsAt"),
        (json!({"startsAt": "yesterday"}), "alerts[1].startsAt"),
        (json!({"startsAt": "2026-11-30T09:15:00"}), "alerts[1].startsAt"),
        (json!({"fingerprint": "f".repeat(151)}), "alerts[1].fingerprint"),
        (json!({"annotations": "x"}), "alerts[1].annotations"),
        (json!({"values": [1]}), "alerts[1].values"),
    ] {
        assert_eq!(wrong(&alertmanager(json!([alert(), with(alert(), changes.clone())]))), field, "{changes}");
    }
    for (body, field) in [
        (json!("fire"), "body"),
        (json!(null), "body"),
        (json!({}), "name"),
        (json!({"name": "a"}), "key"),
        (json!({"name": "a", "key": "k", "sumary": "x"}), "sumary"),
        (json!({"name": "a", "key": {}}), "key"),
        (json!([{"name": "a", "key": "k"}, {"key": "k"}]), "[1].name"),
        (json!([1]), "[0]"),
        (json!({"alerts": {}}), "alerts"),
        (json!({"alerts": [null]}), "alerts[0]"),
        (alertmanager(vec![alert(); ALARMS_MAX + 1].into()), "alerts"),
        (vec![json!({"name": "a", "key": "k"}); ALARMS_MAX + 1].into(), "body"),
    ] {
        assert_eq!(wrong(&body), field);
    }
    assert_eq!(read(&alertmanager(vec![alert(); ALARMS_MAX].into())).unwrap().len(), ALARMS_MAX);
}

#[test]
fn a_flow_that_looks_for_what_no_alarm_tells_is_warned() {
    let found = |trigger: &str, text: &str| {
        let flow = json!({"format": 1, "id": "f", "name": "告警",
            "nodes": [{"id": "start", "kind": "start", "settings": {"trigger": trigger}}, {"id": "end", "kind": "end", "settings": {"output": text}}],
            "edges": [{"from": "start", "to": "end"}]});
        let flow: Flow = serde_json::from_value(flow).unwrap();
        let problems = check(flow, &Language::default(), &BTreeMap::new());
        problems.into_iter().filter(|problem| problem.code == "unknown_alarm_field").count()
    };
    assert_eq!(found("alarm", "{{ context.event.name }} {{ context.event.labels.team }}"), 0);
    assert_eq!(found("alarm", "{{ context.event.alertname }}"), 1);
    assert_eq!(found("webhook", "{{ context.event.alertname }}"), 0);
}
