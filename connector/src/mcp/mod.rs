//! Model Context Protocol servers as connectors: tools over streamable HTTP become operations. Tools are read when an administrator
//! says so and kept as they were then; a server that changes them later changes nothing here. Called by `runner` and `api`.

mod call;
mod definition;
mod session;
mod sse;
mod tools;

pub use call::Work;
pub use definition::{Server, Tool};
pub use tools::{Found, TOOLS_MAX};
