//! The `qingniao` binary: reads the command line, loads the configuration, and wires the rooms together.
//! No decisions are made here.

mod bench;
mod cli;
mod config;
mod demo;
mod first_start;
mod logs;
mod serve;
mod storage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
