//! `qingniao knowledge`: `import` makes articles of documents (a file of its own); `eval` asks a file of questions whose right article is
//! known, and counts what was found and what would have been said, over the demo's articles or a company's published ones.

mod import;

use super::table;
use super::{Failure, Output, answer, block_on, say, usage};
use crate::config::Config;
use crate::models::{find_folder, load};
use crate::{cli::database, demo};
use anyhow::{Context, Result, anyhow};
use qn_domain::{Article, Language, TenantId};
use qn_knowledge::KnowledgeBase;
use qn_knowledge::measure::{Asked, Figures, Outcome, Verdict, figures, measure, measure_near};
use qn_nlu::Encoder;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;

/// Threads that encode the articles.
const THREADS: usize = 2;
/// In the column of expected articles: nothing answers this.
const NONE: &str = "none";

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao knowledge eval --questions server/demo/questions.csv --demo --split report\n  \
    qingniao knowledge eval --questions q.csv --data-dir data --output json\n  qingniao knowledge eval --questions q.csv --errors\n  \
    qingniao knowledge eval --questions q.csv --encoder minilm\n  \
    qingniao knowledge import handbook.docx --dry-run\n  qingniao knowledge import manuals --language zh-CN --publish")]
pub enum Command {
    /// Make articles of documents: Markdown, HTML, text, CSV, XLSX, DOCX, PDF, or a folder of them
    Import(import::Import),
    /// Measure which article questions find, and which wrong answers would be given
    Eval(Eval),
}

#[derive(Debug, clap::Args)]
pub struct Eval {
    /// CSV with a header, TSV, JSON lines or a JSON array
    #[arg(long)]
    questions: PathBuf,
    #[arg(long, default_value = "question")]
    question_column: String,
    /// Article ids, titles or (with --demo) keys, several parted by ` | `: any of them is right. `none`: nothing answers
    #[arg(long, default_value = "expected")]
    expected_column: String,
    /// Column with zh-CN or en; without one the question's own words decide
    #[arg(long)]
    language_column: Option<String>,
    /// Only rows that have this in --split-column
    #[arg(long)]
    split: Option<String>,
    #[arg(long, default_value = "split")]
    split_column: String,
    /// The demo's articles instead of a company's in the database
    #[arg(long, conflicts_with = "tenant")]
    demo: bool,
    #[arg(long)]
    tenant: Option<String>,
    /// Search by meaning too, as the bot does with this encoder: its folder or name
    #[arg(long)]
    encoder: Option<PathBuf>,
    /// List the questions that were not answered rightly at once
    #[arg(long)]
    errors: bool,
}

pub fn run(config: &Config, command: &Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Eval(args) => eval(config, args, output),
        Command::Import(args) => import::run(config, args, output),
    }
}

fn eval(config: &Config, args: &Eval, output: Output) -> Result<(), Failure> {
    let articles = if args.demo { published()? } else { block_on(stored(config, args.tenant.as_deref()))? };
    let asked = read(args, &articles)?;
    let (base, tenant_id) = (KnowledgeBase::new(), TenantId::from("tnt_eval"));
    let listed: Vec<Article> = articles.into_iter().map(|named| named.article).collect();
    base.replace(&tenant_id, &listed);
    let encoder = args.encoder.as_deref().map(|named| load(&find_folder(config, named)?, THREADS)).transpose()?;
    let outcomes = match &encoder {
        Some(encoder) => measure_near(&base, &tenant_id, asked, encoder).context("the encoder gave no vectors")?,
        None => measure(&base, &tenant_id, asked),
    };
    let of = |language: Language| figures(outcomes.iter().filter(|o| o.asked.language == language));
    let all = figures(&outcomes);
    let mut json = json!(all);
    json["encoder"] = json!(encoder.as_ref().map(|encoder| encoder.name()));
    json["by_language"] = json!({"zh-CN": of(Language::Zh), "en": of(Language::En)});
    if args.errors && output == Output::Json {
        json["errors"] = outcomes.iter().filter_map(error).collect();
    }
    answer(output, &json, || [("all", &all), ("zh-CN", &of(Language::Zh)), ("en", &of(Language::En))].map(line).join("\n"));
    if args.errors && output == Output::Text {
        outcomes.iter().filter_map(error).for_each(say);
    }
    Ok(())
}

/// An article, and the name the demo's files call it by.
struct Named {
    article: Article,
    key: Option<String>,
}

fn published() -> Result<Vec<Named>> {
    Ok(demo::published()?.into_iter().map(|(key, article)| Named { article, key: Some(key) }).collect())
}

async fn stored(config: &Config, tenant: Option<&str>) -> Result<Vec<Named>, Failure> {
    let db = database::open(config).await?;
    let tenant = database::tenant(&db, tenant).await.map_err(usage)?;
    let articles = qn_store::article::list_published(&db, &tenant.id).await.map_err(|error| anyhow!(error))?;
    db.close().await;
    if articles.is_empty() {
        return Err(anyhow!("{} has no published articles", tenant.name).into());
    }
    Ok(articles.into_iter().map(|article| Named { article, key: None }).collect())
}

fn read(args: &Eval, articles: &[Named]) -> Result<Vec<Asked>, Failure> {
    let mut ids: HashMap<&str, &str> = HashMap::new();
    for Named { article, key } in articles {
        for name in [Some(article.id.as_str()), Some(article.title.as_str()), key.as_deref()].into_iter().flatten() {
            ids.insert(name, article.id.as_str());
        }
    }
    let split = args.split.as_ref().map(|_| args.split_column.as_str());
    let wanted = [Some(args.question_column.as_str()), Some(&args.expected_column), args.language_column.as_deref(), split];
    let columns: Vec<&str> = wanted.into_iter().flatten().collect();
    let mut asked = Vec::new();
    for record in table::read(&args.questions, &columns)? {
        let wrong = |what: String| usage(anyhow!("{} line {}: {what}", args.questions.display(), record.line));
        if args.split.as_ref().is_some_and(|split| record.fields.last() != Some(split)) {
            continue;
        }
        let (text, expected) = (record.fields[0].clone(), record.fields[1].trim());
        let language = match &args.language_column {
            Some(_) => language(&record.fields[2]).ok_or_else(|| wrong(format!("{:?} is neither zh-CN nor en", record.fields[2])))?,
            None => qn_nlu::identify(&text, None).0,
        };
        let names = expected.split('|').map(str::trim).filter(|name| *name != NONE);
        let known =
            |name: &str| ids.get(name).map(|id| (*id).to_owned()).ok_or_else(|| wrong(format!("there is no published article {name:?}")));
        asked.push(Asked { text, language, expected: names.map(known).collect::<Result<_, _>>()? });
    }
    if asked.is_empty() {
        return Err(usage(anyhow!("{} has no questions of this split", args.questions.display())));
    }
    Ok(asked)
}

fn language(text: &str) -> Option<Language> {
    match text.trim() {
        "zh-CN" | "zh" => Some(Language::Zh),
        "en" => Some(Language::En),
        _ => None,
    }
}

fn line((name, f): (&str, &Figures)) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    format!(
        "{name}: {} questions; right article first {}, in 3 {}, in 5 {}, in 10 {}, MRR {:.3}; answers given {}, wrong {} ({} of answers, {} of \
         questions); of {} answerable answered rightly {}, asked back with the right one {}; of {} unanswerable answered {}, offered a choice {}",
        f.questions,
        percent(f.recall_at_1),
        percent(f.recall_at_3),
        percent(f.recall_at_5),
        percent(f.recall_at_10),
        f.mrr,
        f.answers_given,
        f.answers_wrong,
        percent(f.wrong_share_of_answers),
        percent(f.wrong_share_of_questions),
        f.answerable,
        percent(f.answered_right_share),
        percent(f.asked_back_right_share),
        f.unanswerable,
        f.unanswerable_answered,
        f.unanswerable_offered - f.unanswerable_answered,
    )
}

/// A question that was not answered as it should be, with what was found.
fn error(outcome: &Outcome) -> Option<Value> {
    let verdict = outcome.verdict();
    let fine = if outcome.asked.expected.is_empty() { Verdict::Silent } else { Verdict::Right };
    let hits = outcome.hits.iter().take(3).map(|hit| json!({"title": hit.title, "score": hit.score, "evidence": hit.evidence}));
    (verdict != fine).then(|| {
        json!({"question": outcome.asked.text, "verdict": verdict, "right_first": outcome.hits.first().is_some_and(|h| outcome.asked.is_answered_by(h)),
            "expected": outcome.asked.expected, "hits": hits.collect::<Vec<_>>()})
    })
}
