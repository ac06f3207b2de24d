//! `qingniao user`: people who sign in, managed from the machine the database is on. Works beside a running server, which sees
//! passwords and ended sessions at once (within ten seconds for somebody who is working right now).

use super::database::{self, moment};
use super::{Failure, Output, answer, block_on, usage};
use crate::config::Config;
use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use qn_base::{Clock, SystemClock};
use qn_domain::{Language, Presence, Role, Team, Tenant, User, UserId};
use qn_store::Db;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, clap::Subcommand)]
#[command(after_help = "Examples:\n  qingniao user list\n  qingniao user add lin@example.com --name 林夏 --role agent --team Support\n  \
    qingniao user reset-password lin@example.com\n  qingniao user disable lin@example.com --output json\n  qingniao user enable lin@example.com")]
pub enum Command {
    /// Add a person; prints a one-time password
    Add(Add),
    /// List the people of a company
    List {
        #[command(flatten)]
        of: Of,
    },
    /// Give a person a new one-time password and end their sign-ins
    ResetPassword {
        email: String,
        #[command(flatten)]
        of: Of,
    },
    /// Keep a person from signing in; what they wrote stays
    Disable {
        email: String,
        #[command(flatten)]
        of: Of,
    },
    /// Let a disabled person sign in again
    Enable {
        email: String,
        #[command(flatten)]
        of: Of,
    },
}

#[derive(Debug, clap::Args)]
pub struct Of {
    /// Id of the company, when the database holds several
    #[arg(long)]
    pub tenant: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Add {
    email: String,
    #[arg(long)]
    name: String,
    #[arg(long, value_enum, default_value = "agent")]
    role: WantedRole,
    /// Of the console
    #[arg(long, default_value = "zh-CN", value_parser = ["zh-CN", "zh", "en"])]
    language: String,
    /// Conversations assigned at once
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i64).range(0..=100))]
    capacity: i64,
    /// Name of a team; may be given several times
    #[arg(long = "team")]
    teams: Vec<String>,
    #[command(flatten)]
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WantedRole {
    Agent,
    Supervisor,
    Admin,
}

impl From<WantedRole> for Role {
    fn from(wanted: WantedRole) -> Role {
        match wanted {
            WantedRole::Agent => Role::Agent,
            WantedRole::Supervisor => Role::Supervisor,
            WantedRole::Admin => Role::Admin,
        }
    }
}

pub fn run(config: &Config, command: Command, output: Output) -> Result<(), Failure> {
    block_on(async {
        let of = match &command {
            Command::Add(add) => &add.of,
            Command::List { of } | Command::ResetPassword { of, .. } | Command::Disable { of, .. } | Command::Enable { of, .. } => of,
        };
        let db = database::open(config).await?;
        let tenant = database::tenant(&db, of.tenant.as_deref()).await?;
        let done = match &command {
            Command::Add(wish) => add(&db, &tenant, wish, output).await,
            Command::List { .. } => list(&db, &tenant, output).await,
            Command::ResetPassword { email, .. } => reset_password(&db, &tenant, email, output).await,
            Command::Disable { email, .. } => set_disabled(&db, &tenant, email, true, output).await,
            Command::Enable { email, .. } => set_disabled(&db, &tenant, email, false, output).await,
        };
        db.close().await;
        done
    })
}

/// An address as it is stored.
pub fn email(text: &str) -> Result<String> {
    let (mut value, mut wrong) = (Some(text.to_owned()), Vec::new());
    qn_api_types::check::email(&mut value, "email", &mut wrong);
    value.filter(|_| wrong.is_empty()).ok_or_else(|| anyhow!("{text:?} is not an e-mail address"))
}

/// The person of that address.
pub async fn find(db: &Db, tenant: &Tenant, address: &str) -> Result<User> {
    let wanted = email(address)?;
    let accounts = qn_store::user::list_accounts(db, &wanted).await?;
    let found = accounts.into_iter().find(|a| a.user.tenant_id == tenant.id);
    found.map(|a| a.user).ok_or_else(|| anyhow!("nobody at {} has the address {wanted}; see `qingniao user list`", tenant.name))
}

async fn add(db: &Db, tenant: &Tenant, wish: &Add, output: Output) -> Result<(), Failure> {
    let now = SystemClock.now();
    let name = super::name_of("--name", &wish.name, super::NAME_CHARS_MAX)?;
    let teams: Vec<Team> = qn_store::team::list(db, &tenant.id, None, 1_000).await.context("the teams cannot be read")?.items;
    let mut team_ids = Vec::new();
    for wanted in &wish.teams {
        let team = teams.iter().find(|t| t.name == *wanted || t.id.as_str() == wanted);
        let known = || teams.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ");
        team_ids.push(team.with_context(|| format!("there is no team {wanted:?}; known: {}", known())).map_err(usage)?.id.clone());
    }
    let user = User {
        id: UserId::fresh(now),
        tenant_id: tenant.id.clone(),
        email: email(&wish.email).map_err(usage)?,
        name,
        role: wish.role.into(),
        language: Language::from_tag(&wish.language),
        capacity: wish.capacity,
        presence: Presence::Offline,
        team_ids,
        must_change_password: true,
        disabled: false,
        version: 1,
        created_at: now,
    };
    let (password, hash) = one_time(db).await?;
    match qn_store::user::insert(db, &user, &hash).await {
        Ok(()) => {}
        Err(qn_store::Error::Exists(_)) => return Err(anyhow!("{} exists already", user.email).into()),
        Err(error) => return Err(anyhow::Error::from(error).into()),
    }
    announce(db, tenant, &user).await?;
    let json = json!({"user": view(&user), "one_time_password": password});
    answer(output, &json, || format!("{} added\none-time password: {password}", user.email));
    Ok(())
}

async fn list(db: &Db, tenant: &Tenant, output: Output) -> Result<(), Failure> {
    let users = qn_store::user::list_all(db, &tenant.id).await.context("the people cannot be read")?;
    answer(output, &json!({"tenant": {"id": tenant.id, "name": tenant.name}, "items": users.iter().map(view).collect::<Vec<_>>()}), || {
        let line = |u: &User| {
            let state = if u.disabled { "  disabled" } else { "" };
            format!("{:<36} {:<11} {}  {}{state}", u.email, u.role.as_str(), moment(u.created_at), u.name)
        };
        users.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn reset_password(db: &Db, tenant: &Tenant, address: &str, output: Output) -> Result<(), Failure> {
    let user = find(db, tenant, address).await?;
    let (password, hash) = one_time(db).await?;
    qn_store::user::set_password(db, &tenant.id, &user.id, &hash, true).await.context("the password cannot be set")?;
    qn_store::session::delete_others(db, &tenant.id, &user.id, None).await.context("the sign-ins cannot be ended")?;
    let json = json!({"user": view(&user), "one_time_password": password});
    answer(output, &json, || format!("one-time password of {}: {password}", user.email));
    Ok(())
}

async fn set_disabled(db: &Db, tenant: &Tenant, address: &str, disabled: bool, output: Output) -> Result<(), Failure> {
    let mut user = find(db, tenant, address).await?;
    if user.disabled != disabled {
        user.disabled = disabled;
        user.version = match qn_store::user::update(db, &user).await {
            Ok(version) => version,
            Err(qn_store::Error::InUse { .. }) => return Err(anyhow!("{} is the last admin and must stay one", user.email).into()),
            Err(error) => return Err(anyhow::Error::from(error).into()),
        };
        announce(db, tenant, &user).await?;
    }
    if disabled {
        qn_store::session::delete_others(db, &tenant.id, &user.id, None).await.context("the sign-ins cannot be ended")?;
    }
    let word = if disabled { "disabled" } else { "enabled" };
    answer(output, &json!({"user": view(&user)}), || format!("{} is {word}", user.email));
    Ok(())
}

async fn one_time(db: &Db) -> Result<(String, String)> {
    let auth = qn_auth::Auth::open(db.clone(), Arc::new(SystemClock)).await.context("the server's keys cannot be read")?;
    let password = qn_auth::one_time_password();
    let Ok(hash) = auth.hash_password(&password).await else { bail!("the password cannot be hashed") };
    Ok((password, hash))
}

/// Screens that resume see that the person changed.
async fn announce(db: &Db, tenant: &Tenant, user: &User) -> Result<()> {
    db.announce(&tenant.id, "user", user.id.as_str(), SystemClock.now()).await.context("the change cannot be announced")
}

fn view(user: &User) -> Value {
    json!({
        "id": user.id, "email": user.email, "name": user.name, "role": user.role, "language": user.language, "capacity": user.capacity,
        "team_ids": user.team_ids, "disabled": user.disabled, "must_change_password": user.must_change_password, "created_at": user.created_at,
    })
}
