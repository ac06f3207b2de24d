//! What Chinese words are said for, so that a classifier of any labels knows something of words it met once or never: eight wide groups
//! (anger, fear, sorrow, joy, surprise, report, praise, blame) and some two hundred narrow ones (swearing, cold food, wishes of safety).
//! Only hints: what a group means for the labels at hand is learnt.

use super::lexicon::{negated, stands};
use std::collections::HashMap;
use std::sync::OnceLock;

static WIDE: &str = include_str!("groups.txt");
static NARROW: [&str; 7] = [
    include_str!("words/anger.txt"),
    include_str!("words/sorrow.txt"),
    include_str!("words/joy.txt"),
    include_str!("words/report.txt"),
    include_str!("words/food.txt"),
    include_str!("words/trade.txt"),
    include_str!("words/manner.txt"),
];
/// A group with this many words in a text has them counted apart.
const WIDE_COUNTS: &[usize] = &[1, 2, 3, 5];
const NARROW_COUNTS: &[usize] = &[1, 2];

struct Group {
    name: &'static str,
    /// How features about it begin: a wide and a narrow group may have the same name.
    kind: &'static str,
    counts: &'static [usize],
}

/// A word and the number of its group.
type Word = (Vec<char>, usize);

struct Groups {
    groups: Vec<Group>,
    /// By the first two characters (a word of one has no second): the word and its group, longest first.
    words: HashMap<(char, Option<char>), Vec<Word>>,
}

impl Groups {
    fn read(&mut self, file: &'static str, kind: &'static str, counts: &'static [usize]) {
        for (name, words) in file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": ")) {
            for word in words.split(' ').map(|word| word.chars().collect::<Vec<char>>()) {
                self.words.entry((word[0], word.get(1).copied())).or_default().push((word, self.groups.len()));
            }
            self.groups.push(Group { name, kind, counts });
        }
    }

    /// The words that may stand at `at`, longest first among those of a group.
    fn words_at<'a>(&'a self, folded: &[char], at: usize) -> impl Iterator<Item = &'a Word> {
        let longer = folded.get(at + 1).and_then(|second| self.words.get(&(folded[at], Some(*second))));
        let single = self.words.get(&(folded[at], None));
        longer.into_iter().chain(single).flatten()
    }
}

fn groups() -> &'static Groups {
    static GROUPS: OnceLock<Groups> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut groups = Groups { groups: Vec::new(), words: HashMap::new() };
        groups.read(WIDE, "group", WIDE_COUNTS);
        NARROW.iter().for_each(|file| groups.read(file, "narrow", NARROW_COUNTS));
        groups.words.values_mut().for_each(|words| words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len())));
        groups
    })
}

/// Names of features: how many words of each group a folded text has, said to be so or not, and whether the group has the last word.
pub fn names(folded: &[char]) -> Vec<String> {
    let known = groups();
    let mut counts = vec![[0usize; 2]; known.groups.len()];
    // Where the last word of each group ends: a group's words do not overlap.
    let mut ends = vec![0; known.groups.len()];
    for at in 0..folded.len() {
        for (word, group) in known.words_at(folded, at) {
            if at >= ends[*group] && stands(folded, at, word) {
                counts[*group][usize::from(negated(folded, at))] += 1;
                ends[*group] = at + word.len();
            }
        }
    }
    let mut found = Vec::new();
    for (n, Group { name, kind, counts: steps }) in known.groups.iter().enumerate() {
        for (count, not) in counts[n].into_iter().zip(["", "not "]) {
            found.extend(steps.iter().filter(|least| count >= **least).map(|least| format!("{kind} {not}{name} {least}")));
        }
        if ends[n] * 5 > folded.len() * 3 {
            found.push(format!("{kind} {name} last"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::fold;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn words_count_for_their_groups_once_where_they_stand() {
        let found = names(&fold("菜不好吃，送餐快"));
        for wanted in ["group not praise 1", "group praise 1", "group praise last"] {
            assert!(found.iter().any(|name| name == wanted), "{wanted} in {found:?}");
        }
        assert!(!found.iter().any(|name| name == "group praise 2"), "{found:?}");
        assert_eq!(names(&fold("")), Vec::<String>::new());
        let found = names(&fold("没放盐，没味道，还在投诉中"));
        for wanted in ["narrow too_bland 2", "narrow complaint_threat 1", "narrow complaint_threat last"] {
            assert!(found.iter().any(|name| name == wanted), "{wanted} in {found:?}");
        }
    }

    #[test]
    fn every_line_is_a_group_with_words_of_its_own() {
        let known = groups();
        let wide: Vec<&str> = known.groups.iter().filter(|group| group.kind == "group").map(|group| group.name).collect();
        assert_eq!(wide, ["anger", "fear", "sorrow", "joy", "surprise", "report", "praise", "blame"]);
        let names: HashSet<(&str, &str)> = known.groups.iter().map(|group| (group.kind, group.name)).collect();
        assert_eq!(names.len(), known.groups.len(), "each name stands for one group");
        assert!(known.words.values().flatten().all(|(word, _)| !word.iter().any(|c| c.is_uppercase())));
        let mut seen = HashSet::new();
        assert!(known.words.values().flatten().all(|one| seen.insert(one)), "a word stands once in a group");
    }
}
