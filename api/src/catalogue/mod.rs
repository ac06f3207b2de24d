//! Tables of products, from uploads and from the command line: what a sheet's columns mean (`table`), and what taking it over would change
//! (`plan`). Pure; a sheet with a wrong row changes nothing.

mod plan;
mod table;

pub use plan::{Plan, plan};
