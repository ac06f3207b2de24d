//! The `qingniao` binary: reads the command line, loads the configuration, and wires the rooms together.
//! No decisions are made here.

mod bench;
mod cli;
mod config;
mod connections;
mod demo;
mod documents;
mod first_start;
mod llm;
mod logs;
mod metrics;
mod models;
mod serve;
mod stand_by;
mod storage;
mod translate;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    use_small_pages();
    keep_files_private();
    cli::main()
}

/// What the program writes holds conversations, keys and hashes: its owner alone may read it, whatever the caller's umask.
fn keep_files_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Huge pages made an idle server hold a third more memory and answered no faster (docs/benchmarks.md).
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
