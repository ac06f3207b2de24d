//! One file or folder per channel.

pub mod api;
pub mod web;
