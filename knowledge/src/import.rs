//! What importing a document changes: its sections against the articles an earlier import of the same source made. Pure. An article's id
//! follows from its source and headings, so that importing again finds it, whatever else happened to it. Used by the command line, uploads
//! and sync alike; reading files is not here.

use qn_base::text::truncate;
pub use qn_domain::ImportChange as Change;
use qn_domain::{Article, ArticleAudience, ArticleId, ArticleScope, ArticleState, ImportCounts, Language, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const TITLE_CHARS_MAX: usize = 200;
const CATEGORY_CHARS_MAX: usize = 60;
const QUESTIONS_MAX: usize = 50;

/// Characters that tell a document's language.
const LANGUAGE_CHARS: usize = 2_000;

/// A part of a document under one heading, or a row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The headings it stands under, outermost first; the last is its own. Never empty.
    pub path: Vec<String>,
    /// Other ways to ask the same, where a table gives them.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Where a table gives it.
    #[serde(default)]
    pub category: Option<String>,
    /// Markdown, never empty.
    pub body: String,
    /// Where a table has columns of it; otherwise an article keeps what it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ArticleScope>,
}

/// What a table's cell says of the audience: everyone, those who signed in, colleagues, or the customers of these tiers.
pub fn audience(cell: &str) -> (ArticleAudience, Vec<String>) {
    match cell.trim().to_lowercase().as_str() {
        "" | "everyone" | "all" | "public" | "所有人" | "全部" | "公开" => (ArticleAudience::Everyone, Vec::new()),
        "signed-in" | "signed in" | "signed_in" | "已登录" | "登录客户" | "已登录客户" => {
            (ArticleAudience::SignedIn, Vec::new())
        }
        "staff" | "internal" | "内部" | "员工" | "坐席" | "仅内部" => (ArticleAudience::Staff, Vec::new()),
        tiers => {
            let tiers = tiers.split([',', '，', '、', '|', ';', '；']).map(str::trim).filter(|tier| !tier.is_empty());
            (ArticleAudience::Tiers, tiers.map(str::to_owned).collect())
        }
    }
}

/// The language a document is written in, by its own words.
pub fn language_of(sections: &[Section]) -> Language {
    let sample: String = sections.iter().flat_map(|section| section.body.chars()).take(LANGUAGE_CHARS).collect();
    qn_nlu::identify(&sample, None).0
}

/// Where sections come from, and what all of them share.
pub struct Source<'a> {
    pub tenant_id: &'a TenantId,
    /// The file's path as the importer named it: the same path is the same source.
    pub name: &'a str,
    pub language: Language,
    pub category: Option<&'a str>,
    /// Makes new articles published ones, and lets changes reach articles that are published.
    pub publish: bool,
    pub now: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub change: Change,
    /// As it should be stored.
    pub article: Article,
    /// The version to replace; none for a new one.
    pub read_version: Option<i64>,
}

impl Planned {
    pub fn writes(&self) -> bool {
        matches!(self.change, Change::Added | Change::Updated | Change::Archived)
    }
}

/// How many of each change a plan holds.
pub fn counts(changes: impl IntoIterator<Item = Change>) -> ImportCounts {
    let mut counts = ImportCounts::default();
    for change in changes {
        *match change {
            Change::Added => &mut counts.added,
            Change::Updated => &mut counts.updated,
            Change::Unchanged => &mut counts.unchanged,
            Change::Kept => &mut counts.kept,
            Change::Waiting => &mut counts.waiting,
            Change::Archived => &mut counts.archived,
        } += 1;
    }
    counts
}

/// SHA-256 of a file, in hex: the same bytes need not be read again.
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Articles of a source have ids that begin with this.
pub fn prefix(source: &str) -> String {
    format!("art_i{}", &digest(&[source])[..12])
}

fn id(source: &str, path: &[String]) -> ArticleId {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    ArticleId(format!("{}{}", prefix(source), &digest(&parts)[..12]))
}

fn digest(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part.as_bytes());
        sha.update([0]);
    }
    hex(&sha.finalize())
}

/// `known` are the tenant's articles with this source's prefix.
pub fn plan(source: &Source<'_>, sections: &[Section], known: Vec<Article>) -> Vec<Planned> {
    let mut known: HashMap<ArticleId, Article> = known.into_iter().map(|article| (article.id.clone(), article)).collect();
    let mut planned: Vec<Planned> = sections
        .iter()
        .map(|section| {
            let fresh = article(source, section);
            let before = known.remove(&fresh.id);
            settle(source, fresh, section.scope.is_some(), before)
        })
        .collect();
    let mut gone: Vec<Article> = known.into_values().filter(|article| article.state != ArticleState::Archived).collect();
    gone.sort_by(|a, b| a.id.cmp(&b.id));
    planned.extend(gone.into_iter().map(|article| {
        let change = if article.updated_by.is_some() {
            Change::Kept
        } else if article.state == ArticleState::Published && !source.publish {
            Change::Waiting
        } else {
            Change::Archived
        };
        let read_version = Some(article.version);
        Planned { change, article: Article { state: ArticleState::Archived, updated_at: source.now, ..article }, read_version }
    }));
    planned
}

/// `scoped`: the document says who the article is for.
fn settle(source: &Source<'_>, fresh: Article, scoped: bool, before: Option<Article>) -> Planned {
    let Some(before) = before else { return Planned { change: Change::Added, article: fresh, read_version: None } };
    let read_version = Some(before.version);
    let fresh = if scoped { fresh } else { Article { scope: before.scope.clone(), ..fresh } };
    let same =
        before.title == fresh.title && before.body == fresh.body && before.questions == fresh.questions && before.scope == fresh.scope;
    let wanted = match before.state {
        ArticleState::Draft | ArticleState::Published if source.publish => ArticleState::Published,
        // A section that came back is a draft again, whatever is asked for: somebody may have archived it by hand.
        ArticleState::Archived => ArticleState::Draft,
        state => state,
    };
    let change = if before.updated_by.is_some() && !same {
        Change::Kept
    } else if same && (wanted == before.state || before.updated_by.is_some() || before.state == ArticleState::Archived) {
        Change::Unchanged
    } else if before.state == ArticleState::Published && !source.publish {
        Change::Waiting
    } else {
        Change::Updated
    };
    // What people chose beside the document's words stays theirs. The language was settled by the first import; a guess that falls otherwise now would be another row.
    let article = Article {
        state: wanted,
        language: before.language,
        category: before.category,
        next_flow: before.next_flow,
        created_at: before.created_at,
        ..fresh
    };
    Planned { change, article, read_version }
}

fn article(source: &Source<'_>, section: &Section) -> Article {
    let title = section.path.last().map_or(source.name, String::as_str);
    let above = (section.path.len() > 1).then(|| section.path[0].as_str());
    let category = section.category.as_deref().or(source.category).or(above).unwrap_or_default();
    let questions = section.questions.iter().take(QUESTIONS_MAX).map(|question| truncate(question, TITLE_CHARS_MAX).to_owned());
    Article {
        id: id(source.name, &section.path),
        tenant_id: source.tenant_id.clone(),
        language: source.language,
        title: truncate(title, TITLE_CHARS_MAX).to_owned(),
        questions: questions.collect(),
        body: section.body.clone(),
        category: truncate(category, CATEGORY_CHARS_MAX).to_owned(),
        state: if source.publish { ArticleState::Published } else { ArticleState::Draft },
        scope: section.scope.clone().unwrap_or_default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: source.now,
        updated_at: source.now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::UserId;

    fn source(publish: bool) -> Source<'static> {
        static TENANT: std::sync::LazyLock<TenantId> = std::sync::LazyLock::new(|| TenantId::from("tnt_1"));
        Source { tenant_id: &TENANT, name: "手册.md", language: Language::Zh, category: None, publish, now: 5 }
    }

    fn section(heading: &str, body: &str) -> Section {
        Section { path: vec!["手册".into(), heading.into()], body: body.into(), ..Section::default() }
    }

    fn changes(planned: &[Planned]) -> Vec<Change> {
        planned.iter().map(|p| p.change).collect()
    }

    #[test]
    fn importing_again_changes_only_what_changed() {
        let first = plan(&source(false), &[section("退货", "七天"), section("发票", "一天")], Vec::new());
        assert_eq!(changes(&first), [Change::Added, Change::Added]);
        assert!(first.iter().all(|p| p.article.state == ArticleState::Draft && p.article.category == "手册"));
        let stored: Vec<Article> = first.into_iter().map(|p| p.article).collect();
        assert!(stored[0].id != stored[1].id && stored.iter().all(|a| a.id.as_str().starts_with(&prefix("手册.md"))));
        assert_eq!(
            changes(&plan(&source(false), &[section("退货", "七天"), section("发票", "一天")], stored.clone())),
            [Change::Unchanged; 2]
        );
        let again = plan(&source(false), &[section("退货", "十五天"), section("保修", "一年")], stored.clone());
        assert_eq!(changes(&again), [Change::Updated, Change::Added, Change::Archived]);
        assert_eq!((&again[0].article.id, again[0].read_version), (&stored[0].id, Some(1)));
        assert_eq!(again[2].article.state, ArticleState::Archived);
    }

    #[test]
    fn what_people_edited_is_kept_and_what_is_live_waits() {
        let mut stored: Vec<Article> =
            plan(&source(true), &[section("退货", "七天"), section("发票", "一天")], Vec::new()).into_iter().map(|p| p.article).collect();
        assert!(stored.iter().all(|a| a.state == ArticleState::Published));
        stored[1].updated_by = Some(UserId::from("usr_1"));
        let changed = [section("退货", "十五天"), section("发票", "两天")];
        assert_eq!(changes(&plan(&source(false), &changed, stored.clone())), [Change::Waiting, Change::Kept]);
        assert_eq!(changes(&plan(&source(true), &changed, stored.clone())), [Change::Updated, Change::Kept]);
        let mut gone = changes(&plan(&source(false), &[], stored));
        gone.sort_by_key(|change| *change == Change::Kept);
        assert_eq!(gone, [Change::Waiting, Change::Kept]);
    }

    #[test]
    fn drafts_become_live_when_asked_and_archived_ones_stay_until_they_change() {
        let drafts: Vec<Article> = plan(&source(false), &[section("退货", "七天")], Vec::new()).into_iter().map(|p| p.article).collect();
        let live = plan(&source(true), &[section("退货", "七天")], drafts.clone());
        assert_eq!((live[0].change, live[0].article.state), (Change::Updated, ArticleState::Published));
        let archived = Article { state: ArticleState::Archived, ..drafts[0].clone() };
        assert_eq!(changes(&plan(&source(true), &[section("退货", "七天")], vec![archived.clone()])), [Change::Unchanged]);
        let back = plan(&source(true), &[section("退货", "八天")], vec![archived]);
        assert_eq!((back[0].change, back[0].article.state), (Change::Updated, ArticleState::Draft));
    }
}
