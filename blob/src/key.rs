//! Where a blob lies: `tenant/yyyy/mm/id`. Tenants never share a folder, and a folder never holds more than a month.

use crate::BlobError;
use object_store::path::Path;
use qn_base::{Timestamp, ids};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// `created_at` is that of the attachment, so that the key can be made again from its row. Ids as `qn_base::ids` checks them.
    pub fn new(tenant: &str, id: &str, created_at: Timestamp) -> Result<Self, BlobError> {
        let bad = || BlobError::BadKey { text: format!("{tenant}/{created_at}/{id}") };
        let at = jiff::Timestamp::from_millisecond(created_at).map_err(|_| bad())?.to_zoned(jiff::tz::TimeZone::UTC);
        if at.year() < 1 || !ids::is_well_formed(tenant) || !ids::is_well_formed(id) {
            return Err(bad());
        }
        Ok(Self(format!("{tenant}/{:04}/{:02}/{id}", at.year(), at.month())))
    }

    /// Reads a stored key back; anything that is not exactly such a key is refused.
    pub fn parse(text: &str) -> Result<Self, BlobError> {
        let parts: Vec<&str> = text.split('/').collect();
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [tenant, year, month, id] if ids::is_well_formed(tenant) && digits(year, 4) && digits(month, 2) && ids::is_well_formed(id) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(BlobError::BadKey { text: text.chars().take(80).collect() }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn path(&self) -> Path {
        Path::from(self.0.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_from_tenant_month_and_id() {
        let key = Key::new("tnt_1", "att_9", 1_767_225_599_999).unwrap();
        assert_eq!(key.as_str(), "tnt_1/2025/12/att_9");
        assert_eq!(Key::new("tnt_1", "att_9", 1_767_225_600_000).unwrap().as_str(), "tnt_1/2026/01/att_9");
        assert_eq!(Key::parse(key.as_str()).unwrap(), key);
    }

    #[test]
    fn nothing_climbs_out_of_its_folder() {
        for (tenant, id) in [("..", "a"), ("t", ".."), ("t/x", "a"), ("", "a"), ("t", ""), ("t", "a#1"), ("t", "a/../b"), ("t", "a\0")] {
            assert!(Key::new(tenant, id, 0).is_err(), "{tenant} {id}");
        }
        for text in
            ["", "t", "t/2026/01", "t/2026/01/a/b", "../2026/01/a", "/2026/01/a", "t/26/01/a", "t/2026/1/a", "t/2026/01/a#1", "t//01/a"]
        {
            assert!(Key::parse(text).is_err(), "{text}");
        }
        assert!(Key::new("t", "a", i64::MIN).is_err());
        assert!(Key::new("t", "a", i64::MAX).is_err());
    }
}
