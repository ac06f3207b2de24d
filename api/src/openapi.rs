//! The OpenAPI 3.1 document, gathered from the very routes that serve it.

use crate::routes;
use crate::state::AppState;
use utoipa::Modify;
use utoipa::OpenApi;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Qingniao 青鸟 API",
        description = "Everything the console and the widget do, for your own programs.\n\n\
            Errors are RFC 9457 problems with a stable `code`; each has a page at `/docs/errors/<code>`. \
            Lists take `cursor` and `limit`. Settings objects carry an `ETag`; changing them needs `If-Match`. \
            Creations take an `Idempotency-Key`. Times are epoch milliseconds.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Security),
    components(schemas(qn_api_types::Problem, qn_api_types::stream::VisitorPoll)),
    security(("session" = []), ("token" = []))
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let cookie =
            ApiKeyValue::with_description("__Host-qn_session", "The cookie of a signed-in person; over plain HTTP it is `qn_session`.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A personal or service token, `qnt_…`."));
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
        let visitor = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A visitor token of the widget, `qnv_…`."));
        components.add_security_scheme("visitor", SecurityScheme::Http(visitor.build()));
    }
}

/// The API's routes together with their description.
pub(crate) fn api() -> OpenApiRouter<AppState> {
    let mut api = OpenApiRouter::with_openapi(Document::openapi()).nest("/api/v1", routes::api());
    finish(api.get_openapi_mut());
    api
}

/// What every operation needs and no handler should have to repeat.
fn finish(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            name(operation);
            describe_responses(operation);
        }
    }
}

/// Handlers are named within their file (`list`, `get`); generated clients need names that are unique: `teams_list`.
fn name(operation: &mut Operation) {
    let tag = operation.tags.iter().flatten().next().map_or_else(|| "other".to_owned(), |t| t.replace(['-', ' '], "_"));
    operation.operation_id = operation.operation_id.take().map(|id| format!("{tag}_{id}"));
}

/// OpenAPI 3.1 wants a description of every response; where the status says it all, its own words serve.
fn describe_responses(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let known = status.parse().ok().and_then(|n| http::StatusCode::from_u16(n).ok()).and_then(|s| s.canonical_reason());
            response.description = known.unwrap_or("See the body").to_owned();
        }
    }
}

/// The document alone, for the committed copy and the generated clients.
pub fn document() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}
