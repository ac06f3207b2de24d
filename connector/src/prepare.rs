//! From checked input to a request: every value encoded for its place, so that none changes where the request goes.

use crate::definition::{At, Body, Operation, Place, Service};
use crate::{Failure, schema};
use qn_egress::{Method, Request};
use serde_json::{Map, Value, json};
use url::Url;
use url::form_urlencoded::byte_serialize;

const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Input as it fits the schema; what does not is an error that names each field.
pub fn fitted(schema: &Value, input: &Value) -> Result<Value, Failure> {
    let input = if input.is_null() { json!({}) } else { input.clone() };
    schema::fit(schema, &input).map_err(|faults| {
        let (zh, en) = faults.first().map(|fault| (format!("{} {}", fault.at, fault.zh), fault.to_string())).unwrap_or_default();
        let detail: Vec<Value> = faults.iter().map(|fault| json!({"at": fault.at, "zh": fault.zh, "en": fault.en})).collect();
        Failure::invalid(format!("the input does not fit: {en}")).zh(format!("输入不符合要求：{zh}")).detail(Value::from(detail))
    })
}

/// Input that does not fit is an error that names each field.
pub(crate) fn prepare(service: &Service, operation: &Operation, input: &Value) -> Result<(Request, Value), Failure> {
    let input = fitted(&operation.input, input)?;
    let Value::Object(fields) = &input else { return Err(Failure::invalid("the input is not an object").zh("输入应为对象")) };
    let mut parts = Parts::new(&operation.path);
    for (name, value) in fields {
        match operation.places.get(name) {
            Some(place) => parts.put(place, value)?,
            None => parts.put_field(name, value),
        }
    }
    let request = parts.request(service, operation)?;
    Ok((request, input))
}

struct Parts {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    fields: Map<String, Value>,
    whole: Option<Value>,
}

impl Parts {
    fn new(path: &str) -> Self {
        Self { path: path.to_owned(), query: vec![], headers: vec![], cookies: vec![], fields: Map::new(), whole: None }
    }

    fn put_field(&mut self, name: &str, value: &Value) {
        self.fields.insert(name.to_owned(), value.clone());
    }

    fn put(&mut self, place: &Place, value: &Value) -> Result<(), Failure> {
        let name = place.name.as_str();
        match place.at {
            At::Path => {
                let text = plain(value);
                if text.is_empty() || text == "." || text == ".." {
                    return Err(Failure::invalid(format!("`{name}` is part of the address and cannot be {text:?}"))
                        .zh(format!("「{name}」是网址的一部分，不能是 {text:?}")));
                }
                self.path = self.path.replace(&format!("{{{name}}}"), &segment(&text));
            }
            At::Query => self.put_query(place, value),
            At::Header => self.headers.push((name.to_owned(), plain(value))),
            At::Cookie => self.cookies.push(format!("{name}={}", byte_serialize(plain(value).as_bytes()).collect::<String>())),
            At::Field => self.put_field(name, value),
            At::Body => self.whole = Some(value.clone()),
        }
        Ok(())
    }

    fn put_query(&mut self, place: &Place, value: &Value) {
        let name = &place.name;
        match value {
            Value::Null => {}
            Value::Array(entries) if place.explode => self.query.extend(entries.iter().map(|entry| (name.clone(), plain(entry)))),
            Value::Array(entries) => self.query.push((name.clone(), entries.iter().map(plain).collect::<Vec<_>>().join(","))),
            Value::Object(fields) => {
                self.query.extend(fields.iter().map(|(field, value)| (format!("{name}[{field}]"), plain(value))));
            }
            scalar => self.query.push((name.clone(), plain(scalar))),
        }
    }

    fn request(mut self, service: &Service, operation: &Operation) -> Result<Request, Failure> {
        if let Some(missing) = self.path.find('{') {
            let rest = &self.path[missing..];
            return Err(Failure::invalid(format!("the address needs {rest}")).zh(format!("网址里缺少 {rest}")));
        }
        let base = qn_egress::check_url(&service.base_url)?;
        let mut url = Url::parse(&format!("{}/{}", service.base_url.trim_end_matches('/'), self.path.trim_start_matches('/')))
            .map_err(|error| Failure::invalid(format!("no address: {error}")).zh("网址不正确"))?;
        let below = format!("{}/", base.path().trim_end_matches('/'));
        if url.origin() != base.origin() || !url.path().starts_with(&below) {
            return Err(Failure::invalid("the address leads away from the connector's base").zh("网址不在连接器的系统地址之下"));
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let (body, content_type) = self.body(operation)?;
        let mut request = Request::post(url, body);
        request.method =
            Method::from_bytes(operation.method.as_str().as_bytes()).map_err(|_| Failure::invalid("the method").zh("请求方法不正确"))?;
        request.headers = service.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        for (name, value) in self.headers.drain(..) {
            crate::auth::set(&mut request, &name, value);
        }
        if !self.cookies.is_empty() {
            crate::auth::set(&mut request, "cookie", self.cookies.join("; "));
        }
        if !request.body.is_empty() {
            crate::auth::set(&mut request, "content-type", content_type.to_owned());
        }
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            request = request.header("accept", "application/json, text/plain;q=0.5");
        }
        Ok(request)
    }

    fn body(&mut self, operation: &Operation) -> Result<(Vec<u8>, &'static str), Failure> {
        let value = match self.whole.take() {
            Some(whole) => whole,
            None if self.fields.is_empty() => return Ok((Vec::new(), "")),
            None => Value::Object(std::mem::take(&mut self.fields)),
        };
        let (bytes, kind) = match operation.body {
            Body::Json => (serde_json::to_vec(&value).unwrap_or_default(), "application/json"),
            Body::Text => (plain(&value).into_bytes(), "text/plain; charset=utf-8"),
            Body::Form => (form(&value).into_bytes(), "application/x-www-form-urlencoded"),
        };
        if bytes.len() > BODY_BYTES_MAX {
            return Err(Failure::new(crate::Kind::Limit, format!("the request is larger than {BODY_BYTES_MAX} bytes"))
                .zh(format!("请求超过 {} KiB", BODY_BYTES_MAX / 1024)));
        }
        Ok((bytes, kind))
    }
}

fn form(value: &Value) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Array(entries) => entries.iter().for_each(|entry| _ = out.append_pair(name, &plain(entry))),
            scalar => _ = out.append_pair(name, &plain(scalar)),
        }
    }
    out.finish()
}

/// A scalar as people write it; anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// One segment of a path: everything but unreserved characters escaped, so neither `/`, `?`, `#` nor `%2f` gets through as such.
fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte))
        } else {
            out.push_str(&format!("%{byte:02X}"))
        }
        out
    })
}
