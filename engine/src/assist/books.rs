//! What tenants spend at the language model, kept in the store by day of their own calendar.

use crate::{Engine, hours};
use qn_domain::{TenantId, Timestamp};
use qn_llm::{Books, Called, Health, Limit, Price, Spent, Usage};
use qn_store::llm_limit;
use qn_store::llm_spend::{self, Spend};

/// A small question; with less left the model is as good as not there.
const LEAST: Usage = Usage { prompt_tokens: 500, answer_tokens: 300 };

/// How the model does, and what a tenant used of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LlmUse {
    pub health: Health,
    pub day: Spent,
    pub month: Spent,
    /// Of a day.
    pub limit: Limit,
    /// Of a month, as the operator configured it.
    pub month_limit: Limit,
    /// The operator gave prices, so that money is counted.
    pub has_price: bool,
    /// Nothing more fits into the day's or the month's budget.
    pub is_used_up: bool,
}

impl Engine {
    /// None without a model.
    pub async fn llm_use(&self, tenant_id: &TenantId) -> Option<LlmUse> {
        let llm = self.llm.as_ref()?;
        let mut health = llm.health();
        let (day, month) = match self.spent(tenant_id, self.now()).await {
            Ok(spent) => spent,
            Err(reason) => {
                health.problem = Some(reason);
                Default::default()
            }
        };
        let own = self.own_limit(tenant_id).await.unwrap_or_else(|reason| {
            health.problem = Some(reason);
            Limit::default()
        });
        let budget = llm.settings().budget;
        let is_used_up = budget.within(own).admit(day, month, Spent::default(), budget.spend(LEAST)).is_err();
        let has_price = budget.price != Price::default();
        Some(LlmUse { health, day, month, limit: budget.day, month_limit: budget.month, has_price, is_used_up })
    }

    async fn today(&self, tenant_id: &TenantId, now: Timestamp) -> Result<String, String> {
        let settings = self.settings(tenant_id).await.map_err(|error| error.to_string())?;
        Ok(hours::date(&settings.tenant.time_zone, now))
    }
}

impl Books for Engine {
    fn spent<'a>(&'a self, tenant_id: &'a TenantId, now: Timestamp) -> Called<'a, (Spent, Spent)> {
        Box::pin(async move {
            let today = self.today(tenant_id, now).await?;
            let first = format!("{}01", today.get(..8).unwrap_or_default());
            let day = llm_spend::sum(&self.db, tenant_id, &today, &today).await.map_err(|error| error.to_string())?;
            let month = llm_spend::sum(&self.db, tenant_id, &first, &today).await.map_err(|error| error.to_string())?;
            Ok((spent(day), spent(month)))
        })
    }

    fn own_limit<'a>(&'a self, tenant_id: &'a TenantId) -> Called<'a, Limit> {
        Box::pin(async move {
            let (own, _) = llm_limit::get(&self.db, tenant_id).await.map_err(|error| error.to_string())?;
            Ok(Limit { tokens: own.tokens, cents: own.cents })
        })
    }

    fn add<'a>(&'a self, tenant_id: &'a TenantId, now: Timestamp, spent: Spent) -> Called<'a, ()> {
        Box::pin(async move {
            let today = self.today(tenant_id, now).await?;
            let spend = Spend { tokens: spent.tokens, micro_cents: spent.micro_cents, calls: spent.calls };
            llm_spend::add(&self.db, tenant_id, &today, spend).await.map_err(|error| error.to_string())
        })
    }
}

fn spent(spend: Spend) -> Spent {
    Spent { tokens: spend.tokens, micro_cents: spend.micro_cents, calls: spend.calls }
}
