//! Signatures: golden calls made by another implementation, agreement with the `standardwebhooks` crate both ways, noise.

use crate::fixtures;
use proptest::prelude::*;
use qn_base::{Clock, SystemClock};
use qn_channel::{Call, SecretError, Signer, VerifyError, find, generate_secret};
use qn_domain::{ChannelKind, Inbox};
use standardwebhooks::Webhook;

#[test]
fn fixtures_verify_as_written() {
    for adapter in [find(ChannelKind::Api)] {
        for fixture in fixtures::all(adapter.kind(), "signed") {
            let value = &fixture.value;
            let inbox = Inbox { secret: value["secret"].as_str().unwrap().to_owned(), ..fixtures::inbox(adapter.kind()) };
            let text = |pair: &serde_json::Value, i: usize| pair[i].as_str().unwrap().to_owned();
            let headers: Vec<_> = value["headers"].as_array().unwrap().iter().map(|pair| (text(pair, 0), text(pair, 1))).collect();
            let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            let call = Call::post("messages", &headers, value["body"].as_str().unwrap().as_bytes());
            let result = adapter.verify(&inbox, &call, value["now"].as_i64().unwrap());
            let told = result.map_or_else(|error| error.to_string(), |()| "ok".to_owned());
            assert_eq!(told, value["expect"].as_str().unwrap(), "{}", fixture.name);
        }
    }
}

#[test]
fn signatures_are_those_of_the_standard_crate() {
    let body = "{\"text\":\"你好\"}".as_bytes();
    for _ in 0..20 {
        let secret = generate_secret();
        let theirs = Webhook::new(&secret).unwrap().sign("msg_1", 1_790_000_000, body).unwrap();
        assert_eq!(Signer::new(&secret).unwrap().sign("msg_1", 1_790_000_000, body), theirs);
    }
}

#[test]
fn the_standard_crate_accepts_our_headers() {
    let (secret, old) = (generate_secret(), generate_secret());
    let now = SystemClock.now();
    let signer = Signer::new(&format!("{secret} {old}")).unwrap();
    let mut headers = http::HeaderMap::new();
    for (name, value) in signer.headers("msg_1", now, b"{}") {
        headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    for one in [&secret, &old] {
        Webhook::new(one).unwrap().verify(b"{}", &headers).unwrap();
    }
    assert!(Webhook::new(&generate_secret()).unwrap().verify(b"{}", &headers).is_err());
    assert!(Webhook::new(&secret).unwrap().verify(b"{ }", &headers).is_err());
}

#[test]
fn secrets_are_32_random_bytes_and_never_printed() {
    let secret = generate_secret();
    assert!(secret.starts_with("whsec_") && secret.len() == 6 + 44);
    assert_ne!(secret, generate_secret());
    assert!(!format!("{:?}", Signer::new(&secret).unwrap()).contains(&secret[6..]));
    assert_eq!(Signer::new(" ").unwrap_err(), SecretError::Missing);
    assert_eq!(Signer::new(&vec![secret; 5].join(" ")).unwrap_err(), SecretError::TooMany);
}

#[test]
fn the_web_takes_no_calls() {
    let call = Call::post("messages", &[], b"{}");
    let result = find(ChannelKind::Web).verify(&fixtures::inbox(ChannelKind::Web), &call, 0);
    assert_eq!(result, Err(VerifyError::NotCallable));
}

proptest! {
    #[test]
    fn noise_never_verifies_and_never_panics(
        id in prop::collection::vec(any::<u8>(), 0..40),
        time in prop_oneof![Just(b"1790000000".to_vec()), prop::collection::vec(any::<u8>(), 0..20)],
        signature in prop_oneof!["(v1,[A-Za-z0-9+/]{43}= ?){1,4}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..200)],
        body in prop::collection::vec(any::<u8>(), 0..100),
        now in any::<i64>(),
    ) {
        let headers: [(&str, &[u8]); 3] = [("webhook-id", &id), ("webhook-timestamp", &time), ("webhook-signature", &signature)];
        let signer = Signer::new(fixtures::SECRET).unwrap();
        prop_assert!(signer.verify(&headers, &body, now).is_err());
        prop_assert!(signer.verify(&headers, &body, 1_790_000_000_000).is_err());
    }

    #[test]
    fn what_is_signed_verifies_until_a_bit_changes(body in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let signer = Signer::new(fixtures::SECRET).unwrap();
        let headers = signer.headers("msg_1", 1_790_000_000_000, &body);
        let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        prop_assert_eq!(signer.verify(&headers, &body, 1_790_000_000_000), Ok(()));
        let mut changed = body.clone();
        changed[at.index(body.len())] ^= 1 << bit;
        prop_assert_eq!(signer.verify(&headers, &changed, 1_790_000_000_000), Err(VerifyError::BadSignature));
    }
}
