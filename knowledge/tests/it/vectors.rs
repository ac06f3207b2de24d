//! What an encoder adds: articles found that share no word with the question. The encoder here knows three ideas and nothing else.
#![allow(clippy::unwrap_used)]

use crate::library::article;
use qn_domain::Language::En;
use qn_domain::TenantId;
use qn_knowledge::measure::{Asked, figures, measure, measure_near};
use qn_knowledge::{KnowledgeBase, Query, Reader};
use qn_nlu::{Encoder, EncoderError};
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
struct Ideas {
    texts: AtomicUsize,
    breaks: bool,
}

const IDEAS: [&[&str]; 3] = [&["refund", "reimburse", "dough"], &["leak", "drip", "puddle"], &["parcel", "courier", "shipment"]];

impl Encoder for Ideas {
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        if self.breaks {
            return Err(EncoderError { name: "ideas".into(), reason: "gone".into() });
        }
        self.texts.fetch_add(texts.len(), Ordering::Relaxed);
        let idea = |text: &&str| {
            let low = text.to_lowercase();
            IDEAS.iter().map(|words| if words.iter().any(|word| low.contains(word)) { 3.0 } else { 0.1 }).collect()
        };
        Ok(texts.iter().map(idea).collect())
    }

    fn dims(&self) -> usize {
        3
    }

    fn name(&self) -> &str {
        "ideas"
    }
}

fn library() -> Vec<qn_domain::Article> {
    vec![
        article("art_refund", En, "How long does a refund take?", &["When is my refund paid?"], "Refunds take three days."),
        article("art_leak", En, "The washer leaks", &["Leak below the washer"], "Close the tap."),
        article("art_parcel", En, "Where is my parcel?", &["Track a parcel"], "Open the order."),
    ]
}

fn encode_all(base: &KnowledgeBase, tenant: &TenantId, encoder: &Ideas) {
    let mut steps = 0;
    while base.encode_some(tenant, encoder).unwrap() {
        steps += 1;
        assert!(steps < 100);
    }
}

#[test]
fn a_question_without_a_shared_word_finds_its_article_by_vector() {
    let (base, tenant, encoder) = (KnowledgeBase::new(), TenantId::from("tnt_1"), Ideas::default());
    base.replace(&tenant, &library());
    let text = "gimme the dough back";
    let query = Query { text, language: En, limit: 5, reader: Reader::EVERYTHING };
    let vector = encoder.encode(&[text]).unwrap().remove(0);
    let by_words = base.search(&tenant, &query);
    assert_eq!(base.search_near(&tenant, &query, &vector), by_words, "not encoded yet");
    encode_all(&base, &tenant, &encoder);
    let near = base.search_near(&tenant, &query, &vector);
    assert_eq!(near[0].article_id.as_str(), "art_refund", "{near:#?}");
    assert!(near[0].evidence.vector > 0.0);
    assert_eq!(base.search(&tenant, &query), by_words, "without the question's vector nothing changes");
    assert_eq!(base.search_near(&tenant, &query, &[1.0; 7]), by_words, "another encoder's vector is not compared");
    assert_eq!(base.search_near(&tenant, &query, &[f32::NAN; 3]), by_words);
}

#[test]
fn only_changed_texts_are_encoded_again_and_a_broken_encoder_changes_nothing() {
    let (base, tenant, encoder) = (KnowledgeBase::new(), TenantId::from("tnt_1"), Ideas::default());
    let mut articles = library();
    base.replace(&tenant, &articles);
    encode_all(&base, &tenant, &encoder);
    let before = encoder.texts.load(Ordering::Relaxed);
    articles[0].questions.push("Reimburse me".into());
    base.replace(&tenant, &articles);
    encode_all(&base, &tenant, &encoder);
    assert_eq!(encoder.texts.load(Ordering::Relaxed), before + 1);
    articles[1].title = "Drips everywhere".into();
    base.replace(&tenant, &articles);
    assert!(base.encode_some(&tenant, &Ideas { breaks: true, ..Ideas::default() }).is_err());
    assert_eq!(
        base.search(&tenant, &Query { text: "refund", language: En, limit: 5, reader: Reader::EVERYTHING })[0].article_id.as_str(),
        "art_refund"
    );
    assert!(!base.encode_some(&TenantId::from("tnt_2"), &encoder).unwrap());
}

#[test]
fn measuring_with_an_encoder_measures_the_search_with_vectors() {
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, &library());
    let asked = vec![Asked { text: "gimme the dough back".into(), language: En, expected: vec!["art_refund".into()] }];
    let by_words = measure(&base, &tenant, asked.clone());
    assert!(figures(&by_words).recall_at_1 < 1.0, "no word is shared: {by_words:#?}");
    let near = measure_near(&base, &tenant, asked.clone(), &Ideas::default()).unwrap();
    assert!((figures(&near).recall_at_1 - 1.0).abs() < f64::EPSILON, "{near:#?}");
    let gone = measure_near(&base, &tenant, asked, &Ideas { breaks: true, ..Ideas::default() });
    assert!(gone.is_err(), "an encoder that fails is no figure");
}
