//! The whole router over a real engine and a temporary SQLite file: what callers see, and what they must never see.
#![allow(clippy::unwrap_used)]

mod bulk;
mod cases;
mod colleagues;
mod connectors;
mod conversations;
mod edges;
mod flow_plans;
mod flow_runs;
mod flows;
mod knowledge;
mod library;
mod lists;
mod mails;
mod mcp;
mod mobile;
mod moods;
mod oversight;
mod pages;
mod persons;
mod quality;
mod report_schedules;
mod reports;
mod settings;
mod sign_in;
mod stream;
mod suggestions;
mod systems;
mod tenants;
mod tickets;
mod understanding;
mod views;
mod widget;
mod world;
