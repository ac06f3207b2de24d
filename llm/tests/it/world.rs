//! A model client pointed at a test server, and books in memory.

use qn_base::ManualClock;
use qn_domain::TenantId;
use qn_egress::{Egress, Policy};
use qn_llm::{Books, Called, Chat, Limit, Llm, Settings, Spent, Veil};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Ledger {
    pub spent: Mutex<HashMap<TenantId, Spent>>,
    pub is_lost: bool,
}

impl Ledger {
    pub fn of(&self, tenant: &str) -> Spent {
        self.spent.lock().unwrap().get(&TenantId::from(tenant)).copied().unwrap_or_default()
    }
}

impl Books for Ledger {
    fn spent<'a>(&'a self, tenant_id: &'a TenantId, _: i64) -> Called<'a, (Spent, Spent)> {
        Box::pin(async move {
            let spent = self.of(tenant_id.as_str());
            if self.is_lost { Err("the disk is gone".into()) } else { Ok((spent, spent)) }
        })
    }

    fn own_limit<'a>(&'a self, _: &'a TenantId) -> Called<'a, Limit> {
        Box::pin(async { Ok(Limit::default()) })
    }

    fn add<'a>(&'a self, tenant_id: &'a TenantId, _: i64, spent: Spent) -> Called<'a, ()> {
        Box::pin(async move {
            let mut all = self.spent.lock().unwrap();
            let entry = all.entry(tenant_id.clone()).or_default();
            *entry = entry.plus(spent);
            Ok(())
        })
    }
}

pub struct World {
    pub llm: Llm,
    pub books: Ledger,
    pub clock: Arc<ManualClock>,
}

impl World {
    pub fn with(settings: Settings) -> World {
        let clock = Arc::new(ManualClock::at(1_000_000));
        let egress = Egress::new(Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
        World { llm: Llm::new(settings, egress, clock.clone()), books: Ledger::default(), clock }
    }

    pub async fn ask(&self, chat: &Chat) -> qn_llm::Result<qn_llm::Reply> {
        self.ask_as("tnt_1", chat).await
    }

    pub async fn ask_as(&self, tenant: &str, chat: &Chat) -> qn_llm::Result<qn_llm::Reply> {
        self.llm.ask(&self.books, &TenantId::from(tenant), chat, &mut |_| {}).await
    }
}

pub fn settings(base_url: &str) -> Settings {
    Settings { base_url: base_url.to_owned(), model: "test-model".into(), key: "sk-secret".into(), ..Settings::default() }
}

pub fn hello() -> Chat {
    Chat::new(vec!["Be brief."], Veil::default().hide("Say hello"), 50)
}
