//! Whom a flow means by a role, a team or a person. Pure; the same for those who decide and those who are told.

use qn_domain::{Role, User};
use std::collections::HashMap;

/// `who` as a node says it: `supervisor`, `team:aftersales`, `user:<id or e-mail>`; the prefix may be left out. A role means those above it
/// as well. `teams`: names by id.
pub fn is_meant(user: &User, who: &str, teams: &HashMap<String, String>) -> bool {
    let has_role = |name: &str| Role::parse(&name.to_lowercase()).is_some_and(|role| user.role >= role);
    let is_in = |team: &str| user.team_ids.iter().any(|id| id.as_str() == team || teams.get(id.as_str()).is_some_and(|name| name == team));
    let is = |name: &str| user.id.as_str() == name || user.email.eq_ignore_ascii_case(name);
    match who.split_once(':').map(|(kind, name)| (kind.trim(), name.trim())) {
        Some(("role", name)) => has_role(name),
        Some(("team", name)) => is_in(name),
        Some(("user", name)) => is(name),
        _ => has_role(who) || is_in(who) || is(who),
    }
}
