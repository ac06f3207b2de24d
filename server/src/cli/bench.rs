//! `qingniao bench`: figures of this binary on this machine, beside the machine's own limit.

use super::{Failure, Output, say};
use crate::bench::{encoder, flows, history, identity, ingest, intents, limit, messages, questions, routing, sockets};
use crate::config::Config;
use anyhow::Context;

#[derive(Debug, clap::Subcommand)]
#[command(
    after_help = "Examples:\n  qingniao bench messages --output json\n  qingniao bench messages --postgres-url postgres://postgres@localhost/bench --output json\n  \
    ulimit -n 65536 && qingniao bench sockets --connections 20000 --output json"
)]
pub enum Command {
    /// Whole turns per second: question in over HTTP, bot's answer out on the customer's socket
    #[command(after_help = "Examples:\n  qingniao bench messages --output json\n  qingniao bench messages --customers 128 --seconds 20")]
    Messages {
        /// Customers that talk at the same time
        #[arg(long, default_value_t = 64)]
        customers: usize,
        /// Length of each part
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Measure PostgreSQL as well, in this empty database
        #[arg(long)]
        postgres_url: Option<String>,
    },
    /// Refunds per second through the flow engine, every step on disk, beside the same calls without an engine
    #[command(after_help = "Examples:\n  qingniao bench flows --output json\n  qingniao bench flows --concurrency 32 --seconds 5")]
    Flows {
        /// Refunds under way at the same time; several in turn
        #[arg(long, value_delimiter = ',', default_value = "1,32,100")]
        concurrency: Vec<usize>,
        /// Length of each measurement
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Measure PostgreSQL as well, in this empty database
        #[arg(long)]
        postgres_url: Option<String>,
    },
    /// Flows that wait: thousands parked on an approval, and a minute full of timers
    #[command(
        after_help = "Examples:\n  qingniao bench flows-waiting --output json\n  qingniao bench flows-waiting --parked 1000 --timers 10000"
    )]
    FlowsWaiting {
        /// Runs that wait for an approval
        #[arg(long, default_value_t = 10_000)]
        parked: usize,
        /// Timers that come due within one minute
        #[arg(long, default_value_t = 100_000)]
        timers: usize,
        /// Measure PostgreSQL as well, in this empty database
        #[arg(long)]
        postgres_url: Option<String>,
    },
    /// Platforms' calls per second, each on disk before it is answered, and the time to the answer while the bot's model is slow
    #[command(
        after_help = "Examples:\n  qingniao bench ingest --output json\n  qingniao bench ingest --channel telegram --channel line --connections 32 --seconds 5"
    )]
    Ingest {
        /// Only this kind of channel; may be repeated
        #[arg(long = "channel", value_name = "KIND")]
        channels: Vec<String>,
        /// Connections that the platforms keep open; of SMPP, texts that wait for their answer in its one session
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// Length of each part
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Measure PostgreSQL instead, in this empty database
        #[arg(long)]
        postgres_url: Option<String>,
    },
    /// Idle connections, bytes of memory for each, and fan-out of one event
    #[command(after_help = "Examples:\n  ulimit -n 65536 && qingniao bench sockets --output json")]
    Sockets {
        #[arg(long, default_value_t = 20_000)]
        connections: usize,
        #[arg(long, default_value_t = 1_000)]
        watchers: usize,
        #[arg(long, default_value_t = 50)]
        events: usize,
    },
    /// A server with a long past: start, memory, lists and full-text search
    #[command(after_help = "Examples:\n  qingniao bench history --output json\n  qingniao bench history --messages 100000")]
    History {
        #[arg(long, default_value_t = 1_000_000)]
        messages: usize,
    },
    /// Vectors of a local model per second, beside ONNX Runtime if there is one
    #[command(after_help = "Examples:\n  qingniao bench encoder --model data/models/minilm --output json\n  \
        python -m venv peer && peer/bin/pip install onnxruntime onnx numpy\n  \
        qingniao bench encoder --model data/models/minilm --peer-python peer/bin/python --output json")]
    Encoder(encoder::Args),
    /// A company with many made-up intents: seconds of training and of the console's button, memory of the model, time of an answer
    #[command(after_help = "Examples:\n  qingniao bench intents --output json\n  qingniao bench intents --intents 100 --examples 50")]
    Intents(intents::Args),
    /// Who answers: a set of customers' questions played against the demo company, each by a customer of its own
    #[command(
        after_help = "Examples:\n  qingniao bench questions --output json\n  qingniao bench questions --file scenarios/questions/blue-whale.csv"
    )]
    Questions(questions::Args),
    /// Many contacts: who is behind an account, whom a proved phone belongs to, and the person whole
    #[command(after_help = "Examples:\n  qingniao bench identity --output json\n  qingniao bench identity --contacts 100000")]
    Identity {
        #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
        contacts: u32,
    },
    /// The live router on a full floor: how long it decides, and from a committed close to the committed assignment
    #[command(
        after_help = "Examples:\n  qingniao bench routing --output json\n  qingniao bench routing --people 50 --waiting 1000 --rounds 100"
    )]
    Routing {
        /// People, all of them full
        #[arg(long, default_value_t = 500)]
        people: usize,
        /// Conversations that wait
        #[arg(long, default_value_t = 10_000)]
        waiting: usize,
        /// Conversations closed, one after the other
        #[arg(long, default_value_t = 2_000)]
        rounds: usize,
    },
    /// The service that `flows` calls
    #[command(hide = true)]
    Backoffice {
        #[arg(long)]
        listen: String,
    },
    /// The engine that `flows` measures
    #[command(hide = true)]
    FlowServer {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        office: String,
    },
    /// The same calls without an engine
    #[command(hide = true)]
    FlowLimit {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        office: String,
    },
    /// The same calls with a bare row for each commit
    #[command(hide = true)]
    FlowLimitDurable {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        office: String,
    },
    /// The bare server that `messages` compares with
    #[command(hide = true)]
    LimitServer {
        #[arg(long)]
        listen: String,
    },
}

pub fn run(mut config: Config, output: Output, command: Command) -> Result<(), Failure> {
    // One thread makes the load: a generator that wakes threads of its own takes the machine from the server it measures.
    let mut runtime = match command {
        Command::LimitServer { .. }
        | Command::Backoffice { .. }
        | Command::FlowServer { .. }
        | Command::FlowsWaiting { .. }
        | Command::FlowLimit { .. }
        | Command::FlowLimitDurable { .. } => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    runtime.thread_stack_size(super::STACK_BYTES);
    let runtime = runtime.enable_all().build().context("the runtime cannot start")?;
    runtime.block_on(async {
        match command {
            Command::Messages { customers, seconds, postgres_url } => {
                let mut rows = vec![messages::run(None, customers, seconds).await?];
                if let Some(url) = &postgres_url {
                    rows.push(messages::run(Some(url), customers, seconds).await?);
                }
                print(output, &rows)
            }
            Command::Flows { concurrency, seconds, postgres_url } => {
                let mut rows = flows::run(None, &concurrency, seconds).await?;
                if let Some(url) = &postgres_url {
                    rows.extend(flows::run(Some(url), &concurrency, seconds).await?);
                }
                print(output, &rows)
            }
            Command::FlowsWaiting { parked, timers, postgres_url } => {
                let mut rows = vec![flows::waiting::run(None, parked, timers).await?];
                if let Some(url) = &postgres_url {
                    rows.push(flows::waiting::run(Some(url), parked, timers).await?);
                }
                print(output, &rows)
            }
            Command::Ingest { channels, connections, seconds, postgres_url } => {
                let wish = ingest::Wish { database_url: postgres_url.as_deref(), channels: &channels, connections, seconds };
                print(output, &ingest::run(&wish).await?)
            }
            Command::Backoffice { listen } => qn_backoffice::serve(&listen, None).await,
            Command::FlowServer { listen, office } => {
                config.server.listen = listen;
                flows::servers::engine(&config, &office).await
            }
            Command::FlowLimit { listen, office } => {
                config.server.listen = listen;
                flows::servers::limit(&config, &office, false).await
            }
            Command::FlowLimitDurable { listen, office } => {
                config.server.listen = listen;
                flows::servers::limit(&config, &office, true).await
            }
            Command::Sockets { connections, watchers, events } => print(output, &[sockets::run(connections, watchers, events).await?]),
            Command::History { messages } => print(output, &[history::run(messages).await?]),
            Command::Identity { contacts } => print(output, &[identity::run(contacts).await?]),
            Command::Routing { people, waiting, rounds } => print(output, &[routing::run(people, waiting, rounds).await?]),
            Command::Encoder(args) => print(output, &encoder::run(&args)?),
            Command::Questions(args) => print(output, &questions::run(&args).await?),
            Command::Intents(args) => print(output, &[intents::run(&args).await?]),
            Command::LimitServer { listen } => {
                config.server.listen = listen;
                limit::serve(&config).await
            }
        }
    })?;
    Ok(())
}

fn print<T: serde::Serialize>(output: Output, rows: &[T]) -> anyhow::Result<()> {
    if output == Output::Json {
        say(serde_json::to_string_pretty(rows)?);
        return Ok(());
    }
    for row in rows {
        let serde_json::Value::Object(fields) = serde_json::to_value(row)? else { continue };
        for (name, value) in fields {
            say(format!("{name:>30}  {value}"));
        }
        say("");
    }
    Ok(())
}
