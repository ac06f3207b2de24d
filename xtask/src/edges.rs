//! Which crate may know which: the walls of the house. `cargo metadata` must match this table exactly.

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeSet;

/// (crate, crates it may depend on). A crate that is not here does not exist.
const ALLOWED: &[(&str, &[&str])] = &[
    ("qn-base", &[]),
    ("qn-domain", &["qn-base"]),
    ("qn-store", &["qn-base", "qn-domain"]),
    ("qn-bus", &["qn-domain"]),
    ("qn-blob", &["qn-base"]),
    ("qn-egress", &["qn-base"]),
    ("qn-channel", &["qn-base", "qn-domain", "qn-egress"]),
    ("qn-identity", &["qn-domain", "qn-nlu"]),
    ("qn-nlu", &["qn-base", "qn-domain"]),
    ("qn-nlu-neural", &["qn-nlu"]),
    ("qn-llm", &["qn-base", "qn-domain", "qn-egress"]),
    ("qn-report", &["qn-domain"]),
    ("qn-routing", &["qn-base", "qn-domain"]),
    ("qn-knowledge", &["qn-base", "qn-domain", "qn-nlu"]),
    ("qn-document", &["qn-base"]),
    ("qn-mail", &["qn-base"]),
    ("qn-mailbox", &["qn-base", "qn-egress"]),
    ("qn-auth", &["qn-base", "qn-domain", "qn-store"]),
    ("qn-crypto", &[]),
    ("qn-connector", &["qn-base", "qn-crypto", "qn-egress", "qn-mail", "qn-mailbox"]),
    ("qn-robot", &["qn-base", "qn-connector", "qn-crypto", "qn-egress"]),
    ("qn-sql", &["qn-base", "qn-connector", "qn-crypto", "qn-egress"]),
    ("qn-workflow", &["qn-base"]),
    (
        "qn-runner",
        &["qn-base", "qn-blob", "qn-connector", "qn-crypto", "qn-robot", "qn-sql", "qn-domain", "qn-store", "qn-egress", "qn-workflow"],
    ),
    ("qn-backoffice", &[]),
    (
        "qn-engine",
        &[
            "qn-base",
            "qn-domain",
            "qn-store",
            "qn-bus",
            "qn-blob",
            "qn-egress",
            "qn-channel",
            "qn-crypto",
            "qn-identity",
            "qn-nlu",
            "qn-llm",
            "qn-report",
            "qn-mail",
            "qn-mailbox",
            "qn-routing",
            "qn-knowledge",
            "qn-runner",
            "qn-workflow",
        ],
    ),
    ("qn-api-types", &["qn-base", "qn-domain"]),
    (
        "qn-api",
        &[
            "qn-base",
            "qn-domain",
            "qn-store",
            "qn-bus",
            "qn-blob",
            "qn-engine",
            "qn-identity",
            "qn-auth",
            "qn-api-types",
            "qn-knowledge",
            "qn-channel",
            "qn-egress",
            "qn-nlu",
            "qn-connector",
            "qn-crypto",
            "qn-report",
            "qn-routing",
            "qn-runner",
            "qn-workflow",
            "qn-web-assets",
        ],
    ),
    ("qn-web-assets", &[]),
    ("qn-testkit", &["qn-base", "qn-connector", "qn-crypto", "qn-domain", "qn-egress", "qn-runner", "qn-store", "qn-workflow"]),
    ("xtask", &[]),
];

/// Our own database, other companies', and the books of the company that the examples make up.
const NAME_SQLX: [&str; 3] = ["qn-store", "qn-sql", "qn-backoffice"];

/// The binary sees everything.
const SEES_ALL: &str = "qn-server";

/// What is wrong, one line each.
pub fn check() -> Result<Vec<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().context("cargo metadata")?;
    let ours: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = package.name.to_string();
        if name == SEES_ALL {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == name) else {
            wrong.push(format!("the crate {name} is not in the table of edges (xtask/src/edges.rs)"));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            if ours.contains(&dependency.name) && !allowed.contains(&dependency.name.as_str()) {
                wrong.push(format!("{name} must not depend on {}", dependency.name));
            }
            if dependency.name == "sqlx" && !NAME_SQLX.contains(&name.as_str()) {
                wrong.push(format!("{name} names sqlx; only {} may", NAME_SQLX.join(", ")));
            }
        }
    }
    Ok(wrong)
}
