//! Measures retrieval and the answer decision on questions whose right article is known:
//! `cargo run -p qn-knowledge --example eval -- server/demo/articles.yaml server/demo/questions.yaml [options]`.
//! `--half a|b` takes only the questions whose text hashes even or odd (look at the mistakes of one, report the other);
//! `--folds` ignores the questions file and asks the articles' own similar questions, left out of the index in six folds;
//! `--oos FILE` adds lines of text that no article answers; `--errors` lists mistakes; `--features FILE` writes what the score is
//! made of, for fitting.

#[path = "demo/mod.rs"]
mod demo;

use demo::{Asked, Error, articles, questions};
use qn_domain::{Article, Language, TenantId};
use qn_knowledge::{Answer, Hit, KnowledgeBase, Query, answer};
use std::io::Write;

const FOLDS: usize = 6;

#[derive(Default)]
struct Options {
    paths: Vec<String>,
    half: Option<usize>,
    folds: bool,
    oos: Vec<String>,
    errors: bool,
    features: Option<String>,
}

fn main() -> Result<(), Error> {
    let options = options()?;
    let [articles_path, rest @ ..] = options.paths.as_slice() else { return Err("usage: eval ARTICLES [QUESTIONS] [options]".into()) };
    let all = articles(articles_path)?;
    let mut out = std::io::stdout().lock();
    let mut results: Vec<(Asked, Vec<Hit>)> = Vec::new();
    let mut asked: Vec<Asked> = match rest.first() {
        Some(path) if !options.folds => questions(path)?,
        _ => Vec::new(),
    };
    if let Some(half) = options.half {
        asked.retain(|question| hash(&question.text) % 2 == half);
    }
    for path in &options.oos {
        let text = std::fs::read_to_string(path)?;
        asked.extend(text.lines().filter(|line| !line.trim().is_empty()).map(Asked::unanswerable));
    }
    results.extend(ask(&all, asked)?);
    if options.folds {
        for fold in 0..FOLDS {
            let (kept, left_out) = leave_out(&all, fold);
            results.extend(ask(&kept, left_out)?);
        }
    }
    for language in [Some(Language::Zh), Some(Language::En), None] {
        let chosen: Vec<&(Asked, Vec<Hit>)> = results.iter().filter(|(q, _)| language.is_none_or(|l| q.language == l)).collect();
        report(&mut out, language.map_or("all", Language::code), &chosen)?;
    }
    if options.errors {
        errors(&mut out, &results)?;
    }
    if let Some(path) = &options.features {
        features(path, &results)?;
    }
    Ok(())
}

fn options() -> Result<Options, Error> {
    let mut options = Options::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--folds" => options.folds = true,
            "--errors" => options.errors = true,
            "--half" => options.half = Some(usize::from(args.next().as_deref() == Some("b"))),
            "--oos" => options.oos.push(args.next().ok_or("--oos needs a file")?),
            "--features" => options.features = Some(args.next().ok_or("--features needs a file")?),
            _ => options.paths.push(arg),
        }
    }
    Ok(options)
}

fn ask(all: &[Article], asked: Vec<Asked>) -> Result<Vec<(Asked, Vec<Hit>)>, Error> {
    let base = KnowledgeBase::new();
    let tenant = TenantId::from("tnt_eval");
    base.replace(&tenant, all)?;
    let search = |q: Asked| {
        let hits = base.search(&tenant, &Query { text: &q.text, language: q.language, limit: 20 });
        (q, hits)
    };
    Ok(asked.into_iter().map(search).collect())
}

/// The articles without the similar questions of one fold, and those questions.
fn leave_out(all: &[Article], fold: usize) -> (Vec<Article>, Vec<Asked>) {
    let mut kept = all.to_vec();
    let mut left_out = Vec::new();
    for article in &mut kept {
        let (out, rest) = article.questions.drain(..).partition(|text| hash(text) % FOLDS == fold);
        article.questions = rest;
        let asked = |text: String| Asked { language: article.language, text, expected: Some(article.id.0.clone()), also: Vec::new() };
        left_out.extend(Vec::into_iter(out).map(asked));
    }
    (kept, left_out)
}

fn hash(text: &str) -> usize {
    text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) as usize >> 7
}

fn report(out: &mut impl Write, name: &str, results: &[&(Asked, Vec<Hit>)]) -> std::io::Result<()> {
    let inside: Vec<_> = results.iter().filter(|(q, _)| q.expected.is_some()).collect();
    let outside: Vec<_> = results.iter().filter(|(q, _)| q.expected.is_none()).collect();
    let within = |n: usize| inside.iter().filter(|(q, hits)| hits.iter().take(n).any(|h| q.is_answered_by(h))).count();
    let (mut right, mut wrong, mut back, mut back_right) = (0, 0, 0, 0);
    for (q, hits) in results.iter() {
        match answer(hits) {
            Answer::Found { hit, .. } if q.is_answered_by(&hit) => right += 1,
            Answer::Found { .. } => wrong += 1,
            Answer::Close { hits } => {
                back += 1;
                back_right += usize::from(hits.iter().any(|h| q.is_answered_by(h)));
            }
            Answer::None { .. } => {}
        }
    }
    let outside_answered = outside.iter().filter(|(_, hits)| !matches!(answer(hits), Answer::None { .. })).count();
    let outside_found = outside.iter().filter(|(_, hits)| matches!(answer(hits), Answer::Found { .. })).count();
    let inside_none = inside.iter().filter(|(_, hits)| matches!(answer(hits), Answer::None { .. })).count();
    writeln!(
        out,
        "{name}: {} answerable: right first {}, in three {}; answered {}, asked back {back} (right one offered {back_right}), admitted not knowing {}; \
         wrong among answers {}; {} unanswerable: answered {}, answered or asked back {}",
        inside.len(),
        share(within(1), inside.len()),
        share(within(3), inside.len()),
        share(right, inside.len()),
        share(inside_none, inside.len()),
        share(wrong, right + wrong),
        outside.len(),
        share(outside_found, outside.len()),
        share(outside_answered, outside.len()),
    )
}

fn share(part: usize, of: usize) -> String {
    format!("{part} ({:.1} %)", 100.0 * part as f64 / of.max(1) as f64)
}

fn errors(out: &mut impl Write, results: &[(Asked, Vec<Hit>)]) -> std::io::Result<()> {
    for (q, hits) in results {
        let first_right = hits.first().is_some_and(|h| q.is_answered_by(h));
        let verdict = match answer(hits) {
            Answer::Found { hit, .. } if q.is_answered_by(&hit) => continue,
            Answer::None { .. } if q.expected.is_none() => continue,
            Answer::Found { .. } => "WRONG",
            Answer::Close { .. } => "close",
            Answer::None { .. } => "none",
        };
        writeln!(out, "{verdict} {}{}: {}", if first_right { "" } else { "* " }, q.expected.as_deref().unwrap_or("-"), q.text)?;
        for h in hits.iter().take(3) {
            let e = h.evidence;
            writeln!(
                out,
                "      {:.2} cov {:.2} all {:.2} body {:.2} topic {:.2} like {:.2}  {} {}",
                h.score, e.coverage, e.coverage_all, e.body, e.topic, e.likeness, h.article_id, h.title
            )?;
        }
    }
    Ok(())
}

/// One line per hit: is it right (1/0), rank, evidence, evidence of the first other article, language.
fn features(path: &str, results: &[(Asked, Vec<Hit>)]) -> Result<(), Error> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (n, (q, hits)) in results.iter().enumerate() {
        for (rank, h) in hits.iter().enumerate() {
            let (e, right) = (h.evidence, i32::from(q.is_answered_by(h)));
            let values = [e.coverage, e.coverage_all, e.body, e.topic, e.likeness, e.thing].map(|v| format!("{v:.4}")).join("\t");
            writeln!(out, "{n}\t{right}\t{rank}\t{}\t{values}\t{}\t{}", i32::from(q.expected.is_some()), q.language.code(), h.score)?;
        }
    }
    Ok(out.flush()?)
}
