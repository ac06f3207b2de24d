//! The conformance suite of the store: one module per table, every function called on SQLite and, when `QN_TEST_POSTGRES`
//! holds the address of a server, on PostgreSQL too. Calling every function there is also what prepares every statement.
#![allow(clippy::unwrap_used)]

mod article;
mod assist;
mod channel;
mod commit;
mod connector;
mod consent;
mod contact;
mod conversation;
mod dump;
mod effect;
mod episode;
mod flow;
mod flow_desk;
mod flow_value;
mod health;
mod intent;
mod kept_signal;
mod learning;
mod library;
mod link;
mod link_policy;
mod log;
mod mail;
mod match_weights;
mod mention;
mod message;
mod open;
mod order;
mod oversight;
mod overview;
mod own_entity;
mod presence;
mod report_schedule;
mod review;
mod routing;
mod search;
mod settings;
mod sign_in;
mod tables;
mod ticket;
mod trial;
mod user;
mod view;
mod world;
