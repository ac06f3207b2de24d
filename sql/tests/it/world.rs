//! A shop's orders, the statements that a service desk would write on them, and a keeper of one password.

use qn_base::{Clock, ManualClock};
use qn_connector::sql::{Database, Query};
use qn_connector::{Binding, Done, Failure, Kind, Opening, Replacing, Secrets};
use qn_crypto::Plain;
use qn_egress::{Egress, Policy};
use qn_sql::{Databases, Work};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

pub const ORDERS: [&str; 3] = [
    "CREATE TABLE orders (no VARCHAR(20) PRIMARY KEY, buyer VARCHAR(40) NOT NULL, cents INT NOT NULL, paid BOOLEAN NOT NULL, note TEXT)",
    "INSERT INTO orders VALUES ('A1', '李雷', 1250, TRUE, NULL), ('A2', '韩梅梅', 990, FALSE, 'it''s late')",
    "CREATE TABLE many (n INT PRIMARY KEY)",
];

pub fn statements() -> Value {
    let input = |name: &str, kind: &str| json!({"type": "object", "required": [name], "properties": {name: {"type": kind}}});
    json!([
        {"name": "find", "sql": "SELECT no, buyer, cents, paid, note FROM orders WHERE no = :no", "input": input("no", "string")},
        {"name": "dear", "sql": "SELECT no FROM orders WHERE cents >= :cents ORDER BY no DESC", "input": input("cents", "integer")},
        {"name": "all", "sql": "SELECT n FROM many ORDER BY n", "input": {"type": "object"}},
        {"name": "note", "sql": "UPDATE orders SET note = :note WHERE no = :no", "access": "write", "input":
            {"type": "object", "required": ["no"], "properties": {"no": {"type": "string"}, "note": {"type": "string"}}}},
        {"name": "add", "sql": "INSERT INTO orders VALUES (:no, 'x', 1, TRUE, NULL)", "access": "write", "input": input("no", "string")},
        {"name": "wrong", "sql": "SELECT absent FROM nowhere", "input": {"type": "object"}},
    ])
}

pub struct World {
    pub databases: Databases,
    pub database: Database,
    pub password: &'static str,
}

impl World {
    pub fn new(base_url: &str, folders: Vec<PathBuf>, root: Option<String>) -> World {
        let policy = Policy { extra_roots_pem: root.into_iter().collect(), ..Policy::default() };
        let egress = Egress::new(policy.with_allowed(["127.0.0.1", "localhost"]).unwrap()).unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(1_800_000_000_000));
        let database = json!({"format": 1, "base_url": base_url, "write": true, "operations": statements()});
        let database: Database = serde_json::from_value(database).unwrap();
        database.check().unwrap();
        World { databases: Databases::new(egress, clock, folders), database, password: "pass-of-tests" }
    }

    /// One more statement.
    pub fn with(mut self, query: Value) -> World {
        self.database.operations.push(serde_json::from_value(query).unwrap());
        self.database.check().unwrap();
        self
    }

    pub async fn run(&self, name: &str, input: Value) -> Done {
        self.run_in(name, input, 10_000).await
    }

    pub async fn run_in(&self, name: &str, input: Value, timeout_ms: u64) -> Done {
        let query: &Query = self.database.operations.iter().find(|query| query.name == name).unwrap();
        let secrets = Pocket(self.password);
        let work = Work { owner: "tnt_1/shop", database: &self.database, query, input: &input, timeout_ms, secrets: &secrets };
        self.databases.run(&work).await
    }

    pub async fn answer(&self, name: &str, input: Value) -> Value {
        self.run(name, input).await.outcome.unwrap()
    }

    pub async fn failure(&self, name: &str, input: Value) -> Failure {
        self.run(name, input).await.outcome.unwrap_err()
    }
}

/// One password, for loopback.
struct Pocket(&'static str);

impl Secrets for Pocket {
    fn open<'a>(&'a self, _name: &'a str, url: &'a Url) -> Opening<'a> {
        Box::pin(async move {
            let bound = ["127.0.0.1", "localhost"].iter().any(|host| Binding::parse(host).unwrap().permits(url));
            if bound { Ok(Plain::new(self.0)) } else { Err(Failure::new(Kind::Refused, "not bound")) }
        })
    }

    fn check<'a>(&'a self, _name: &'a str, _url: &'a Url) -> Replacing<'a> {
        Box::pin(async { Ok(()) })
    }

    fn replace<'a>(&'a self, _name: &'a str, _plain: &'a Plain) -> Replacing<'a> {
        Box::pin(async { Err(Failure::invalid("nothing to renew")) })
    }
}

/// What every database does alike.
pub async fn serves_a_desk(w: &World) {
    let found = w.answer("find", json!({"no": "A2"})).await;
    assert_eq!((&found["count"], &found["more"]), (&json!(1), &json!(false)));
    let row = &found["rows"][0];
    assert_eq!((&row["buyer"], &row["cents"], &row["note"]), (&json!("韩梅梅"), &json!(990), &json!("it's late")));
    assert_eq!(w.answer("find", json!({"no": "A1"})).await["rows"][0]["note"], Value::Null);
    // what a customer says is a value and never a part of the statement
    assert_eq!(w.answer("find", json!({"no": "A1' OR '1'='1"})).await["count"], 0);
    // texts that stand for numbers are read as such, as forms and templates give them
    assert_eq!(w.answer("dear", json!({"cents": "900"})).await["rows"], json!([{"no": "A2"}, {"no": "A1"}]));
    assert!(w.failure("dear", json!({"cents": "much"})).await.zh.contains("/cents"));
    let all = w.answer("all", json!({})).await;
    assert_eq!((&all["count"], &all["more"], &all["rows"][199]["n"]), (&json!(200), &json!(true), &json!(200)));

    assert_eq!(w.answer("note", json!({"no": "A1", "note": "寄出; DROP TABLE orders"})).await, json!({"changed": 1}));
    assert_eq!(w.answer("find", json!({"no": "A1"})).await["rows"][0]["note"], "寄出; DROP TABLE orders");
    assert_eq!(w.answer("note", json!({"no": "A1"})).await, json!({"changed": 1}));
    assert_eq!(w.answer("find", json!({"no": "A1"})).await["rows"][0]["note"], Value::Null);
    let twice = w.failure("add", json!({"no": "A1"})).await;
    assert_eq!((twice.kind, twice.in_doubt, &twice.detail["code"]), (Kind::Refused, false, &json!("rule_broken")), "{twice:?}");
    let wrong = w.failure("wrong", json!({})).await;
    assert_eq!((wrong.kind, &wrong.detail["code"]), (Kind::Invalid, &json!("statement_failed")), "{wrong:?}");
    assert!(wrong.message.contains("nowhere"), "{wrong:?}");
    let exchange = w.run("find", json!({"no": "A1"})).await.exchange;
    let kept = serde_json::to_string(&exchange).unwrap();
    assert!(exchange.method == "SQL" && !kept.contains(w.password), "{kept}");
}
