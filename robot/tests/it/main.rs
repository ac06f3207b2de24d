//! A robot on the stock department's old page. Needs Chromium and chromedriver, which `cargo xtask test` installs.
#![allow(clippy::unwrap_used)]

mod stock;
