//! Public forms, for whoever has the address: a page with the questions, and one that says thanks. No account, no cookie, no script.
//! A submission is named when the page is made and by what it says: sent twice it begins one run.

use crate::Result;
use crate::extract::{Locale, Path, Query, meaning};
use crate::forms::page::{self, Filled, Reader, SUBMISSION};
use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use qn_base::ids;
use qn_domain::{Language, TenantId};
use qn_engine::{FilledIn, Form};
use qn_workflow::answers;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::form_urlencoded;

const BODY_BYTES_MAX: usize = 512 * 1024;
const SUBMISSION_CHARS: usize = 24;
const URLENCODED: &str = "application/x-www-form-urlencoded";

pub fn routes() -> Router<AppState> {
    Router::new().route("/f/{tenant}/{flow}", get(show).post(send)).route("/f/{tenant}/{flow}/sent", get(sent))
}

#[derive(Debug, Deserialize)]
struct LanguageQuery {
    lang: Option<String>,
}

/// One form of one company, for one reader.
struct Asked {
    tenant_id: TenantId,
    form: Form,
    company: String,
    zone: String,
    language: Language,
}

impl Asked {
    /// Whatever is not there, is not a form or is not for anyone, is the same page that does not exist.
    async fn read(state: &AppState, (tenant, flow): (String, String), query: LanguageQuery, accepted: Language) -> Result<Self> {
        let tenant_id = TenantId(tenant);
        let form = state.engine.public_form(&tenant_id, &flow).await?;
        let settings = state.engine.settings(&tenant_id).await?;
        let (company, zone) = (settings.tenant.name.clone(), settings.tenant.time_zone.clone());
        let language = query.lang.filter(|tag| !tag.is_empty()).map_or(accepted, |tag| Language::from_tag(&tag));
        Ok(Self { tenant_id, form, company, zone, language })
    }

    fn reader(&self) -> Reader<'_> {
        Reader { company: &self.company, zone: &self.zone, language: self.language }
    }
}

async fn show(
    State(state): State<AppState>,
    Path(address): Path<(String, String)>,
    Query(query): Query<LanguageQuery>,
    Locale(accepted): Locale,
) -> Result<Response> {
    let asked = Asked::read(&state, address, query, accepted).await?;
    let filled = Filled { submission: ids::secret(SUBMISSION_CHARS), ..Filled::default() };
    Ok(page::form(&asked.form, asked.reader(), &filled, StatusCode::OK))
}

async fn sent(
    State(state): State<AppState>,
    Path(address): Path<(String, String)>,
    Query(query): Query<LanguageQuery>,
    Locale(accepted): Locale,
) -> Result<Response> {
    let asked = Asked::read(&state, address, query, accepted).await?;
    Ok(page::sent(&asked.form, asked.reader()))
}

async fn send(
    State(state): State<AppState>,
    Path(address): Path<(String, String)>,
    Query(query): Query<LanguageQuery>,
    Locale(accepted): Locale,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let asked = Asked::read(&state, address, query, accepted).await?;
    let texts = texts(&headers, body).await?;
    let given = texts.get(SUBMISSION).filter(|id| ids::is_well_formed(id)).cloned();
    let submission = given.unwrap_or_else(|| ids::secret(SUBMISSION_CHARS));
    let answers = answers::typed(&asked.form.asks, &texts, &asked.zone);
    let faults = asked.form.faults(&answers);
    let again = |faults: &[answers::Fault], refused: Option<String>, status: StatusCode| {
        let filled = Filled { submission: submission.clone(), texts: Some(&texts), faults, refused };
        page::form(&asked.form, asked.reader(), &filled, status)
    };
    if !faults.is_empty() {
        return Ok(again(&faults, None, StatusCode::UNPROCESSABLE_ENTITY));
    }
    // Whoever goes back and writes something else has sent something else.
    let said = u128::from_be_bytes(meaning(&serde_json::to_vec(&answers).unwrap_or_default()));
    let named = format!("{submission}-{said:032x}");
    let filled =
        FilledIn { flow_id: &asked.form.flow_id, submission: &named, answers, by: None, language: asked.language, conversation_id: None };
    match state.engine.take_form(&asked.tenant_id, filled).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/sent?lang={}", asked.form.flow_id, asked.language.code())).into_response()),
        // What was typed is not lost to a busy moment.
        Err(error) => {
            let problem = super::flow_runs::not_begun(error);
            Ok(again(&[], Some(problem.text(asked.language)), problem.code.status()))
        }
    }
}

/// What was typed, by name.
async fn texts(headers: &HeaderMap, body: Body) -> Result<BTreeMap<String, String>> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(URLENCODED) {
        return Err(Problem::new(Code::UnsupportedMediaType).with("wanted", URLENCODED));
    }
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::new(Code::TooLarge).with("max", "512 KiB"))?;
    Ok(form_urlencoded::parse(&bytes).map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
}
