//! Settings as decisions see them.

use crate::fixture::house;

#[tokio::test]
async fn a_change_made_outside_this_process_is_seen_soon() {
    let h = house().await;
    let tenant = "tnt_1".into();
    assert!(h.engine.settings(&tenant).await.unwrap().user(&"usr_a".into()).is_ok());
    // What another process writes, such as the command line: no commit of this one says so.
    let user = qn_store::user::get(&h.engine.db, &tenant, &"usr_a".into()).await.unwrap();
    let admin = qn_domain::User { id: "usr_admin".into(), email: "admin@example.com".into(), role: qn_domain::Role::Admin, ..user.clone() };
    qn_store::user::insert(&h.engine.db, &admin, "-").await.unwrap();
    qn_store::user::update(&h.engine.db, &qn_domain::User { disabled: true, ..user }).await.unwrap();
    assert!(h.engine.settings(&tenant).await.unwrap().user(&"usr_a".into()).is_ok());
    h.clock.advance(5_000);
    assert!(h.engine.settings(&tenant).await.unwrap().user(&"usr_a".into()).is_err());
}
