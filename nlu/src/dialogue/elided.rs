//! 「那上海呢」 after 「寄到北京要多久」: a turn that only puts a value in the place of another, as the question it stands for. Called where the
//! turn by itself finds nothing.

use super::words::{ELLIPSES, ELLIPSIS_CHARS_MAX, QUESTIONS};
use crate::entity::{self, Context};

/// Beside its values such a turn says next to nothing: 寄到, "to".
const REST_CHARS_MAX: usize = 3;

/// Kind and words.
type Named<'t> = (&'static str, &'t str);

/// The question that `text` asks with values of its own. `asked` is what the customer asked before, the newest last. None where the turn
/// stands for nothing, or where the question before names nothing of the kind.
pub fn elided(asked: &[String], text: &str, context: &Context<'_>) -> Option<String> {
    let values = alone(text, context)?;
    let mut question = String::new();
    for said in asked {
        let instead = alone(said, context).and_then(|values| with(&question, &values, context));
        question = instead.unwrap_or_else(|| said.clone());
    }
    with(&question, &values, context)
}

/// The values of a turn that says nothing else.
fn alone<'t>(text: &'t str, context: &Context<'_>) -> Option<Vec<Named<'t>>> {
    let bare = text.trim().trim_end_matches(['?', '？', '。', '.', '!', '！', '~']).trim();
    if bare.chars().count() > ELLIPSIS_CHARS_MAX {
        return None;
    }
    let inside = inside(bare)?;
    let values = values(inside, context);
    let named: usize = values.iter().map(|(_, words)| letters(words)).sum();
    (!values.is_empty() && letters(inside).saturating_sub(named) <= REST_CHARS_MAX).then_some(values)
}

/// What stands between the words that make a turn lean on the one before.
fn inside(bare: &str) -> Option<&str> {
    let low = bare.to_ascii_lowercase();
    ELLIPSES.iter().find_map(|(opens, closes)| {
        let between = low.strip_prefix(opens)?.strip_suffix(closes)?;
        let is_whole = !opens.starts_with(|c: char| c.is_ascii_alphabetic()) || between.starts_with(' ');
        let asks = QUESTIONS.iter().any(|word| between.contains(word));
        let inside = bare.get(opens.len()..opens.len() + between.len())?.trim().trim_start_matches(['，', ',']).trim();
        (is_whole && !asks && !inside.is_empty()).then_some(inside)
    })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn values<'t>(text: &'t str, context: &Context<'_>) -> Vec<Named<'t>> {
    let found = entity::find(text, context).into_iter().filter(|one| !one.value.is_secret());
    found.filter_map(|one| Some((one.value.kind(), text.get(one.start..one.end)?))).collect()
}

/// The question with each value in the place of its own of that kind.
fn with(question: &str, values: &[Named<'_>], context: &Context<'_>) -> Option<String> {
    let before = self::values(question, context);
    let mut asked = question.to_owned();
    for (kind, words) in values {
        let (_, old) = before.iter().find(|(known, _)| known == kind)?;
        asked = asked.replacen(old, words, 1);
    }
    (asked != question).then_some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(asked: &[&str], text: &str) -> Option<String> {
        let asked: Vec<String> = asked.iter().map(|&text| text.to_owned()).collect();
        elided(&asked, text, &Context::new(1_795_833_000_000, 480))
    }

    #[test]
    fn a_value_stands_for_the_question_before_with_that_value() {
        assert_eq!(asks(&["寄到北京要多久"], "那上海呢？").as_deref(), Some("寄到上海要多久"));
        assert_eq!(asks(&["寄到北京要多久", "那上海呢"], "那广州呢").as_deref(), Some("寄到广州要多久"));
        assert_eq!(
            asks(&["how long does delivery to Beijing take?"], "and Shanghai?").as_deref(),
            Some("how long does delivery to Shanghai take?")
        );
    }

    #[test]
    fn other_turns_stand_for_nothing() {
        assert_eq!(asks(&["怎么退货"], "那上海呢"), None, "nothing to put it in the place of");
        assert_eq!(asks(&[], "那上海呢"), None);
        for text in ["怎么退货", "我还在等呢", "and thanks", "上海的订单一直没有人给我发货呢", "那北京呢"] {
            assert_eq!(asks(&["寄到北京要多久"], text), None, "{text}");
        }
    }
}
