//! What tests hold us against and is no part of the product, in virtual environments under `target`: the vendors' SDKs that play the
//! platforms in the channel tests, and MiniLM, whose vectors are known. Installed once; a machine that cannot install them fails the check.

use crate::run::{program, root, say};
use anyhow::{Context, Result};

/// What it is, the versions, and where it is installed.
const ENVIRONMENTS: [(&str, &str, &str); 2] = [
    ("the vendors' SDKs", "channel/tests/oracle/requirements.txt", "target/oracle"),
    ("MiniLM", "nlu-neural/tests/oracle/requirements.txt", "target/encoder"),
];

pub fn install() -> Result<()> {
    ENVIRONMENTS.into_iter().try_for_each(|(what, versions, folder)| environment(what, versions, folder))
}

fn environment(what: &str, versions: &str, folder: &str) -> Result<()> {
    let root = root();
    let (wanted, venv) = (root.join(versions), root.join(folder));
    let installed = venv.join("requirements.txt");
    let versions = std::fs::read(&wanted).with_context(|| format!("{} cannot be read", wanted.display()))?;
    if std::fs::read(&installed).is_ok_and(|old| old == versions) {
        say(format!("oracle: {what} can be used"));
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
