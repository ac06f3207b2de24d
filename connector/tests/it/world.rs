//! A service that shows what it was sent, and a keeper of secrets that notes what was opened.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::IntoResponse;
use qn_base::{Clock, ManualClock};
use qn_connector::{Auth, Binding, Caller, Done, Failure, Kind, Opening, Operation, Replacing, Secrets, Service, Work};
use qn_crypto::Plain;
use qn_egress::{Egress, Policy};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use url::Url;

pub const NOW: i64 = 1_800_000_000_000;

pub fn caller(clock: Arc<ManualClock>) -> Caller {
    let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    Caller::new(egress, clock as Arc<dyn Clock>)
}

pub async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Answers with method, address, headers and body of the request.
pub async fn echo(request: Request) -> impl IntoResponse {
    let (head, body) = request.into_parts();
    let headers: HashMap<String, String> =
        head.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_else(|_| Bytes::new());
    axum::Json(
        json!({"method": head.method.as_str(), "uri": head.uri.to_string(), "headers": headers, "body": String::from_utf8_lossy(&body)}),
    )
}

#[derive(Default)]
pub struct Safe {
    kept: Mutex<HashMap<String, (String, Vec<Binding>)>>,
    pub opened: Mutex<Vec<String>>,
}

impl Safe {
    pub fn with(self, name: &str, text: &str, hosts: &[&str]) -> Self {
        let bindings = hosts.iter().map(|host| Binding::parse(host).unwrap()).collect();
        self.kept.lock().unwrap().insert(name.to_owned(), (text.to_owned(), bindings));
        self
    }

    fn bound(&self, name: &str, url: &Url) -> Result<String, Failure> {
        let kept = self.kept.lock().unwrap();
        let (text, bindings) = kept.get(name).ok_or_else(|| Failure::new(Kind::Refused, "no such secret"))?;
        if bindings.iter().any(|binding| binding.permits(url)) { Ok(text.clone()) } else { Err(Failure::new(Kind::Refused, "not bound")) }
    }
}

impl Secrets for Safe {
    fn open<'a>(&'a self, name: &'a str, url: &'a Url) -> Opening<'a> {
        Box::pin(async move {
            let text = self.bound(name, url)?;
            self.opened.lock().unwrap().push(name.to_owned());
            Ok(Plain::new(text))
        })
    }

    fn check<'a>(&'a self, name: &'a str, url: &'a Url) -> Replacing<'a> {
        Box::pin(async move { self.bound(name, url).map(|_| ()) })
    }

    fn replace<'a>(&'a self, name: &'a str, plain: &'a Plain) -> Replacing<'a> {
        Box::pin(async move {
            self.kept.lock().unwrap().get_mut(name).unwrap().0 = plain.reveal().to_owned();
            Ok(())
        })
    }
}

pub fn service(address: SocketAddr, auth: Option<Auth>, operation: Value) -> Service {
    let operation: Operation = serde_json::from_value(operation).unwrap();
    let base_url = format!("http://{address}/api");
    Service { format: 1, base_url, auth, headers: [("x-fixed".into(), "1".into())].into(), success: None, operations: vec![operation] }
}

/// A `POST /do` without any checks.
pub fn plain_operation() -> Value {
    json!({"name": "do", "title": {"zh": "做", "en": "Do"}, "method": "POST", "path": "/do", "input": {"type": "object"}, "retry": "once"})
}

pub async fn carry_out(caller: &Caller, service: &Service, input: Value, secrets: &Safe) -> Done {
    let work = Work {
        owner: "ten_1/erp",
        service,
        operation: &service.operations[0],
        input: &input,
        key: "run_1/step",
        timeout_ms: 5_000,
        secrets,
    };
    caller.carry_out(&work).await
}
