//! How things stand, as numbers for `/metrics`: what waits to be sent, who waits for a person, who is there. Counters stand beside
//! what they count; these are looked up. Called every few seconds by the server.

use crate::{Engine, Result};

impl Engine {
    /// Reads how things stand and sets the gauges.
    pub async fn measure(&self) -> Result<()> {
        let owed = qn_store::effect::count_by_state(&self.db, self.now()).await?;
        for state in ["pending", "leased", "dead"] {
            let count = owed.iter().find(|(name, _)| name == state).map_or(0, |(_, count)| *count);
            metrics::gauge!("qn_effects", "state" => state).set(count as f64);
        }
        let mut waiting = 0;
        let mut longest_ms = 0;
        for tenant in qn_store::tenant::list(&self.db).await? {
            let (count, first) = qn_store::overview::waiting(&self.db, &tenant.id).await?;
            waiting += count;
            longest_ms = longest_ms.max(first.map_or(0, |at| self.now() - at));
        }
        metrics::gauge!("qn_conversations_waiting").set(waiting as f64);
        metrics::gauge!("qn_conversations_longest_wait_seconds").set(longest_ms as f64 / 1_000.0);
        metrics::gauge!("qn_people_connected").set(self.presence.count_attached() as f64);
        Ok(())
    }
}
