//! Measuring in the background: cross-validation of the present examples, and two versions on the same questions. Questions set aside for
//! testing are what comparisons are made on, where there are any.

use super::brain::Brain;
use super::live::LiveModel;
use super::runs::{Ended, Watch};
use super::train::{broke_off, usable};
use crate::{Engine, EngineError, Result};
use qn_domain::{
    Article, ArticleId, ChangedQuestion, Comparison, Evaluation, Guess, Intent, IntentExample, IntentId, IntentReply, IntentScore, ModelId,
    RunKind, RunReport, SideScore, TenantId, Timestamp, UserId, WorkshopRun,
};
use qn_nlu::intent::TrainError;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

/// Questions of articles a version is tried on; an encoder reads each.
const STRANGERS_MAX: usize = 500;
/// Questions whose readings differ that are listed.
const CHANGED_MAX: usize = 200;

/// The versions to compare; none of them when there is nothing to compare.
struct Contenders {
    /// The version in question, and the one it is compared with.
    models: Vec<(Arc<LiveModel>, Timestamp)>,
}

impl Engine {
    /// Starts an evaluation. `model_id` is compared with `against_id`, or with the live version.
    pub async fn start_evaluation(
        self: &Arc<Self>,
        tenant_id: &TenantId,
        model_id: Option<&ModelId>,
        against_id: Option<&ModelId>,
        by: &UserId,
    ) -> Result<WorkshopRun> {
        let taught = self.taught(tenant_id).await?;
        let contenders = self.contenders(tenant_id, model_id, against_id).await?;
        self.start_run(tenant_id, RunKind::Evaluation, by, move |engine, watch| evaluate(engine, watch, taught, contenders))
    }

    async fn contenders(&self, tenant_id: &TenantId, model_id: Option<&ModelId>, against_id: Option<&ModelId>) -> Result<Contenders> {
        let Some(id) = model_id else { return Ok(Contenders { models: Vec::new() }) };
        let first = qn_store::intent_model::get(&self.db, tenant_id, id).await?;
        let second = match against_id {
            Some(id) => Some(qn_store::intent_model::get(&self.db, tenant_id, id).await?),
            None => qn_store::intent_model::find_live(&self.db, tenant_id).await?,
        };
        let mut models = Vec::new();
        for model in [Some(&first), second.as_ref().filter(|second| second.id != first.id)].into_iter().flatten() {
            models.push((Arc::new(self.load_model(model).await?), model.trained_at));
        }
        Ok(Contenders { models })
    }
}

/// Intents with the examples to learn from and those set aside.
pub(crate) struct Lessons {
    pub intents: Vec<Intent>,
    pub examples: Vec<IntentExample>,
    pub tests: Vec<IntentExample>,
    /// Questions that articles answer and no intent does: the bot must not take them for something it was taught.
    pub strangers: Vec<String>,
}

/// Titles and questions of published articles that no intent quotes, spread evenly over all of them.
fn strangers(articles: &[Article], intents: &[Intent], examples: &[IntentExample]) -> Vec<String> {
    let quoted: HashSet<&ArticleId> =
        intents.iter().filter_map(|i| if let IntentReply::Article { article_id } = &i.reply { Some(article_id) } else { None }).collect();
    let taught: HashSet<&str> = examples.iter().map(|e| e.text.trim()).collect();
    let asked = articles.iter().filter(|a| !quoted.contains(&a.id)).flat_map(|a| std::iter::once(&a.title).chain(&a.questions));
    let asked: Vec<&String> = asked.filter(|text| !taught.contains(text.trim())).collect();
    let step = asked.len().div_ceil(STRANGERS_MAX).max(1);
    asked.into_iter().step_by(step).cloned().collect()
}

async fn evaluate(engine: Arc<Engine>, watch: Arc<Watch>, taught: Lessons, contenders: Contenders) -> Ended {
    let encoder = engine.encoder.clone();
    let started = Instant::now();
    let work = tokio::task::spawn_blocking(move || {
        let step = |done, of| watch.step(done, of);
        let (examples, _) = usable(&taught.examples);
        let measured = match Brain::evaluate(&examples, &taught.intents, &taught.strangers, encoder.find().as_deref(), &step) {
            Err(TrainError::Encoder(error)) => {
                encoder.note(Some(&error));
                Brain::evaluate(&examples, &taught.intents, &taught.strangers, None, &step)
            }
            measured => measured,
        };
        let mut evaluation = match measured {
            Ok(evaluation) => evaluation,
            Err(TrainError::Stopped) => return Ok(None),
            Err(error) => return Err(broke_off(&error)),
        };
        evaluation.comparison = compare(&contenders, &taught, &encoder, &step);
        Ok(Some(evaluation))
    });
    let done = work.await.map_err(|error| broke_off(&error))??;
    let took_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    Ok(done.map(|evaluation| RunReport::Evaluation(Evaluation { took_ms, ..evaluation })))
}

/// None when there is no version to look at, or the run was told to stop.
fn compare(
    contenders: &Contenders,
    taught: &Lessons,
    encoder: &super::TextEncoder,
    step: &dyn Fn(usize, usize) -> bool,
) -> Option<Comparison> {
    if contenders.models.is_empty() {
        return None;
    }
    let set_aside = !taught.tests.is_empty();
    let questions = if set_aside { &taught.tests } else { &taught.examples };
    let names: HashMap<&IntentId, &str> = taught.intents.iter().map(|i| (&i.id, i.name.as_str())).collect();
    let mut guesses: Vec<Vec<Guess>> = Vec::new();
    for (n, question) in questions.iter().enumerate() {
        if n % 64 == 0 && !step(n, questions.len()) {
            return None;
        }
        let vector = vector_of(contenders, &question.text, encoder);
        guesses.push(contenders.models.iter().map(|(model, _)| guess(model, question, &vector)).collect());
    }
    let sides = contenders.models.iter().enumerate().map(|(side, (model, trained_at))| {
        let own: Vec<&Guess> = guesses.iter().filter_map(|both| both.get(side)).collect();
        score(model, *trained_at, questions, &own, &names)
    });
    let differs = |both: &[Guess]| both.len() == 2 && (both[0].intent_id != both[1].intent_id || both[0].sure != both[1].sure);
    let changed: Vec<ChangedQuestion> =
        questions.iter().zip(&guesses).filter(|(_, both)| differs(both)).map(|(q, both)| changed(q, both, &names)).collect();
    Some(Comparison {
        set_aside,
        questions: questions.len() as i64,
        sides: sides.collect(),
        changed_count: changed.len() as i64,
        changed: changed.into_iter().take(CHANGED_MAX).collect(),
    })
}

fn vector_of(contenders: &Contenders, text: &str, encoder: &super::TextEncoder) -> Vec<f32> {
    let wanted = contenders.models.iter().any(|(model, _)| model.encoder().is_some() && model.encoder() == encoder.name());
    let Some(encoder) = encoder.find().filter(|_| wanted) else { return Vec::new() };
    encoder.encode(&[text]).ok().and_then(|mut vectors| vectors.pop()).unwrap_or_default()
}

fn guess(model: &LiveModel, question: &IntentExample, vector: &[f32]) -> Guess {
    let reading = model.reading(&question.text, if model.encoder().is_some() { vector } else { &[] });
    let first = reading.ranked.into_iter().next();
    Guess {
        right: first.as_ref().is_some_and(|f| f.intent_id == question.intent_id),
        probability: first.as_ref().map_or(0.0, |f| f.probability),
        intent: first.as_ref().map(|f| f.name.clone()).unwrap_or_default(),
        intent_id: first.map(|f| f.intent_id),
        sure: reading.accepted,
    }
}

fn changed(question: &IntentExample, guesses: &[Guess], names: &HashMap<&IntentId, &str>) -> ChangedQuestion {
    ChangedQuestion {
        text: question.text.clone(),
        language: question.language,
        intent_id: question.intent_id.clone(),
        intent: names.get(&question.intent_id).copied().unwrap_or_default().to_owned(),
        guesses: guesses.to_vec(),
    }
}

fn score(
    model: &LiveModel,
    trained_at: Timestamp,
    questions: &[IntentExample],
    guesses: &[&Guess],
    names: &HashMap<&IntentId, &str>,
) -> SideScore {
    let share = |of: &dyn Fn(&Guess) -> bool| guesses.iter().filter(|g| of(g)).count() as f32 / guesses.len().max(1) as f32;
    // Learnt: it was there when the version was trained, and not set aside yet.
    let seen = questions.iter().filter(|q| q.created_at <= trained_at && q.test_since.is_none_or(|since| since > trained_at)).count();
    SideScore {
        number: model.number,
        threshold: model.threshold,
        seen: seen as i64,
        accuracy: share(&|g| g.right),
        answered: share(&|g| g.sure),
        wrong: share(&|g| g.sure && !g.right),
        intents: by_intent(questions, guesses, names),
    }
}

/// Precision, recall and F1 of the best guesses.
fn by_intent(questions: &[IntentExample], guesses: &[&Guess], names: &HashMap<&IntentId, &str>) -> Vec<IntentScore> {
    // [examples, guesses, right ones]
    let mut counts: BTreeMap<&IntentId, [f32; 3]> = BTreeMap::new();
    for (question, guess) in questions.iter().zip(guesses) {
        counts.entry(&question.intent_id).or_default()[0] += 1.0;
        if let Some(guessed) = &guess.intent_id {
            counts.entry(guessed).or_default()[1] += 1.0;
        }
        if guess.right {
            counts.entry(&question.intent_id).or_default()[2] += 1.0;
        }
    }
    let ratio = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
    let score = |(id, [examples, guessed, right]): (&IntentId, [f32; 3])| IntentScore {
        intent_id: id.clone(),
        name: names.get(id).copied().unwrap_or_default().to_owned(),
        examples: examples as i64,
        precision: ratio(right, guessed),
        recall: ratio(right, examples),
        f1: ratio(2.0 * right, examples + guessed),
    };
    let mut scores: Vec<IntentScore> = counts.into_iter().map(score).collect();
    scores.sort_by(|a, b| a.f1.total_cmp(&b.f1));
    scores
}

impl Engine {
    /// What there is to learn from; too little is an error.
    pub(crate) async fn taught(&self, tenant_id: &TenantId) -> Result<Lessons> {
        let lessons = self.lessons(tenant_id).await?;
        let (_, intents) = usable(&lessons.examples);
        if intents < super::train::INTENTS_MIN { Err(EngineError::NothingToLearn) } else { Ok(lessons) }
    }

    pub(crate) async fn lessons(&self, tenant_id: &TenantId) -> Result<Lessons> {
        let intents = qn_store::intent::list(&self.db, tenant_id, None, None, super::train::INTENTS_MAX).await?.items;
        let all = qn_store::intent_example::list_all(&self.db, tenant_id, super::train::EXAMPLES_MAX).await?;
        let (tests, examples): (Vec<_>, Vec<_>) = all.into_iter().partition(|e| e.test_since.is_some());
        let articles = qn_store::article::list_published(&self.db, tenant_id).await?;
        let strangers = strangers(&articles, &intents, &examples);
        Ok(Lessons { intents, examples, tests, strangers })
    }
}
