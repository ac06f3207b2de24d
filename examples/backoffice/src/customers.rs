//! Orders by customer: everybody who asks has bought three things, two of them lately. They follow from the customer's name, so
//! that the same customer always finds the same orders. Days are counted back from now.

use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: u64 = 24 * 3_600 * 1_000;

/// What was bought: name in Chinese and English, price in yuan, days ago.
const BOUGHT: [(&str, &str, u64, u64); 3] =
    [("无线耳机 Air 2", "Air 2 earphones", 299, 2), ("降噪头戴耳机 Pro", "Pro headphones", 899, 4), ("手机支架", "Phone stand", 69, 21)];

/// Ids of the customer's orders, newest first.
pub fn orders_of(customer: &str) -> Vec<String> {
    let hash = customer.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    (1..=BOUGHT.len()).map(|n| format!("BW{:06}{n}", hash % 1_000_000)).collect()
}

/// The order of this id as it was placed; none when it is not one of these.
pub fn placed(id: &str) -> Option<Value> {
    let number = id.strip_prefix("BW").filter(|rest| rest.len() == 7 && rest.bytes().all(|b| b.is_ascii_digit()))?;
    let n: usize = number[6..].parse().ok()?;
    let (zh, en, amount, days) = BOUGHT.get(n.checked_sub(1)?)?;
    let paid_at_ms = now_ms().saturating_sub(days * DAY_MS);
    Some(
        json!({"id": id, "title_zh": zh, "title_en": en, "amount": amount, "paid": true, "days_since_paid": days, "paid_at_ms": paid_at_ms}),
    )
}

#[allow(clippy::disallowed_methods)] // a company of its own, with a clock of its own
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_always_finds_the_same_three_orders() {
        let orders = orders_of("cnt_1");
        assert_eq!(orders, orders_of("cnt_1"));
        assert_ne!(orders, orders_of("cnt_2"));
        let days: Vec<u64> = orders.iter().filter_map(|id| placed(id)?["days_since_paid"].as_u64()).collect();
        assert_eq!(days, [2, 4, 21]);
        assert!(["SO000001", "BW0000014", "BW0000010", "BW1", "BWé00001"].iter().all(|id| placed(id).is_none()));
    }
}
