//! Databases as connectors: statements that operations people wrote, with named parameters. Data and checks only; `qn-sql` carries them out.

mod definition;
mod statement;

pub use definition::{Access, Database, Place, Query, STATEMENTS_MAX};
pub use statement::{Dialect, Statement};
