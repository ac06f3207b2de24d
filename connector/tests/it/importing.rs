//! Descriptions of both versions, and what of them becomes an operation.

use qn_connector::openapi::{Error, import};
use qn_connector::{At, Body, Operation, RetryClass, fit};
use serde_json::json;
use url::Url;

const ORDERS: &[u8] = include_bytes!("orders.yaml");

fn operation(name: &str) -> Operation {
    let imported = import(ORDERS, None, None).unwrap();
    imported.service.operations.into_iter().find(|operation| operation.name == name).unwrap()
}

#[test]
fn every_operation_that_can_be_sent_is_there() {
    let imported = import(ORDERS, None, None).unwrap();
    let mut names: Vec<(&str, RetryClass)> = imported.service.operations.iter().map(|o| (o.name.as_str(), o.retry)).collect();
    names.sort_by_key(|(name, _)| *name);
    let expected = [
        ("addCategory", RetryClass::Once),
        ("getOrder", RetryClass::Safe),
        ("put_orders_id", RetryClass::Idempotent),
        ("refund", RetryClass::Keyed),
        ("search", RetryClass::Once),
    ];
    assert_eq!(names, expected);
    assert_eq!((imported.title.as_str(), imported.version.as_str()), ("订单服务", "2.1"));
    assert_eq!(imported.service.base_url, "https://erp.example.com/v2");
    let about: Vec<&str> = imported.notes.iter().map(|note| note.about.as_str()).collect();
    assert!(about.contains(&"POST /files") && about.contains(&"POST /categories"), "{about:?}");
}

#[test]
fn inputs_know_where_they_go() {
    let get = operation("getOrder");
    assert_eq!(get.title.zh, "查询订单");
    assert_eq!(get.title.en, "Get order");
    assert_eq!(get.input["required"], json!(["id"]));
    assert_eq!((get.places["id"].at, get.places["fields"].at, get.places["X-Trace"].at), (At::Path, At::Query, At::Header));
    assert!(!get.places["fields"].explode);
    assert!(!get.places.contains_key("Authorization"));
    // the body's `id` is not the address's
    let put = operation("put_orders_id");
    assert_eq!((put.places["id"].at, put.places["field_id"].at), (At::Path, At::Field));
    assert_eq!(operation("search").body, Body::Form);
}

#[test]
fn the_input_is_checked_as_described() {
    let refund = operation("refund");
    assert!(fit(&refund.input, &json!({"id": "7", "amount": 5, "reason": null})).is_ok());
    let faults = fit(&refund.input, &json!({"amount": 0, "reason": "x", "y": 1})).unwrap_err();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        ["/id is required", "/amount must be more than 0", "/reason must be one of \"broken\", \"unwanted\", null", "/y is not known here"]
    );
    assert!(refund.response.is_some_and(|response| response["properties"]["id"].is_object()), "the answer keeps what is read only");
}

#[test]
fn a_tree_is_cut_where_it_repeats() {
    let add = operation("addCategory");
    assert_eq!(add.input["properties"]["children"]["items"], json!({}));
    assert!(fit(&add.input, &json!({"name": "a", "children": [{"name": "b", "children": []}]})).is_ok());
}

#[test]
fn proofs_are_offered_without_secrets() {
    let proofs = import(ORDERS, None, None).unwrap().proofs;
    assert_eq!(proofs[0], json!({"kind": "api_key", "place": "header", "name": "X-Api-Key", "secret": ""}));
    assert_eq!(proofs.len(), 3);
    assert!(proofs.iter().any(|proof| proof["token_url"] == "https://sso.example.com/token"));
}

#[test]
fn the_newer_version_and_relative_servers_are_read() {
    let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "servers": [{"url": "/api"}],
        "paths": {"/x": {"get": {"parameters": [{"name": "n", "in": "query", "schema": {"type": ["integer", "null"], "exclusiveMinimum": 1}}]}}}});
    let text = document.to_string();
    let found_at = Url::parse("http://a.example:8080/docs/openapi.json").unwrap();
    let imported = import(text.as_bytes(), Some(&found_at), None).unwrap();
    assert_eq!(imported.service.base_url, "http://a.example:8080/api");
    assert!(fit(&imported.service.operations[0].input, &json!({"n": 2})).is_ok());
    assert!(fit(&imported.service.operations[0].input, &json!({"n": 1})).is_err());
    assert_eq!(import(text.as_bytes(), None, None), Err(Error::NoServer));
    assert_eq!(import(text.as_bytes(), None, Some("https://b.example/")).unwrap().service.base_url, "https://b.example");
    assert_eq!(import(text.as_bytes(), None, Some("ftp://b.example/")), Err(Error::NoServer));
}
