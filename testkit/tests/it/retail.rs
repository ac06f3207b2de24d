//! The made-up retail store: what its tools change, what they refuse, and that a task becomes a flow that compiles.

use qn_testkit::retail::{Store, difference, expected, flow};
use serde_json::{Value, json};

fn db() -> Value {
    let item = |id: &str, price: f64| json!({"name": "Cup", "product_id": "P1", "item_id": id, "price": price, "options": {"size": id}});
    let paid = json!([{"transaction_type": "payment", "amount": 30.0, "payment_method_id": "gift_card_1"}]);
    let order = |id: &str, status: &str| {
        json!({"order_id": id, "user_id": "ann_1", "status": status, "items": [item("small", 10.0), item("large", 20.0)],
            "payment_history": paid, "address": {}})
    };
    json!({
        "products": {"P1": {"name": "Cup", "product_id": "P1", "variants": {
            "small": {"item_id": "small", "price": 10.0, "available": true, "options": {"size": "small"}},
            "large": {"item_id": "large", "price": 20.0, "available": true, "options": {"size": "large"}},
            "huge": {"item_id": "huge", "price": 95.5, "available": true, "options": {"size": "huge"}},
            "gone": {"item_id": "gone", "price": 1.0, "available": false, "options": {}}}}},
        "users": {"ann_1": {"user_id": "ann_1", "name": {"first_name": "Ann", "last_name": "Lee"}, "email": "Ann@example.com",
            "address": {"zip": "10001"}, "payment_methods": {
                "gift_card_1": {"source": "gift_card", "id": "gift_card_1", "balance": 50.25},
                "paypal_1": {"source": "paypal", "id": "paypal_1"}}}},
        "orders": {"#W1": order("#W1", "pending"), "#W2": order("#W2", "delivered")}
    })
}

fn refusal(store: &mut Store, tool: &str, args: &Value) -> String {
    let before = store.db.clone();
    let refused = store.call(tool, args).expect_err("the tool should refuse");
    assert_eq!(store.db, before, "a refused call changes nothing");
    refused
}

#[test]
fn a_cancelled_order_is_paid_back_on_its_gift_card() {
    let mut store = Store::new(db());
    store
        .call("cancel_pending_order", &json!({"order_id": "#W1", "reason": "no longer needed"}))
        .expect("a pending order can be cancelled");
    let patch = json!([
        {"op": "replace", "path": "/orders/#W1/status", "value": "cancelled"},
        {"op": "replace", "path": "/orders/#W1/cancel_reason", "value": "no longer needed"},
        {"op": "replace", "path": "/orders/#W1/payment_history", "value": [
            {"transaction_type": "payment", "amount": 30.0, "payment_method_id": "gift_card_1"},
            {"transaction_type": "refund", "amount": 30.0, "payment_method_id": "gift_card_1"}]},
        {"op": "replace", "path": "/users/ann_1/payment_methods/gift_card_1/balance", "value": 80.25}
    ]);
    assert_eq!(difference(&store.db, &expected(&db(), &patch).expect("the patch fits"), ""), None);
    assert!(difference(&store.db, &db(), "").is_some(), "a difference is seen");
}

#[test]
fn what_the_rules_forbid_is_refused() {
    let mut store = Store::new(db());
    refusal(&mut store, "cancel_pending_order", &json!({"order_id": "#W2", "reason": "no longer needed"}));
    refusal(&mut store, "cancel_pending_order", &json!({"order_id": "#W1", "reason": "too dear"}));
    let exchange = |old: Value, new: Value, method: &str| json!({"order_id": "#W2", "item_ids": old, "new_item_ids": new, "payment_method_id": method});
    for args in [
        exchange(json!(["small", "small"]), json!(["large", "large"]), "paypal_1"),
        exchange(json!(["small"]), json!(["gone"]), "paypal_1"),
        exchange(json!(["small"]), json!(["large", "large"]), "paypal_1"),
        exchange(json!(["small"]), json!(["huge"]), "gift_card_1"),
        exchange(json!(["small"]), json!(["large"]), "gift_card_9"),
    ] {
        refusal(&mut store, "exchange_delivered_order_items", &args);
    }
    refusal(
        &mut store,
        "return_delivered_order_items",
        &json!({"order_id": "#W2", "item_ids": ["small"], "payment_method_id": "paypal_1"}),
    );
    refusal(&mut store, "modify_pending_order_payment", &json!({"order_id": "#W1", "payment_method_id": "gift_card_1"}));
    assert_eq!(refusal(&mut store, "get_product_details", &json!({"product_id": "small"})), "Product not found");
}

#[test]
fn customers_are_found_and_sums_are_done() {
    let mut store = Store::new(db());
    assert_eq!(store.call("find_user_id_by_email", &json!({"email": "ann@EXAMPLE.com"})), Ok(json!("ann_1")));
    let named = json!({"first_name": "ann", "last_name": "lee", "zip": "10001"});
    assert_eq!(store.call("find_user_id_by_name_zip", &named), Ok(json!("ann_1")));
    assert_eq!(store.call("calculate", &json!({"expression": "(1.5 + 2) * 3 - 0.25 / 2"})), Ok(json!("10.38")));
    for sum in ["", "1 +", "(1", "1/0", "__import__", &"(".repeat(9_000)] {
        refusal(&mut store, "calculate", &json!({"expression": sum}));
    }
}

#[test]
fn a_task_becomes_one_step_for_each_action() {
    let action = |name: &str| json!({"name": name, "arguments": {"order_id": "#W1"}});
    let task = json!({"id": "7", "evaluation_criteria": {"actions": [action("get_order_details"), action("cancel_pending_order")]}});
    let flow = flow(&task, "retail");
    let kinds: Vec<&str> = flow["nodes"].as_array().into_iter().flatten().filter_map(|node| node["kind"].as_str()).collect();
    assert_eq!(kinds, ["start", "connect", "connect", "end"]);
    assert_eq!(flow["nodes"][2]["settings"]["operation"], "cancel_pending_order");
}
