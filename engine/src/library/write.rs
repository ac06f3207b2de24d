//! Carries out what an import planned: rows in few transactions, the index when something that is searched changed, and word to the screens.

use crate::{Engine, Result};
use qn_domain::{Article, ArticleState, TenantId};
use qn_knowledge::import::{self, Planned, Section, Source};

/// Articles written in one transaction.
const ROWS: usize = 200;

impl Engine {
    /// What taking a document over would change now, with what each article said before.
    pub(crate) async fn plan_import(&self, source: &Source<'_>, sections: &[Section]) -> Result<Vec<(Planned, Option<Article>)>> {
        let known = qn_store::article::list_by_prefix(&self.db, source.tenant_id, &import::prefix(source.name)).await?;
        let planned = import::plan(source, sections, known.clone());
        Ok(planned
            .into_iter()
            .map(|planned| {
                let before = known.iter().find(|a| a.id == planned.article.id && a.language == planned.article.language).cloned();
                (planned, before)
            })
            .collect())
    }

    /// Writes what is to be written. A race with a person's edit ends it with `Stale`; what was written by then is unchanged next time.
    /// True when something that is searched changed.
    pub(crate) async fn write_import(&self, planned: &[(Planned, Option<Article>)]) -> Result<bool> {
        let writing: Vec<&(Planned, Option<Article>)> = planned.iter().filter(|(one, _)| one.writes()).collect();
        for some in writing.chunks(ROWS) {
            let rows: Vec<(&Article, Option<i64>)> = some.iter().map(|(one, _)| (&one.article, one.read_version)).collect();
            qn_store::article::upsert_all(&self.db, &rows).await?;
        }
        let is_live = |article: &Article| article.state == ArticleState::Published;
        Ok(writing.iter().any(|(one, before)| is_live(&one.article) || before.as_ref().is_some_and(is_live)))
    }

    /// Tells the screens that articles changed. A busy moment only makes them late.
    pub(crate) async fn tell_articles(&self, tenant_id: &TenantId) {
        if let Err(error) = self.db.announce(tenant_id, "article", "", self.now()).await {
            tracing::warn!(%error, tenant = %tenant_id, "changed articles could not be announced");
        }
    }
}

/// How many of each change were planned.
pub(super) fn counts(planned: &[(Planned, Option<Article>)]) -> qn_domain::ImportCounts {
    import::counts(planned.iter().map(|(one, _)| one.change))
}
