//! RFC 5256 `REFERENCES`, its six steps in order. Loops in References are cut, missing mails keep their place, threads of one base subject
//! are gathered.

use super::{Entry, Tree};
use crate::subject::rfc_subject;
use std::collections::HashMap;

pub fn references(entries: &[Entry]) -> Tree {
    let mut tree = linked(entries);
    tree.roots = (0..tree.nodes.len()).filter(|node| tree.nodes[*node].parent.is_none()).collect();
    prune(&mut tree);
    sort(&mut tree, entries);
    gather(&mut tree, entries);
    sort(&mut tree, entries);
    tree
}

/// Step 1: every mail below the last mail it refers to.
fn linked(entries: &[Entry]) -> Tree {
    let mut tree = Tree::default();
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (mail, entry) in entries.iter().enumerate() {
        let node = own_node(&mut tree, &mut by_id, mail, entry);
        let mut above: Option<usize> = None;
        for id in entry.chain() {
            let at = *by_id.entry(id).or_insert_with(|| tree.add(None));
            if let Some(parent) = above
                && tree.nodes[at].parent.is_none()
            {
                tree.link(parent, at);
            }
            above = Some(at);
        }
        // What stood here before came from a shorter list of references.
        tree.unlink(node);
        if let Some(parent) = above {
            tree.link(parent, node);
        }
    }
    tree
}

/// The mail's node: the one others referred to, or a new one where its id is missing or taken.
fn own_node<'a>(tree: &mut Tree, by_id: &mut HashMap<&'a str, usize>, mail: usize, entry: &'a Entry) -> usize {
    let known = entry.message_id.as_deref().map(|id| (id, by_id.get(id).copied()));
    match known {
        Some((_, Some(at))) if tree.nodes[at].mail.is_none() => {
            tree.nodes[at].mail = Some(mail);
            at
        }
        Some((id, None)) => {
            let at = tree.add(Some(mail));
            by_id.insert(id, at);
            at
        }
        _ => tree.add(Some(mail)),
    }
}

/// Step 3: places of missing mails go, where their children can stand without them.
fn prune(tree: &mut Tree) {
    for node in tree.bottom_up() {
        let is_missing = |at: &usize| tree.nodes[*at].mail.is_none();
        if !tree.nodes[node].children.iter().any(is_missing) {
            continue;
        }
        let children = std::mem::take(&mut tree.nodes[node].children);
        for child in children {
            if tree.nodes[child].mail.is_some() {
                tree.nodes[node].children.push(child);
                continue;
            }
            for grandchild in std::mem::take(&mut tree.nodes[child].children) {
                tree.nodes[grandchild].parent = Some(node);
                tree.nodes[node].children.push(grandchild);
            }
        }
    }
    let mut roots = Vec::with_capacity(tree.roots.len());
    for root in std::mem::take(&mut tree.roots) {
        let children = tree.nodes[root].children.clone();
        match (tree.nodes[root].mail, children.as_slice()) {
            (None, []) => {}
            (None, [only]) => {
                tree.nodes[*only].parent = None;
                roots.push(*only);
            }
            _ => roots.push(root),
        }
    }
    tree.roots = roots;
}

/// Steps 4 and 6.
fn sort(tree: &mut Tree, entries: &[Entry]) {
    for node in tree.bottom_up() {
        let mut children = std::mem::take(&mut tree.nodes[node].children);
        children.sort_by_cached_key(|child| tree.sort_key(entries, *child));
        tree.nodes[node].children = children;
    }
    let mut roots = std::mem::take(&mut tree.roots);
    roots.sort_by_cached_key(|root| tree.sort_key(entries, *root));
    tree.roots = roots;
}

struct Topic {
    base: String,
    /// It answers something or sends it on.
    answers: bool,
}

/// The subject of a thread: of its root, or of the first mail that stands where the root is missing.
fn topic(tree: &Tree, entries: &[Entry], root: usize) -> Topic {
    let mail = tree.nodes[root].mail.or_else(|| tree.nodes[root].children.first().and_then(|child| tree.nodes[*child].mail));
    let subject = mail.map(|mail| rfc_subject(&entries[mail].subject)).unwrap_or_default();
    Topic { base: subject.base, answers: subject.is_reply || subject.is_forward }
}

/// Step 5: threads of one subject become one.
fn gather(tree: &mut Tree, entries: &[Entry]) {
    let mut first: HashMap<String, usize> = HashMap::new();
    let made_from = tree.nodes.len();
    for root in tree.roots.clone() {
        let new = topic(tree, entries, root);
        if new.base.is_empty() {
            continue;
        }
        let is_missing = |at: usize| tree.nodes[at].mail.is_none();
        match first.get(&new.base).copied() {
            None => {
                first.insert(new.base, root);
            }
            Some(known) => {
                let better =
                    (is_missing(root) && !is_missing(known)) || (!is_missing(known) && topic(tree, entries, known).answers && !new.answers);
                if better {
                    first.insert(new.base, root);
                }
            }
        }
    }
    let before = std::mem::take(&mut tree.roots);
    for root in &before {
        let own = topic(tree, entries, *root);
        match first.get(&own.base).copied() {
            Some(head) if head != *root => merge(tree, entries, &mut first, head, (*root, own)),
            _ => {}
        }
    }
    // Heads that went under a new place are no roots any more, and the new places are.
    let all = before.into_iter().chain(made_from..tree.nodes.len());
    tree.roots = all.filter(|root| tree.nodes[*root].parent.is_none() && !is_empty(tree, *root)).collect();
}

fn is_empty(tree: &Tree, node: usize) -> bool {
    tree.nodes[node].mail.is_none() && tree.nodes[node].children.is_empty()
}

fn merge(tree: &mut Tree, entries: &[Entry], first: &mut HashMap<String, usize>, head: usize, (root, own): (usize, Topic)) {
    let (head_missing, root_missing) = (tree.nodes[head].mail.is_none(), tree.nodes[root].mail.is_none());
    if head_missing && root_missing {
        for child in std::mem::take(&mut tree.nodes[root].children) {
            tree.nodes[child].parent = Some(head);
            tree.nodes[head].children.push(child);
        }
    } else if head_missing || (own.answers && !topic(tree, entries, head).answers) {
        tree.link(head, root);
    } else {
        let place = tree.add(None);
        tree.link(place, head);
        tree.link(place, root);
        first.insert(own.base, place);
    }
}
