//! How fast a search is, on one thread: `cargo run -p qn-knowledge --release --example speed -- ARTICLES QUESTIONS PRODUCTS`.
//! Prints how long the dictionary and the index take to load and microseconds a search (half, 99 of 100), with the answer decision,
//! how long the catalogue takes to see that a question is not its own, and how long the rules backend takes for the same turns.

#[path = "demo/mod.rs"]
mod demo;

use demo::{Error, articles, products, questions};
use qn_domain::TenantId;
use qn_knowledge::catalogue::{Seen, Shelf, Talk, turn};
use qn_knowledge::{KnowledgeBase, Query, Reader, answer, warm_up};
use qn_nlu::{IntentBackend, RulesBackend, Utterance};
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

const ROUNDS: usize = 40;

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let mut path = || args.next().ok_or("speed ARTICLES QUESTIONS PRODUCTS");
    let (articles_path, questions_path, products_path) = (path()?, path()?, path()?);
    let (shelf, talk) = (Shelf::new(products(&products_path)?), Talk::default());
    let (all, asked) = (articles(&articles_path)?, questions(&questions_path, "report")?);
    let mut out = std::io::stdout().lock();

    let before = resident_mib();
    let start = Instant::now();
    warm_up();
    writeln!(out, "dictionary: {:.0} ms, {:.1} MiB more resident", start.elapsed().as_secs_f64() * 1e3, resident_mib() - before)?;
    let (base, tenant, start) = (KnowledgeBase::new(), TenantId::from("tnt_speed"), Instant::now());
    let before = resident_mib();
    base.replace(&tenant, &all);
    writeln!(
        out,
        "index of {} texts: {:.1} ms, {:.1} MiB more resident",
        all.len(),
        start.elapsed().as_secs_f64() * 1e3,
        resident_mib() - before
    )?;

    let mut search = Vec::new();
    let mut rules = Vec::new();
    let mut talks = Vec::new();
    let backend = RulesBackend::new();
    for _ in 0..ROUNDS {
        for q in &asked {
            let start = Instant::now();
            let hits = base.search(&tenant, &Query { text: &q.text, language: q.language, limit: 5, reader: Reader::EVERYTHING });
            black_box(answer(&hits));
            search.push(start.elapsed().as_nanos() as f64 / 1e3);
            let start = Instant::now();
            black_box(turn(&shelf, &talk, &Seen { text: &q.text, language: q.language, usual: q.language, page: None, owns: &[], now: 0 }));
            talks.push(start.elapsed().as_nanos() as f64 / 1e3);
            let start = Instant::now();
            black_box(backend.understand(&Utterance::new(&q.text)));
            rules.push(start.elapsed().as_nanos() as f64 / 1e3);
        }
    }
    for (name, mut times) in [("search and answer", search), ("catalogue", talks), ("rules backend", rules)] {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        writeln!(out, "{name}: mean {mean:.1} µs, half {:.1} µs, 99 % {:.1} µs ({} calls)", at(0.5), at(0.99), times.len())?;
    }
    Ok(())
}

/// Memory of this process in MiB, where the system tells.
fn resident_mib() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok().and_then(|text| text.split(' ').nth(1)?.parse::<f64>().ok());
    pages.unwrap_or(0.0) * 4096.0 / 1048576.0
}
