//! A robot on the stock department's old page. Needs chromedriver, which `cargo xtask test` installs; without it there is nothing to play on
//! and the tests end at once.
#![allow(clippy::unwrap_used)]

mod stock;
