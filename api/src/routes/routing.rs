//! Routing: the live policy and its draft, versions, what people can do, and a policy played on yesterday's arrivals.

use crate::Result;
use crate::extract::{Json, Path, Reader, Supervisor};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::routing::{
    ChannelLimitView, PersonSkillsView, PolicyView, PublishPolicy, PutPersonSkills, RoutingView, SaveDraft, SimulatePolicy, SimulationView,
    SkillView,
};
use qn_base::clock::DAY_MS;
use qn_domain::UserId;
use qn_domain::routing::{ChannelLimit, PersonSkills, SkillLevel};
use qn_routing::Policy;
use qn_store::routing::{self, DRAFT, PolicyVersion};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const POLICY_BYTES_MAX: usize = 512 * 1024;
const VERSIONS_SHOWN: i64 = 100;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get))
        .routes(routes!(save_draft))
        .routes(routes!(publish))
        .routes(routes!(versions))
        .routes(routes!(simulate))
        .routes(routes!(people))
        .routes(routes!(put_person))
}

/// The policy that routes, and the draft
#[utoipa::path(get, path = "/routing", tag = "routing", responses((status = 200, body = RoutingView)))]
async fn get(State(state): State<AppState>, person: Supervisor) -> Result<Json<RoutingView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let live = match routing::find_live(db, tenant_id).await? {
        Some(live) => view(live),
        None => PolicyView {
            version: 0,
            policy: json(&Policy::default()),
            note: String::new(),
            changed_by: String::new(),
            changed_at: 0,
            revision: 0,
        },
    };
    let draft = routing::find(db, tenant_id, DRAFT).await?.map(view);
    Ok(Json(RoutingView { live, draft, template: json(&qn_routing::policy::service_desk()) }))
}

/// Save the draft
///
/// One draft for everybody; a change that starts from an older revision is refused. Every fault is named by its place.
#[utoipa::path(put, path = "/routing/draft", tag = "routing", request_body = SaveDraft,
    responses((status = 200, body = PolicyView), (status = 412, body = qn_api_types::Problem), (status = 422, body = qn_api_types::Problem)))]
async fn save_draft(State(state): State<AppState>, person: Supervisor, Json(body): Json<SaveDraft>) -> Result<Json<PolicyView>> {
    let policy = read(&body.policy)?;
    let draft = PolicyVersion {
        version: DRAFT,
        document: json(&policy).to_string(),
        note: String::new(),
        changed_by: person.user_id().0.clone(),
        changed_at: state.engine.now(),
        revision: body.revision,
    };
    let revision = routing::put_draft(&state.engine.db, person.tenant_id(), &draft).await?;
    Ok(Json(view(PolicyVersion { revision, ..draft })))
}

/// Publish the draft
///
/// It routes from then on; conversations already with people stay where they are.
#[utoipa::path(post, path = "/routing/draft/publish", tag = "routing", request_body = PublishPolicy,
    responses((status = 200, body = PolicyView), (status = 412, body = qn_api_types::Problem)))]
async fn publish(State(state): State<AppState>, person: Supervisor, Json(body): Json<PublishPolicy>) -> Result<Json<PolicyView>> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    let draft = routing::find(db, tenant_id, DRAFT).await?.ok_or_else(|| Problem::new(Code::NotFound).with("what", "draft"))?;
    settings::same_version(draft.revision, body.revision)?;
    let last = routing::find_live(db, tenant_id).await?.map_or(0, |live| live.version);
    let next = PolicyVersion {
        version: last + 1,
        note: body.note,
        changed_by: person.user_id().0.clone(),
        changed_at: state.engine.now(),
        revision: 0,
        ..draft
    };
    routing::publish(db, tenant_id, &next).await?;
    settings::changed(&state, tenant_id, "routing", &next.version.to_string()).await;
    Ok(Json(view(next)))
}

/// Published versions, newest first
#[utoipa::path(get, path = "/routing/versions", tag = "routing", responses((status = 200, body = List<PolicyView>)))]
async fn versions(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<PolicyView>>> {
    let all = routing::list(&state.engine.db, person.tenant_id(), VERSIONS_SHOWN).await?;
    Ok(Json(List::whole(all.into_iter().map(view).collect())))
}

/// Play a policy on yesterday's arrivals
///
/// What began in the last 24 hours comes again, reopened conversations as well, to the people who were there, at the times they were (where
/// nobody was, to everybody all the time), once with the live policy and once with this one. How long each took is what people held and
/// wrote up, for what has not ended the median of that; customers wait as long as it takes.
#[utoipa::path(post, path = "/routing/simulate", tag = "routing", request_body = SimulatePolicy,
    responses((status = 200, body = SimulationView), (status = 422, body = qn_api_types::Problem)))]
async fn simulate(State(state): State<AppState>, person: Supervisor, Json(body): Json<SimulatePolicy>) -> Result<Json<SimulationView>> {
    let tenant_id = person.tenant_id();
    let other = match &body.policy {
        Some(policy) => read(policy)?,
        None => {
            let draft = routing::find(&state.engine.db, tenant_id, DRAFT).await?;
            let draft = draft.ok_or_else(|| Problem::new(Code::NotFound).with("what", "draft"))?;
            read(&serde_json::from_str(&draft.document).unwrap_or_default())?
        }
    };
    let to = state.engine.now();
    let played = state.engine.play_routing(tenant_id, (to - DAY_MS, to), other).await?;
    Ok(Json(SimulationView {
        from: to - DAY_MS,
        to,
        arrivals: played.live.arrivals as i64,
        people: played.people as i64,
        as_lived: played.as_lived,
        live: json(&played.live),
        other: json(&played.other),
    }))
}

/// What people can do
#[utoipa::path(get, path = "/routing/people", tag = "routing", responses((status = 200, body = List<PersonSkillsView>)))]
async fn people(State(state): State<AppState>, person: Reader) -> Result<Json<List<PersonSkillsView>>> {
    let all = routing::list_people(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(skills).collect())))
}

/// Say what a person can do
#[utoipa::path(put, path = "/routing/people/{id}", tag = "routing", request_body = PutPersonSkills, params(("id" = String, Path)),
    responses((status = 204)))]
async fn put_person(
    State(state): State<AppState>,
    person: Supervisor,
    Path(id): Path<UserId>,
    Json(body): Json<PutPersonSkills>,
) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    qn_store::user::get(db, tenant_id, &id).await?;
    let known = routing::list_people(db, tenant_id).await?.into_iter().find(|p| p.user_id == id);
    let wanted = PersonSkills {
        skills: body.skills.into_iter().map(|s| SkillLevel { skill: s.skill, level: s.level }).collect(),
        languages: body.languages.into_iter().map(Into::into).collect(),
        channels: body.channels.into_iter().map(|c| ChannelLimit { channel: c.channel, capacity: c.capacity }).collect(),
        ..known.unwrap_or_else(|| PersonSkills::none(id.clone()))
    };
    routing::put_person(db, tenant_id, &wanted).await?;
    settings::changed(&state, tenant_id, "routing", id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The document as a policy that can be used.
fn read(document: &Value) -> Result<Policy> {
    if document.to_string().len() > POLICY_BYTES_MAX {
        return Err(Problem::invalid("policy", "过大", "is too large"));
    }
    let policy: Policy = serde_json::from_value(document.clone())
        .map_err(|e| Problem::invalid("policy", format!("无法读取：{e}"), format!("cannot be read: {e}")))?;
    let mut faults = qn_routing::policy::check(&policy).into_iter().peekable();
    if faults.peek().is_none() {
        return Ok(policy);
    }
    Err(faults.fold(Problem::new(Code::InvalidField), |problem, fault| {
        let (zh, en) = words(&fault.code);
        problem.field(format!("policy.{}", fault.at), format!("{zh}（{}）", fault.value), format!("{en} ({})", fault.value))
    }))
}

fn words(code: &str) -> (&'static str, &'static str) {
    match code {
        "too_many" => ("过多", "has too many"),
        "twice" => ("重复", "is there twice"),
        "empty" => ("不能为空", "must not be empty"),
        "out_of_range" => ("超出范围", "is out of range"),
        "too_deep" => ("嵌套过深", "is nested too deeply"),
        "unknown_fact" => ("没有这个条件字段", "is not a known fact"),
        "unknown_calendar" => ("没有这个日历", "is not a calendar of the policy"),
        "unknown_sla" => ("没有这个服务级别", "is not a service level of the policy"),
        "unknown_time_zone" => ("没有这个时区", "is not a time zone"),
        "ends_before_it_begins" => ("结束早于开始", "ends before it begins"),
        "promises_no_resolution" => {
            ("这个服务级别没有承诺解决时间：请填写解决时间，或换一个", "promises no resolution: give it one, or name another")
        }
        "promises_nothing" => ("没有任何承诺", "promises nothing"),
        _ => ("取值不合法", "is not valid"),
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn view(v: PolicyVersion) -> PolicyView {
    let policy = serde_json::from_str(&v.document).unwrap_or_default();
    PolicyView { version: v.version, policy, note: v.note, changed_by: v.changed_by, changed_at: v.changed_at, revision: v.revision }
}

fn skills(p: PersonSkills) -> PersonSkillsView {
    PersonSkillsView {
        user_id: p.user_id.0,
        skills: p.skills.into_iter().map(|s| SkillView { skill: s.skill, level: s.level }).collect(),
        languages: p.languages.into_iter().map(Into::into).collect(),
        channels: p.channels.into_iter().map(|c| ChannelLimitView { channel: c.channel, capacity: c.capacity }).collect(),
    }
}
