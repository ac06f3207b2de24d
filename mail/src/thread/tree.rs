//! Threads as trees in one list of nodes, without recursion: a thread may be as deep as somebody's mail box is long.

use super::Entry;

/// A mail, or a place that a missing mail would have.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The mail's place in the list of entries.
    pub mail: Option<usize>,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
    /// The threads, in order.
    pub roots: Vec<usize>,
}

impl Tree {
    pub(super) fn add(&mut self, mail: Option<usize>) -> usize {
        self.nodes.push(Node { mail, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Makes `child` a child of `parent`, unless it would be its own ancestor.
    pub(super) fn link(&mut self, parent: usize, child: usize) -> bool {
        if parent == child || (!self.nodes[child].children.is_empty() && self.is_ancestor(child, parent)) {
            return false;
        }
        self.nodes[child].parent = Some(parent);
        self.nodes[parent].children.push(child);
        true
    }

    pub(super) fn unlink(&mut self, child: usize) {
        if let Some(parent) = self.nodes[child].parent.take() {
            self.nodes[parent].children.retain(|c| *c != child);
        }
    }

    fn is_ancestor(&self, above: usize, mut below: usize) -> bool {
        loop {
            match self.nodes[below].parent {
                Some(parent) if parent == above => return true,
                Some(parent) => below = parent,
                None => return false,
            }
        }
    }

    /// All nodes under the roots, children before their parents.
    pub(super) fn bottom_up(&self) -> Vec<usize> {
        let mut order = self.roots.clone();
        let mut at = 0;
        while at < order.len() {
            order.extend_from_slice(&self.nodes[order[at]].children);
            at += 1;
        }
        order.reverse();
        order
    }

    /// By when it was sent, then by its place in the list. A missing mail stands where its first child does.
    pub(super) fn sort_key(&self, entries: &[Entry], mut node: usize) -> (i64, usize) {
        loop {
            match (self.nodes[node].mail, self.nodes[node].children.first()) {
                (Some(mail), _) => return (entries[mail].sent_at, mail),
                (None, Some(first)) => node = *first,
                (None, None) => return (i64::MAX, usize::MAX),
            }
        }
    }
}

/// As IMAP writes it, mails counted from 1: `(1 (2 4)(3))`.
pub fn render(tree: &Tree) -> String {
    enum Step {
        Node(usize),
        Close,
        Open,
    }
    let mut out = String::new();
    let mut steps: Vec<Step> = Vec::new();
    let branches = |nodes: &[usize], steps: &mut Vec<Step>| {
        for node in nodes.iter().rev() {
            steps.extend([Step::Close, Step::Node(*node), Step::Open]);
        }
    };
    branches(&tree.roots, &mut steps);
    while let Some(step) = steps.pop() {
        match step {
            Step::Open => out.push('('),
            Step::Close => out.push(')'),
            Step::Node(at) => {
                let node = &tree.nodes[at];
                let is_first = out.ends_with('(');
                if let Some(mail) = node.mail {
                    out.push_str(&if is_first { (mail + 1).to_string() } else { format!(" {}", mail + 1) });
                }
                match node.children.as_slice() {
                    [only] => steps.push(Step::Node(*only)),
                    [] => {}
                    several => {
                        if node.mail.is_some() {
                            out.push(' ');
                        }
                        branches(several, &mut steps);
                    }
                }
            }
        }
    }
    out
}
