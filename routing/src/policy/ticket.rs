//! What tickets are promised: rules of their own, because a rule for every conversation shall not promise anything to every ticket.
//! Conditions and service levels are those of conversations. Read by `engine::ticket_promises`.

use super::{Facts, Policy, When};
use qn_domain::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketRule {
    /// Unique among them.
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub off: bool,
    /// Of `ticket.kind`, `ticket.priority`, `ticket.team`, `tier`, `attribute.<key>` and `open.<calendar>`.
    pub when: When,
    /// The name of a service level of the policy that promises a resolution.
    pub sla: String,
}

impl Policy {
    /// The name of the service level that holds for a ticket. None: nothing is promised.
    pub fn ticket_level(&self, facts: &Facts, now: Timestamp) -> Option<&str> {
        let held = self.tickets.iter().rev().filter(|rule| !rule.off).find(|rule| rule.when.holds(facts, self, now));
        held.map(|rule| rule.sla.as_str())
    }
}
