//! Reading changes: a field that is absent stays as it is, so "absent" and "null" must not be the same thing.

use serde::{Deserialize, Deserializer};

/// For fields that cannot be empty: null is refused like any other wrong type.
pub fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// For fields that null empties.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Change {
        #[serde(default, deserialize_with = "some")]
        name: Option<String>,
        #[serde(default, deserialize_with = "nullable")]
        email: Option<Option<String>>,
    }

    #[test]
    fn absent_null_and_given_differ() {
        let read = |text: &str| serde_json::from_str::<Change>(text);
        let empty = read("{}").unwrap();
        assert_eq!((empty.name, empty.email), (None, None));
        assert_eq!(read(r#"{"email":null}"#).unwrap().email, Some(None));
        assert_eq!(read(r#"{"email":"a"}"#).unwrap().email, Some(Some("a".into())));
        assert!(read(r#"{"name":null}"#).is_err());
    }
}
