//! Sessions and API tokens: how they are found, how they end.

use crate::world::{NOW, PASSWORD, World};
use qn_auth::{ActsAs, Credential, Error, NewToken, SESSION_MS, Scope, Via};
use qn_base::clock::DAY_MS;
use qn_store::session;

#[tokio::test]
async fn signing_out_takes_effect_at_once_here_and_soon_elsewhere() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let signed_in = w.sign_in("ann@example.com", PASSWORD).await.unwrap();
    let elsewhere = w.other_server().await;
    let me = w.auth.person(Credential::Session(&signed_in.secret)).await.unwrap();
    assert_eq!((me.user_id().as_str(), me.tenant_id(), me.scope), ("usr_1", &w.ours, Scope::Admin));
    elsewhere.person(Credential::Session(&signed_in.secret)).await.unwrap();
    w.auth.sign_out(&signed_in.secret).await.unwrap();
    assert!(matches!(w.auth.person(Credential::Session(&signed_in.secret)).await, Err(Error::Unauthenticated)));
    w.clock.advance(10_000);
    assert!(elsewhere.person(Credential::Session(&signed_in.secret)).await.is_err());
    w.auth.sign_out(&signed_in.secret).await.unwrap();
    w.auth.sign_out("nonsense").await.unwrap();
}

#[tokio::test]
async fn a_session_slides_while_it_is_used() {
    let w = World::new().await;
    let ann = w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let secret = w.sign_in("ann@example.com", PASSWORD).await.unwrap().secret;
    for _ in 0..4 {
        w.clock.advance(10 * DAY_MS);
        w.auth.person(Credential::Session(&secret)).await.unwrap();
    }
    let kept = session::list(&w.db, &w.ours, &ann.id, NOW + 40 * DAY_MS).await.unwrap();
    assert_eq!(kept[0].expires_at, NOW + 40 * DAY_MS + SESSION_MS);
    w.clock.advance(SESSION_MS);
    assert!(matches!(w.auth.person(Credential::Session(&secret)).await, Err(Error::Unauthenticated)));
}

#[tokio::test]
async fn only_the_hash_is_stored_and_only_the_secret_opens() {
    let w = World::new().await;
    let ann = w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let secret = w.sign_in("ann@example.com", PASSWORD).await.unwrap().secret;
    let stored = session::list(&w.db, &w.ours, &ann.id, NOW).await.unwrap().remove(0);
    assert!(!stored.secret_hash.contains(&secret));
    for wrong in ["", "x", stored.secret_hash.as_str(), stored.id.as_str(), &secret[1..], &secret.to_uppercase(), &"a".repeat(10_000)] {
        assert!(w.auth.person(Credential::Session(wrong)).await.is_err(), "{wrong}");
        assert!(w.auth.person(Credential::Token(wrong)).await.is_err(), "{wrong}");
    }
    assert!(w.auth.person(Credential::Token(&secret)).await.is_err(), "a session's secret is no token");
}

fn token(w: &World, id: &str, scope: Scope, expires_at: Option<i64>) -> NewToken {
    NewToken { id: id.into(), tenant_id: w.ours.clone(), acts_as: ActsAs::Person("usr_1".into()), name: "ci".into(), scope, expires_at }
}

#[tokio::test]
async fn a_service_stays_when_people_go_and_ends_with_its_token() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let wish = NewToken { acts_as: ActsAs::Service, name: "CRM".into(), ..token(&w, "tok_9", Scope::Write, None) };
    let issued = w.auth.create_token(wish).await.unwrap();
    let me = w.auth.person(Credential::Token(&issued.secret)).await.unwrap();
    assert!(me.user.is_service() && me.user.id.as_str() == "usr_9" && me.user.name == "CRM");
    let wish = qn_auth::SignIn { email: me.user.email, password: "-".into(), tenant_id: None, user_agent: "x".into() };
    assert!(w.auth.sign_in(wish).await.is_err(), "nobody signs in as a program");
    w.auth.delete_token(&w.ours, &"tok_9".into(), 1).await.unwrap();
    assert!(w.auth.person(Credential::Token(&issued.secret)).await.is_err());
    assert!(qn_store::user::get(&w.db, &w.ours, &"usr_9".into()).await.unwrap().disabled);
}

#[tokio::test]
async fn a_token_reaches_as_far_as_its_scope_until_it_ends() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let read = w.auth.create_token(token(&w, "tok_1", Scope::Read, None)).await.unwrap();
    assert!(read.secret.starts_with("qnt_"));
    assert_eq!(read.token.scopes, ["read"]);
    let me = w.auth.person(Credential::Token(&read.secret)).await.unwrap();
    assert_eq!((me.scope, me.via), (Scope::Read, Via::Token("tok_1".into())));
    assert!(w.auth.person(Credential::Session(&read.secret)).await.is_err(), "a token is no session");
    let me = w.auth.person(Credential::Token(&read.secret)).await.unwrap();
    assert!(w.auth.change_password(&me, PASSWORD, "another password").await.is_err(), "a token changes no password");
    let kept = qn_store::token::get(&w.db, &w.ours, &"tok_1".into()).await.unwrap();
    assert_eq!(kept.last_used_at, Some(NOW));

    let short = w.auth.create_token(token(&w, "tok_2", Scope::Write, Some(NOW + 5_000))).await.unwrap();
    assert_eq!(w.auth.person(Credential::Token(&short.secret)).await.unwrap().scope, Scope::Write);
    w.clock.advance(5_000);
    assert!(
        matches!(w.auth.person(Credential::Token(&short.secret)).await, Err(Error::InvalidToken)),
        "its end is noticed inside the ten seconds"
    );

    assert!(w.auth.delete_token(&w.theirs, &"tok_1".into(), 1).await.is_err());
    w.auth.person(Credential::Token(&read.secret)).await.unwrap();
    w.auth.delete_token(&w.ours, &"tok_1".into(), 1).await.unwrap();
    assert!(matches!(w.auth.person(Credential::Token(&read.secret)).await, Err(Error::InvalidToken)));
}

#[tokio::test]
async fn the_same_creation_twice_makes_one_token() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    w.auth.create_token(token(&w, "tok_1", Scope::Admin, None)).await.unwrap();
    let again = w.auth.create_token(token(&w, "tok_1", Scope::Admin, None)).await;
    assert!(matches!(again, Err(Error::Store(qn_store::Error::Exists(_)))));
}
