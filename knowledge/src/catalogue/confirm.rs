//! A product that a turn names only nearly is asked about before it is spoken of: 「请问您说的是 X 吗？」. A yes answers what was asked;
//! after a no, others of its kind are offered. For turns whose customer is there to say so.

use super::choose::OFFERED_MAX;
use super::read::CHARS_MAX;
use super::shelf::{Shelf, short};
use super::talk::{self, Kind, Reply, Seen, Step, Talk};
use qn_base::text::truncate;
use qn_domain::{Language, Product};
use serde::{Deserialize, Serialize};

/// What waits for a yes, until the next turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsure {
    skus: Vec<String>,
    /// The turn that nearly names them, and the language it is answered in.
    text: String,
    language: Language,
}

/// A step of the talk that takes nothing for granted that is only likely.
pub fn careful(shelf: &Shelf, talk: &Talk, seen: &Seen<'_>) -> Step {
    let step = talk::step(shelf, talk, seen);
    let is_likely = |reply: &Reply| !reply.weak && step.likely.iter().any(|sku| reply.products.contains(sku));
    if !step.reply.as_ref().is_some_and(is_likely) {
        return step;
    }
    match step {
        Step { reply: Some(reply), about, likely, .. } => ask(shelf, talk, seen, reply, about, likely),
        step => step,
    }
}

/// The talk stays where it was: what is only likely is not yet what is talked about.
fn ask(shelf: &Shelf, talk: &Talk, seen: &Seen<'_>, reply: Reply, about: Vec<String>, likely: Vec<String>) -> Step {
    let language = reply.language;
    let unsure = Unsure { skus: likely.clone(), text: truncate(seen.text, CHARS_MAX).to_owned(), language };
    let next = Talk { asked: reply.attribute.clone().or_else(|| talk.asked.clone()), unsure: Some(unsure), ..talk.clone() };
    let question = Reply {
        buttons: vec![language.pick("是的", "Yes").to_owned(), language.pick("不是", "No").to_owned()],
        products: likely.clone(),
        attribute: reply.attribute,
        language,
        ..Reply::new(Kind::Confirm, question(shelf, &likely, language))
    };
    Step { talk: next, reply: Some(question), about, likely }
}

fn question(shelf: &Shelf, skus: &[String], language: Language) -> String {
    let names: Vec<String> = skus.iter().filter_map(|sku| shelf.find(sku)).map(|p| format!("**{}**", short(p, language))).collect();
    let names = names.join(language.pick("、", ", "));
    language.pick("请问您说的是{}吗？", "Do you mean {}?").replace("{}", &names)
}

/// The turn after the question, a yes or a no. None where nothing was asked.
pub fn settled(shelf: &Shelf, talk: &Talk, seen: &Seen<'_>, yes: bool) -> Option<Step> {
    let Unsure { skus, text, language } = talk.unsure.as_ref()?;
    Some(match yes {
        true => talk::step(shelf, talk, &Seen { text, language: *language, usual: *language, ..*seen }),
        false => others(shelf, talk, skus, *language),
    })
}

/// What was asked stays asked: naming the product is enough.
fn others(shelf: &Shelf, talk: &Talk, skus: &[String], language: Language) -> Step {
    let kind = skus.first().and_then(|sku| shelf.kind_of(sku));
    let of_kind = kind.into_iter().flat_map(|kind| shelf.of_kind(kind));
    let offered: Vec<&Product> = of_kind.filter(|p| !skus.contains(&p.sku)).take(OFFERED_MAX).collect();
    let reply = Reply {
        buttons: offered.iter().map(|p| shelf.model(p, language).to_owned()).collect(),
        products: offered.iter().map(|p| p.sku.clone()).collect(),
        named: true,
        language,
        ..Reply::new(Kind::Which, language.pick("好的，请问您说的是哪一款？", "All right. Which one do you mean?").to_owned())
    };
    let mut next = Talk { unsure: None, ..talk.clone() };
    talk::tell(shelf, &mut next, &reply, language);
    Step { talk: next, reply: Some(reply), about: Vec::new(), likely: Vec::new() }
}
