//! Tokens that sites sign: the two good kinds, and every way to cheat we know of.

use crate::world::{NOW, inbox};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use qn_auth::user_token::{is_public_key, sign, verify};
use qn_auth::{Error, UserClaims};
use serde_json::{Value, json};

const SECRET: &str = "the-inbox-secret-of-a-test-tenant";
/// A key pair made for these tests.
const PRIVATE: &str =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";

fn claims(exp: i64) -> Value {
    json!({"sub": "user-9", "name": "王小明", "email": "w@example.com", "phone": "138", "exp": exp / 1000})
}

fn hs256(body: &Value) -> String {
    encode(&Header::new(Algorithm::HS256), body, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

fn eddsa(body: &Value) -> String {
    encode(&Header::new(Algorithm::EdDSA), body, &EncodingKey::from_ed_pem(PRIVATE.as_bytes()).unwrap()).unwrap()
}

fn refused(token: &str) -> bool {
    matches!(verify(&inbox(SECRET, Value::Null), token, NOW), Err(Error::InvalidToken))
}

#[test]
fn both_kinds_of_signature_are_read() {
    let expected = UserClaims {
        subject: "user-9".into(),
        name: Some("王小明".into()),
        email: Some("w@example.com".into()),
        phone: Some("138".into()),
    };
    assert_eq!(verify(&inbox(SECRET, Value::Null), &hs256(&claims(NOW + 1_000)), NOW).unwrap(), expected);
    let with_key = inbox(SECRET, json!({"identity_public_key": PUBLIC}));
    assert_eq!(verify(&with_key, &eddsa(&claims(NOW + 1_000)), NOW).unwrap(), expected);
    assert_eq!(verify(&inbox(SECRET, Value::Null), &sign(SECRET, &expected, NOW + 5_000).unwrap(), NOW).unwrap(), expected);
    assert!(is_public_key(PUBLIC) && !is_public_key("-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----"));
}

#[test]
fn one_algorithm_never_passes_for_another() {
    let body = claims(NOW + 1_000);
    let with_key = inbox(SECRET, json!({"identity_public_key": PUBLIC}));
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let unsigned = |alg: &str| format!("{}.{}.", part(&json!({"alg": alg, "typ": "JWT"})), part(&body));
    for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "EdDSA"] {
        assert!(refused(&unsigned(alg)), "{alg}");
        assert!(verify(&with_key, &unsigned(alg), NOW).is_err(), "{alg}");
    }
    let with_public_as_secret = encode(&Header::new(Algorithm::HS256), &body, &EncodingKey::from_secret(PUBLIC.as_bytes())).unwrap();
    assert!(verify(&with_key, &with_public_as_secret, NOW).is_err(), "the public key is no secret");
    assert!(verify(&with_key, &hs256(&body), NOW).is_err(), "a site with a key of its own does not use the shared secret");
    assert!(refused(&eddsa(&body)));
    for alg in [Algorithm::HS384, Algorithm::HS512] {
        assert!(refused(&encode(&Header::new(alg), &body, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()));
    }
    assert!(refused(&encode(&Header::new(Algorithm::HS256), &body, &EncodingKey::from_secret(b"guess")).unwrap()));
    let empty = encode(&Header::new(Algorithm::HS256), &body, &EncodingKey::from_secret(b"")).unwrap();
    assert!(verify(&inbox("", Value::Null), &empty, NOW).is_err(), "an inbox without a secret vouches for nobody");
}

#[test]
fn changed_and_broken_tokens_are_refused() {
    let good = hs256(&claims(NOW + 1_000));
    let parts: Vec<&str> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(json!({"sub": "admin", "exp": NOW}).to_string());
    for token in
        ["", ".", "..", "a.b.c", &good[1..], &good[..good.len() - 3], &format!("{}.{other}.{}", parts[0], parts[2]), &"a".repeat(9_000)]
    {
        assert!(refused(token), "{token}");
    }
}

#[test]
fn times_are_required_and_allow_a_minute() {
    let at = |body: Value| verify(&inbox(SECRET, Value::Null), &hs256(&body), NOW);
    assert!(at(claims(NOW - 59_000)).is_ok());
    assert!(matches!(at(claims(NOW - 61_000)), Err(Error::TokenExpired)));
    let now_s = NOW / 1000;
    assert!(matches!(at(json!({"sub": "a"})), Err(Error::InvalidToken)), "a token without end is refused");
    for exp in [json!(null), json!("soon"), json!(-1), json!(1e300), json!([1])] {
        assert!(at(json!({"sub": "a", "exp": exp})).is_err(), "{exp}");
    }
    assert!(at(json!({"sub": "a", "exp": now_s as f64 + 9.5})).is_ok());
    assert!(at(json!({"sub": "a", "exp": now_s + 9, "nbf": now_s + 59})).is_ok());
    assert!(matches!(at(json!({"sub": "a", "exp": now_s + 9, "nbf": now_s + 61})), Err(Error::InvalidToken)));
}

#[test]
fn subjects_are_one_clean_line_and_the_rest_is_cleaned() {
    let exp = NOW / 1000 + 60;
    let of = |sub: Value| verify(&inbox(SECRET, Value::Null), &hs256(&json!({"sub": sub, "exp": exp})), NOW);
    assert_eq!(of(json!(42)).unwrap().subject, "42");
    assert_eq!(of(json!("名".repeat(200))).unwrap().subject.chars().count(), 200);
    for sub in
        [json!(""), json!(" "), json!("名".repeat(201)), json!("a\nb"), json!("a\u{202e}b"), json!(null), json!(["a"]), json!({"a": 1})]
    {
        assert!(of(sub.clone()).is_err(), "{sub}");
    }
    let body = json!({"sub": "a", "exp": exp, "name": " a\r\nb\u{202e} ", "email": 5, "phone": "", "role": "admin"});
    let read = verify(&inbox(SECRET, Value::Null), &hs256(&body), NOW).unwrap();
    assert_eq!((read.name.as_deref(), read.email, read.phone), (Some("a b"), None, None));
}
