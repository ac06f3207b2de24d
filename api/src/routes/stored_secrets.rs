//! Secrets for flows and connectors: put, rotated, deleted; shown by name only.

use crate::Result;
use crate::extract::{Admin, Json, Path, Supervisor};
use crate::problem::{Code, Problem};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::List;
use qn_api_types::stored_secret::{PutSecret, RotateSecret, StoredSecretView};
use qn_connector::{Binding, Connector};
use qn_crypto::Plain;
use qn_domain::TenantId;
use qn_store::secret::{self, Secret};
use qn_store::{connector, secret as store};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const SECRETS_MAX: usize = 500;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, delete)).routes(routes!(rotate))
}

fn view(secret: Secret) -> StoredSecretView {
    let Secret { name, hosts, note, created_by, created_at, changed_at, used_at } = secret;
    StoredSecretView { name, hosts, note, created_by, created_at, changed_at, used_at }
}

/// Secrets, by name
///
/// Their values are never shown.
#[utoipa::path(get, path = "/secrets", tag = "secrets", responses((status = 200, body = List<StoredSecretView>)))]
async fn list(State(state): State<AppState>, person: Supervisor) -> Result<Json<List<StoredSecretView>>> {
    let all = store::list(&state.engine.db, person.tenant_id()).await?;
    Ok(Json(List::whole(all.into_iter().map(view).collect())))
}

/// Make a secret, or change its hosts and note
///
/// Sealed before it is stored, opened only for a call to one of its hosts.
#[utoipa::path(put, path = "/secrets/{name}", tag = "secrets", request_body = PutSecret, params(("name" = String, Path)),
    responses((status = 200, body = StoredSecretView), (status = 422, body = qn_api_types::Problem)))]
async fn put(
    State(state): State<AppState>,
    person: Admin,
    Path(name): Path<String>,
    Json(body): Json<PutSecret>,
) -> Result<Json<StoredSecretView>> {
    let (db, now, tenant_id) = (&state.engine.db, state.engine.now(), person.tenant_id());
    plain_name(&name)?;
    let present = secret::find(db, tenant_id, &name).await?;
    let sealed = match (&body.value, &present) {
        (Some(value), _) => Some(seal(&state, tenant_id, &name, value)?),
        // Whoever does not know the value must not be able to have it sent elsewhere.
        (None, Some(present)) if hosts(&body.hosts)?.iter().any(|host| !present.hosts.contains(host)) => {
            return Err(Problem::invalid("value", "增加域名时必须重新填写密钥内容", "is needed again for another host"));
        }
        (None, Some(_)) => None,
        (None, None) => return Err(Problem::invalid("value", "新密钥必须填写内容", "is needed for a new secret")),
    };
    if present.is_none() {
        settings::room(store::list(db, tenant_id).await?.len(), SECRETS_MAX)?;
    }
    let wanted = Secret {
        hosts: hosts(&body.hosts)?,
        note: body.note,
        created_by: present.as_ref().map_or_else(|| person.user_id().to_string(), |present| present.created_by.clone()),
        created_at: present.map_or(now, |present| present.created_at),
        changed_at: now,
        used_at: None,
        name,
    };
    secret::put(db, tenant_id, &wanted, sealed.as_deref()).await?;
    settings::changed(&state, tenant_id, "secret", &wanted.name).await;
    let kept = secret::find(db, tenant_id, &wanted.name).await?.ok_or_else(|| Problem::not_found("secret"))?;
    Ok(Json(view(kept)))
}

/// Put another value in a secret's place
#[utoipa::path(post, path = "/secrets/{name}/rotate", tag = "secrets", request_body = RotateSecret, params(("name" = String, Path)),
    responses((status = 204)))]
async fn rotate(
    State(state): State<AppState>,
    person: Admin,
    Path(name): Path<String>,
    Json(body): Json<RotateSecret>,
) -> Result<StatusCode> {
    let sealed = seal(&state, person.tenant_id(), &name, &body.value)?;
    secret::reseal(&state.engine.db, person.tenant_id(), &name, &sealed, state.engine.now()).await?;
    settings::changed(&state, person.tenant_id(), "secret", &name).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a secret
///
/// Refused while a connector names it. Flows that call with it directly will fail.
#[utoipa::path(delete, path = "/secrets/{name}", tag = "secrets", params(("name" = String, Path)),
    responses((status = 204), (status = 409, body = qn_api_types::Problem)))]
async fn delete(State(state): State<AppState>, person: Admin, Path(name): Path<String>) -> Result<StatusCode> {
    let (db, tenant_id) = (&state.engine.db, person.tenant_id());
    for listed in connector::list(db, tenant_id).await? {
        let stored = connector::get(db, tenant_id, &listed.name).await?;
        if let Ok(definition) = serde_json::from_str::<Connector>(&stored.definition)
            && definition.secrets().contains(&name.as_str())
        {
            return Err(Problem::new(Code::InUse).with("what", "secret"));
        }
    }
    secret::delete(db, tenant_id, &name).await?;
    settings::changed(&state, tenant_id, "secret", &name).await;
    Ok(StatusCode::NO_CONTENT)
}

fn seal(state: &AppState, tenant_id: &TenantId, name: &str, value: &str) -> Result<String> {
    state.outside.seal(tenant_id, name, &Plain::new(value)).map_err(|error| {
        tracing::error!(%error, "a secret could not be sealed");
        Problem::new(Code::Internal)
    })
}

fn plain_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 60 || !name.chars().all(plain) {
        return Err(Problem::invalid("name", "只能用字母、数字、-、_ 和 .，最多 60 个", "has letters, digits, -, _ and ., at most 60"));
    }
    Ok(())
}

fn hosts(given: &[String]) -> Result<Vec<String>> {
    let read = given.iter().enumerate().map(|(i, host)| match Binding::parse(host) {
        Some(binding) => Ok(binding.to_string()),
        None => Err(Problem::invalid(format!("hosts[{i}]"), "应为主机名，可带端口，例如 api.example.com:8443", "is a host, or host:port")),
    });
    read.collect()
}
