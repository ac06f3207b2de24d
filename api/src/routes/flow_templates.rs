//! The gallery of flows to begin with.

use crate::Result;
use crate::extract::{Json, Locale, Path, Query, Reader};
use crate::flows::templates::{self, Template};
use crate::problem::Problem;
use crate::state::AppState;
use qn_api_types::List;
use qn_api_types::flow::{FlowTemplateDetail, FlowTemplateView};
use qn_api_types::words::Language as WireLanguage;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(templates)).routes(routes!(template))
}

/// Flows to begin with
#[utoipa::path(get, path = "/flow-templates", tag = "flows", responses((status = 200, body = List<FlowTemplateView>)))]
async fn templates(_person: Reader) -> Json<List<FlowTemplateView>> {
    Json(List::whole(templates::all().iter().map(view).collect()))
}

fn view(template: &Template) -> FlowTemplateView {
    FlowTemplateView {
        key: template.key.clone(),
        zh: template.name.zh.clone(),
        en: template.name.en.clone(),
        zh_about: template.about.zh.clone(),
        en_about: template.about.en.clone(),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LanguageQuery {
    /// Of its words; the caller's own when not given.
    language: Option<WireLanguage>,
}

/// One template with its document
#[utoipa::path(get, path = "/flow-templates/{key}", tag = "flows", params(("key" = String, Path), LanguageQuery),
    responses((status = 200, body = FlowTemplateDetail)))]
async fn template(
    _person: Reader,
    Locale(locale): Locale,
    Path(key): Path<String>,
    Query(query): Query<LanguageQuery>,
) -> Result<Json<FlowTemplateDetail>> {
    let found = templates::find(&key).ok_or_else(|| Problem::not_found("template"))?;
    let language = query.language.map_or(locale, Into::into);
    Ok(Json(FlowTemplateDetail { template: view(found), language: language.into(), document: found.document(language) }))
}
