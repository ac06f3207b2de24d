//! Running other programs, with their output passed through and a clear word when they fail.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// For people who watch; results alone go to standard output.
pub fn note(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A program that does not inherit what cargo told this one of its package: build scripts that read it would run anew, and everything
/// that stands on their crates would be built again at each change between `cargo xtask` and `cargo`.
pub fn command(name: &str) -> Command {
    let mut command = Command::new(name);
    let of_this = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this)) {
        command.env_remove(name);
    }
    command
}

/// Runs a program in `dir`; its failure is an error that names it.
pub fn program<A: AsRef<OsStr>>(dir: &Path, name: &str, args: &[A], env: &[(&str, &str)]) -> Result<()> {
    let shown: Vec<_> = args.iter().map(|a| a.as_ref().to_string_lossy().into_owned()).collect();
    let line = format!("{name} {}", shown.join(" "));
    let started = Instant::now();
    say(format!("\n── {line}"));
    let status = command(name)
        .args(args)
        .current_dir(dir)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{name} cannot be started"))?;
    if !status.success() {
        bail!("failed: {line} ({status})");
    }
    say(format!("── done in {:.0} s: {line}", started.elapsed().as_secs_f32()));
    Ok(())
}

/// What a program prints, or none when it is missing or fails.
pub fn output(name: &str, args: &[&str]) -> Option<String> {
    let out = Command::new(name).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
