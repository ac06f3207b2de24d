//! `qingniao bench encoder`: embeddings per second of a model folder, and of ONNX Runtime beside it when a Python that has it is named.
//! Both engines are measured in turns within one run, several rounds each, and the best round counts: others use the machine too.

use super::{Samples, round};
use anyhow::{Context, Result, ensure};
use qn_nlu::Encoder;
use qn_nlu_neural::NeuralEncoder;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const SHAPES: [(usize, usize); 4] = [(16, 1), (16, 32), (64, 1), (64, 32)];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with config.json, tokenizer.json and model.safetensors
    #[arg(long)]
    pub model: PathBuf,
    /// A Python with onnxruntime, onnx and numpy: measures the same model there as well
    #[arg(long)]
    pub peer_python: Option<PathBuf>,
    /// Length of each measurement
    #[arg(long, default_value_t = 1.0)]
    pub seconds: f64,
    /// Measurements of each shape
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
}

/// One shape. The peer's columns are absent without a peer.
#[derive(Debug, Serialize)]
pub struct Row {
    tokens: usize,
    batch: usize,
    threads: usize,
    embeddings_per_second: f64,
    p50_ms: f64,
    #[serde(flatten)]
    peer: Option<PeerRow>,
}

#[derive(Debug, Serialize)]
struct PeerRow {
    peer: String,
    peer_arrangement: String,
    peer_embeddings_per_second: f64,
    peer_p50_ms: f64,
    /// Ours over theirs, by embeddings per second.
    ratio: f64,
    /// Between the two engines' vectors, over texts of 1 to 128 tokens.
    largest_difference: f64,
}

/// Embeddings per second and the median call.
#[derive(Debug, Clone, Default)]
struct Speed {
    per_second: f64,
    p50_ms: f64,
    arrangement: String,
}

pub fn run(args: &Args) -> Result<Vec<Row>> {
    ensure!(args.seconds > 0.0 && args.seconds <= 60.0, "--seconds is between 0 and 60");
    let single = NeuralEncoder::load(&args.model)?;
    let double = NeuralEncoder::load(&args.model)?.with_threads(2);
    let mut peer = args.peer_python.as_deref().map(|python| Peer::start(python, &args.model)).transpose()?;
    let largest_difference = peer.as_mut().map(|peer| peer.difference(&single)).transpose()?.unwrap_or_default();
    let mut rows = Vec::new();
    for threads in [1, 2] {
        for (tokens, batch) in SHAPES {
            let (mut ours, mut theirs) = (Speed::default(), Speed::default());
            let encoder = if threads == 2 && batch > 1 { &double } else { &single };
            for _ in 0..args.rounds {
                let callers = if batch == 1 { threads } else { 1 };
                keep_best(&mut ours, measure(encoder, &texts(tokens, batch), callers, args.seconds)?);
                if let Some(peer) = &mut peer {
                    keep_best(&mut theirs, peer.measure((tokens, batch, threads), args.seconds)?);
                }
            }
            let peer = peer.as_ref().map(|peer| PeerRow {
                peer: peer.engine.clone(),
                ratio: round(ours.per_second / theirs.per_second),
                peer_arrangement: theirs.arrangement,
                peer_embeddings_per_second: round(theirs.per_second),
                peer_p50_ms: round(theirs.p50_ms),
                largest_difference,
            });
            rows.push(Row { tokens, batch, threads, embeddings_per_second: round(ours.per_second), p50_ms: round(ours.p50_ms), peer });
        }
    }
    Ok(rows)
}

fn keep_best(best: &mut Speed, speed: Speed) {
    if speed.per_second > best.per_second {
        *best = speed;
    }
}

/// Token numbers that every BERT vocabulary has, spread so that tables are not read from the cache.
fn texts(tokens: usize, batch: usize) -> Vec<Vec<u32>> {
    let id = |text: usize, at: usize| 1_000 + ((text * 977 + at * 331) % 19_000) as u32;
    (0..batch).map(|text| (0..tokens).map(|at| id(text, at)).collect()).collect()
}

fn measure(encoder: &NeuralEncoder, texts: &[Vec<u32>], callers: usize, seconds: f64) -> Result<Speed> {
    encoder.encode_tokens(texts)?;
    let (start, length) = (Instant::now(), Duration::from_secs_f64(seconds));
    let call = || {
        let mut samples = Samples::default();
        while start.elapsed() < length {
            let before = Instant::now();
            encoder.encode_tokens(texts)?;
            samples.push(before.elapsed().as_micros() as u64);
        }
        Ok::<_, anyhow::Error>(samples)
    };
    let mut samples = Samples::default();
    thread::scope(|scope| {
        let others: Vec<_> = (1..callers).map(|_| scope.spawn(call)).collect();
        samples.extend(call()?);
        for other in others {
            samples.extend(other.join().map_err(|_| anyhow::anyhow!("a caller broke off"))??);
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let per_second = (samples.len() * texts.len()) as f64 / start.elapsed().as_secs_f64();
    Ok(Speed { per_second, p50_ms: samples.percentile_ms(0.5), arrangement: String::new() })
}

/// The other engine in a child process; one JSON value per line each way.
struct Peer {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    engine: String,
    _script: tempfile::NamedTempFile,
}

impl Peer {
    fn start(python: &Path, model: &Path) -> Result<Self> {
        let mut script = tempfile::NamedTempFile::new().context("no temporary file")?;
        script.write_all(include_bytes!("onnx_peer.py")).context("no temporary file")?;
        let mut command = Command::new(python);
        // -I: modules come from its installation, not from whatever lies beside the script in the temporary folder.
        command.arg("-I").arg(script.path()).arg(model).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{} does not start", python.display()))?;
        let requests = child.stdin.take().context("no pipe to the peer")?;
        let answers = BufReader::new(child.stdout.take().context("no pipe from the peer")?);
        let mut peer = Self { child, requests, answers, engine: String::new(), _script: script };
        peer.engine = peer.read()?["engine"].as_str().unwrap_or_default().to_owned();
        Ok(peer)
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.answers.read_line(&mut line).context("the peer says nothing")?;
        serde_json::from_str(&line).context("the peer ended; does its Python have onnxruntime, onnx and numpy?")
    }

    fn ask(&mut self, request: &Value) -> Result<Value> {
        writeln!(self.requests, "{request}").context("the peer does not listen")?;
        self.read()
    }

    fn measure(&mut self, (tokens, batch, threads): (usize, usize, usize), seconds: f64) -> Result<Speed> {
        let answer = self.ask(&json!({"tokens": tokens, "batch": batch, "threads": threads, "seconds": seconds}))?;
        let number = |name: &str| answer[name].as_f64().with_context(|| format!("the peer gave no {name}"));
        let arrangement = answer["arrangement"].as_str().unwrap_or_default().to_owned();
        Ok(Speed { per_second: number("embeddings_per_second")?, p50_ms: number("p50_ms")?, arrangement })
    }

    fn difference(&mut self, encoder: &NeuralEncoder) -> Result<f64> {
        let ids: Vec<Vec<u32>> = (1..=128).step_by(3).map(|tokens| texts(tokens, tokens).swap_remove(tokens - 1)).collect();
        let ours = encoder.encode_tokens(&ids)?;
        let theirs: Vec<Vec<f64>> = serde_json::from_value(self.ask(&json!({"ids": ids}))?["vectors"].take())?;
        ensure!(theirs.len() == ours.len() && theirs.iter().all(|v| v.len() == encoder.dims()), "the peer's vectors have another shape");
        let pairs = ours.iter().flatten().zip(theirs.iter().flatten());
        Ok(pairs.map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
