//! Where a scenario plays: a server on its own copy of a company that was founded once, a receiver for its calls,
//! and everything that steps saved.

use crate::agent::Agent;
use crate::company::{Company, Wish};
use crate::follow::Follower;
use crate::http::Api;
use crate::receiver::Receiver;
use crate::server::{Plan, Server};
use crate::storage::{Database, Storage};
use crate::visitor::Visitor;
use anyhow::{Context, Result, bail};
use qn_base::{Clock, SystemClock};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// A founded company at rest, to be copied for each scenario.
pub struct Template {
    plan: Plan,
    pub database: Database,
    storage: Storage,
    company: Company,
    receiver: Arc<Receiver>,
}

impl Template {
    pub async fn make(plan: Plan, database: &Database) -> Result<Template> {
        let receiver = Arc::new(Receiver::start().await?);
        let storage = Storage::fresh(database).await?;
        let company = Company::found(&storage, &plan.binary, &receiver, &Wish::default()).await?;
        Ok(Template { plan, database: database.clone(), storage, company, receiver })
    }

    /// A server of its own on a copy of the company.
    pub async fn stage(&self) -> Result<Stage> {
        self.stage_with(self.plan.clone()).await
    }

    pub async fn stage_with(&self, plan: Plan) -> Result<Stage> {
        let storage = Storage::copy_of(&self.database, &self.storage).await?;
        let server = Server::start(plan, storage).await?;
        let company = self.company.at(&server.url());
        let mut stage = Stage {
            server,
            company,
            receiver: self.receiver.clone(),
            visitors: HashMap::new(),
            followers: HashMap::new(),
            taken: HashMap::new(),
            saved: Map::new(),
            counter: 0,
        };
        stage.know_the_company();
        Ok(stage)
    }

    pub async fn remove(self) -> Result<()> {
        self.storage.remove().await
    }
}

pub struct Stage {
    pub server: Server,
    pub company: Company,
    pub receiver: Arc<Receiver>,
    pub visitors: HashMap<String, Visitor>,
    pub followers: HashMap<String, Follower>,
    /// Items of an actor's stream that a `sees` has used up.
    pub(super) taken: HashMap<String, Vec<usize>>,
    pub saved: Map<String, Value>,
    counter: u64,
}

impl Stage {
    fn know_the_company(&mut self) {
        let company = self.company.clone();
        let people = company.people.iter().map(|(name, agent)| (name.clone(), agent.user_id.clone()));
        for (name, id) in people.chain([("admin".to_owned(), company.admin.user_id.clone())]).chain(company.teams.clone()) {
            self.saved.insert(format!("{name}.id"), json!(id));
        }
        self.saved.insert("tenant".into(), json!(company.tenant_id));
        self.saved.insert("web_key".into(), json!(company.web_key()));
        self.saved.insert("api_key".into(), json!(company.api_inbox.key));
        self.saved.insert("web_inbox.id".into(), json!(company.web_inbox.id));
        self.saved.insert("api_inbox.id".into(), json!(company.api_inbox.id));
        self.saved.insert("receiver".into(), json!(format!("http://{}", self.receiver.address)));
        self.saved.insert("unique".into(), json!(qn_base::ids::secret(10)));
    }

    /// The API as this actor calls it; nobody in particular when not given.
    pub fn api_of(&self, who: Option<&str>) -> Result<Api> {
        let Some(who) = who else { return Ok(self.company.admin.api.as_nobody()) };
        match self.visitors.get(who) {
            Some(visitor) => Ok(visitor.api.clone()),
            None => Ok(self.company.person(who)?.api.clone()),
        }
    }

    pub fn follower(&self, who: &str) -> Result<&Follower> {
        self.followers.get(who).with_context(|| format!("{who} does not follow the stream"))
    }

    /// Makes sure that a person follows from now on.
    pub async fn follow(&mut self, who: &str) -> Result<()> {
        if !self.followers.contains_key(who) {
            let agent: &Agent = self.company.person(who)?;
            let follower = agent.follow(&self.server.address, None);
            follower.wait("ready", |seen| seen.connected.then_some(())).await?;
            self.followers.insert(who.to_owned(), follower);
        }
        Ok(())
    }

    pub fn fresh_id(&mut self) -> String {
        self.counter += 1;
        format!("m-{}", self.counter)
    }

    /// Fills in `${…}`; a text that is nothing else takes the value's type.
    pub fn fill(&self, value: &Value) -> Result<Value> {
        Ok(match value {
            Value::String(text) => match text.strip_prefix("${").and_then(|t| t.strip_suffix('}')).filter(|t| !t.contains("${")) {
                Some(name) => self.known(name)?,
                None => Value::String(self.fill_text(text)?),
            },
            Value::Array(list) => Value::Array(list.iter().map(|v| self.fill(v)).collect::<Result<_>>()?),
            Value::Object(map) => Value::Object(self.fill_map(map)?),
            other => other.clone(),
        })
    }

    pub fn fill_map(&self, map: &Map<String, Value>) -> Result<Map<String, Value>> {
        map.iter().map(|(k, v)| Ok((k.clone(), self.fill(v)?))).collect()
    }

    pub fn fill_text(&self, text: &str) -> Result<String> {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').with_context(|| format!("no end of ${{ in {text}"))?;
            out.push_str(before);
            match self.known(name)? {
                Value::String(s) => out.push_str(&s),
                other => out.push_str(&other.to_string()),
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn known(&self, name: &str) -> Result<Value> {
        if let Some(ms) = name.strip_prefix("now+") {
            return Ok(json!(SystemClock.now() + ms.parse::<i64>()?));
        }
        match self.saved.get(name) {
            Some(value) => Ok(value.clone()),
            None => bail!("nothing is known as {name}"),
        }
    }

    pub async fn finish(self) -> Result<()> {
        drop(self.followers);
        self.server.finish().await
    }
}
