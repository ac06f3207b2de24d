//! What the checks need beside the Rust toolchain: PostgreSQL, Chromium, node, Python. Missing Debian packages are installed
//! where that is allowed; elsewhere the message names them.

use crate::run::{output, program, root, say};
use anyhow::{Result, bail};
use std::path::Path;

/// vite needs at least this.
const NODE_MAJOR_MIN: u32 = 20;

struct Need {
    what: &'static str,
    package: &'static str,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { what: "the PostgreSQL server", package: "postgresql", present: || crate::postgres::binaries().is_some() },
    Need { what: "the MariaDB server", package: "mariadb-server", present: || crate::mariadb::server().is_some() },
    Need { what: "Dovecot", package: "dovecot-imapd", present: || crate::mail::dovecot().is_some() },
    Need { what: "Postfix", package: "postfix", present: || crate::mail::postfix().is_some() },
    Need { what: "Chromium", package: "chromium", present: || chromium().is_some() },
    Need { what: "chromedriver", package: "chromium-driver", present: || Path::new("/usr/bin/chromedriver").exists() },
    Need { what: "a Chinese font", package: "fonts-noto-cjk", present: has_chinese_font },
    Need { what: "node", package: "nodejs", present: || output("node", &["--version"]).is_some() },
    Need { what: "Python with venv", package: "python3-venv", present: || output("python3", &["-c", "import ensurepip, venv"]).is_some() },
    Need { what: "npm", package: "npm", present: || output("npm", &["--version"]).is_some() },
];

/// Installs Debian packages that are missing.
pub fn system() -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.present)()).collect();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|n| n.what).collect();
        say(format!("missing: {}", names.join(", ")));
        install(&missing.iter().map(|n| n.package).collect::<Vec<_>>())?;
    }
    let node = output("node", &["--version"]).unwrap_or_default();
    let major: u32 = node.trim_start_matches('v').split('.').next().and_then(|m| m.parse().ok()).unwrap_or(0);
    if major < NODE_MAJOR_MIN {
        bail!("node {NODE_MAJOR_MIN} or newer is needed for the web pages; this machine has {node:?}. Install it and run this again.");
    }
    Ok(())
}

/// Fetches the web packages named in the lock file.
pub fn web() -> Result<()> {
    program(&root().join("web"), "npm", &["ci", "--no-audit", "--no-fund"], &[])
}

fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("install these packages and run this again: {}", packages.join(" "));
    if output("apt-get", &["--version"]).is_none() {
        bail!("this machine has no apt-get; {by_hand}");
    }
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let sudo = !is_root && output("sudo", &["-n", "true"]).is_some();
    if !is_root && !sudo {
        bail!("packages can only be installed by root; {by_hand}");
    }
    let (name, first): (&str, &[&str]) = if is_root { ("apt-get", &[]) } else { ("sudo", &["apt-get"]) };
    let env = [("DEBIAN_FRONTEND", "noninteractive")];
    let with = |rest: &[&str]| first.iter().copied().chain(rest.iter().copied()).map(str::to_owned).collect::<Vec<_>>();
    program(Path::new("/"), name, &with(&["update", "-q"]), &env)?;
    let mut args = with(&["install", "-q", "-y", "--no-install-recommends"]);
    args.extend(packages.iter().map(|p| (*p).to_owned()));
    program(Path::new("/"), name, &args, &env)
}

pub fn chromium() -> Option<&'static str> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].into_iter().find(|p| Path::new(p).exists())
}

fn has_chinese_font() -> bool {
    output("fc-list", &[":lang=zh", "family"]).is_some_and(|list| !list.is_empty()) || Path::new("/usr/share/fonts/opentype/noto").exists()
}
