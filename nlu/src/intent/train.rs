//! From examples to a model. Three fits: one on most of the data to weigh, calibrate and choose the operating point on the rest; one
//! that is not taught a quarter of the intents, to learn what strangers look like; and the one that is kept, on everything.

use super::Example;
use super::heads::{self, Heads, Prepared, Signals};
use super::mix::{Mix, best};
use super::model::{IntentModel, Judge, unit};
use super::scope::{Facts, Operating, Scope, Witnesses, facts};
use crate::encoder::{Encoder, EncoderError};
use crate::learn::calibrate::Temperature;
use crate::learn::folds;
use crate::learn::grams::Bag;
use crate::learn::measure::{Confusion, Target};
use crate::learn::rng::Rng;
use crate::learn::svm::SvmOptions;
use crate::learn::vectoriser::VectoriserOptions;

#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// Examples with this label are out of scope: they teach what to reject, not an intent.
    pub oos_label: Option<String>,
    /// Share of known turns that are to be answered at the operating point, in (0, 1].
    pub answered_min: f32,
    /// 0 counts all examples alike, 1 all intents alike.
    pub balance: f32,
    /// For `MacroF1` the balance is chosen by cross-validation of the examples, whatever `balance` says.
    pub target: Target,
    pub seed: u64,
    pub threads: usize,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self { oos_label: None, answered_min: 0.95, balance: 0.0, target: Target::Accuracy, seed: 1, threads: 2 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("there are examples of {0} intent(s); at least two are needed")]
    FewIntents(usize),
    /// Whoever watched the work asked it to end.
    #[error("it was told to stop")]
    Stopped,
    #[error(transparent)]
    Encoder(#[from] EncoderError),
}

/// Trains on `examples`; `validation`, when not empty, is used in place of held-out examples for weighing, calibration and the
/// operating point. Deterministic for a seed.
pub fn train(
    examples: &[Example],
    validation: &[Example],
    options: &TrainOptions,
    encoder: Option<&dyn Encoder>,
) -> Result<IntentModel, TrainError> {
    let (labels, known, strange) = sort_out(examples, options)?;
    let texts = Texts::read(&known, encoder, options)?;
    let mut bench = Bench { labels: &labels, options, balance: options.balance, texts: &texts };
    let strangers = Texts::read(&strange, encoder, options)?;
    let names = bench.names(encoder)?;
    let mut all = texts.prepared(known.iter().filter_map(|e| labels.binary_search(&e.label).ok()));
    if options.target == Target::MacroF1 {
        bench.choose_balance(&all);
    }
    let (heads, trial) = if validation.is_empty() {
        let mut trial = bench.hold_out(&all, &strangers);
        if !names.is_empty() {
            // Some companies name their intents by numbers: names count only when held-out examples are read better for it.
            let named = bench.hold_out(&Prepared { names: &names, ..all.clone() }, &strangers);
            if named.quality() > trial.quality() {
                (trial, all.names) = (named, &names);
            }
        }
        (bench.fit(&all, &strangers.all()), trial)
    } else {
        let heads = bench.fit(&all, &strangers.all());
        let (known, strange): (Vec<_>, Vec<_>) = validation.iter().partition(|e| labels.binary_search(&e.label).is_ok());
        let texts = Texts::read(&known, encoder, options)?;
        let strangers = Texts::read(&strange, encoder, options)?;
        let seen = texts.prepared(known.iter().filter_map(|e| labels.binary_search(&e.label).ok()));
        let trial = Trial::of(&heads, &seen, (0..seen.labels.len()).collect(), &strangers.all());
        (heads, trial)
    };
    let quarter = bench.leave_intents_out(&all);
    let encoded = heads.dense.is_some();
    let plain = bench.judge(Mix::PLAIN, &trial.without_encoder(), &quarter.without_encoder());
    let encoded = encoded.then(|| bench.judge(Mix::ENCODED, &trial, &quarter));
    let encoder = encoder.map(|e| e.name().to_owned()).filter(|_| encoded.is_some());
    Ok(IntentModel { heads, plain, encoded, encoder, labels: bench.labels.to_vec() })
}

/// The intents in order, the examples of them, and the examples of none.
type Sorted<'e> = (Vec<String>, Vec<&'e Example>, Vec<&'e Example>);

fn sort_out<'e>(examples: &'e [Example], options: &TrainOptions) -> Result<Sorted<'e>, TrainError> {
    let is_strange = |e: &&Example| options.oos_label.as_ref() == Some(&e.label);
    let (strange, known): (Vec<&Example>, Vec<&Example>) = examples.iter().partition(is_strange);
    let mut labels: Vec<String> = known.iter().map(|e| e.label.clone()).collect();
    labels.sort();
    labels.dedup();
    if labels.len() < 2 {
        return Err(TrainError::FewIntents(labels.len()));
    }
    Ok((labels, known, strange))
}

/// Texts as grams and vectors.
#[derive(Default)]
struct Texts {
    bags: Vec<Bag>,
    dense: Vec<Vec<f32>>,
}

impl Texts {
    fn read(examples: &[&Example], encoder: Option<&dyn Encoder>, options: &TrainOptions) -> Result<Self, EncoderError> {
        let part = examples.len().div_ceil(options.threads.max(1)).max(1);
        let read = |part: &[&Example]| part.iter().map(|e| Bag::read(&e.text, &heads::grams())).collect::<Vec<_>>();
        let bags = std::thread::scope(|scope| {
            let parts: Vec<_> = examples.chunks(part).map(|part| scope.spawn(move || read(part))).collect();
            parts.into_iter().flat_map(|p| p.join().unwrap_or_default()).collect()
        });
        let mut dense = Vec::new();
        if let Some(encoder) = encoder {
            for batch in examples.chunks(64) {
                let texts: Vec<&str> = batch.iter().map(|e| e.text.as_str()).collect();
                dense.extend(encoder.encode(&texts)?.into_iter().map(unit));
            }
        }
        Ok(Self { bags, dense })
    }

    /// Without labels.
    fn all(&self) -> Prepared<'_> {
        self.prepared(std::iter::empty())
    }

    fn prepared(&self, labels: impl Iterator<Item = usize>) -> Prepared<'_> {
        Prepared {
            bags: self.bags.iter().collect(),
            dense: self.dense.iter().map(Vec::as_slice).collect(),
            names: &[],
            labels: labels.map(|l| l as u32).collect(),
        }
    }
}

/// Signals of turns a model was not taught: of known intents with their labels, and of none.
#[derive(Default)]
struct Trial {
    known: Vec<Signals>,
    labels: Vec<u32>,
    strange: Vec<Signals>,
}

impl Trial {
    fn of(heads: &Heads, examples: &Prepared<'_>, held_out: Vec<usize>, strangers: &Prepared<'_>) -> Self {
        Self {
            known: held_out.iter().map(|i| heads.signals(examples.bags[*i], examples.dense_of(*i))).collect(),
            labels: held_out.iter().map(|i| examples.labels[*i]).collect(),
            strange: (0..strangers.bags.len()).map(|i| heads.signals(strangers.bags[i], strangers.dense_of(i))).collect(),
        }
    }

    fn append(&mut self, mut other: Self) {
        self.known.append(&mut other.known);
        self.labels.append(&mut other.labels);
        if self.strange.is_empty() {
            self.strange = other.strange;
        }
    }

    /// With the encoder's part, and the best mix.
    fn quality(&self) -> f64 {
        Mix::best_quality(Mix::ENCODED, &self.known, &self.labels)
    }

    /// By grams, with the best mix.
    fn macro_f1(&self, intents: usize) -> f32 {
        let mix = Mix::choose(Mix::PLAIN, &self.known, &self.labels);
        let mut confusion = Confusion::new(intents);
        self.known.iter().zip(&self.labels).for_each(|(signals, label)| confusion.add(*label, best(&mix.scores(signals))));
        Target::MacroF1.of(&confusion)
    }

    fn without_encoder(&self) -> Self {
        let bare = |s: &Signals| Signals { dense: Vec::new(), near_dense: Vec::new(), ..s.clone() };
        Self { known: self.known.iter().map(bare).collect(), labels: self.labels.clone(), strange: self.strange.iter().map(bare).collect() }
    }
}

struct Bench<'a> {
    labels: &'a [String],
    options: &'a TrainOptions,
    balance: f32,
    texts: &'a Texts,
}

/// Above this many examples one held-out part in five tells enough; below, each example is held out once.
const ONE_FOLD_FROM: usize = 3_000;
const FOLDS: usize = 5;
/// Above this many, the trials learn from fewer examples than the model.
const FULL_TRIAL_MAX: usize = 20_000;
/// Grams that one pass of the learner over all intents looks at, near enough: what bounds the time of training. Intents then meet a
/// sample of the others' examples (a set of 10,000 examples and 77 intents is far below it).
const GRAMS_EPOCH_MAX: usize = 200_000_000;
/// However many intents there are, each meets this many examples of others.
const OTHERS_MIN: usize = 2_000;
/// Turns that a trial looks at: more would not change the weights.
const TRIAL_TURNS_MAX: usize = 4_000;

impl Bench<'_> {
    fn fit(&self, examples: &Prepared<'_>, strangers: &Prepared<'_>) -> Heads {
        let grams = examples.bags.iter().map(|bag| bag.len()).sum::<usize>() / examples.bags.len().max(1);
        let learner = SvmOptions {
            c: SPARSE_C,
            others_max: (GRAMS_EPOCH_MAX / (self.labels.len() * grams.max(1))).clamp(OTHERS_MIN, SvmOptions::default().others_max),
            balance: self.balance,
            seed: self.options.seed,
            threads: self.options.threads,
            ..SvmOptions::default()
        };
        let columns = VectoriserOptions { idf_power: 0.5, ..VectoriserOptions::default() };
        Heads::fit(examples, strangers, self.labels.len(), (&columns, &learner))
    }

    /// The intents' names as vectors, while there are few examples: then a name tells as much as one more.
    fn names(&self, encoder: Option<&dyn Encoder>) -> Result<Vec<Vec<f32>>, EncoderError> {
        let few = self.texts.bags.len() < NAMED_BELOW * self.labels.len();
        let Some(encoder) = encoder.filter(|_| few) else { return Ok(Vec::new()) };
        let names: Vec<String> = self.labels.iter().map(|label| spoken(label)).collect();
        let vectors = encoder.encode(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(vectors.into_iter().map(unit).collect())
    }

    /// The balance under which examples are read best, rare intents counted like common ones, when each is held out once (of very many,
    /// a fifth).
    fn choose_balance(&mut self, all: &Prepared<'_>) {
        let rounds = if all.labels.len() > FULL_TRIAL_MAX { 1 } else { FOLDS };
        let mut chosen = (0.0, f32::NEG_INFINITY);
        for balance in BALANCES {
            self.balance = balance;
            let trial = self.rounds(all, rounds, (&Prepared::default(), &Prepared::default()));
            let quality = trial.macro_f1(self.labels.len());
            if quality > chosen.1 {
                chosen = (balance, quality);
            }
        }
        self.balance = chosen.0;
    }

    fn hold_out(&self, all: &Prepared<'_>, strangers: &Texts) -> Trial {
        // Half of the out-of-scope examples are remembered, the other half are strangers to that model.
        let strangers = strangers.all();
        let (remembered, met): (Vec<usize>, Vec<usize>) = (0..strangers.bags.len()).partition(|i| i % 2 == 0);
        let rounds = if all.labels.len() < ONE_FOLD_FROM { FOLDS } else { 1 };
        self.rounds(all, rounds, (&strangers.pick(&remembered), &strangers.pick(&met)))
    }

    /// What models make of examples held out, a fifth in each round, and of the strangers they met; they have seen the remembered ones.
    fn rounds(&self, all: &Prepared<'_>, rounds: usize, (remembered, met): (&Prepared<'_>, &Prepared<'_>)) -> Trial {
        let fold = folds::stratified(&all.labels, FOLDS, self.options.seed);
        let mut trial = Trial::default();
        for round in 0..rounds {
            let (mut inside, mut outside) = folds::split(&fold, round);
            if all.labels.len() > FULL_TRIAL_MAX {
                inside.retain(|i| fold[*i] <= FOLDS / 2);
            }
            thin(&mut outside, TRIAL_TURNS_MAX, self.options.seed);
            let heads = self.fit(&all.pick(&inside), remembered);
            trial.append(Trial::of(&heads, all, outside, met));
        }
        trial
    }

    /// Signals from models that were not taught some of the intents; those are the strangers.
    fn leave_intents_out(&self, all: &Prepared<'_>) -> Trial {
        let mut trial = Trial::default();
        if self.labels.len() < 4 {
            return trial;
        }
        let rounds = if all.labels.len() < FULL_TRIAL_MAX { 3 } else { 1 };
        let fold = folds::stratified(&all.labels, 4, self.options.seed + 1);
        let taught_folds = if all.labels.len() > FULL_TRIAL_MAX { 1 } else { 2 };
        let mut order: Vec<u32> = (0..self.labels.len() as u32).collect();
        Rng::new(self.options.seed).shuffle(&mut order);
        for round in 0..rounds {
            let left_out: Vec<u32> = order.iter().copied().skip(round).step_by(4).collect();
            let stranger = |i: &usize| left_out.contains(&all.labels[*i]);
            let (held_out, mut taught): (Vec<usize>, Vec<usize>) = (0..all.labels.len()).partition(|i| fold[*i] == 0);
            taught.retain(|i| !stranger(i) && (all.labels.len() < ONE_FOLD_FROM || fold[*i] <= taught_folds));
            let (mut strange, mut known): (Vec<usize>, Vec<usize>) = held_out.into_iter().partition(stranger);
            thin(&mut strange, TRIAL_TURNS_MAX, self.options.seed);
            thin(&mut known, TRIAL_TURNS_MAX, self.options.seed);
            let heads = self.fit(&all.pick(&taught), &Prepared::default());
            let mut this = Trial::of(&heads, all, known, &Prepared::default());
            this.strange = strange.iter().map(|i| heads.signals(all.bags[*i], all.dense_of(*i))).collect();
            trial.known.append(&mut this.known);
            trial.labels.append(&mut this.labels);
            trial.strange.append(&mut this.strange);
        }
        trial
    }

    /// Weighs, calibrates and chooses the operating point. Real out-of-scope examples tell more about strangers than intents left out.
    fn judge(&self, start: Mix, trial: &Trial, left_out: &Trial) -> Judge {
        let mix = Mix::choose(start, &trial.known, &trial.labels);
        let scores: Vec<Vec<f32>> = trial.known.iter().map(|s| mix.scores(s)).collect();
        let all_facts = |signals: &[Signals]| signals.iter().map(|s| facts(s, &mix)).collect::<Vec<Facts>>();
        let known = all_facts(&trial.known);
        let real = Witnesses { known: known.clone(), strangers: all_facts(&trial.strange) };
        let made = Witnesses { known: all_facts(&left_out.known), strangers: all_facts(&left_out.strange) };
        let witnesses = if real.strangers.len() >= made.strangers.len().min(100) && !real.strangers.is_empty() { real } else { made };
        let scope = Scope::fit(&known, &witnesses, self.options.seed);
        let judged: Vec<(f32, bool)> =
            known.iter().zip(scores.iter().zip(&trial.labels)).map(|(f, (s, label))| (scope.score(f), best(s) == Some(*label))).collect();
        let strangers: Vec<f32> = witnesses.strangers.iter().map(|f| scope.score(f)).collect();
        Judge {
            mix,
            temperature: Temperature::fit(&scores, &trial.labels),
            operating: Operating::choose(&judged, &strangers, self.options.answered_min),
            scope,
        }
    }
}

/// What is compared where rare intents are to count.
const BALANCES: [f32; 4] = [0.0, 0.3, 0.5, 1.0];

/// Examples an intent from which its name says nothing new.
const NAMED_BELOW: usize = 20;

/// A label as words: `Refund_not_showing_up` and `PlayMusic` are phrases. What follows a control character is a key, not a name.
fn spoken(label: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in label.chars().take_while(|c| !c.is_control()) {
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.push(if matches!(c, '_' | '-' | '.' | '/') { ' ' } else { c });
        before = c;
    }
    words
}

/// For gram vectors of length 1.
const SPARSE_C: f32 = 1.5;

/// Keeps a random sample, in order.
fn thin(indices: &mut Vec<usize>, limit: usize, seed: u64) {
    if indices.len() > limit {
        Rng::new(seed ^ 0x7417).shuffle(indices);
        indices.truncate(limit);
        indices.sort_unstable();
    }
}
