//! `qingniao identity`: a table is linked into a file of pairs, measured against labels; judged pairs are learnt from.
//! What likeness proves at a company is read from its database.

use crate::binary::{Server, fails, json, path};
use std::fs;
use tempfile::tempdir;

/// 40 people, each of the first 20 twice with another spelling; the numbers of the twice-told are 0 to 19.
fn people() -> String {
    let names = ["anna", "bruno", "clara", "david", "elena", "felix", "greta", "hugo"];
    let surnames = ["wagner", "schulze", "hoffmann", "richter", "neumann", "krause", "lehmann", "vogel", "sommer", "brandt"];
    let mut text = "id,first_name,surname,dob,email\n".to_owned();
    for n in 0..40 {
        let (name, surname) = (names[n * 7 % 8], surnames[n * 3 % 10]);
        let (born, mail) = (format!("19{}-0{}-1{}", 50 + n, 1 + n % 9, n % 10), format!("{name}.{surname}{n}@mail{}.org", n % 5));
        text += &format!("a{n},{name},{surname},{born},{mail}\n");
        if n < 20 {
            text += &format!("b{n},{},{surname}x,{born},{mail}\n", &name[..3]);
        }
    }
    text
}

#[test]
fn a_table_is_linked_and_measured() {
    let folder = tempdir().unwrap();
    let (records, pairs, labels) = (folder.path().join("people.csv"), folder.path().join("pairs.csv"), folder.path().join("labels.csv"));
    fs::write(&records, people()).unwrap();
    let truth: String = (0..20).map(|n| format!("a{n},b{n}\n")).collect();
    fs::write(&labels, format!("id_l,id_r\n{truth}")).unwrap();
    let command = ["identity", "link", "--records", path(&records), "--pairs", path(&pairs), "--labels", path(&labels)];
    let measured = json(&command);
    assert!(measured["f1"].as_f64().unwrap() > 0.9, "{measured}");
    assert_eq!(measured["quality"]["same"].as_u64(), Some(20));
    let written = fs::read_to_string(&pairs).unwrap();
    let mut lines = written.lines();
    assert_eq!(lines.next().unwrap(), "id_a,id_b,score,found,weight_bits,first_name_bits,surname_bits,dob_bits,email_bits");
    let first: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert!(first[0].starts_with('a') && first[2].parse::<f64>().unwrap() > 0.9, "{first:?}");
}

#[test]
fn output_names_the_file_of_pairs() {
    let folder = tempdir().unwrap();
    let (records, pairs) = (folder.path().join("people.csv"), folder.path().join("pairs.csv"));
    fs::write(&records, people()).unwrap();
    let told = json(&["identity", "link", "--records", path(&records), "--output", path(&pairs), "--output-metrics", "json"]);
    assert_eq!(told["records"].as_u64(), Some(60));
    assert!(fs::read_to_string(&pairs).unwrap().lines().count() > 10);
}

#[test]
fn what_cannot_be_linked_is_said() {
    let folder = tempdir().unwrap();
    let (records, pairs) = (folder.path().join("people.csv"), folder.path().join("pairs.csv"));
    fs::write(&records, "name,phone\nx,1\nx,2\n").unwrap();
    let link = |role: &str| fails(2, &["identity", "link", "--records", path(&records), "--pairs", path(&pairs), "--role", role]);
    assert!(link("mail=email").contains("no column \"mail\""));
    assert!(link("name=person").contains("no role \"person\""));
}

#[test]
fn judged_pairs_are_learnt_from() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("pairs.txt");
    let record = |n: usize, typed: &str| format!("COL title VAL {typed} report number {n} COL year VAL {}", 1900 + n);
    let lines = (0..80).map(|n| {
        let same = format!("{}\t{}\t1\n", record(n, "annual"), record(n, "anual"));
        same + &format!("{}\t{}\t0\n", record(n, "annual"), record(n + 1, "annual"))
    });
    fs::write(&file, lines.collect::<String>()).unwrap();
    let measured = json(&["identity", "learn", "--train", path(&file), "--test", path(&file)]);
    assert!(measured["f1"].as_f64().unwrap() > 0.95, "{measured}");
}

#[test]
fn the_weights_of_a_company_are_shown_and_learnt_where_there_are_contacts_enough() {
    let folder = tempdir().unwrap();
    let dir = path(folder.path());
    drop(Server::start(&["--company", "Acme", "--admin-email", "boss@acme.example", "--data-dir", dir]));
    let told = json(&["identity", "weights", "--data-dir", dir]);
    assert_eq!((told["used"].as_bool(), told["learnt"].is_null(), told["levels"].as_array().map(Vec::len)), (Some(true), true, Some(22)));
    assert_eq!(told["levels"][0]["usual"].as_f64(), Some(10.0));
    assert!(fails(1, &["identity", "weights", "--learn", "--data-dir", dir]).contains("fewer than 200 contacts"));
}
