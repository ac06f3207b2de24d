//! Writes what scores are made of, for fitting the constants of `evidence.rs`:
//! `cargo run -p qn-knowledge --example features -- server/demo/articles.yaml server/demo/questions.csv features.tsv`.
//! One line per hit: question, right (1/0), rank, answerable (1/0), evidence, language, score. The questions are the file's `tune` half
//! and the articles' own similar questions, each left out of the index in one of six folds; and, unanswerable, some of them asked of
//! a library without their article. The `report` half is never read here;
//! `qingniao knowledge eval` measures it.

#[path = "demo/mod.rs"]
mod demo;

use demo::{Error, articles, questions};
use qn_domain::{Article, TenantId};
use qn_knowledge::KnowledgeBase;
use qn_knowledge::measure::{Asked, Outcome, figures, measure};
use std::io::Write;

const FOLDS: usize = 6;
const STRANGERS_EVERY: usize = 5;

fn main() -> Result<(), Error> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [articles_path, questions_path, out_path] = paths.as_slice() else { return Err("usage: features ARTICLES QUESTIONS OUT".into()) };
    let all = articles(articles_path)?;
    let mut outcomes = ask(&all, questions(questions_path, "tune")?)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "tune half: {:?}", figures(&outcomes))?;
    let mut folds = Vec::new();
    for fold in 0..FOLDS {
        let (kept, left_out) = leave_out(&all, fold);
        folds.extend(ask(&kept, left_out)?);
    }
    writeln!(out, "own questions left out: {:?}", figures(&folds))?;
    outcomes.extend(folds);
    outcomes.extend(strangers(&all)?);
    features(out_path, &outcomes)
}

fn ask(all: &[Article], asked: Vec<Asked>) -> Result<Vec<Outcome>, Error> {
    let base = KnowledgeBase::new();
    let tenant = TenantId::from("tnt_eval");
    base.replace(&tenant, all);
    Ok(measure(&base, &tenant, asked))
}

/// Questions asked of a library without the article that answers them, one in `STRANGERS_EVERY`; nothing expected.
fn strangers(all: &[Article]) -> Result<Vec<Outcome>, Error> {
    let mut outcomes = Vec::new();
    for part in 0..FOLDS {
        let (out, kept): (Vec<Article>, Vec<Article>) = all.iter().cloned().partition(|article| hash(&article.id.0) % FOLDS == part);
        let texts = out.iter().flat_map(|a| a.questions.iter().map(|text| (a.language, text.clone())));
        let texts = texts.filter(|(_, text)| hash(text).is_multiple_of(STRANGERS_EVERY));
        outcomes.extend(ask(&kept, texts.map(|(language, text)| Asked { language, text, expected: Vec::new() }).collect())?);
    }
    Ok(outcomes)
}

/// The articles without the similar questions of one fold, and those questions.
fn leave_out(all: &[Article], fold: usize) -> (Vec<Article>, Vec<Asked>) {
    let mut kept = all.to_vec();
    let mut left_out = Vec::new();
    for article in &mut kept {
        let (out, rest): (Vec<String>, Vec<String>) = article.questions.drain(..).partition(|text| hash(text) % FOLDS == fold);
        article.questions = rest;
        left_out.extend(out.into_iter().map(|text| Asked { language: article.language, text, expected: vec![article.id.0.clone()] }));
    }
    (kept, left_out)
}

fn hash(text: &str) -> usize {
    text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) as usize >> 7
}

fn features(path: &str, outcomes: &[Outcome]) -> Result<(), Error> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (n, outcome) in outcomes.iter().enumerate() {
        let answerable = i32::from(!outcome.asked.expected.is_empty());
        for (rank, hit) in outcome.hits.iter().enumerate() {
            let (e, right) = (hit.evidence, i32::from(outcome.asked.is_answered_by(hit)));
            let values = [e.coverage, e.coverage_all, e.content, e.asked, e.body, e.topic, e.likeness, e.thing]
                .map(|v| format!("{v:.4}"))
                .join("\t");
            writeln!(out, "{n}\t{right}\t{rank}\t{answerable}\t{values}\t{}\t{}", outcome.asked.language.code(), hit.score)?;
        }
    }
    Ok(out.flush()?)
}
