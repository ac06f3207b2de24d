//! The model as the rest of the house sees it: asks within budget, at most so many at once, remembers answers, rests after outages, and
//! says how it does. Nothing that goes wrong here is more than an error value.

use crate::breaker::Breaker;
use crate::budget::{Limit, Spent, Usage, estimate_tokens};
use crate::cache::Answers;
use crate::client::{Call, Outcome};
use crate::gather::Reply;
use crate::prompt::{Chat, Turn};
use crate::settings::Settings;
use crate::wire::{self, Form};
use crate::{LlmError, Result};
use qn_base::{Clock, Timestamp};
use qn_domain::TenantId;
use qn_egress::{Egress, Request};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub type Called<'a, T> = Pin<Box<dyn Future<Output = std::result::Result<T, String>> + Send + 'a>>;

/// Who keeps what tenants spent, durably. Errors are for operators.
pub trait Books: Send + Sync {
    /// Today's and this month's, in the tenant's own calendar.
    fn spent<'a>(&'a self, tenant_id: &'a TenantId, now: Timestamp) -> Called<'a, (Spent, Spent)>;
    /// What the tenant allows itself in a month; 0 is no limit of its own.
    fn own_limit<'a>(&'a self, tenant_id: &'a TenantId) -> Called<'a, Limit>;
    /// Negative numbers give back.
    fn add<'a>(&'a self, tenant_id: &'a TenantId, now: Timestamp, spent: Spent) -> Called<'a, ()>;
}

/// How the configured model does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub model: String,
    /// Where it is, without anything secret.
    pub base_url: String,
    /// What went wrong the last time; none after a success.
    pub problem: Option<String>,
}

pub struct Llm {
    settings: Settings,
    egress: Egress,
    clock: Arc<dyn Clock>,
    form: AtomicU8,
    breaker: Mutex<Breaker>,
    problem: Mutex<Option<String>>,
    permits: Semaphore,
    answers: Answers,
    /// One look at the books and one entry at a time: two questions must not both fit into the last token.
    desk: tokio::sync::Mutex<()>,
}

impl Llm {
    pub fn new(settings: Settings, egress: Egress, clock: Arc<dyn Clock>) -> Self {
        Self {
            permits: Semaphore::new(settings.parallel_max.max(1)),
            answers: Answers::new(settings.cached_max, settings.cached_ms),
            settings,
            egress,
            clock,
            form: AtomicU8::new(0),
            breaker: Mutex::default(),
            problem: Mutex::default(),
            desk: tokio::sync::Mutex::default(),
        }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn health(&self) -> Health {
        Health {
            model: self.settings.model.clone(),
            base_url: self.settings.base_url.clone(),
            problem: self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Asks, telling `on_text` each piece of the answer as it comes. An answer of the wrong shape is sent back once.
    pub async fn ask(&self, books: &dyn Books, tenant_id: &TenantId, chat: &Chat, on_text: &mut (dyn FnMut(&str) + Send)) -> Result<Reply> {
        let key = Answers::key(tenant_id, &wire::body(&self.settings, chat, Form::Schema).to_string());
        if let Some(reply) = self.answers.find(&key, self.clock.now()) {
            metrics::counter!("qn_llm_calls_total", "outcome" => "cached").increment(1);
            on_text(&reply.text);
            return Ok(reply);
        }
        let total_ms = chat.deadline_ms.min(self.settings.total_ms);
        let deadline = Instant::now() + Duration::from_millis(total_ms);
        let mut reply = self.call(books, tenant_id, chat, (deadline, total_ms), on_text).await?;
        if let Err(reason) = shaped(chat, &reply) {
            let again = repair(chat, &reply, reason);
            reply = self.call(books, tenant_id, &again, (deadline, total_ms), &mut |_| {}).await?;
            shaped(chat, &reply).map_err(|reason| LlmError::Unusable { reason })?;
        }
        self.answers.keep(key, self.clock.now(), &reply);
        Ok(reply)
    }

    /// The answer as the object its shape promised.
    pub async fn ask_for(&self, books: &dyn Books, tenant_id: &TenantId, chat: &Chat) -> Result<Value> {
        let reply = self.ask(books, tenant_id, chat, &mut |_| {}).await?;
        object(&reply.text).ok_or_else(|| LlmError::Unusable { reason: "it is no JSON object".into() })
    }

    async fn call(
        &self,
        books: &dyn Books,
        tenant_id: &TenantId,
        chat: &Chat,
        (deadline, total_ms): (Instant, u64),
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Reply> {
        let _permit = self.permits.try_acquire().map_err(|_| LlmError::Busy)?;
        self.with_breaker(|breaker, now| breaker.admit(now)).map_err(|ms| LlmError::Resting { ms })?;
        let most = self.most(chat);
        let now = self.clock.now();
        if let Err(error) = self.charge(books, tenant_id, now, most).await {
            // Nothing was tried: a circuit that waits for its probe goes on waiting.
            self.note(Some(&error));
            return Err(error);
        }
        let call = Call { egress: &self.egress, settings: &self.settings, chat, deadline, total_ms };
        let started = Instant::now();
        let outcome = Box::pin(call.run(Form::of(self.form.load(Ordering::Relaxed)), on_text)).await;
        self.settle(books, tenant_id, now, most, &outcome).await;
        metrics::histogram!("qn_llm_call_duration_seconds").record(started.elapsed().as_secs_f64());
        outcome.result
    }

    /// The most a call can cost, charged before it is made: a crash or a caller who leaves must not make it free.
    fn most(&self, chat: &Chat) -> Spent {
        let prompt_tokens = estimate_tokens(&wire::body(&self.settings, chat, Form::Words).to_string());
        let answer_tokens = i64::from(chat.answer_tokens_max.min(self.settings.answer_tokens_max));
        self.settings.budget.spend(Usage { prompt_tokens, answer_tokens })
    }

    async fn charge(&self, books: &dyn Books, tenant_id: &TenantId, now: Timestamp, most: Spent) -> Result<()> {
        let _desk = self.desk.lock().await;
        let unknown = |reason: String| LlmError::Books { reason };
        let (day, month) = books.spent(tenant_id, now).await.map_err(unknown)?;
        let own = books.own_limit(tenant_id).await.map_err(unknown)?;
        self.settings.budget.within(own).admit(day, month, Spent::default(), most)?;
        books.add(tenant_id, now, most).await.map_err(unknown)
    }

    async fn settle(&self, books: &dyn Books, tenant_id: &TenantId, now: Timestamp, most: Spent, outcome: &Outcome) {
        let cost = self.settings.budget.spend(outcome.usage);
        let difference = Spent { tokens: cost.tokens - most.tokens, micro_cents: cost.micro_cents - most.micro_cents, calls: 0 };
        if let Err(reason) = books.add(tenant_id, now, difference).await {
            tracing::warn!(reason, "what a call to the model cost could not be corrected; the most it may have cost stays charged");
        }
        metrics::counter!("qn_llm_tokens_total", "kind" => "prompt").increment(outcome.usage.prompt_tokens.unsigned_abs());
        metrics::counter!("qn_llm_tokens_total", "kind" => "answer").increment(outcome.usage.answer_tokens.unsigned_abs());
        let code = outcome.result.as_ref().map_or_else(LlmError::code, |_| "ok");
        metrics::counter!("qn_llm_calls_total", "outcome" => code).increment(1);
        match &outcome.result {
            Err(error) if error.is_outage() => self.with_breaker(|breaker, now| breaker.failed(now)),
            _ => {
                self.form.store(outcome.form as u8, Ordering::Relaxed);
                self.with_breaker(|breaker, _| breaker.succeeded());
            }
        }
        self.note(outcome.result.as_ref().err());
    }

    fn with_breaker<T>(&self, act: impl FnOnce(&mut Breaker, Timestamp) -> T) -> T {
        act(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner), self.clock.now())
    }

    /// Remembers outages for the health page; says so in the log when that changes. A single unusable answer is no outage.
    fn note(&self, error: Option<&LlmError>) {
        let error = error.filter(|e| e.is_outage() || matches!(e, LlmError::Books { .. } | LlmError::NoModel { .. }));
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        match (error, problem.is_some()) {
            (Some(error), false) => tracing::error!(%error, "the language model fails; everything goes on without it"),
            (None, true) => tracing::info!(model = self.settings.model, "the language model serves again"),
            _ => {}
        }
        *problem = error.map(ToString::to_string);
    }

    /// Looks once, so that the health page knows before the first question.
    pub async fn look(&self) {
        self.note(self.probe().await.err().as_ref());
    }

    /// Whether the server is there, takes the key and knows the model, without a question; for `doctor`.
    pub async fn probe(&self) -> Result<()> {
        let mut request = Request::get(format!("{}/models", self.settings.base_url));
        if !self.settings.key.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.settings.key));
        }
        request.timeout_ms = self.settings.first_token_ms;
        let answer = self.egress.send(request).await?;
        match answer.status {
            200 => {}
            // A server that has no such list may still chat.
            404 | 405 | 501 => return Ok(()),
            status => return Err(LlmError::Status { status, code: wire::error_code(&answer.body) }),
        }
        let list: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let models: Vec<&str> = list["data"].as_array().into_iter().flatten().filter_map(|m| m["id"].as_str()).collect();
        if models.is_empty() || models.contains(&self.settings.model.as_str()) {
            return Ok(());
        }
        Err(LlmError::NoModel { model: self.settings.model.clone() })
    }
}

fn shaped(chat: &Chat, reply: &Reply) -> std::result::Result<(), String> {
    let Some(shape) = &chat.shape else { return Ok(()) };
    if reply.is_cut {
        return Err("it was cut off".into());
    }
    let value = object(&reply.text).ok_or("it is no JSON object")?;
    crate::schema::check(&shape.schema, &value)
}

fn repair(chat: &Chat, reply: &Reply, reason: String) -> Chat {
    tracing::debug!(reason, "the model's answer has the wrong shape; it is asked once more");
    let mut again = chat.clone();
    again.turns.push(Turn::Model(qn_base::text::truncate(&reply.text, 2_000).to_owned()));
    again.turns.push(Turn::System(vec!["Your last message does not match the required JSON Schema. Send the corrected JSON object only."]));
    again
}

/// A JSON object, also in a code fence or between words, as models without a schema like to send it.
fn object(text: &str) -> Option<Value> {
    let (from, to) = (text.find('{')?, text.rfind('}')?);
    serde_json::from_str(text.get(from..=to)?).ok().filter(Value::is_object)
}
