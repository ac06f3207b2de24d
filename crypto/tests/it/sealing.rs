//! What was sealed opens only unchanged, at its own place and with its own key.

use proptest::prelude::*;
use qn_crypto::{Error, Keys, Place, Plain};

const PLACE: Place<'_> = Place { tenant: "ten_1", name: "erp" };

#[test]
fn what_was_sealed_opens_and_hides_its_content() {
    let keys = Keys::fresh().unwrap();
    let plain = Plain::new("口令 s3cret");
    let (one, two) = (keys.seal(PLACE, &plain).unwrap(), keys.seal(PLACE, &plain).unwrap());
    assert_ne!(one, two);
    assert!(one.starts_with(&format!("qn1.{}.", keys.id())));
    assert!(!one.contains("s3cret"));
    assert_eq!(keys.open(PLACE, &one).unwrap().reveal(), "口令 s3cret");
    assert_eq!(format!("{plain:?}"), "Plain(…)");
    assert!(!format!("{keys:?}").contains("qingniao-key"));
}

#[test]
fn it_opens_nowhere_else() {
    let keys = Keys::fresh().unwrap();
    let sealed = keys.seal(PLACE, &Plain::new("x")).unwrap();
    let others = [("ten_2", "erp"), ("ten_1", "crm"), ("ten_1e", "rp"), ("", "ten_1erp"), ("ten_1|3|erp", "")];
    for (tenant, name) in others {
        assert!(matches!(keys.open(Place { tenant, name }, &sealed), Err(Error::Tampered)), "{tenant} {name}");
    }
}

#[test]
fn a_mark_is_the_same_for_its_place_and_key_alone() {
    let keys = Keys::fresh().unwrap();
    let mark = keys.mark(PLACE, "f00d-1234");
    assert_eq!((mark.len(), keys.mark(PLACE, "f00d-1234")), (64, mark.clone()));
    let other_place = Place { tenant: "ten_2", name: PLACE.name };
    for other in [keys.mark(PLACE, "f00d-1235"), keys.mark(other_place, "f00d-1234"), Keys::fresh().unwrap().mark(PLACE, "f00d-1234")] {
        assert_ne!(other, mark);
    }
}

#[test]
fn another_key_is_named() {
    let (ours, theirs) = (Keys::fresh().unwrap(), Keys::fresh().unwrap());
    let sealed = theirs.seal(PLACE, &Plain::new("x")).unwrap();
    assert!(matches!(ours.open(PLACE, &sealed), Err(Error::OtherKey { .. })));
    // the id is authenticated: renaming the key does not help
    let renamed = sealed.replace(theirs.id(), ours.id());
    assert!(matches!(ours.open(PLACE, &renamed), Err(Error::Tampered)));
}

#[test]
fn unknown_forms_and_large_secrets_are_refused() {
    let keys = Keys::fresh().unwrap();
    let sealed = keys.seal(PLACE, &Plain::new("x")).unwrap();
    for text in ["", "x", "qn2.a.b", "qn1", "qn1.a", &format!("{sealed}.x"), &sealed.replacen("qn1", "qn9", 1)] {
        assert!(matches!(keys.open(PLACE, text), Err(Error::UnknownForm)), "{text}");
    }
    let short = format!("qn1.{}.AAAA", keys.id());
    assert!(matches!(keys.open(PLACE, &short), Err(Error::Tampered)));
    assert!(matches!(keys.seal(PLACE, &Plain::new("x".repeat(16 * 1024 + 1))), Err(Error::TooLarge { .. })));
}

proptest! {
    #[test]
    fn no_changed_byte_goes_unnoticed(text in ".{0,60}", at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
        let keys = Keys::fresh().unwrap();
        let sealed = keys.seal(PLACE, &Plain::new(text.clone())).unwrap();
        let at = at.index(sealed.len());
        let mut changed = sealed.clone();
        changed.replace_range(at..=at, &to);
        match keys.open(PLACE, &changed) {
            Ok(opened) => prop_assert!(changed == sealed && opened.reveal() == text),
            Err(_) => prop_assert_ne!(changed, sealed),
        }
    }
}
