//! What the house itself tells people about flows: a planned version that did not go live, an approval that is theirs as well by now.
//! Each reads it in their own language, and is told once.

use super::notify::people;
use crate::settings::TenantSettings;
use crate::{Engine, Result};
use qn_base::Timestamp;
use qn_domain::{Language, TenantId, User, UserId};
use qn_store::flow_plan::FlowPlan;
use qn_store::flow_release::{self, PlanFailure};
use qn_store::flow_task::{self, Widened};
use qn_store::notice::{self, Notice};
use qn_workflow::request::Also;
use qn_workflow::{Request, hash};

/// Looked at in one go.
const WIDENED_MAX: i64 = 200;
const TITLE_CHARS_MAX: usize = 200;
pub(crate) const LANGUAGES: [Language; 2] = [Language::Zh, Language::En];

/// Why a planned version is not live.
#[derive(Debug, Default)]
pub(super) struct Untold<'a> {
    /// A stable word.
    pub word: &'a str,
    pub zh: String,
    pub en: String,
    pub name: &'a str,
    pub number: i64,
}

impl Engine {
    /// Writes down that a plan failed and tells its author, or the administrators when they are gone.
    pub(super) async fn tell_untold(&self, tenant_id: &TenantId, plan: &FlowPlan, why: &Untold<'_>) -> Result<()> {
        let settings = self.settings(tenant_id).await?;
        let author = settings.users.values().find(|user| user.id.as_str() == plan.author_id && !user.disabled);
        let to = author.map_or_else(|| people(&settings, "admin"), |author| vec![author]);
        let language = to.first().map_or(Language::Zh, |user| user.language);
        let (title, body) = match language {
            Language::Zh => (format!("「{}」版本 {} 没有按时上线", why.name, why.number), &why.zh),
            Language::En => (format!("Version {} of {} did not go live at its time", why.number, why.name), &why.en),
        };
        let told = Notice {
            id: format!("ntc_{}", hash::short(&format!("{}/{}/{}", plan.flow_id, plan.hash, plan.due_at))),
            title: qn_base::text::line(&title, TITLE_CHARS_MAX),
            body: body.clone(),
            flow_name: why.name.to_owned(),
            run_id: String::new(),
            conversation_id: None,
            at: self.now(),
            flow_id: Some(plan.flow_id.clone()),
            ticket_id: None,
        };
        let to: Vec<&UserId> = to.into_iter().map(|user| &user.id).collect();
        let failure = PlanFailure { word: why.word, notice: &told, to: &to };
        if flow_release::fail_plan(&self.db, plan, &failure, self.now()).await? {
            self.announce_notice(tenant_id, &told.id).await;
        }
        Ok(())
    }

    /// Tells those who are asked about an approval as well by now, and gives the time of the next.
    pub async fn tell_widened(&self) -> Result<Option<Timestamp>> {
        for task in flow_task::list_widened(&self.db, self.now(), WIDENED_MAX).await? {
            let tenant_id = TenantId(task.tenant_id.clone());
            let settings = self.settings(&tenant_id).await?;
            let notices = widened(&task, &settings, self.now());
            flow_task::tell_widened(&self.db, &task, &notices).await?;
            for (notice, _) in &notices {
                self.announce_notice(&tenant_id, &notice.id).await;
            }
        }
        Ok(flow_task::next_widened(&self.db).await?)
    }

    /// It was decided: nobody needs to look at it any more.
    pub async fn settle_widened(&self, tenant_id: &TenantId, run_id: &str, step: &str, attempt: i64) -> Result<()> {
        for language in LANGUAGES {
            let id = widened_id(run_id, step, attempt, language);
            notice::settle(&self.db, tenant_id, &id).await?;
        }
        Ok(())
    }

    pub(crate) async fn announce_notice(&self, tenant_id: &TenantId, id: &str) {
        if let Err(error) = self.db.announce(tenant_id, "notice", id, self.now()).await {
            tracing::warn!(%error, "that people were told something could not be announced");
        }
    }
}

fn widened_id(run_id: &str, step: &str, attempt: i64, language: Language) -> String {
    format!("ntc_{}", hash::short(&format!("{run_id}/{step}#{attempt}:{}", language.code())))
}

/// One notice in each language that is read.
fn widened<'s>(task: &Widened, settings: &'s TenantSettings, at: Timestamp) -> Vec<(Notice, Vec<&'s UserId>)> {
    let Ok(Request::Approve { title, also: Some(Also { who, .. }), .. }) = serde_json::from_str(&task.request) else { return Vec::new() };
    let began = task.trigger_key.strip_prefix("api:").and_then(|rest| rest.split(':').next());
    let may = |who: &str| -> Vec<&'s User> { people(settings, who).into_iter().filter(|user| Some(user.id.as_str()) != began).collect() };
    let asked = Some(may(&who)).filter(|asked| !asked.is_empty()).unwrap_or_else(|| may("admin"));
    let told = |language: Language| {
        let (prefix, body) = match language {
            Language::Zh => ("等您审批：", "到时还没有人审批，现在也请您决定。"),
            Language::En => ("Waits for you too: ", "Nobody has decided in time; you may decide now as well."),
        };
        let notice = Notice {
            id: widened_id(&task.run_id, &task.step, task.attempt, language),
            title: qn_base::text::line(&format!("{prefix}{title}"), TITLE_CHARS_MAX),
            body: body.to_owned(),
            flow_name: task.flow_name.clone(),
            run_id: task.run_id.clone(),
            conversation_id: task.conversation_id.clone(),
            at,
            flow_id: None,
            ticket_id: None,
        };
        (notice, asked.iter().filter(|user| user.language == language).map(|user| &user.id).collect::<Vec<_>>())
    };
    LANGUAGES.into_iter().map(told).filter(|(_, to)| !to.is_empty()).collect()
}
