//! `qingniao token`: tokens of the HTTP API. A token acts as a person or as a service of its own, within its scope;
//! its secret is printed once.

use super::database::{self, moment};
use super::user::{Of, find};
use super::{Failure, Output, answer, block_on};
use crate::config::Config;
use anyhow::{Context, anyhow};
use clap::ValueEnum;
use qn_auth::{ActsAs, Auth, NewToken, Scope};
use qn_base::clock::DAY_MS;
use qn_base::{Clock, SystemClock};
use qn_domain::{Tenant, TokenId};
use qn_store::Db;
use qn_store::token::ApiToken;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao token create --user admin@example.com --name crm --scope write --expires-days 365\n  \
    qingniao token create --service --name order-system --scope write\n  qingniao token list\n  qingniao token revoke tok_01…")]
pub enum Command {
    /// Make a token; prints its secret once
    Create {
        /// E-mail of the person it acts as
        #[arg(long, required_unless_present = "service", conflicts_with = "service")]
        user: Option<String>,
        /// Give it an account of its own, which stays when people go
        #[arg(long)]
        service: bool,
        /// What it is for
        #[arg(long)]
        name: String,
        #[arg(long, value_enum, default_value = "read")]
        scope: WantedScope,
        /// Days until it ends; without it the token stays until it is revoked
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3_650))]
        expires_days: Option<i64>,
        #[command(flatten)]
        of: Of,
    },
    /// List the tokens of a company
    List {
        #[command(flatten)]
        of: Of,
    },
    /// End a token
    Revoke {
        /// As `token list` shows it
        id: String,
        #[command(flatten)]
        of: Of,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WantedScope {
    Read,
    Write,
    Admin,
}

impl From<WantedScope> for Scope {
    fn from(wanted: WantedScope) -> Scope {
        match wanted {
            WantedScope::Read => Scope::Read,
            WantedScope::Write => Scope::Write,
            WantedScope::Admin => Scope::Admin,
        }
    }
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    block_on(async {
        let (Command::Create { of, .. } | Command::List { of } | Command::Revoke { of, .. }) = &command;
        let db = database::open(config).await?;
        let tenant = database::tenant(&db, of.tenant.as_deref()).await?;
        let done = match &command {
            Command::Create { user, name, scope, expires_days, .. } => {
                create(&db, &tenant, (user.as_deref(), name), (*scope).into(), *expires_days, output).await
            }
            Command::List { .. } => list(&db, &tenant, output).await,
            Command::Revoke { id, .. } => revoke(&db, &tenant, id, output).await,
        };
        db.close().await;
        done
    })
}

async fn create(
    db: &Db,
    tenant: &Tenant,
    (address, name): (Option<&str>, &str),
    scope: Scope,
    days: Option<i64>,
    output: Output,
) -> Result<(), Failure> {
    let now = SystemClock.now();
    let name = super::name_of("--name", name, super::NAME_CHARS_MAX)?;
    let acts_as = match address {
        Some(address) => ActsAs::Person(find(db, tenant, address).await?.id),
        None => ActsAs::Service,
    };
    let auth = Auth::open(db.clone(), Arc::new(SystemClock)).await.context("the server's keys cannot be read")?;
    let expires_at = days.map(|d| now + d * DAY_MS);
    let wish = NewToken { id: TokenId::fresh(now), tenant_id: tenant.id.clone(), acts_as, name, scope, expires_at };
    let issued = auth.create_token(wish).await.context("the token cannot be made")?;
    let json = json!({"token": view(&issued.token), "secret": issued.secret});
    answer(output, &json, || {
        let as_whom = address.unwrap_or("a service of its own");
        format!("{} acts as {as_whom} ({})\nsecret, shown only now: {}", issued.token.id, scope.as_str(), issued.secret)
    });
    Ok(())
}

async fn list(db: &Db, tenant: &Tenant, output: Output) -> Result<(), Failure> {
    let tokens = qn_store::token::list(db, &tenant.id, None, None, 10_000).await.context("the tokens cannot be read")?.items;
    answer(output, &json!({"items": tokens.iter().map(view).collect::<Vec<_>>()}), || {
        let line = |t: &ApiToken| {
            let ends = t.expires_at.map_or("never ends".to_owned(), |at| format!("ends {}", moment(at)));
            let used = t.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", moment(at)));
            format!("{}  {:<18} {ends}, {used}  {}", t.id, t.scopes.join(","), t.name)
        };
        if tokens.is_empty() { "there are no tokens".to_owned() } else { tokens.iter().map(line).collect::<Vec<_>>().join("\n") }
    });
    Ok(())
}

async fn revoke(db: &Db, tenant: &Tenant, id: &str, output: Output) -> Result<(), Failure> {
    let id = TokenId::from(id);
    let found = qn_store::token::find(db, &tenant.id, &id).await.context("the tokens cannot be read")?;
    let token = found.ok_or_else(|| anyhow!("there is no token {id}; see `qingniao token list`"))?;
    let auth = Auth::open(db.clone(), Arc::new(SystemClock)).await.context("the server's keys cannot be read")?;
    auth.delete_token(&tenant.id, &id, token.version).await.context("the token cannot be revoked")?;
    answer(output, &json!({"revoked": view(&token)}), || format!("{id} is revoked; a running server refuses it within ten seconds"));
    Ok(())
}

fn view(t: &ApiToken) -> Value {
    json!({
        "id": t.id, "name": t.name, "user_id": t.user_id, "scopes": t.scopes, "expires_at": t.expires_at,
        "last_used_at": t.last_used_at, "created_at": t.created_at,
    })
}
