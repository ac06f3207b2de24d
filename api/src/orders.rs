//! A customer as the inputs of an operation, and its answer as orders. Pure, but for the answers that are kept for a minute.

use qn_api_types::order::{OrderKey, OrderSource, OrderView, OrdersView};
use qn_base::Timestamp;
use qn_base::clock::MINUTE_MS;
use qn_domain::{Contact, ContactId, Language, TenantId};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const ORDERS_MAX: usize = 20;
const KEPT_MAX: usize = 2_000;
const WORD_MAX: usize = 200;

/// The inputs, and what of the customer they are; or what is not known.
pub(crate) fn input(source: &OrderSource, contact: &Contact, external_id: Option<&str>) -> Result<(Value, Vec<OrderKey>), String> {
    let (mut input, mut keys) = (Map::new(), Vec::new());
    for (name, what) in &source.input {
        if let Some(fixed) = what.strip_prefix('=') {
            input.insert(name.clone(), Value::from(fixed));
            continue;
        }
        let known = match what.as_str() {
            "contact_id" => Some(Value::from(contact.id.as_str())),
            "external_id" => external_id.map(Value::from),
            "email" => contact.email.clone().map(Value::from),
            "phone" => contact.phone.clone().map(Value::from),
            "name" => Some(Value::from(contact.name.as_str())),
            other => other.strip_prefix("attribute:").and_then(|name| contact.attributes.get(name).cloned()),
        };
        let value = known.filter(|value| !word(value).is_empty()).ok_or_else(|| what.clone())?;
        keys.push(OrderKey { what: what.clone(), value: word(&value) });
        input.insert(name.clone(), value);
    }
    Ok((Value::Object(input), keys))
}

/// None where the answer holds no list.
pub(crate) fn orders(source: &OrderSource, answer: &Value, language: Language) -> Option<Vec<OrderView>> {
    let found = at(answer, &source.list)?.as_array()?;
    let order = |row: &Value| {
        let said = |path: &str| if path.is_empty() { String::new() } else { at(row, path).map(word).unwrap_or_default() };
        let number = said(&source.number);
        let state = said(&source.state);
        let named = source.states.iter().find(|known| known.code == state).map(|known| language.pick(&known.zh, &known.en).to_owned());
        let url = (!source.link.is_empty()).then(|| source.link.replace("{number}", &escaped(&number)));
        let (title, total, placed_at) = (said(&source.title), said(&source.total), said(&source.placed_at));
        (!number.is_empty()).then(|| OrderView { number, title, state: named.unwrap_or(state), total, placed_at, url })
    };
    Some(found.iter().filter_map(order).take(ORDERS_MAX).collect())
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').filter(|name| !name.is_empty()).try_fold(value, |value, name| value.get(name))
}

fn word(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        other => other.to_string(),
    };
    qn_base::text::line(&text, WORD_MAX)
}

/// A number comes from outside and must not lead to another page.
fn escaped(number: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    number.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

type Key = (TenantId, ContactId, i64, &'static str);

/// Answers of the last minute, by customer, version of the setting and language.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<Key, (Timestamp, OrdersView)>>);

impl Kept {
    pub fn find(&self, key: &Key, now: Timestamp) -> Option<OrdersView> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| now - at < MINUTE_MS).map(|(_, view)| view.clone())
    }

    pub fn keep(&self, key: Key, now: Timestamp, view: &OrdersView) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.retain(|_, (at, _)| now - *at < MINUTE_MS);
        }
        if kept.len() < KEPT_MAX {
            kept.insert(key, (now, view.clone()));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_api_types::order::OrderState;
    use serde_json::json;

    fn source() -> OrderSource {
        let states = vec![OrderState { code: "2".into(), zh: "已发货".into(), en: "Shipped".into() }];
        OrderSource {
            connector: "shop".into(),
            operation: "orders".into(),
            input: [("buyer".to_owned(), "attribute:uid".to_owned()), ("site".to_owned(), "=cn".to_owned())].into(),
            list: "data.rows".into(),
            number: "no".into(),
            title: "goods.name".into(),
            state: "state".into(),
            total: "sum".into(),
            placed_at: String::new(),
            link: "https://shop.example/o/{number}".into(),
            states,
        }
    }

    #[test]
    fn an_answer_is_read_by_its_paths_and_a_number_leads_nowhere_else() {
        let answer = json!({"data": {"rows": [
            {"no": "A/../1?", "goods": {"name": "耳机"}, "state": 2, "sum": 299.5},
            {"goods": {"name": "no number"}},
            {"no": 7, "state": "open"},
        ]}});
        let read = orders(&source(), &answer, Language::Zh).unwrap();
        assert_eq!(read.len(), 2, "what has no number is no order");
        assert_eq!((read[0].state.as_str(), read[0].total.as_str(), read[0].title.as_str()), ("已发货", "299.5", "耳机"));
        assert_eq!(read[0].url.as_deref(), Some("https://shop.example/o/A%2F..%2F1%3F"));
        assert_eq!((read[1].number.as_str(), read[1].state.as_str()), ("7", "open"));
        assert_eq!(orders(&source(), &json!({"data": []}), Language::En), None, "an error page is not no orders");
    }

    #[test]
    fn what_is_asked_with_must_be_known() {
        let mut contact = Contact {
            id: "con_1".into(),
            tenant_id: "tnt_1".into(),
            name: String::new(),
            email: None,
            phone: None,
            language: None,
            attributes: Map::new(),
            blocked: false,
            version: 1,
            created_at: 0,
            last_seen_at: 0,
        };
        assert_eq!(input(&source(), &contact, None), Err("attribute:uid".into()));
        contact.attributes.insert("uid".into(), json!(88));
        let (asked, keys) = input(&source(), &contact, None).unwrap();
        assert_eq!(asked, json!({"buyer": 88, "site": "cn"}));
        assert_eq!(keys, [OrderKey { what: "attribute:uid".into(), value: "88".into() }]);
    }
}
