//! A robot on the stock department's old page. Needs chromedriver; where it is not installed the tests say so and pass, unless
//! `QN_NEED_BROWSER` is set, as `cargo xtask test` does.
#![allow(clippy::unwrap_used)]

mod stock;
