//! Any library and any question, however hostile: no panic, scores in [0, 1], nothing below the threshold given.

use crate::library::{article, base};
use proptest::prelude::*;
use qn_domain::Language::{self, En, Zh};
use qn_knowledge::{Answer, FOUND_MIN, Query, Reader, answer, markdown};

fn text() -> impl Strategy<Value = String> {
    "(\\PC|退|货|款|漏水|洗衣机|return |refund |charg|\\n|\\x00|\u{202E}|<b>|\\*\\*|# |- ){0,40}"
}

fn language() -> impl Strategy<Value = Language> {
    prop_oneof![Just(Zh), Just(En)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn searching_holds_its_bounds(
        library in prop::collection::vec((language(), text(), prop::collection::vec(text(), 0..3), text()), 0..12),
        asked in text(), language in language(), limit in 0usize..30,
    ) {
        let articles: Vec<_> = library
            .iter()
            .enumerate()
            .map(|(n, (language, title, questions, body))| {
                let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
                article(&format!("art_{n:02}"), *language, title, &questions, body)
            })
            .collect();
        let (base, tenant) = base(&articles);
        let hits = base.search(&tenant, &Query { text: &asked, language, limit, reader: Reader::EVERYTHING });
        prop_assert!(hits.len() <= limit);
        for hit in &hits {
            prop_assert!((0.0..=1.0).contains(&hit.score), "{}", hit.score);
            let e = hit.evidence;
            for share in [e.coverage, e.coverage_all, e.body, e.topic, e.likeness] {
                prop_assert!((-1e-3..=1.001).contains(&share), "{e:?}");
            }
        }
        match answer(&hits) {
            Answer::Found { hit, .. } => prop_assert!(hit.score >= FOUND_MIN),
            Answer::Close { hits } => prop_assert!(hits.len() >= 2),
            Answer::None { .. } => {}
        }
    }

    #[test]
    fn rendering_never_lets_markup_through(body in text()) {
        let html = markdown::to_html(&body);
        prop_assert!(!html.contains("<b>") && !html.contains("<script"));
        markdown::to_text(&body);
    }
}

#[test]
fn huge_texts_are_bounded() {
    let body = "退货说明。\n\n".repeat(20_000);
    let articles = [article("art_1", Zh, &"退".repeat(50_000), &[&"退货".repeat(30_000)], &body)];
    let (base, tenant) = base(&articles);
    for asked in ["退货".repeat(100_000), "refund ".repeat(100_000), "，".repeat(100_000)] {
        let hits = base.search(&tenant, &Query { text: &asked, language: Zh, limit: 5, reader: Reader::EVERYTHING });
        assert!(hits.iter().all(|hit| hit.passage.chars().count() <= 600));
    }
}
