//! t
#![allow(clippy::all, clippy::print_stdout)]
fn main() {
    for f in std::env::args().skip(1) {
        match qn_document::read(&f, std::fs::read(&f).unwrap()) {
            Ok(d) => {
                for s in d.sections {
                    println!("== {}\n{}\n", s.path.join(" > "), s.body)
                }
            }
            Err(e) => println!("{f}: {e:?}"),
        }
    }
}
