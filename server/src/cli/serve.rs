//! `qingniao serve`: runs the server until it is told to stop.

use super::{Failure, usage};
use crate::config::Config;
use crate::first_start::Wish;
use anyhow::{Context, anyhow};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  qingniao serve --demo\n  qingniao serve --company Acme --admin-email admin@acme.example\n  \
    qingniao serve --listen 0.0.0.0:8080 --data-dir /var/lib/qingniao\n  \
    qingniao serve --database-url postgres://qingniao@localhost/qingniao\n  \
    qingniao serve --stand-by --database-url postgres://qingniao@db.internal/qingniao")]
pub struct Args {
    /// Fill an empty database with the demo company and serve its shop at /demo
    #[arg(long)]
    pub demo: bool,
    /// E-mail of the admin that the first start on an empty database makes
    #[arg(long, default_value = "admin@example.com")]
    pub admin_email: String,
    /// Name of the company that the first start on an empty database makes
    #[arg(long, default_value = "Qingniao")]
    pub company: String,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long)]
    pub listen: Option<String>,
    /// How browsers reach the server, e.g. https://help.example
    #[arg(long)]
    pub public_url: Option<String>,
    /// Wait until the server that has the PostgreSQL database is gone, then take over
    #[arg(long)]
    pub stand_by: bool,
}

pub fn run(mut config: Config, args: Args) -> Result<(), Failure> {
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    if let Some(url) = args.public_url {
        config.server.public_url = url;
    }
    config.check().map_err(usage)?;
    if args.stand_by && config.storage.database_url.is_empty() {
        return Err(usage(anyhow!(
            "--stand-by needs PostgreSQL (--database-url): an SQLite database is served on its own machine, where a service manager starts the \
             server again when it is gone (systemd: Restart=always)"
        )));
    }
    let admin_email = super::user::email(&args.admin_email).map_err(usage)?;
    let company = super::name_of("--company", &args.company, super::NAME_CHARS_MAX)?;
    crate::logs::start(&config.log).map_err(usage)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.thread_stack_size(super::STACK_BYTES);
    if config.server.threads > 0 {
        runtime.worker_threads(config.server.threads);
    }
    let runtime = runtime.enable_all().build().context("the runtime cannot start")?;
    let wish = Wish { demo: args.demo, admin_email, company, public_url: String::new() };
    runtime.block_on(crate::serve::run(config, wish, args.stand_by))?;
    Ok(())
}
