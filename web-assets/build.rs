//! Builds this crate again when a file of the web build appears or goes; the compiler only notices changes of files it knows.

#[allow(clippy::print_stdout)] // how a build script talks to cargo
fn main() {
    println!("cargo::rerun-if-changed=../web/dist");
}
