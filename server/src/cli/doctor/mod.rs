//! `qingniao doctor`: looks at everything the server needs and says, for each thing that is not well, what to do.
//! Changes nothing (a probe file in the data folder comes and goes). Exit code 3 when there is a problem.

mod database;
mod encoder;
mod llm;
mod machine;

use super::{Failure, Output, answer, block_on};
use crate::config::Config;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    /// Worth knowing; the server runs.
    Warning,
    Problem,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_to_do: Option<String>,
}

fn ok(check: &'static str, says: impl Into<String>) -> Finding {
    Finding { check, state: State::Ok, says: says.into(), what_to_do: None }
}

fn warning(check: &'static str, says: impl Into<String>, what_to_do: impl Into<String>) -> Finding {
    Finding { check, state: State::Warning, says: says.into(), what_to_do: Some(what_to_do.into()) }
}

fn problem(check: &'static str, says: impl Into<String>, what_to_do: impl Into<String>) -> Finding {
    Finding { check, state: State::Problem, says: says.into(), what_to_do: Some(what_to_do.into()) }
}

pub fn run(config: &Config, output: Output) -> Result<(), Failure> {
    let findings = block_on(async { Ok(examine(config).await) })?;
    let problems = findings.iter().filter(|f| f.state == State::Problem).count();
    let warnings = findings.iter().filter(|f| f.state == State::Warning).count();
    let json = serde_json::json!({"ok": problems == 0, "problems": problems, "warnings": warnings, "findings": findings});
    answer(output, &json, || text(&findings));
    match problems {
        0 => Ok(()),
        n => Err(Failure { code: 3, error: anyhow::anyhow!("{n} problem{} found", if n == 1 { "" } else { "s" }) }),
    }
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![ok("configuration", format!("qingniao {}, configuration valid", env!("CARGO_PKG_VERSION")))];
    findings.extend(machine::folder(&config.storage.data_dir));
    findings.push(machine::descriptors());
    findings.push(machine::port(&config.server.listen).await);
    findings.push(encoder::examine(config));
    findings.push(llm::examine(config).await);
    findings.extend(database::examine(config).await);
    findings
}

fn text(findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    for f in findings {
        let mark = match f.state {
            State::Ok => "ok     ",
            State::Warning => "warning",
            State::Problem => "PROBLEM",
        };
        lines.push(format!("{mark}  {:<14} {}", f.check, f.says));
        lines.extend(f.what_to_do.iter().map(|w| format!("{:24} → {w}", "")));
    }
    lines.join("\n")
}
