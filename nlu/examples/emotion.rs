//! Learns the shipped emotion model from `nlu/emotion/*.txt` and writes it beside them: `cargo run --release -p qn-nlu --example emotion`.

use qn_nlu::emotion::examples::{collect, learn};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("emotion");
    let sentences = collect(|name| std::fs::read_to_string(folder.join(name)))?;
    std::fs::write(folder.join("model.bin"), learn(&sentences).write())
}
