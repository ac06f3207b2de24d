//! Who may decide an approval. A flow names a role, a team or a person; an admin may always step in, so that nothing waits for
//! somebody who left. Nobody decides about a run they started themselves, and no machine decides at all.

use qn_domain::{Role, User};
use std::collections::HashMap;

/// The person who asks, and the tenant's teams by id.
pub struct Decider<'a> {
    pub user: &'a User,
    pub teams: &'a HashMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    May,
    /// It is addressed to others.
    NotAsked,
    /// They started the run.
    OwnRequest,
    /// A service's account.
    NoPerson,
}

impl Decider<'_> {
    /// `who` as the node says it: `supervisor`, `team:aftersales`, `user:<id or e-mail>`; the prefix may be left out.
    pub fn judge(&self, who: &str, trigger_key: &str) -> Verdict {
        if self.user.is_service() {
            return Verdict::NoPerson;
        }
        if trigger_key.strip_prefix("api:").and_then(|rest| rest.split(':').next()) == Some(self.user.id.as_str()) {
            return Verdict::OwnRequest;
        }
        if self.user.role == Role::Admin || self.is_asked(who.trim()) { Verdict::May } else { Verdict::NotAsked }
    }

    fn is_asked(&self, who: &str) -> bool {
        match who.split_once(':').map(|(kind, name)| (kind.trim(), name.trim())) {
            Some(("role", name)) => self.has_role(name),
            Some(("team", name)) => self.is_in(name),
            Some(("user", name)) => self.is(name),
            _ => self.has_role(who) || self.is_in(who) || self.is(who),
        }
    }

    fn has_role(&self, name: &str) -> bool {
        Role::parse(&name.to_lowercase()).is_some_and(|role| self.user.role >= role)
    }

    fn is_in(&self, team: &str) -> bool {
        self.user.team_ids.iter().any(|id| id.as_str() == team || self.teams.get(id.as_str()).is_some_and(|name| name == team))
    }

    fn is(&self, name: &str) -> bool {
        self.user.id.as_str() == name || self.user.email.eq_ignore_ascii_case(name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::{Language, Presence};

    fn user(role: Role, email: &str) -> User {
        User {
            id: "usr_1".into(),
            tenant_id: "tnt_1".into(),
            email: email.into(),
            name: "林".into(),
            role,
            language: Language::Zh,
            capacity: 1,
            presence: Presence::Online,
            team_ids: vec!["tea_1".into()],
            must_change_password: false,
            disabled: false,
            version: 1,
            created_at: 0,
        }
    }

    #[test]
    fn roles_teams_and_people_are_asked_and_others_are_not() {
        let teams = HashMap::from([("tea_1".to_owned(), "售后".to_owned()), ("tea_2".to_owned(), "售前".to_owned())]);
        let judge = |role, who: &str| Decider { user: &user(role, "lin@a.example"), teams: &teams }.judge(who, "hook:f:1");
        for who in ["agent", "team:售后", "售后", "tea_1", "user:usr_1", "Lin@A.example", "role:agent"] {
            assert_eq!(judge(Role::Agent, who), Verdict::May, "{who}");
        }
        for who in ["supervisor", "team:售前", "tea_2", "user:usr_2", "nobody we know", "", "role:usr_1"] {
            assert_eq!(judge(Role::Agent, who), Verdict::NotAsked, "{who}");
        }
        assert_eq!((judge(Role::Supervisor, "Supervisor"), judge(Role::Supervisor, "tea_2")), (Verdict::May, Verdict::NotAsked));
        assert_eq!(judge(Role::Admin, "nobody we know"), Verdict::May);
    }

    #[test]
    fn nobody_decides_what_they_started_and_no_machine_decides() {
        let teams = HashMap::new();
        let admin = user(Role::Admin, "lin@a.example");
        let decider = Decider { user: &admin, teams: &teams };
        assert_eq!(decider.judge("admin", "api:usr_1:k"), Verdict::OwnRequest);
        assert_eq!(decider.judge("admin", "api:usr_12:k"), Verdict::May);
        let service = User::service("tnt_1".into(), "usr_9".into(), "CRM".into(), Role::Admin, 0);
        assert_eq!(Decider { user: &service, teams: &teams }.judge("admin", "msg_1"), Verdict::NoPerson);
    }
}
