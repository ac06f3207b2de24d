//! A report's query as a wish, and what was read in the API's words. Used by `routes::reports` and whoever shows figures.

pub(crate) mod views;

use crate::Result;
use crate::problem::{Code, Problem};
use crate::routes::reports::ReportQuery;
use axum::response::{IntoResponse, Response};
use http::header;
use qn_api_types::report::{ReportBy, ReportGroup, ReportView};
use qn_domain::Language;
use qn_engine::reports::{Report, ReportWish};
use qn_report::{Dimension, Terms};

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 3_600_000;

pub(crate) fn wish(query: ReportQuery, language: Language) -> Result<ReportWish> {
    Ok(ReportWish {
        terms: terms(&query)?,
        from: query.from,
        to: query.to,
        by: dimension(query.by.unwrap_or(ReportBy::Day)),
        key: query.key,
        inbox: query.inbox,
        team: query.team,
        agent: query.agent,
        intent: query.intent,
        language,
    })
}

pub(crate) fn view(report: Report) -> ReportView {
    let row = |g: qn_engine::reports::Row| ReportGroup { key: g.key, name: g.name, figures: views::figures(g.figures) };
    ReportView {
        from: report.from,
        to: report.to,
        time_zone: report.time_zone,
        service_target_ms: report.terms.service_target_ms,
        follow_up_ms: report.terms.follow_up_ms,
        total: views::figures(report.total),
        groups: report.groups.into_iter().map(row).collect(),
        heat: report.heat.iter().map(|hours| hours.to_vec()).collect(),
    }
}

/// A table to be saved under this name.
pub(crate) fn spreadsheet(name: &str, text: std::result::Result<String, impl std::fmt::Display>) -> Result<Response> {
    let text = text.map_err(|error| {
        tracing::error!(%error, file = name, "a table could not be written");
        Problem::new(Code::Internal)
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}

fn terms(query: &ReportQuery) -> Result<Terms> {
    let usual = Terms::default();
    let within = |asked: Option<i64>, unit: i64, max: i64, field: &'static str, usual: i64| match asked {
        None => Ok(usual),
        Some(n) if (1..=max).contains(&n) => Ok(n * unit),
        Some(_) => Err(Problem::invalid(field, format!("应在 1 到 {max} 之间"), format!("is 1 to {max}"))),
    };
    Ok(Terms {
        service_target_ms: within(query.service_target_s, SECOND_MS, 86_400, "service_target_s", usual.service_target_ms)?,
        follow_up_ms: within(query.follow_up_h, HOUR_MS, 720, "follow_up_h", usual.follow_up_ms)?,
    })
}

pub(crate) fn dimension(by: ReportBy) -> Dimension {
    match by {
        ReportBy::Agent => Dimension::Agent,
        ReportBy::Team => Dimension::Team,
        ReportBy::Inbox => Dimension::Inbox,
        ReportBy::Channel => Dimension::Channel,
        ReportBy::Intent => Dimension::Intent,
        ReportBy::Language => Dimension::Language,
        ReportBy::Handoff => Dimension::Handoff,
        ReportBy::WrapUp => Dimension::WrapUp,
        ReportBy::Day => Dimension::Day,
        ReportBy::Week => Dimension::Week,
        ReportBy::Month => Dimension::Month,
        ReportBy::Hour => Dimension::Hour,
    }
}
