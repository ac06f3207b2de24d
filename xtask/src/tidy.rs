//! Rules that no compiler checks: crate edges, file sizes, file heads, unfinished marks, machine paths.

use crate::edges;
use crate::run::{output, root, say};
use anyhow::{Result, bail};
use std::path::Path;

const LINES_MAX: usize = 500;
/// Made by a program, or data written for people.
const EXEMPT: &[&str] =
    &["web/dist/", "web/package-lock.json", "Cargo.lock", "docs/openapi.json", "web/shared/src/schema.ts", "server/demo/"];
/// Split so that this file does not name them.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimpl", "emented!"), concat!("todo", "!(")];

/// Folders of people's machines; written without their slashes, so that this file keeps its own rule.
const HOMES: [&str; 3] = ["home", "root", "Users"];

pub fn run() -> Result<()> {
    let mut wrong = edges::check()?;
    for path in tracked()? {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else { continue };
        wrong.extend(file(&path, &text));
    }
    if wrong.is_empty() {
        say("tidy: everything in its place");
        return Ok(());
    }
    wrong.iter().for_each(say);
    bail!("tidy found {} thing(s) to mend", wrong.len());
}

fn tracked() -> Result<Vec<String>> {
    let root = root().display().to_string();
    match output("git", &["-C", &root, "ls-files", "--cached", "--others", "--exclude-standard"]) {
        Some(list) => Ok(list.lines().filter(|p| !EXEMPT.iter().any(|e| p.starts_with(e))).map(str::to_owned).collect()),
        None => bail!("git cannot list the files of this repository"),
    }
}

fn file(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let extension = Path::new(path).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let source = matches!(extension, "rs" | "ts" | "tsx" | "js" | "mjs" | "css" | "sql" | "sh");
    if !source {
        return wrong;
    }
    let lines = text.lines().count();
    if lines > LINES_MAX {
        wrong.push(format!("{path}: {lines} lines, {LINES_MAX} is the limit: a wall is missing"));
    }
    if extension == "rs" && !text.starts_with("//!") {
        wrong.push(format!("{path}: begins without a //! head that says what the file is"));
    }
    for (n, line) in text.lines().enumerate() {
        if let Some(mark) = UNFINISHED.iter().find(|m| line.contains(**m)) {
            wrong.push(format!("{path}:{}: unfinished mark {mark}", n + 1));
        }
        if HOMES.iter().any(|home| line.contains(&format!("/{home}/"))) {
            wrong.push(format!("{path}:{}: a path of somebody's machine", n + 1));
        }
    }
    wrong
}
