//! `backoffice --listen 127.0.0.1:9100 [--data-dir folder]`.

use clap::Parser;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "backoffice", about = "Orders, payments, customers and stock of a made-up company")]
struct Cli {
    #[arg(long, default_value = "127.0.0.1:9100")]
    listen: String,
    /// Keeps what happened; without it everything is gone at the end
    #[arg(long)]
    data_dir: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    qn_backoffice::serve(&cli.listen, cli.data_dir.as_deref()).await
}
