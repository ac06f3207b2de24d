//! The doors of the product: what opens them, and above all what does not.
#![allow(clippy::unwrap_used)]

mod people;
mod sign_in;
mod user_token;
mod visitor;
mod world;
