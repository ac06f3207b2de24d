//! temp
use anyhow::Result;
use qn_testkit::retail::{Store, difference, expected};
use serde_json::Value;
fn main() -> Result<()> {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let db: Value = serde_json::from_str(&std::fs::read_to_string(dir.join("db.json"))?)?;
    let tasks: Value = serde_json::from_str(&std::fs::read_to_string(dir.join("tasks.json"))?)?;
    let golds: Vec<Value> =
        std::fs::read_to_string(dir.join("gold_patches.jsonl"))?.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let (mut good, mut errs) = (0, 0);
    for (task, gold) in tasks.as_array().unwrap().iter().zip(&golds) {
        assert_eq!(task["id"], gold["id"]);
        let mut store = Store::new(db.clone());
        let mut errors = vec![];
        for a in task["evaluation_criteria"]["actions"].as_array().unwrap() {
            if let Err(e) = store.call(a["name"].as_str().unwrap(), &a["arguments"]) {
                errors.push((a["action_id"].clone(), e));
            }
        }
        let d = difference(&store.db, &expected(&db, &gold["patch"])?, "");
        let ge: Vec<Value> = gold["errors"].as_array().unwrap().iter().map(|e| e[0].clone()).collect();
        let oe: Vec<Value> = errors.iter().map(|e| e.0.clone()).collect();
        if ge != oe {
            eprintln!("{} errors {:?} {:?}", task["id"], errors, gold["errors"]);
            errs += 1;
        }
        if let Some(d) = d { eprintln!("{} {}", task["id"], d) } else { good += 1 }
    }
    eprintln!("{good} {errs}");
    Ok(())
}
