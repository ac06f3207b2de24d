//! Every dialogue of `scenarios/dialogues/`, each with a visitor of its own, on one demo server.

use qn_testkit::http::Api;
use qn_testkit::scenario::dialogues;
use qn_testkit::{Database, Server, Storage};
use std::path::Path;

const WEB_KEY: &str = "bluewhale-web";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_dialogue_is_answered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/dialogues");
    let all: Vec<_> = ["zh.yaml", "en.yaml"].iter().flat_map(|file| dialogues(&folder.join(file)).unwrap()).collect();
    assert!(all.len() >= 60, "{} dialogues", all.len());
    let mut plan = crate::plan();
    plan.demo = true;
    let server = Server::start(plan, Storage::fresh(&Database::Sqlite).await.unwrap()).await.unwrap();
    let api = Api::new(&server.url()).unwrap();
    let mut wrong = Vec::new();
    for dialogue in &all {
        if let Err(error) = dialogue.play(&api, WEB_KEY).await {
            wrong.push(format!("{error:#}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} dialogues\n{}", wrong.len(), all.len(), wrong.join("\n"));
    server.finish().await.unwrap();
}
