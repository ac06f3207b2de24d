//! The demo library against questions written for measuring: the figures may rise, and must not fall. `examples/eval.rs` tells more.
#![allow(clippy::unwrap_used)]

#[path = "../../examples/demo/mod.rs"]
mod files;

use qn_domain::TenantId;
use qn_knowledge::{Answer, KnowledgeBase, Query, answer};

/// Of answerable questions: the right article first, and among three.
const FIRST_MIN: f64 = 0.70;
const IN_THREE_MIN: f64 = 0.87;
/// Of answers given.
const WRONG_MAX: f64 = 0.07;
/// Of questions nothing answers.
const OUTSIDE_ANSWERED_MAX: f64 = 0.05;

#[test]
fn the_measured_figures_do_not_fall() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo");
    let articles = files::articles(&format!("{folder}/articles.yaml")).unwrap();
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &articles).unwrap();
    let (mut inside, mut outside, mut first, mut in_three, mut right, mut wrong, mut outside_answered) = (0, 0, 0, 0, 0, 0, 0);
    for asked in files::questions(&format!("{folder}/questions.yaml")).unwrap() {
        let hits = base.search(&tenant, &Query { text: &asked.text, language: asked.language, limit: 5 });
        let has_answer = asked.expected.is_some();
        inside += usize::from(has_answer);
        outside += usize::from(!has_answer);
        first += usize::from(hits.iter().take(1).any(|h| asked.is_answered_by(h)));
        in_three += usize::from(hits.iter().take(3).any(|h| asked.is_answered_by(h)));
        if let Answer::Found { hit, .. } = answer(&hits) {
            right += usize::from(asked.is_answered_by(&hit));
            wrong += usize::from(!asked.is_answered_by(&hit));
            outside_answered += usize::from(!has_answer);
        }
    }
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    assert!(share(first, inside) >= FIRST_MIN, "right first {first} of {inside}");
    assert!(share(in_three, inside) >= IN_THREE_MIN, "right in three {in_three} of {inside}");
    assert!(share(wrong, right + wrong) <= WRONG_MAX, "wrong {wrong} of {} answers", right + wrong);
    assert!(share(outside_answered, outside) <= OUTSIDE_ANSWERED_MAX, "answered {outside_answered} of {outside} unanswerable");
}

#[test]
fn every_title_and_question_of_the_demo_finds_its_article() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo/articles.yaml");
    let articles = files::articles(path).unwrap();
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &articles).unwrap();
    for article in &articles {
        for text in std::iter::once(&article.title).chain(&article.questions) {
            let hits = base.search(&tenant, &Query { text, language: article.language, limit: 5 });
            let Answer::Found { hit, .. } = answer(&hits) else { panic!("{text}") };
            assert_eq!(hit.article_id, article.id, "{text}");
        }
    }
}
