//! What can be seen to be wrong with a flow before it runs, each finding with a code and the node to jump to.
//! `shape` looks at the document, the others at compiled nodes; all called by `program::compile`.

mod alarm;
mod paths;
mod people;
mod ports;
mod privacy;
mod shape;
mod variables;

pub(crate) use alarm::alarm;
pub(crate) use paths::paths;
pub(crate) use people::people;
pub(crate) use ports::ports;
pub(crate) use privacy::privacy;
pub(crate) use shape::shape;
pub(crate) use variables::variables;
