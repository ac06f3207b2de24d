//! The vendors' SDKs that play the platforms in the channel tests: a virtual environment under `target/oracle` with the versions of
//! `channel/tests/oracle/requirements.txt`. Installed once; a machine that cannot install them fails the check.

use crate::run::{program, root, say};
use anyhow::{Context, Result};

pub fn install() -> Result<()> {
    let root = root();
    let (wanted, venv) = (root.join("channel/tests/oracle/requirements.txt"), root.join("target/oracle"));
    let installed = venv.join("requirements.txt");
    let versions = std::fs::read(&wanted).with_context(|| format!("{} cannot be read", wanted.display()))?;
    if std::fs::read(&installed).is_ok_and(|old| old == versions) {
        say("oracle: the vendors' SDKs are installed");
        return Ok(());
    }
    let folder = venv.display().to_string();
    program(&root, "python3", &["-m", "venv", "--clear", &folder], &[])?;
    let pip = venv.join("bin/pip").display().to_string();
    let file = wanted.display().to_string();
    // the file names everything, so nothing else is resolved or fetched
    program(&root, &pip, &["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement", &file], &[])?;
    std::fs::write(&installed, versions).with_context(|| format!("{} cannot be written", installed.display()))
}
