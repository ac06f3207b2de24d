//! How often the right article is found, without building the server: `cargo run -p qn-knowledge --release --example figures --
//! ARTICLES QUESTIONS [errors]`. Figures of each half of the questions file; with `errors` the mistakes of the `tune` half, never those of
//! the `report` half. `qingniao knowledge eval` gives the same figures for any tenant.

#[path = "demo/mod.rs"]
mod demo;

use demo::{Error, articles, questions};
use qn_domain::TenantId;
use qn_knowledge::KnowledgeBase;
use qn_knowledge::measure::{Outcome, Verdict, figures, measure};
use std::io::Write;

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let mut path = || args.next().ok_or("figures ARTICLES QUESTIONS [errors]");
    let (articles_path, questions_path) = (path()?, path()?);
    let with_errors = args.next().is_some_and(|word| word == "errors");
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_eval"));
    base.replace(&tenant, &articles(&articles_path)?);
    let mut out = std::io::stdout().lock();
    for split in ["tune", "report"] {
        let outcomes = measure(&base, &tenant, questions(&questions_path, split)?);
        let f = figures(&outcomes);
        writeln!(
            out,
            "{split}: first {:.1} % / three {:.1} % / mrr {:.3}; given {} (wrong {}), wrong of questions {:.2} %, answered right {:.1} %, asked back right {:.1} %; unanswerable {}: answered {}, offered {}",
            f.recall_at_1 * 100.0,
            f.recall_at_3 * 100.0,
            f.mrr,
            f.answers_given,
            f.answers_wrong,
            f.wrong_share_of_questions * 100.0,
            f.answered_right_share * 100.0,
            f.asked_back_right_share * 100.0,
            f.unanswerable,
            f.unanswerable_answered,
            f.unanswerable_offered
        )?;
        if with_errors && split == "tune" {
            mistakes(&outcomes, &mut out)?;
        }
    }
    Ok(())
}

fn mistakes(outcomes: &[Outcome], out: &mut impl Write) -> Result<(), Error> {
    let wrong = |o: &&Outcome| !o.hits.first().is_some_and(|hit| o.asked.is_answered_by(hit)) || o.verdict() == Verdict::Wrong;
    for o in outcomes.iter().filter(wrong) {
        if o.asked.expected.is_empty() && o.verdict() == Verdict::Silent {
            continue;
        }
        let hits = o.hits.iter().take(4).map(|hit| format!("{} {:.2}", hit.article_id.0, hit.score)).collect::<Vec<_>>().join(", ");
        writeln!(out, "  {:?} {} [{}] <- {hits}", o.verdict(), o.asked.text, o.asked.expected.join("|"))?;
    }
    Ok(())
}
