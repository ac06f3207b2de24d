//! The command line. Each subcommand lives in its own file; this one parses, loads the configuration and maps failures to exit codes:
//! 0 done, 1 failed, 2 wrong usage or configuration, 3 found problems (`doctor`, `backup verify`).

mod backup;
mod bench;
mod catalogue;
mod completions;
mod config;
mod database;
mod doctor;
mod emotion;
mod examples;
mod identity;
mod knowledge;
mod mail;
mod matching;
mod migrate;
mod model;
mod nlu;
mod own_output;
mod read_document;
mod routing;
mod serve;
mod table;
mod token;
mod user;

use crate::config::Config;
use anyhow::{Context, Result};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(
    name = "qingniao",
    version,
    about = "Customer service for any channel: bot, knowledge and people in one binary",
    max_term_width = 110,
    after_help = "Examples:\n  qingniao serve --demo\n  qingniao doctor\n  qingniao backup create\n\n\
        Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 problems found\n\
        With --output json a failure is one line on standard error, with the same exit code:\n  \
        {\"error\": \"failed|usage|problems_found\", \"message\": \"…\", \"exit_code\": 1|2|3}"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
pub struct Global {
    /// TOML configuration file
    #[arg(long, global = true, env = "QN_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder for the database and attachments [default: data]
    #[arg(long, global = true)]
    pub data_dir: Option<PathBuf>,
    /// postgres://user:password@host/database instead of SQLite
    #[arg(long, global = true)]
    pub database_url: Option<String>,
    /// How results are printed
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Look for problems: configuration, folder, disk, database, outbox, port, limits
    #[command(after_help = "Examples:\n  qingniao doctor\n  qingniao doctor --config /etc/qingniao.toml --output json\n\n\
        Exit codes: 0 all is well (there may be warnings), 3 a problem was found")]
    Doctor,
    /// Bring the database's schema up to date
    Migrate(migrate::Args),
    /// Add, list and help people who sign in
    #[command(subcommand)]
    User(user::Command),
    /// Make and revoke tokens for the API
    #[command(subcommand)]
    Token(token::Command),
    /// Add, list, check, tune and remove text encoders
    #[command(subcommand)]
    Model(model::Command),
    /// Make, check and restore backups
    #[command(subcommand)]
    Backup(backup::Command),
    /// Check or print the configuration
    #[command(subcommand)]
    Config(config::Command),
    /// Measure this binary on this machine, beside the machine's own limit
    #[command(subcommand)]
    Bench(bench::Command),
    /// Train, measure and try what understands customers
    #[command(subcommand)]
    Nlu(nlu::Command),
    /// Fill the product catalogue
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// Measure what questions find in the company's knowledge
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Read emotions from text: train on labelled files, measure
    #[command(subcommand)]
    Emotion(emotion::Command),
    /// Tell whether two questions mean the same: train on judged pairs, measure
    #[command(subcommand)]
    Match(matching::Command),
    /// Read raw mails: which belong together; read kept ones once more
    #[command(subcommand)]
    Mail(mail::Command),
    /// Try routing policies on recorded or made-up arrivals
    #[command(subcommand)]
    Routing(routing::Command),
    /// Find the records of one person; learn which records are one
    #[command(subcommand)]
    Identity(identity::Command),
    /// Read one document from standard input; the server starts this for every document, so that a hostile one hurts nobody
    #[command(hide = true)]
    ReadDocument(read_document::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// A failure with the exit code it ends the process with.
#[derive(Debug)]
pub struct Failure {
    pub code: u8,
    pub error: anyhow::Error,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: 1, error }
    }
}

pub fn usage(error: anyhow::Error) -> Failure {
    Failure { code: 2, error }
}

impl Failure {
    /// The word for its exit code.
    fn kind(&self) -> &'static str {
        match self.code {
            2 => "usage",
            3 => "problems_found",
            _ => "failed",
        }
    }
}

#[allow(clippy::disallowed_methods)] // the command line is read here
pub fn main() -> ExitCode {
    let words = own_output::spell_out(std::env::args_os().map(|w| w.to_string_lossy().into_owned()).collect());
    let read = examples::spread(Cli::command()).try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match read {
        Ok(cli) => cli,
        Err(told) => return misread(&told),
    };
    let output = cli.global.output;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say_error(output, &failure);
            ExitCode::from(failure.code)
        }
    }
}

/// Help, or a command line that could not be read: then how failures are to be printed has to be guessed from its words.
#[allow(clippy::disallowed_methods)] // the command line is read here
fn misread(told: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let json = words.iter().any(|w| w == "--output=json") || words.windows(2).any(|pair| pair[0] == "--output" && pair[1] == "json");
    if !told.use_stderr() || !json {
        let _ = told.print();
        return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
    }
    let failure = usage(anyhow::anyhow!("{}", told.to_string().trim().trim_start_matches("error: ")));
    say_error(Output::Json, &failure);
    ExitCode::from(failure.code)
}

fn run(cli: Cli) -> Result<(), Failure> {
    if let Command::Completions(args) = &cli.command {
        return completions::run(args);
    }
    // These work on files alone and need no configuration.
    match &cli.command {
        Command::Emotion(command) if command.is_of_files() => return emotion::run(&Config::default(), command, cli.global.output),
        Command::Match(command) => return matching::run(command, cli.global.output),
        Command::Mail(command) if command.is_of_files() => return mail::run(&Config::default(), command, cli.global.output),
        Command::Routing(command) => return routing::run(command, cli.global.output),
        Command::Identity(command) if command.is_of_files() => return identity::run(&Config::default(), command, cli.global.output),
        Command::ReadDocument(args) => return read_document::run(args),
        _ => {}
    }
    let (config, output) = (load(&cli.global).map_err(usage)?, cli.global.output);
    match cli.command {
        Command::Serve(args) => serve::run(config, args),
        Command::Doctor => doctor::run(&config, output),
        Command::Migrate(args) => migrate::run(&config, &args, output),
        Command::User(command) => user::run(&config, command, output),
        Command::Token(command) => token::run(&config, command, output),
        Command::Model(command) => model::run(&config, command, output),
        Command::Backup(command) => backup::run(&config, command, output),
        Command::Config(command) => config::run(&config, command, output),
        Command::Bench(command) => bench::run(config, output, command),
        Command::Nlu(command) => nlu::run(&config, command, output),
        Command::Catalogue(command) => catalogue::run(&config, &command, output),
        Command::Knowledge(command) => knowledge::run(&config, &command, output),
        Command::Completions(args) => completions::run(&args),
        Command::ReadDocument(args) => read_document::run(&args),
        Command::Emotion(command) => emotion::run(&config, &command, output),
        Command::Match(command) => matching::run(&command, output),
        Command::Mail(command) => mail::run(&config, &command, output),
        Command::Routing(command) => routing::run(&command, output),
        Command::Identity(command) => identity::run(&config, &command, output),
    }
}

/// The configuration with the command line's own values on top.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment
fn load(global: &Global) -> Result<Config> {
    let mut config = Config::load(global.config.as_deref(), std::env::vars())?;
    if let Some(dir) = &global.data_dir {
        config.storage.data_dir = dir.clone();
    }
    if let Some(url) = &global.database_url {
        config.storage.database_url = url.clone();
    }
    config.check()?;
    Ok(config)
}

/// Prints one line to standard output; a closed pipe is the reader's wish to stop.
pub fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints one line about how far it has come to standard error.
fn say_progress(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints a result: one JSON value on one line, or text for people.
fn answer(output: Output, json: &serde_json::Value, text: impl FnOnce() -> String) {
    match output {
        Output::Json => say(json),
        Output::Text => say(text()),
    }
}

/// Runs a command that is not the server.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime cannot start")?.block_on(work)
}

/// Expressions of flows go deep; what is not used of it costs nothing.
pub(crate) const STACK_BYTES: usize = 16 * 1024 * 1024;
/// Characters of a person's, a token's or a company's name; the API keeps as many.
const NAME_CHARS_MAX: usize = 100;

/// A name given on the command line: one line, kept whole or refused.
fn name_of(flag: &str, text: &str, chars_max: usize) -> Result<String, Failure> {
    let name = qn_base::text::line(text, usize::MAX);
    match name.chars().count() {
        0 => Err(usage(anyhow::anyhow!("{flag} must not be empty"))),
        given if given > chars_max => {
            Err(usage(anyhow::anyhow!("{flag} has {given} characters; at most {chars_max} are kept, so give a shorter one")))
        }
        _ => Ok(name),
    }
}

/// One line on standard error: a JSON object when results are JSON.
fn say_error(output: Output, failure: &Failure) {
    use std::io::Write;
    let message = format!("{:#}", failure.error);
    let line = match output {
        Output::Json => serde_json::json!({"error": failure.kind(), "message": message, "exit_code": failure.code}).to_string(),
        Output::Text => format!("qingniao: {message}"),
    };
    let _ = writeln!(std::io::stderr(), "{line}");
}
