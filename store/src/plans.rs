//! How SQLite reads what is asked for by ids: through the ids, never through all rows of the tenant. A test, no more.

use crate::args::args;
use crate::{CommitSink, Db, Options};

#[tokio::test]
#[allow(clippy::unwrap_used)]
async fn what_is_asked_for_by_ids_is_read_by_ids() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Options::sqlite(folder.path().join("plans.db")), CommitSink::none()).await.unwrap();
    let asked = [
        (crate::contact::BY_IDS_SQLITE, "(id=?)"),
        (crate::attachment::BY_IDS_SQLITE, "(id=?)"),
        (crate::contact_fact::OF_CONTACTS_SQLITE, "(contact_id=?)"),
        (crate::contact_link::USER_IDS_SQLITE, "(contact_id=?"),
        (crate::episode::OF_CONVERSATIONS_SQLITE, "(tenant_id=? AND conversation_id=?)"),
        (crate::conversation_tie::LIST_SQLITE, "MULTI-INDEX OR"),
    ];
    for (sql, by) in asked {
        let steps: Vec<(i64, i64, i64, String)> = db.all_text(format!("EXPLAIN QUERY PLAN {sql}"), args!["tnt_1", "[]"]).await.unwrap();
        // The first thing that is read; a step before it only says what for.
        let read = steps.iter().map(|(.., step)| step).find(|step| !step.starts_with("CO-ROUTINE"));
        assert!(read.is_some_and(|step| step.contains(by)), "{sql}: {steps:?}");
    }
    let sharers = format!("EXPLAIN QUERY PLAN {}", crate::contact_fact::SHARERS);
    let steps: Vec<(i64, i64, i64, String)> = db.all_text(sharers, args!["tnt_1", "王伟", "name", "", 31_i64]).await.unwrap();
    assert!(steps.len() == 1 && steps[0].3.contains("contact_fact_value"), "read in order, not sorted: {steps:?}");
}
