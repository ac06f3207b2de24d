//! Who may decide an approval. A flow names a role, a team or a person; an admin may always step in, so that nothing waits for
//! somebody who left. Nobody decides about a run they started themselves, and no machine decides at all.

use qn_api_types::approval::ApprovalDeciders;
use qn_domain::{Role, User};
use qn_engine::is_meant;
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

/// Most names told of one approval.
const NAMES_MAX: usize = 20;

/// Whom `who` means, in words and by name.
pub fn told(who: &str, trigger_key: &str, users: &[User], teams: &HashMap<String, String>) -> ApprovalDeciders {
    let name = who.split_once(':').map_or(who, |(_, name)| name).trim();
    let may = |user: &&User| !user.disabled && Decider { user, teams }.judge(who, trigger_key) == Verdict::May;
    let asked = |user: &&User| Decider { user, teams }.is_asked(who.trim());
    let names =
        |fits: &dyn Fn(&&User) -> bool| users.iter().filter(fits).filter(may).map(|u| u.name.clone()).take(NAMES_MAX).collect::<Vec<_>>();
    let (zh, en) = match Role::parse(&name.to_lowercase()) {
        Some(Role::Agent) => ("任一坐席".to_owned(), "Any agent".to_owned()),
        Some(Role::Supervisor) => ("任一主管".to_owned(), "Any supervisor".to_owned()),
        Some(Role::Admin) => ("任一管理员".to_owned(), "Any administrator".to_owned()),
        None => {
            let team = teams.iter().find(|(id, team)| id.as_str() == name || team.as_str() == name).map(|(_, team)| team.clone());
            let person = users.iter().find(|user| Decider { user, teams }.is(name)).map(|user| user.name.clone());
            let shown =
                team.map(|team| (format!("团队「{team}」"), format!("Team {team}"))).or_else(|| person.map(|name| (name.clone(), name)));
            shown.unwrap_or_else(|| (name.to_owned(), name.to_owned()))
        }
    };
    let mut found = names(&asked);
    // Nobody it names is there: an admin decides.
    if found.is_empty() {
        found = names(&|_| true);
    }
    ApprovalDeciders { zh, en, names: found }
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
        is_meant(self.user, who, self.teams)
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
    fn who_decides_is_told_by_name_and_whoever_asked_is_left_out() {
        let teams = HashMap::from([("tea_1".to_owned(), "售后".to_owned())]);
        let mut boss = user(Role::Supervisor, "he@a.example");
        (boss.id, boss.name, boss.team_ids) = ("usr_2".into(), "何岚".into(), vec![]);
        let users = [user(Role::Agent, "lin@a.example"), boss];
        let told = |who: &str, key: &str| told(who, key, &users, &teams);
        assert_eq!((told("supervisor", "m").zh.as_str(), told("supervisor", "m").names), ("任一主管", vec!["何岚".to_owned()]));
        assert_eq!((told("team:售后", "m").en.as_str(), told("tea_1", "m").names), ("Team 售后", vec!["林".to_owned()]));
        assert_eq!(told("user:usr_2", "m").zh, "何岚");
        assert!(told("supervisor", "api:usr_2:k").names.is_empty());
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
