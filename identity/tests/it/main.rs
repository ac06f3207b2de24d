//! The crate as its callers use it: made-up people, half of them twice with errors, linked without labels.
#![allow(clippy::unwrap_used)]

mod own;
mod people;
mod persons;

use people::{Person, rows};
use qn_identity::link::{Role, Table, Thresholds, link};
use std::collections::BTreeSet;

const HEADERS: [&str; 6] = ["id", "姓名", "手机号", "email", "生日", "地址"];

fn table(rows: &[Vec<String>]) -> Table {
    Table::read(&HEADERS.map(str::to_owned), rows, &[]).unwrap()
}

/// (precision, recall) against the people's numbers, which are the ids without their last letter.
fn quality(table: &Table, linked: &[(u32, u32)]) -> (f64, f64) {
    let person = |r: u32| table.ids[r as usize].trim_end_matches(char::is_alphabetic).to_owned();
    let right = linked.iter().filter(|(a, b)| person(*a) == person(*b)).count();
    let distinct: BTreeSet<String> = (0..table.len() as u32).map(person).collect();
    let same = table.len() - distinct.len();
    (right as f64 / linked.len().max(1) as f64, right as f64 / same as f64)
}

#[test]
fn people_with_chinese_names_are_found_again() {
    for count in [300, 1_400] {
        // More records than are all compared, in the second round: blocking has to bring the pairs.
        let rows = rows(count, 7);
        let table = table(&rows);
        assert_eq!(
            table.columns.iter().map(|c| c.role).collect::<Vec<_>>(),
            [Role::Name, Role::Phone, Role::Email, Role::Date, Role::Address]
        );
        let outcome = link(&table, Thresholds::default());
        let linked: Vec<(u32, u32)> = outcome.links.iter().map(|l| (l.a, l.b)).collect();
        let (precision, recall) = quality(&table, &linked);
        assert!(precision > 0.98 && recall > 0.95, "{count}: {precision} {recall}");
    }
}

#[test]
fn the_same_table_gives_the_same_links() {
    let rows = rows(200, 3);
    let (one, other) = (link(&table(&rows), Thresholds::default()), link(&table(&rows), Thresholds::default()));
    assert_eq!(one.links, other.links);
    assert_eq!(one.model, other.model);
}

#[test]
fn verified_ids_keep_two_people_apart_whatever_else_they_share() {
    let twins = |id: &str, user: &str| {
        let twin = Person {
            name: "王小明".into(),
            phone: "13910862253".into(),
            email: "w@qq.com".into(),
            born: "1990-01-02".into(),
            address: "上海".into(),
        };
        let mut row = twin.row(id);
        row.push(user.to_owned());
        row
    };
    let mut rows: Vec<Vec<String>> = rows(60, 5)
        .into_iter()
        .map(|mut r| {
            r.push(String::new());
            r
        })
        .collect();
    rows.extend([twins("x", "u1"), twins("y", ""), twins("z", "u2")]);
    let mut headers: Vec<String> = HEADERS.map(str::to_owned).to_vec();
    headers.push("member".to_owned());
    let table = Table::read(&headers, &rows, &[("member".to_owned(), Role::UserId)]).unwrap();
    let at = |id: &str| table.ids.iter().position(|i| i == id).unwrap() as u32;
    let outcome = link(&table, Thresholds::default());
    let together = |a: u32, b: u32| outcome.groups.iter().any(|g| g.contains(&a) && g.contains(&b));
    assert!(!together(at("x"), at("z")));
    assert!(together(at("x"), at("y")) || together(at("y"), at("z")));
}

#[test]
fn tables_of_one_two_and_empty_values_do_no_harm() {
    for rows in [vec![vec!["1", "李娜"]], vec![vec!["1", "李娜"], vec!["2", "李娜"]], vec![vec!["1", ""], vec!["2", ""]]] {
        let rows: Vec<Vec<String>> = rows.into_iter().map(|r| r.into_iter().map(str::to_owned).collect()).collect();
        let table = Table::read(&["id".to_owned(), "name".to_owned()], &rows, &[]).unwrap();
        assert!(link(&table, Thresholds::default()).links.len() <= 1);
    }
}
