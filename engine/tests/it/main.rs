//! The engine on a real database: what customers and people do, and what must hold whatever they do.
#![allow(clippy::unwrap_used)]

mod assignment;
mod assist;
mod bot;
mod cases;
mod fixture;
mod flow_begins;
mod flow_beside;
mod flow_corrections;
mod flow_news;
mod flow_repairs;
mod flow_signals;
mod flow_talk;
mod flow_tickets;
mod flows;
mod idempotency;
mod joins;
mod letters;
mod macros;
mod mail_tokens;
mod next_step;
mod opening;
mod oversight;
mod ownership;
mod persons;
mod ratings;
mod router;
mod routing;
mod runs;
mod settings;
mod several;
mod states;
mod translate;
mod trial;
mod vectors;
mod workshop;
