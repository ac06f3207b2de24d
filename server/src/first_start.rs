//! The first start on an empty database: the demo company, or an empty one with an admin and a web inbox. What was begun is written
//! down first and marked done last (`server_secret.first_start`), and every id follows from that note; so a start that was killed,
//! or raced with another server's, is completed by the next one. Called by `serve`.

use crate::demo;
use anyhow::{Context, Result};
use qn_auth::Auth;
use qn_base::Timestamp;
use qn_domain::{BusinessHours, ChannelKind, Inbox, InboxId, Language, Presence, Role, Tenant, TenantId, User, UserId, WidgetSettings};
use qn_engine::Engine;
use qn_store::{Error, tenant};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const NOTE: &str = "first_start";
/// Anybody may pick another one in the console.
const TIME_ZONE: &str = "Asia/Shanghai";

/// What the command line asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    pub demo: bool,
    pub admin_email: String,
    pub company: String,
    pub public_url: String,
}

#[derive(Debug)]
pub struct FirstStart {
    /// For standard output: addresses, and on the first start who can sign in.
    pub lines: Vec<String>,
    /// The demo company is there and was asked for.
    pub has_demo: bool,
}

/// What the first start set out to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Plan {
    Demo {
        base: Timestamp,
    },
    /// The password is erased with the note that the plan is done.
    Company {
        base: Timestamp,
        id: TenantId,
        name: String,
        admin_email: String,
        one_time_password: String,
    },
    Done {
        demo: bool,
    },
}

pub async fn prepare(engine: &Arc<Engine>, auth: &Auth, wish: &Wish) -> Result<FirstStart> {
    let Some(plan) = read_plan(engine, wish).await? else {
        return Ok(FirstStart { lines: addresses(wish, false), has_demo: false });
    };
    match plan {
        Plan::Done { demo } => Ok(later(wish, demo)),
        Plan::Demo { base } => {
            let password_hash = auth.hash_password(demo::PASSWORD).await.context("the demo's password cannot be hashed")?;
            demo::seed(engine, &demo::Seed { base, password_hash }).await?;
            finish(engine, true).await?;
            Ok(FirstStart { lines: demo_lines(wish)?, has_demo: wish.demo })
        }
        Plan::Company { base, id, name, admin_email, one_time_password } => {
            let company = Company { base, id, name, admin_email: admin_email.clone() };
            let hash = auth.hash_password(&one_time_password).await.context("the first password cannot be hashed")?;
            company.make(engine, &hash).await.context("the first company cannot be made")?;
            finish(engine, false).await?;
            Ok(FirstStart { lines: company_lines(wish, &admin_email, &one_time_password), has_demo: false })
        }
    }
}

/// None for a database that was filled in another way, for example restored from elsewhere.
async fn read_plan(engine: &Engine, wish: &Wish) -> Result<Option<Plan>> {
    let note = match tenant::find_secret(&engine.db, NOTE).await? {
        Some(note) => note,
        None if !tenant::list(&engine.db).await?.is_empty() => return Ok(None),
        None => {
            let plan = serde_json::to_string(&new_plan(wish, engine.now())).context("the plan of the first start")?;
            tenant::secret(&engine.db, NOTE, plan, engine.now()).await?
        }
    };
    serde_json::from_str(&note).map(Some).context("the note about the first start is not readable")
}

fn new_plan(wish: &Wish, now: Timestamp) -> Plan {
    match wish.demo {
        true => Plan::Demo { base: now },
        false => Plan::Company {
            base: now,
            id: TenantId::fresh(now),
            name: wish.company.clone(),
            admin_email: wish.admin_email.clone(),
            one_time_password: qn_auth::one_time_password(),
        },
    }
}

async fn finish(engine: &Engine, demo: bool) -> Result<()> {
    let done = serde_json::to_string(&Plan::Done { demo }).context("the plan of the first start")?;
    Ok(tenant::replace_secret(&engine.db, NOTE, &done).await?)
}

struct Company {
    base: Timestamp,
    id: TenantId,
    name: String,
    admin_email: String,
}

impl Company {
    async fn make(&self, engine: &Engine, password_hash: &str) -> Result<()> {
        let body = self.id.as_str().trim_start_matches("tnt_");
        let tenant = Tenant {
            id: self.id.clone(),
            name: self.name.clone(),
            language: Language::Zh,
            time_zone: TIME_ZONE.into(),
            created_at: self.base,
        };
        there_already_is_fine(tenant::insert(&engine.db, &tenant).await)?;
        let admin = User {
            id: UserId(format!("{}_{body}", UserId::PREFIX)),
            tenant_id: self.id.clone(),
            email: self.admin_email.clone(),
            name: "Admin".into(),
            role: Role::Admin,
            language: Language::Zh,
            capacity: 5,
            presence: Presence::Offline,
            team_ids: vec![],
            must_change_password: true,
            disabled: false,
            version: 1,
            created_at: self.base,
        };
        there_already_is_fine(qn_store::user::insert(&engine.db, &admin, password_hash).await)?;
        let inbox = Inbox {
            id: InboxId(format!("{}_{body}", InboxId::PREFIX)),
            tenant_id: self.id.clone(),
            name: "网站 Website".into(),
            channel: ChannelKind::Web,
            key: format!("web-{}", &body[body.len().saturating_sub(10)..]),
            secret: qn_channel::generate_secret(),
            team_id: None,
            bot_enabled: true,
            language: Language::Zh,
            hours: BusinessHours::default(),
            widget: WidgetSettings::default(),
            channel_settings: serde_json::json!({}),
            reopen_window_ms: qn_base::clock::DAY_MS,
            version: 1,
            created_at: self.base,
        };
        there_already_is_fine(qn_store::inbox::insert(&engine.db, &inbox).await)?;
        engine.reload_settings(&self.id);
        Ok(())
    }
}

fn there_already_is_fine(result: qn_store::Result<()>) -> qn_store::Result<()> {
    match result {
        Err(Error::Exists(_)) => Ok(()),
        other => other,
    }
}

fn later(wish: &Wish, demo: bool) -> FirstStart {
    let mut lines = addresses(wish, wish.demo && demo);
    if wish.demo && !demo {
        lines.push("这个数据目录里已有公司，--demo 未生效；换一个 --data-dir 可以看演示".into());
        lines.push("this data folder already holds a company, so --demo changes nothing; use another --data-dir to see the demo".into());
    }
    FirstStart { lines, has_demo: wish.demo && demo }
}

fn addresses(wish: &Wish, demo: bool) -> Vec<String> {
    let url = &wish.public_url;
    let mut lines = vec![format!("青鸟 Qingniao {}", env!("CARGO_PKG_VERSION")), row("控制台 Console", &format!("{url}/"))];
    if demo {
        lines.push(row("演示商店 Shop", &format!("{url}/demo")));
    }
    lines.push(row("接口文档 API docs", &format!("{url}/docs/api")));
    lines
}

fn demo_lines(wish: &Wish) -> Result<Vec<String>> {
    let mut lines = addresses(wish, wish.demo);
    lines.push(String::new());
    lines.push(format!("演示帐号（仅供演示，密码都是 {}） Demo sign-ins (for the demo only, all with that password):", demo::PASSWORD));
    for (role, name, email) in demo::sign_ins()? {
        let role = match role {
            Role::Agent => "坐席 agent",
            Role::Supervisor => "主管 supervisor",
            Role::Admin => "管理员 admin",
        };
        lines.push(row(role, &format!("{}{name}", pad(&email, 32))));
    }
    lines.push(String::new());
    lines.push("Ctrl-C 停止，数据会保留  Ctrl-C stops, the data stays".into());
    Ok(lines)
}

fn company_lines(wish: &Wish, email: &str, password: &str) -> Vec<String> {
    let mut lines = addresses(wish, false);
    lines.push(String::new());
    lines.push("首次启动：已建好公司、管理员和一个网站渠道 First start: a company, an admin and a web inbox are ready".into());
    lines.push(row("帐号 Sign in as", email));
    lines.push(row("一次性密码 Password", password));
    lines.push("密码只显示这一次，登录后须修改 Shown only once, to be changed after signing in".into());
    lines.push(format!("忘记了 lost it: qingniao user reset-password {email}"));
    lines
}

fn row(label: &str, value: &str) -> String {
    format!("  {}{value}", pad(label, 22))
}

/// Chinese characters take two columns of a terminal.
fn pad(text: &str, columns: usize) -> String {
    let taken: usize = text.chars().map(|c| if qn_base::text::is_cjk(c) { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(taken).max(1)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_note_says_what_was_begun_and_forgets_the_password_when_done() {
        let wish = Wish { demo: false, admin_email: "a@example.com".into(), company: "Co".into(), public_url: "http://x".into() };
        let plan = new_plan(&wish, 1_000);
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
        assert!(text.contains("one_time_password"));
        assert_eq!(serde_json::to_string(&Plan::Done { demo: false }).unwrap(), r#"{"kind":"done","demo":false}"#);
    }

    #[test]
    fn labels_line_up() {
        assert_eq!(pad("控制台", 8), "控制台  ");
        assert_eq!(pad("Console", 8), "Console ");
    }
}
