//! RFC 5256 `ORDEREDSUBJECT`: mails of one base subject, oldest first; the first is the root and all others its children.

use super::{Entry, Tree};
use crate::subject::rfc_subject;
use std::collections::BTreeMap;

pub fn ordered_subject(entries: &[Entry]) -> Tree {
    let mut threads: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (mail, entry) in entries.iter().enumerate() {
        threads.entry(rfc_subject(&entry.subject).base).or_default().push(mail);
    }
    let when = |mail: &usize| (entries[*mail].sent_at, *mail);
    let mut threads: Vec<Vec<usize>> = threads.into_values().collect();
    threads.iter_mut().for_each(|mails| mails.sort_by_key(when));
    threads.sort_by_key(|mails| mails.first().map(when));
    let mut tree = Tree::default();
    for mails in threads {
        let nodes: Vec<usize> = mails.into_iter().map(|mail| tree.add(Some(mail))).collect();
        if let Some((root, children)) = nodes.split_first() {
            tree.roots.push(*root);
            for child in children {
                tree.link(*root, *child);
            }
        }
    }
    tree
}
