//! The operations, one file per resource. A new resource is one file and one line here.

mod actions;
mod approvals;
mod article_categories;
mod article_conflicts;
mod articles;
mod attachments;
mod auth;
mod bulk;
mod canned_responses;
mod channel_calls;
mod channels;
mod connectors;
mod contacts;
mod conversation_ties;
mod conversations;
mod effects;
mod entities;
mod flow_again;
mod flow_backtests;
mod flow_bulk;
mod flow_changes;
mod flow_control;
mod flow_drafts;
mod flow_hooks;
mod flow_nodes;
mod flow_plans;
mod flow_releases;
mod flow_runs;
mod flow_signals;
mod flow_templates;
mod flow_texts;
mod flow_trials;
mod flows;
mod form_pages;
mod forms;
mod health;
mod inbox_channels;
mod inboxes;
mod intent_examples;
mod intent_models;
mod intents;
mod knowledge;
mod knowledge_imports;
mod knowledge_sources;
mod labels;
mod learning;
mod link_policy;
mod llm_limits;
mod mail_files;
mod match_weights;
mod mcp_confirm;
mod mcp_connectors;
mod mcp_server;
mod me;
mod mentions;
mod messages;
mod model_trials;
mod moods;
mod next_best;
mod notices;
mod orders;
mod oversight;
mod overview;
mod pages;
mod participants;
mod persons;
mod presence;
mod products;
mod repairs;
mod report_schedules;
pub(crate) mod reports;
mod review_plans;
mod reviews;
mod robot_recordings;
mod robot_rehearsals;
mod routing;
mod scorecards;
mod search;
mod smtp_connectors;
mod sql_connectors;
mod stored_secrets;
mod stream;
mod suggestions;
mod teams;
mod ticket_kinds;
mod tickets;
mod tokens;
mod transfer_reasons;
mod translations;
mod users;
mod views;
mod webhooks;
mod widget;
mod widget_messages;
mod workshop_runs;

use crate::problem::{Code, Problem};
use crate::state::AppState;
use axum::Router;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1`.
pub fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(conversations::routes())
        .merge(conversation_ties::routes())
        .merge(actions::routes())
        .merge(bulk::routes())
        .merge(participants::routes())
        .merge(translations::routes())
        .merge(mentions::routes())
        .merge(notices::routes())
        .merge(messages::routes())
        .merge(suggestions::routes())
        .merge(next_best::routes())
        .merge(stream::routes())
        .merge(channels::routes())
        .merge(channel_calls::routes())
        .merge(inbox_channels::routes())
        .merge(mail_files::routes())
        .merge(widget::routes())
        .merge(widget_messages::routes())
        .merge(attachments::routes())
        .merge(auth::routes())
        .merge(webhooks::routes())
        .merge(users::routes())
        .merge(tokens::routes())
        .merge(teams::routes())
        .merge(products::routes())
        .merge(labels::routes())
        .merge(entities::routes())
        .merge(views::routes())
        .merge(inboxes::routes())
        .merge(canned_responses::routes())
        .merge(articles::routes())
        .merge(article_categories::routes())
        .merge(article_conflicts::routes())
        .merge(me::routes())
        .merge(contacts::routes())
        .merge(persons::routes())
        .merge(effects::routes())
        .merge(overview::routes())
        .merge(orders::routes())
        .merge(oversight::routes())
        .merge(reports::routes())
        .merge(report_schedules::routes())
        .merge(scorecards::routes())
        .merge(review_plans::routes())
        .merge(reviews::routes())
        .merge(presence::routes())
        .merge(routing::routes())
        .merge(search::routes())
        .merge(knowledge::routes())
        .merge(knowledge_imports::routes())
        .merge(knowledge_sources::routes())
        .merge(intents::routes())
        .merge(intent_examples::routes())
        .merge(intent_models::routes())
        .merge(model_trials::routes())
        .merge(workshop_runs::routes())
        .merge(learning::routes())
        .merge(moods::routes())
        .merge(flow_nodes::routes())
        .merge(flows::routes())
        .merge(flow_drafts::routes())
        .merge(flow_changes::routes())
        .merge(flow_texts::routes())
        .merge(flow_templates::routes())
        .merge(flow_trials::routes())
        .merge(flow_backtests::routes())
        .merge(flow_releases::routes())
        .merge(flow_plans::routes())
        .merge(flow_runs::routes())
        .merge(flow_bulk::routes())
        .merge(flow_again::routes())
        .merge(flow_control::routes())
        .merge(flow_hooks::routes())
        .merge(flow_signals::routes())
        .merge(forms::routes())
        .merge(repairs::routes())
        .merge(transfer_reasons::routes())
        .merge(link_policy::routes())
        .merge(llm_limits::routes())
        .merge(match_weights::routes())
        .merge(approvals::routes())
        .merge(connectors::routes())
        .merge(mcp_server::routes())
        .merge(robot_recordings::routes())
        .merge(robot_rehearsals::routes())
        .merge(stored_secrets::routes())
        .merge(tickets::routes())
        .merge(ticket_kinds::routes())
}

/// Everything else: pages, assets, health.
pub fn pages() -> Router<AppState> {
    Router::new().merge(health::routes()).merge(pages::routes()).merge(form_pages::routes())
}

pub async fn unknown() -> Problem {
    Problem::not_found("route")
}

pub async fn wrong_method() -> Problem {
    Problem::new(Code::MethodNotAllowed)
}
