//! Users, teams and who is in which.

use crate::world::{NOW, on_both, user, walk};
use qn_domain::{Presence, Role, Team, TeamId};
use qn_store::{Error, team, user as users};

async fn add_team(w: &crate::world::World, id: &str, name: &str) -> TeamId {
    let team = Team { id: id.into(), tenant_id: w.ours.clone(), name: name.into(), version: 1, created_at: NOW };
    team::insert(&w.db, &team).await.unwrap();
    team.id
}

#[tokio::test]
async fn a_user_with_teams_is_kept_and_edited() {
    on_both(async |w| {
        let (sales, service) = (add_team(w, "tea_1", "售前").await, add_team(w, "tea_2", "售后").await);
        let foreign = Team { id: "tea_x".into(), tenant_id: w.theirs.clone(), name: "x".into(), version: 1, created_at: NOW };
        team::insert(&w.db, &foreign).await.unwrap();
        w.add_user("usr_admin", Role::Admin).await;

        let mut ann = user(&w.ours, "usr_ann", Role::Agent);
        ann.team_ids = vec![sales.clone(), foreign.id.clone()];
        users::insert(&w.db, &ann, "phc").await.unwrap();
        ann.team_ids = vec![sales.clone()];
        assert_eq!(users::get(&w.db, &w.ours, &ann.id).await.unwrap(), ann, "another tenant's team is not joined");
        assert_eq!(users::find(&w.db, &w.theirs, &ann.id).await.unwrap(), None);
        assert!(matches!(users::insert(&w.db, &ann, "phc").await, Err(Error::Exists(f)) if f == "id"));
        let mut twin = user(&w.ours, "usr_twin", Role::Agent);
        twin.email = ann.email.clone();
        assert!(matches!(users::insert(&w.db, &twin, "phc").await, Err(Error::Exists(f)) if f == "email"));

        ann.name = "安".into();
        ann.role = Role::Supervisor;
        ann.team_ids = vec![sales.clone(), service.clone()];
        assert_eq!(users::update(&w.db, &ann).await.unwrap(), 2);
        assert!(matches!(users::update(&w.db, &ann).await, Err(Error::Stale { .. })));
        ann.version = 2;
        assert_eq!(users::get(&w.db, &w.ours, &ann.id).await.unwrap(), ann);
        assert_eq!(team::list_members(&w.db, &w.ours, &service).await.unwrap(), [ann.id.clone()]);
        assert!(team::list_members(&w.db, &w.theirs, &service).await.unwrap().is_empty());

        users::set_presence(&w.db, &w.ours, &ann.id, Presence::Online).await.unwrap();
        assert!(users::set_presence(&w.db, &w.theirs, &ann.id, Presence::Busy).await.is_err());
        assert_eq!(users::get(&w.db, &w.ours, &ann.id).await.unwrap().presence, Presence::Online);
        assert!(matches!(users::delete(&w.db, &w.theirs, &ann.id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(users::delete(&w.db, &w.ours, &ann.id, 1).await, Err(Error::Stale { .. })));
        users::delete(&w.db, &w.ours, &ann.id, 2).await.unwrap();
        assert!(team::list_members(&w.db, &w.ours, &service).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_last_admin_stays() {
    on_both(async |w| {
        let mut one = w.add_user("usr_1", Role::Admin).await;
        assert!(matches!(users::delete(&w.db, &w.ours, &one.id, 1).await, Err(Error::InUse { .. })));
        one.role = Role::Agent;
        assert!(matches!(users::update(&w.db, &one).await, Err(Error::InUse { .. })));
        one.role = Role::Admin;
        one.disabled = true;
        assert!(matches!(users::update(&w.db, &one).await, Err(Error::InUse { .. })));
        let two = w.add_user("usr_2", Role::Admin).await;
        let (a, b) = tokio::join!(users::delete(&w.db, &w.ours, &one.id, 1), users::delete(&w.db, &w.ours, &two.id, 1));
        assert!(a.is_ok() != b.is_ok(), "two admins cannot remove each other");
    })
    .await;
}

#[tokio::test]
async fn lists_of_people_and_teams_page_by_name() {
    on_both(async |w| {
        for n in 0..5 {
            w.add_user(&format!("usr_{n}"), Role::Admin).await;
            add_team(w, &format!("tea_{n}"), &format!("团队{n}")).await;
        }
        let people = walk(2, async |cursor, limit| users::list(&w.db, &w.ours, cursor.as_deref(), limit).await.unwrap()).await;
        assert_eq!(people.iter().map(|u| u.id.as_str()).collect::<Vec<_>>(), ["usr_0", "usr_1", "usr_2", "usr_3", "usr_4"]);
        assert_eq!(users::list_all(&w.db, &w.ours).await.unwrap(), people);
        assert!(users::list_all(&w.db, &w.theirs).await.unwrap().is_empty());
        assert!(users::list(&w.db, &w.theirs, None, 10).await.unwrap().items.is_empty());
        let teams = walk(2, async |cursor, limit| team::list(&w.db, &w.ours, cursor.as_deref(), limit).await.unwrap()).await;
        assert_eq!(teams.len(), 5);
        assert!(team::list(&w.db, &w.theirs, None, 10).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_team_in_use_stays() {
    on_both(async |w| {
        let id = add_team(w, "tea_1", "售前").await;
        let taken = Team { id: "tea_2".into(), tenant_id: w.ours.clone(), name: "售前".into(), version: 1, created_at: NOW };
        assert!(matches!(team::insert(&w.db, &taken).await, Err(Error::Exists(f)) if f == "name"));
        let mut renamed = team::get(&w.db, &w.ours, &id).await.unwrap();
        renamed.name = "售前一".into();
        assert_eq!(team::update(&w.db, &renamed).await.unwrap(), 2);
        assert!(matches!(team::update(&w.db, &renamed).await, Err(Error::Stale { .. })));
        let mut inbox = crate::world::inbox(&w.ours, "inb_1");
        inbox.team_id = Some(id.clone());
        qn_store::inbox::insert(&w.db, &inbox).await.unwrap();
        assert!(matches!(team::delete(&w.db, &w.ours, &id, 2).await, Err(Error::InUse { .. })));
        qn_store::inbox::delete(&w.db, &w.ours, &inbox.id, 1).await.unwrap();
        assert!(matches!(team::delete(&w.db, &w.theirs, &id, 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(team::delete(&w.db, &w.ours, &id, 1).await, Err(Error::Stale { .. })));
        team::delete(&w.db, &w.ours, &id, 2).await.unwrap();
        assert_eq!(team::find(&w.db, &w.ours, &id).await.unwrap(), None);
    })
    .await;
}
