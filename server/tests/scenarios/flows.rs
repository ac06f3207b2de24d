//! Every YAML file, each on a server of its own.

use qn_testkit::Database;
use qn_testkit::scenario::{Template, load};
use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_plays() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let scenarios = load(&folder).unwrap();
    assert!(scenarios.len() >= 12, "scenarios are missing from {}", folder.display());
    let mut failed = Vec::new();
    for database in Database::for_tests() {
        let template = Template::make(crate::plan(), &database).await.unwrap();
        for (path, scenario) in &scenarios {
            let mut stage = template.stage().await.unwrap();
            if let Err(error) = scenario.run(&mut stage).await {
                let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                failed.push(format!("{file} on {}: {error:#}\nthe server said:\n{}", database.name(), stage.server.output()));
            }
            stage.finish().await.unwrap();
        }
        template.remove().await.unwrap();
    }
    assert!(failed.is_empty(), "{} failed\n\n{}", failed.len(), failed.join("\n\n"));
}
