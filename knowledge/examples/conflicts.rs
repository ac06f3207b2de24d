//! What the comparison of articles finds in a file of them: `cargo run --release -p qn-knowledge --example conflicts -- server/demo/articles.yaml`.

mod demo;

use qn_knowledge::conflict::find;
use std::io::Write;

fn main() -> Result<(), demo::Error> {
    let path = std::env::args().nth(1).ok_or("which file of articles?")?;
    let articles = demo::articles(&path)?;
    let begun = std::time::Instant::now();
    let found = find(&articles);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} of {} articles in {:?}", found.len(), articles.len(), begun.elapsed())?;
    for one in found {
        writeln!(out, "{:?} {:.2} {} | {}", one.kind, one.alike, one.a.title, one.b.title)?;
        for clash in one.clashes {
            writeln!(out, "    {:?}: {} | {}", clash.kind, clash.a, clash.b)?;
        }
    }
    Ok(())
}
