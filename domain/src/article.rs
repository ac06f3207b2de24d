//! Knowledge articles 知识条目: one row per language of one article, written in markdown.

use crate::people::text_enum;
use crate::{ArticleId, Language, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub id: ArticleId,
    pub tenant_id: TenantId,
    pub language: Language,
    /// The question or title a reader sees.
    pub title: String,
    /// Other ways people ask the same.
    pub questions: Vec<String>,
    /// Markdown.
    pub body: String,
    pub category: String,
    pub state: ArticleState,
    #[serde(default)]
    pub scope: ArticleScope,
    /// Id of a flow that the answer offers to begin.
    #[serde(default)]
    pub next_flow: Option<String>,
    /// Counts edits of this language from 1.
    pub version: i64,
    pub updated_by: Option<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleState {
    Draft,
    Published,
    Archived,
}

text_enum!(ArticleState { Draft = "draft", Published = "published", Archived = "archived" });

/// Who may read an article, when, and which products it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArticleScope {
    pub audience: ArticleAudience,
    /// With `ArticleAudience::Tiers`: the customers' tiers, in lower case.
    pub tiers: Vec<String>,
    /// First and last day it holds, in the company's time zone, such as `2026-11-28`; none is without limit.
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    /// SKUs; empty for what is about no product or all of them.
    pub products: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleAudience {
    #[default]
    Everyone,
    /// Customers whose site vouched for them.
    SignedIn,
    /// Customers of certain value.
    Tiers,
    /// Colleagues only.
    Staff,
}

text_enum!(ArticleAudience { Everyone = "everyone", SignedIn = "signed_in", Tiers = "tiers", Staff = "staff" });

/// Who asks, when, and what about: decides which articles a search may find.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reader<'a> {
    /// A colleague, who may read everything.
    pub staff: bool,
    pub signed_in: bool,
    /// In lower case.
    pub tier: Option<&'a str>,
    /// The company's date, such as `2026-11-28`; empty for whatever the day.
    pub today: &'a str,
    /// SKUs of what is talked about; empty where that is not known.
    pub products: &'a [String],
}

impl Reader<'_> {
    /// Finds all there is.
    pub const EVERYTHING: Reader<'static> = Reader { staff: true, signed_in: true, tier: None, today: "", products: &[] };
}

impl ArticleScope {
    pub fn admits(&self, reader: &Reader<'_>) -> bool {
        self.is_for(reader) && self.holds_on(reader.today) && self.is_about(reader.products)
    }

    /// Whoever has the link may read it.
    pub fn is_public(&self) -> bool {
        self.audience == ArticleAudience::Everyone
    }

    pub fn is_for(&self, reader: &Reader<'_>) -> bool {
        reader.staff
            || match self.audience {
                ArticleAudience::Everyone => true,
                ArticleAudience::SignedIn => reader.signed_in,
                ArticleAudience::Tiers => reader.tier.is_some_and(|tier| self.tiers.iter().any(|known| known == tier)),
                ArticleAudience::Staff => false,
            }
    }

    /// Dates are written so that their order is that of their text.
    pub fn holds_on(&self, today: &str) -> bool {
        let begun = self.valid_from.as_deref().is_none_or(|from| from <= today);
        let over = self.valid_until.as_deref().is_some_and(|until| until < today);
        today.is_empty() || (begun && !over)
    }

    /// Somebody may find both on some day: a customer, or with two for colleagues a colleague.
    pub fn meets(&self, other: &Self) -> bool {
        let audiences = match (self.audience, other.audience) {
            (ArticleAudience::Tiers, ArticleAudience::Tiers) => self.tiers.iter().any(|tier| other.tiers.contains(tier)),
            (a, b) => (a == ArticleAudience::Staff) == (b == ArticleAudience::Staff),
        };
        let ends_before = |a: &Self, b: &Self| a.valid_until.as_ref().zip(b.valid_from.as_ref()).is_some_and(|(until, from)| until < from);
        audiences && !ends_before(self, other) && !ends_before(other, self) && self.is_about(&other.products)
    }

    fn is_about(&self, products: &[String]) -> bool {
        products.is_empty() || self.products.is_empty() || self.products.iter().any(|sku| products.contains(sku))
    }
}

/// An earlier version of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleRevision {
    pub article_id: ArticleId,
    pub language: Language,
    pub version: i64,
    pub title: String,
    pub questions: Vec<String>,
    pub body: String,
    pub state: ArticleState,
    /// With `scope` none in a version from before they were kept.
    pub category: Option<String>,
    pub scope: Option<ArticleScope>,
    pub next_flow: Option<String>,
    pub updated_by: Option<UserId>,
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_scopes_meet_where_one_reader_finds_both_on_one_day() {
        let always = ArticleScope::default();
        let tiers = |tiers: &[&str]| ArticleScope {
            audience: ArticleAudience::Tiers,
            tiers: tiers.iter().map(|t| (*t).into()).collect(),
            ..ArticleScope::default()
        };
        let staff = ArticleScope { audience: ArticleAudience::Staff, ..always.clone() };
        let signed_in = ArticleScope { audience: ArticleAudience::SignedIn, ..always.clone() };
        let days = |from: Option<&str>, until: Option<&str>| ArticleScope {
            valid_from: from.map(Into::into),
            valid_until: until.map(Into::into),
            ..ArticleScope::default()
        };
        let about = |sku: &str| ArticleScope { products: vec![sku.into()], ..ArticleScope::default() };
        for (a, b, expected) in [
            (always.clone(), always.clone(), true),
            (always.clone(), signed_in.clone(), true),
            (signed_in, tiers(&["gold"]), true),
            (tiers(&["gold", "vip"]), tiers(&["vip"]), true),
            (tiers(&["gold"]), tiers(&["silver"]), false),
            (staff.clone(), always.clone(), false),
            (staff.clone(), staff, true),
            (days(None, Some("2026-11-30")), days(Some("2026-12-01"), None), false),
            (days(None, Some("2026-11-30")), days(Some("2026-11-30"), None), true),
            (days(Some("2026-12-01"), None), always.clone(), true),
            (about("P10"), about("P20"), false),
            (about("P10"), always, true),
        ] {
            assert_eq!((a.meets(&b), b.meets(&a)), (expected, expected), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_scope_admits_its_readers_on_its_days() {
        let gold = ArticleScope { audience: ArticleAudience::Tiers, tiers: vec!["gold".into()], ..ArticleScope::default() };
        let reader = Reader { today: "2026-11-29", ..Reader::default() };
        assert!(!gold.admits(&reader) && gold.admits(&Reader { tier: Some("gold"), ..reader }));
        let staff = ArticleScope { audience: ArticleAudience::Staff, ..ArticleScope::default() };
        assert!(!staff.admits(&Reader { signed_in: true, tier: Some("gold"), ..reader }) && staff.admits(&Reader::EVERYTHING));
        let november = ArticleScope {
            valid_from: Some("2026-11-01".into()),
            valid_until: Some("2026-11-30".into()),
            products: vec!["P10".into()],
            ..ArticleScope::default()
        };
        assert!(november.admits(&reader) && november.admits(&Reader { today: "2026-11-30", ..reader }));
        assert!(!november.admits(&Reader { today: "2026-10-31", ..reader }) && !november.admits(&Reader { today: "2026-12-01", ..reader }));
        assert!(
            !november.admits(&Reader { products: &["P9".into()], ..reader })
                && november.admits(&Reader { products: &["P10".into()], ..reader })
        );
    }
}
