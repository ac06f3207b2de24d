//! How the demo company routes: the template's rules, so that angry and important customers reach people first, and who can do what.
//! Promised times, offers and hours are left out: whoever tries the demo starts no clock that nobody
//! watches, and is not sent away at night. Called once by `seed`.

use super::files::People;
use super::people::DemoTeam;
use super::{FLOW_AUTHOR, once};
use anyhow::Result;
use qn_domain::Timestamp;
use qn_domain::routing::PersonSkills;
use qn_routing::{Policy, policy};
use qn_store::Db;
use qn_store::routing::{self, PolicyVersion};

const FIRST: i64 = 1;

/// Published once; what people made of it since stays.
pub async fn seed(db: &Db, team: &DemoTeam, people: &People, at: Timestamp) -> Result<()> {
    if routing::find_live(db, &team.tenant_id).await?.is_some() {
        return Ok(());
    }
    for told in people.users.iter().filter(|user| !user.skills.is_empty()) {
        let person = PersonSkills {
            user_id: team.user(&told.email)?.id.clone(),
            skills: told.skills.clone(),
            languages: Vec::new(),
            channels: Vec::new(),
            busy_reason: None,
            busy_since: None,
        };
        routing::put_person(db, &team.tenant_id, &person).await?;
    }
    let version = PolicyVersion {
        version: FIRST,
        document: serde_json::to_string(&house_rules())?,
        note: "重要客户和情绪激动的客户人工优先".to_owned(),
        changed_by: team.user(FLOW_AUTHOR)?.id.0.clone(),
        changed_at: at,
        revision: 0,
    };
    once(routing::publish(db, &team.tenant_id, &version).await)?;
    Ok(())
}

fn house_rules() -> Policy {
    let mut policy = policy::service_desk();
    for rule in &mut policy.rules {
        rule.then.sla = None;
        rule.then.after_hours = None;
    }
    policy.sla.clear();
    policy.offer = None;
    policy
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_hold_and_the_people_named_can_take_anger() {
        assert_eq!(policy::check(&house_rules()).len(), 0);
        let people = People::load().unwrap();
        let seniors = people.users.iter().filter(|u| u.skills.iter().any(|s| s.skill == "senior")).count();
        assert!(seniors >= 2, "{seniors}");
    }
}
