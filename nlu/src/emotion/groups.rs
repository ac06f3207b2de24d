//! What Chinese words are said for, in eight groups (anger, fear, sorrow, joy, surprise, report, praise, blame), so that a classifier of
//! any labels knows something of words it met once or never. Only hints: what a group means for the labels at hand is learnt.

use super::lexicon::{negated, stands};
use std::collections::HashMap;
use std::sync::OnceLock;

static FILE: &str = include_str!("groups.txt");
/// A group with this many words in a text has them counted apart.
const COUNTS: [usize; 4] = [1, 2, 3, 5];

struct Groups {
    names: Vec<&'static str>,
    /// By first character: the word and its group, longest first.
    words: HashMap<char, Vec<(Vec<char>, usize)>>,
}

fn groups() -> &'static Groups {
    static GROUPS: OnceLock<Groups> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups = Groups { names: Vec::new(), words: HashMap::new() };
        for (name, words) in FILE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": ")) {
            for word in words.split(' ').map(|word| word.chars().collect::<Vec<char>>()) {
                groups.words.entry(word[0]).or_default().push((word, groups.names.len()));
            }
            groups.names.push(name);
        }
        groups.words.values_mut().for_each(|words| words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len())));
        groups
    })
}

/// Names of features: how many words of each group a folded text has, said to be so or not, and whether the group has the last word.
pub fn names(folded: &[char]) -> Vec<String> {
    let Groups { names, words } = groups();
    let mut counts = vec![[0usize; 2]; names.len()];
    // Where the last word of each group ends: a group's words do not overlap.
    let mut ends = vec![0; names.len()];
    for (at, first) in folded.iter().enumerate() {
        for (word, group) in words.get(first).into_iter().flatten() {
            if at >= ends[*group] && stands(folded, at, word) {
                counts[*group][usize::from(negated(folded, at))] += 1;
                ends[*group] = at + word.len();
            }
        }
    }
    let mut found = Vec::new();
    for (group, name) in names.iter().enumerate() {
        for (count, not) in counts[group].into_iter().zip(["", "not "]) {
            found.extend(COUNTS.into_iter().filter(|least| count >= *least).map(|least| format!("group {not}{name} {least}")));
        }
        if ends[group] * 5 > folded.len() * 3 {
            found.push(format!("group {name} last"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::fold;
    use super::*;

    #[test]
    fn words_count_for_their_groups_once_where_they_stand() {
        let found = names(&fold("菜不好吃，送餐快"));
        for wanted in ["group not praise 1", "group praise 1", "group praise last"] {
            assert!(found.iter().any(|name| name == wanted), "{wanted} in {found:?}");
        }
        assert!(!found.iter().any(|name| name == "group praise 2"), "{found:?}");
        assert_eq!(names(&fold("")), Vec::<String>::new());
    }

    #[test]
    fn every_line_is_a_group_with_words() {
        assert_eq!(groups().names, ["anger", "fear", "sorrow", "joy", "surprise", "report", "praise", "blame"]);
        assert!(groups().words.values().flatten().all(|(word, _)| !word.iter().any(|c| c.is_uppercase())));
    }
}
