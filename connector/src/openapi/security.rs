//! Security schemes as settings a person only adds secrets to.

use serde_json::{Map, Value, json};

/// Those the description asks for first, then the others.
pub(super) fn proofs(document: &Map<String, Value>) -> Vec<Value> {
    let schemes = document.get("components").and_then(|parts| parts.get("securitySchemes")).and_then(Value::as_object);
    let Some(schemes) = schemes else { return Vec::new() };
    let wanted: Vec<&str> = document
        .get("security")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|needs| needs.keys().map(String::as_str))
        .collect();
    let mut names: Vec<&String> = schemes.keys().collect();
    names.sort_by_key(|name| wanted.iter().position(|wanted| wanted == name).unwrap_or(usize::MAX));
    names.into_iter().take(10).filter_map(|name| proof(&schemes[name])).collect()
}

fn proof(scheme: &Value) -> Option<Value> {
    match (scheme["type"].as_str()?, scheme["scheme"].as_str().unwrap_or_default().to_ascii_lowercase().as_str()) {
        ("apiKey", _) => {
            let place = scheme["in"].as_str().filter(|place| matches!(*place, "header" | "query"))?;
            Some(json!({"kind": "api_key", "place": place, "name": scheme["name"].as_str()?, "secret": ""}))
        }
        ("http", "basic") => Some(json!({"kind": "basic", "secret": ""})),
        ("http", "bearer") => Some(json!({"kind": "bearer", "secret": ""})),
        ("oauth2", _) => {
            let flow = &scheme["flows"]["clientCredentials"];
            let scopes: Vec<&String> = flow["scopes"].as_object().into_iter().flat_map(Map::keys).collect();
            let scope = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
            Some(json!({"kind": "oauth2", "token_url": flow["tokenUrl"].as_str()?, "client_id": "", "secret": "", "scope": scope}))
        }
        _ => None,
    }
}
