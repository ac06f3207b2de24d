//! The decision on hits, and that an answer below the threshold is never given.

use crate::library::{base, search, small};
use qn_domain::ArticleAudience;
use qn_domain::Language::{En, Zh};
use qn_knowledge::{Answer, CLOSE_MAX, CLOSE_SUM_MIN, Evidence, FOUND_MIN, Hit, NEAR_MAX, NEAR_MIN, Query, Reader, answer};

fn hit(id: &str, score: f32) -> Hit {
    Hit {
        article_id: id.into(),
        language: Zh,
        title: id.to_owned(),
        score,
        passage: String::new(),
        sentences: Vec::new(),
        highlights: Vec::new(),
        evidence: Evidence { coverage_all: 1.0, ..Evidence::default() },
        audience: ArticleAudience::Everyone,
        next_flow: None,
        products: Vec::new(),
    }
}

#[test]
fn one_sure_hit_is_the_answer_with_others_near() {
    let hits = [hit("a", FOUND_MIN), hit("b", NEAR_MIN), hit("c", NEAR_MIN - 0.01)];
    let Answer::Found { hit, near } = answer(&hits) else { panic!("{:?}", answer(&hits)) };
    assert_eq!(hit.article_id.as_str(), "a");
    assert_eq!(near.iter().map(|n| n.article_id.as_str()).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn several_possible_ones_are_asked_back() {
    let each = CLOSE_SUM_MIN / 2.0 + 0.01;
    let hits: Vec<Hit> = ["a", "b", "c", "d", "e"].iter().map(|id| hit(id, each)).collect();
    let Answer::Close { hits } = answer(&hits) else { panic!("{:?}", answer(&hits)) };
    assert_eq!(hits.len(), CLOSE_MAX);
}

#[test]
fn one_unsure_hit_alone_is_only_offered() {
    let Answer::None { near } = answer(&[hit("a", FOUND_MIN - 0.01)]) else { panic!() };
    assert_eq!(near.len(), 1);
    let unlikely: Vec<Hit> = ["a", "b", "c", "d"].iter().map(|id| hit(id, NEAR_MIN)).collect();
    let Answer::None { near } = answer(&unlikely) else { panic!() };
    assert_eq!(near.len(), NEAR_MAX);
    assert_eq!(answer(&[hit("a", NEAR_MIN - 0.01)]), Answer::None { near: Vec::new() });
    assert_eq!(answer(&[]), Answer::None { near: Vec::new() });
}

#[test]
fn what_shares_only_everyday_words_is_not_offered() {
    let with = |score: f32, coverage_all: f32, topic: f32, vector: f32| Hit {
        evidence: Evidence { coverage_all, topic, vector, ..Evidence::default() },
        ..hit("a", score)
    };
    assert_eq!(answer(&[with(0.6, 0.55, 0.05, 0.0)]), Answer::None { near: Vec::new() });
    for offered in [with(0.6, 0.8, 0.05, 0.0), with(0.6, 0.4, 0.2, 0.0), with(0.6, 0.0, 0.0, 0.7)] {
        let Answer::None { near } = answer(std::slice::from_ref(&offered)) else { panic!("{offered:?}") };
        assert_eq!(near.len(), 1, "{offered:?}");
    }
    // Nor is it one of those to choose from; what is sure enough is said all the same.
    let Answer::None { near } = answer(&[hit("a", 0.4), with(0.4, 0.5, 0.0, 0.0)]) else { panic!() };
    assert_eq!(near.len(), 1);
    assert!(matches!(answer(&[with(FOUND_MIN, 0.5, 0.0, 0.0)]), Answer::Found { .. }));
}

#[test]
fn pressing_a_near_question_gives_its_article() {
    let library = small();
    for article in &library {
        for text in std::iter::once(&article.title).chain(&article.questions) {
            let Answer::Found { hit, .. } = answer(&search(&library, article.language, text)) else { panic!("{text}") };
            assert_eq!(hit.article_id, article.id, "{text}");
        }
    }
}

#[test]
fn other_matters_are_not_answered() {
    let library = small();
    let zh = ["今天天气怎么样", "帮我写一首诗", "附近有什么好吃的", "世界杯谁赢了", "你叫什么名字", "。。。", "12345", "aaaa", "👍", ""];
    let en = ["what's the weather like", "who won the world cup", "tell me a joke", "asdf qwer", "!!!", "42", "what is your name"];
    let all = zh.iter().map(|t| (Zh, *t)).chain(en.iter().map(|t| (En, *t)));
    for (language, text) in all {
        let decided = answer(&search(&library, language, text));
        assert!(matches!(decided, Answer::None { .. }), "{text}: {decided:?}");
    }
}

#[test]
fn an_article_is_quoted_by_name_whatever_was_asked() {
    let (base, tenant) = base(&small());
    let quote =
        |id: &str, language, text: &str| base.quote(&tenant, &id.into(), &Query { text, language, limit: 1, reader: Reader::EVERYTHING });
    let Some(zh) = quote("art_refund", Zh, "洗衣机漏水") else { panic!("the article is published") };
    assert!(zh.passage.contains("3 个工作日") && zh.language == Zh, "{zh:?}");
    assert_eq!(quote("art_charge", Zh, "充电慢").map(|hit| hit.language), Some(En), "its other language serves");
    assert!(quote("art_none", Zh, "退款").is_none());
    assert!(
        base.quote(&"tnt_2".into(), &"art_refund".into(), &Query { text: "x", language: Zh, limit: 1, reader: Reader::EVERYTHING })
            .is_none()
    );
}
