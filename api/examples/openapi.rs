//! Prints the OpenAPI document of this build; `cargo xtask codegen` keeps `docs/openapi.json` equal to it.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let text = qn_api::document().to_pretty_json().map_err(std::io::Error::other)?;
    writeln!(std::io::stdout(), "{text}")
}
