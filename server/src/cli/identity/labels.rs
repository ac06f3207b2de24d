//! Which records are one person's, from a file: pairs of ids with or without a judgement, or each record's id with its person's.
//! Which it is shows in the columns: those whose values are ids of records.

use super::rows::Rows;
use anyhow::{Result, bail};
use std::collections::{HashMap, HashSet};

const JUDGEMENT: &[&str] = &["label", "score", "match", "same", "is_match", "class"];
const GROUP: &[&str] = &["cluster", "entity", "person", "group", "truth"];

/// Pairs of record numbers, the smaller first. A pair that the file does not name is of two people.
pub fn same_pairs(labels: &Rows, ids: &[String]) -> Result<HashSet<(u32, u32)>> {
    let place: HashMap<&str, u32> = ids.iter().enumerate().map(|(i, id)| (id.as_str(), i as u32)).collect();
    let says = |c: usize, words: &[&str]| {
        let header = labels.header[c].to_lowercase();
        header.split(['_', ' ', '-']).any(|w| words.contains(&w))
    };
    let holds_ids = |c: &usize| !says(*c, JUDGEMENT) && !says(*c, GROUP) && labels.rows.iter().all(|r| place.contains_key(r[*c].as_str()));
    let of_ids: Vec<usize> = (0..labels.header.len()).filter(holds_ids).collect();
    let group = (0..labels.header.len()).find(|c| says(*c, GROUP));
    match (&of_ids[..], group) {
        ([id, ..], Some(group)) => Ok(by_groups(labels, &place, *id, group)),
        ([one, other, ..], None) => Ok(by_pairs(labels, &place, (*one, *other), (0..labels.header.len()).find(|c| says(*c, JUDGEMENT)))),
        ([id], None) if labels.header.len() == 2 => Ok(by_groups(labels, &place, *id, 1 - id)),
        _ => bail!("labels need two columns of record ids, or one of ids and one named cluster; there is {}", labels.header.join(", ")),
    }
}

fn by_pairs(labels: &Rows, place: &HashMap<&str, u32>, (one, other): (usize, usize), judgement: Option<usize>) -> HashSet<(u32, u32)> {
    let is_same = |row: &&Vec<String>| judgement.is_none_or(|c| row[c] == "true" || row[c].parse::<f64>().is_ok_and(|score| score >= 0.5));
    let pair = |row: &Vec<String>| {
        let (a, b) = (place[row[one].as_str()], place[row[other].as_str()]);
        (a.min(b), a.max(b))
    };
    labels.rows.iter().filter(is_same).map(pair).filter(|(a, b)| a != b).collect()
}

fn by_groups(labels: &Rows, place: &HashMap<&str, u32>, id: usize, group: usize) -> HashSet<(u32, u32)> {
    let mut members: HashMap<&str, Vec<u32>> = HashMap::new();
    for row in &labels.rows {
        if let Some(record) = place.get(row[id].as_str()) {
            members.entry(&row[group]).or_default().push(*record);
        }
    }
    let pairs =
        members.values().flat_map(|m| m.iter().enumerate().flat_map(|(i, a)| m[i + 1..].iter().map(move |b| (*a.min(b), *a.max(b)))));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(text: &str) -> Rows {
        let mut lines = text.lines().map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
        Rows { header: lines.next().unwrap(), rows: lines.collect() }
    }

    #[test]
    fn three_ways_to_say_it() {
        let ids: Vec<String> = ["0", "1", "2"].map(str::to_owned).to_vec();
        let wanted = HashSet::from([(0, 2)]);
        assert_eq!(same_pairs(&rows("id_l,src,id_r,match_score\n0,x,1,0.0\n2,x,0,1.0"), &ids).unwrap(), wanted);
        assert_eq!(same_pairs(&rows("a,b\n2,0"), &ids).unwrap(), wanted);
        assert_eq!(same_pairs(&rows("unique_id,name,cluster\n0,n,9\n1,n,8\n2,n,9"), &ids).unwrap(), wanted);
        assert!(same_pairs(&rows("a,b\nx,y"), &ids).is_err());
    }
}
