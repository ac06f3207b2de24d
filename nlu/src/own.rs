//! A company's own things that turns name, found beside what everybody names: by patterns, in lists of values, and by taggers learnt from
//! marked examples. Built once whenever they change, shared between turns.

use crate::entity::{self, Catalogue, Context, Entity, Item, Pattern, SURE_MIN, Value};
use crate::tag::{Options, Sentence, Span, Tagger, train};
use qn_base::text::is_cjk;
use qn_domain::{FoundBy, OwnEntity};
use serde::Serialize;

/// Fewer marked examples teach a tagger nothing.
pub const EXAMPLES_MIN: usize = 5;
/// What is less likely is not found.
const LIKELY_MIN: f32 = 0.5;
/// Instead of `SURE_MIN` for what was learnt: from a dozen sentences nothing is very sure.
const LEARNT_SURE_MIN: f32 = 0.6;
/// A tagger learns in well under a second from what people mark.
const EPOCHS: usize = 12;

/// One of the company's own things in a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// The entity's name.
    pub name: String,
    /// The value of a list, a number in capitals, or the words themselves.
    pub value: String,
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub confidence: f32,
    /// It may be taken for granted; else it is to be asked about.
    pub sure: bool,
}

/// All of one company's.
#[derive(Default)]
pub struct OwnEntities {
    patterns: Vec<Pattern>,
    lists: Catalogue,
    /// Entity and value by the number that the catalogue's items have for an id.
    values: Vec<(String, String)>,
    taggers: Vec<(String, Tagger)>,
}

impl OwnEntities {
    /// Trains the taggers: work for a thread that may be busy. What cannot be read or learnt is left out.
    pub fn new(entities: &[OwnEntity]) -> Self {
        let mut own = Self::default();
        let mut items: Vec<Item> = Vec::new();
        for OwnEntity { name, found_by, .. } in entities {
            match found_by {
                FoundBy::Patterns { patterns } => own.patterns.extend(patterns.iter().filter_map(|p| Pattern::new(name, p).ok())),
                FoundBy::Values { values } => {
                    for one in values {
                        let names = std::iter::once(&one.value).chain(&one.synonyms).cloned().collect();
                        items.push(Item { id: own.values.len().to_string(), names });
                        own.values.push((name.clone(), one.value.clone()));
                    }
                }
                FoundBy::Examples { examples } => own.taggers.extend(learn(name, examples).map(|tagger| (name.clone(), tagger))),
            }
        }
        own.lists = Catalogue::new(&items);
        own
    }

    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.values.is_empty() && self.taggers.is_empty()
    }

    /// What everybody names, and what only this company's customers do. `offset_minutes` is the company's, from UTC.
    pub fn find(&self, text: &str, now: qn_base::Timestamp, offset_minutes: i32) -> (Vec<Entity>, Vec<Named>) {
        let catalogue = (!self.values.is_empty()).then_some(&self.lists);
        let context = Context { patterns: &self.patterns, catalogue, ..Context::new(now, offset_minutes) };
        let (mut general, mut named) = (Vec::new(), Vec::new());
        for found in entity::find(text, &context) {
            let own = |name: &str, value: String| Named {
                name: name.to_owned(),
                value,
                start: found.start,
                end: found.end,
                confidence: found.confidence,
                sure: found.confidence >= SURE_MIN,
            };
            match &found.value {
                Value::Product { ids, .. } => {
                    let known = ids.iter().filter_map(|id| self.values.get(id.parse::<usize>().ok()?));
                    named.extend(known.filter(|_| found.confidence >= LIKELY_MIN).map(|(name, value)| own(name, value.clone())));
                }
                Value::Order { number, pattern } => {
                    if self.patterns.iter().any(|p| p.name() == pattern) {
                        named.push(own(pattern, number.clone()));
                    }
                    general.push(found);
                }
                _ => general.push(found),
            }
        }
        let (tokens, places) = tokens(text);
        for (name, tagger) in &self.taggers {
            for tagged in tagger.tag(&tokens).into_iter().filter(|tagged| tagged.confidence >= LEARNT_SURE_MIN) {
                let (Some(first), Some(last)) = (places.get(tagged.span.start), places.get(tagged.span.end - 1)) else { continue };
                let (start, end) = (first.0, last.1);
                named.push(Named {
                    name: name.clone(),
                    value: text[start..end].to_owned(),
                    start,
                    end,
                    confidence: tagged.confidence,
                    sure: true,
                });
            }
        }
        named.sort_by_key(|one| one.start);
        (general, named)
    }
}

/// None where there is too little to learn from.
fn learn(name: &str, examples: &[String]) -> Option<Tagger> {
    let sentences: Vec<Sentence> = examples.iter().filter_map(|example| sentence(name, example)).collect();
    let marked = sentences.iter().filter(|sentence| !sentence.spans.is_empty()).count();
    let options = Options { epochs: EPOCHS, seen_min: 1, ..Options::default() };
    if marked < EXAMPLES_MIN { None } else { train(&sentences, &options, |_, _| {}).ok() }
}

/// A sentence with what stands in square brackets marked; none where the brackets do not close.
fn sentence(name: &str, example: &str) -> Option<Sentence> {
    let (mut sentence, mut rest) = (Sentence::default(), example);
    while let Some((before, behind)) = rest.split_once('[') {
        let (inside, behind) = behind.split_once(']')?;
        sentence.tokens.extend(tokens(before).0);
        let start = sentence.tokens.len();
        sentence.tokens.extend(tokens(inside).0);
        let end = sentence.tokens.len();
        if end > start {
            sentence.spans.push(Span { start, end, slot: name.to_owned() });
        }
        rest = behind;
    }
    if rest.contains(']') {
        return None;
    }
    sentence.tokens.extend(tokens(rest).0);
    Some(sentence)
}

/// Whether an example's brackets close and mark something, or there are none.
pub fn is_marked_well(example: &str) -> bool {
    sentence("x", example).is_some_and(|sentence| !example.contains('[') || !sentence.spans.is_empty())
}

/// Chinese characters and signs one by one, words of letters and digits whole; and where they stand, in bytes.
fn tokens(text: &str) -> (Vec<String>, Vec<(usize, usize)>) {
    let (mut tokens, mut places): (Vec<String>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let goes_on = c.is_alphanumeric() && !is_cjk(c);
        match (tokens.last_mut(), places.last_mut()) {
            (Some(token), Some(place)) if goes_on && in_word => {
                token.extend(c.to_lowercase());
                place.1 = end;
            }
            _ if c.is_whitespace() => {}
            _ => {
                tokens.push(c.to_lowercase().collect());
                places.push((at, end));
            }
        }
        in_word = goes_on;
    }
    (tokens, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::NamedValue;

    fn own(name: &str, found_by: FoundBy) -> OwnEntity {
        let (id, tenant_id) = (format!("ent_{name}").into(), "tnt_1".into());
        OwnEntity { id, tenant_id, name: name.into(), label: name.into(), found_by, version: 1, created_at: 0 }
    }

    fn found(entities: &[OwnEntity], text: &str) -> Vec<(String, String)> {
        OwnEntities::new(entities).find(text, 1_790_000_000_000, 480).1.into_iter().map(|n| (n.name, n.value)).collect()
    }

    #[test]
    fn numbers_of_a_form_and_values_of_a_list_are_found() {
        let repair = own("repair_no", FoundBy::Patterns { patterns: vec!["RX-#{6}".into()] });
        let values = vec![
            NamedValue { value: "顺丰速运".into(), synonyms: vec!["顺丰".into(), "SF Express".into()] },
            NamedValue { value: "京东物流".into(), synonyms: vec!["京东快递".into()] },
        ];
        let all = [repair, own("carrier", FoundBy::Values { values })];
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found(&all, "维修单 rx-123456 走顺丰吗"), [pair("repair_no", "RX-123456"), pair("carrier", "顺丰速运")]);
        assert_eq!(found(&all, "can you ship with sf express?"), [pair("carrier", "顺丰速运")]);
        assert_eq!(found(&all, "什么时候发货"), []);
    }

    #[test]
    fn what_is_written_with_an_error_is_only_likely() {
        let values = vec![NamedValue { value: "极速冷链专送".into(), synonyms: Vec::new() }];
        let own = OwnEntities::new(&[own("service", FoundBy::Values { values })]);
        let sure = |text: &str| own.find(text, 0, 480).1.into_iter().map(|n| (n.value, n.sure)).collect::<Vec<_>>();
        assert_eq!(sure("要极速冷链专送"), [("极速冷链专送".to_owned(), true)]);
        assert_eq!(sure("要极速冷冻专送"), [("极速冷链专送".to_owned(), false)]);
    }

    #[test]
    fn what_is_marked_is_learnt() {
        let seats = ["靠窗的位子", "过道的位子", "前排的位子", "靠窗的座位", "中间的位子"];
        let examples =
            seats.iter().flat_map(|seat| [format!("我要一个[{seat}]"), format!("换成[{seat}]可以吗"), format!("麻烦安排[{seat}]")]);
        let examples: Vec<String> = examples.chain(["什么时候出发".into(), "可以退票吗".into()]).collect();
        let all = [own("seat", FoundBy::Examples { examples })];
        assert_eq!(found(&all, "换成后排的位子可以吗"), [("seat".to_owned(), "后排的位子".to_owned())]);
        assert_eq!(found(&all, "可以退票吗"), []);
        assert_eq!(found(&[own("seat", FoundBy::Examples { examples: vec!["[a] b".into()] })], "a b"), [], "too little to learn from");
    }

    #[test]
    fn marks_must_close() {
        assert!(is_marked_well("改到[下周三]送") && is_marked_well("没有标记"));
        assert!(!is_marked_well("改到[下周三送") && !is_marked_well("改到下周三]送") && !is_marked_well("改到[]送"));
        assert_eq!(tokens("换 iPhone15 壳").0, ["换", "iphone15", "壳"]);
    }
}
