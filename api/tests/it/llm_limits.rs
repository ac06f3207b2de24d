//! What a company allows itself at the language model: its administrators choose, nobody else does, and each company for itself.

use crate::world::world;
use serde_json::json;

#[tokio::test]
async fn limits_of_the_language_model_are_the_admins_and_hold_for_this_company() {
    let w = world().await;
    let before = w.get("/llm-limits", &w.a.agent).await.ok(200);
    assert_eq!((&before["model"], &before["month_tokens"], &before["version"]), (&json!(null), &json!(0), &json!(0)));
    let body = |tokens: i64, version: i64| json!({"month_tokens": tokens, "month_cents": 0, "version": version});
    w.call("PUT", "/llm-limits", &w.a.supervisor, body(1_000, 0)).await.problem(403, "forbidden");
    w.call("PUT", "/llm-limits", &w.a.admin, body(-1, 0)).await.problem(422, "invalid_field");
    let changed = w.call("PUT", "/llm-limits", &w.a.admin, body(1_000, 0)).await.ok(200);
    assert_eq!((&changed["month_tokens"], &changed["version"]), (&json!(1_000), &json!(1)));
    w.call("PUT", "/llm-limits", &w.a.admin, body(2_000, 0)).await.problem(412, "precondition_failed");
    assert_eq!(w.get("/llm-limits", &w.a.agent).await.ok(200)["month_tokens"], 1_000);
    assert_eq!(w.get("/llm-limits", &w.b.agent).await.ok(200)["month_tokens"], 0);
}
