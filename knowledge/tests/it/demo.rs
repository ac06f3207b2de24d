//! The demo library against questions written for measuring: the figures may rise, and must not fall. `qingniao knowledge
//! eval` tells more.
#![allow(clippy::unwrap_used)]

use crate::files;
use qn_domain::Language::{En, Zh};
use qn_domain::TenantId;
use qn_knowledge::measure::{figures, measure};
use qn_knowledge::{Answer, KnowledgeBase, Query, Reader, answer};

/// Of answerable questions: the right article first, and among three.
const FIRST_MIN: f64 = 0.90;
const IN_THREE_MIN: f64 = 0.97;
/// Of answers given.
const WRONG_MAX: f64 = 0.03;

#[test]
fn the_measured_figures_do_not_fall() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo");
    let articles = files::articles(&format!("{folder}/articles.yaml")).unwrap();
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &articles);
    let mut asked = files::questions(&format!("{folder}/questions.csv"), "tune").unwrap();
    asked.extend(files::questions(&format!("{folder}/questions.csv"), "report").unwrap());
    assert!(asked.len() >= 320, "{} questions", asked.len());
    let f = figures(&measure(&base, &tenant, asked));
    assert!(f.recall_at_1 >= FIRST_MIN && f.recall_at_3 >= IN_THREE_MIN, "{f:?}");
    assert!(f.wrong_share_of_answers <= WRONG_MAX && f.unanswerable_answered <= 2, "{f:?}");
}

#[test]
fn every_title_and_question_of_the_demo_finds_its_article() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo/articles.yaml");
    let articles = files::articles(path).unwrap();
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &articles);
    for article in &articles {
        for text in std::iter::once(&article.title).chain(&article.questions) {
            let hits = base.search(&tenant, &Query { text, language: article.language, limit: 5, reader: Reader::EVERYTHING });
            let Answer::Found { hit, .. } = answer(&hits) else { panic!("{text}") };
            assert_eq!(hit.article_id, article.id, "{text}");
        }
    }
}

#[test]
fn what_the_shop_has_nothing_to_do_with_is_offered_nothing() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/demo/articles.yaml");
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &files::articles(path).unwrap());
    for (language, text) in [
        (Zh, "月球离地球多远"),
        (Zh, "教我做红烧肉"),
        (Zh, "高铁票怎么改签"),
        (Zh, "比特币现在能买吗"),
        (En, "How far is the moon from the earth?"),
        (En, "who painted the mona lisa"),
        (En, "do you sell electric scooters"),
        (En, "write python code to sort a list"),
    ] {
        let hits = base.search(&tenant, &Query { text, language, limit: 5, reader: Reader::EVERYTHING });
        assert_eq!(answer(&hits), Answer::None { near: Vec::new() }, "{text}");
    }
}
