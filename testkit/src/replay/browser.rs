//! A person in a real browser during a replay: the program `web/e2e/replay-agent.mjs`, run by node on a person made for it.

use crate::company::made;
use crate::http::Api;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// As the name stands on their messages.
pub const NAME: &str = "浏览器坐席";

pub struct Browser {
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
}

#[derive(Debug, Deserialize)]
struct Done {
    answers: usize,
    trouble: Vec<String>,
}

impl Browser {
    /// Makes the person, and returns when they sit at the console and are online.
    pub async fn start(program: &Path, url: &str, admin: &Api, team_id: Option<&str>) -> Result<Browser> {
        let email = format!("browser-{}@example.com", qn_base::ids::secret(6).to_lowercase());
        let teams: Vec<&str> = team_id.into_iter().collect();
        let person = json!({"email": email, "name": NAME, "role": "agent", "language": "zh-CN", "capacity": 20, "team_ids": teams});
        let person = made(admin, "/users", &person).await?;
        let password = person["password"].as_str().context("a new person has a one-time password")?;
        let mut child = Command::new("node")
            .arg(program)
            .args([url, &email, password])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("node could not be started")?;
        let says = BufReader::new(child.stdout.take().context("node has an output")?).lines();
        let browser = Browser { child, says };
        let (browser, first) = browser.next_line().await?;
        ensure!(first == "ready", "the person in the browser did not get to the desk: {first}");
        Ok(browser)
    }

    /// Lets them finish the conversation at hand; how many they answered.
    pub async fn stop(mut self) -> Result<usize> {
        drop(self.child.stdin.take());
        let (mut browser, last) = self.next_line().await?;
        browser.child.wait()?;
        let done: Done = serde_json::from_str(&last)?;
        ensure!(done.trouble.is_empty(), "the browser reported {:?}", done.trouble);
        Ok(done.answers)
    }

    async fn next_line(mut self) -> Result<(Browser, String)> {
        let (browser, line) = tokio::task::spawn_blocking(move || {
            let line = self.says.next();
            (self, line)
        })
        .await?;
        Ok((browser, line.context("the person in the browser gave up")??))
    }
}
