//! The web pages and what is generated from the API: built here, committed, and checked for drift.

use crate::install;
use crate::run::{command, output, program, root, say};
use anyhow::{Context, Result, bail};
use std::process::Stdio;

/// Generated and committed; a fresh build must not change them.
const GENERATED: &[&str] = &["web/dist", "docs/openapi.json", "web/shared/src/schema.ts"];

pub fn build() -> Result<()> {
    if !root().join("web/node_modules").exists() {
        install::web()?;
    }
    program(&root().join("web"), "npm", &["run", "build"], &[])
}

/// The OpenAPI document from the code, and the client's types from the document.
pub fn codegen() -> Result<()> {
    let out = command("cargo")
        .args(["run", "--quiet", "--package", "qn-api", "--example", "openapi"])
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !out.status.success() {
        bail!("the OpenAPI document could not be made");
    }
    std::fs::create_dir_all(root().join("docs"))?;
    std::fs::write(root().join("docs/openapi.json"), out.stdout)?;
    say("wrote docs/openapi.json");
    program(&root().join("web"), "npm", &["run", "codegen"], &[])
}

pub fn check() -> Result<()> {
    program(&root().join("web"), "npm", &["run", "check"], &[])
}

/// Builds everything generated once more; a difference to what is committed is an error.
pub fn drift() -> Result<()> {
    codegen()?;
    build()?;
    let root = root().display().to_string();
    let mut args = vec!["-C", root.as_str(), "status", "--porcelain", "--"];
    args.extend(GENERATED);
    let changed = output("git", &args).context("git status")?;
    if !changed.is_empty() {
        bail!("generated files differ from what is committed; run `cargo xtask codegen` and `cargo xtask web`, and commit:\n{changed}");
    }
    Ok(())
}

/// Browser tests against a server they start themselves; `mail` is where private mail servers are, as `MailServers::told` says it.
pub fn browser(mail: &str) -> Result<()> {
    let chromium = install::chromium().context("Chromium is not installed")?;
    program(&root().join("web"), "npm", &["run", "test:browser"], &[("QN_CHROMIUM", chromium), ("QN_TEST_MAIL", mail)])
}
