//! A small company's systems in one service, for demonstrations, measurements and tests of flows: orders, payments with idempotent
//! refunds, customer notes and stock, with faults to order. Not part of the product; knows nothing of it.

mod books;
mod customers;
mod faults;
mod ledger;
mod legacy;
mod routes;

pub use books::{Audit, Books};
pub use faults::Faults;
pub use legacy::{PASSWORD as LEGACY_PASSWORD, USER as LEGACY_USER};
pub use routes::{DESCRIPTION, router};

use anyhow::{Context, Result};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Serves until the process ends, and says first where: `listen` may leave the port to the system. With a folder, every write is on disk
/// before it is answered.
pub async fn serve(listen: &str, folder: Option<&Path>) -> Result<()> {
    let books = Arc::new(Books::open(folder).await.context("the books cannot be opened")?);
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    // Nobody has to read it.
    let _ = writeln!(std::io::stdout(), "http://{}", listener.local_addr()?);
    axum::serve(listener, router(books)).await.context("the service stopped")
}
