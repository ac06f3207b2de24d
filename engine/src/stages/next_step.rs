//! The flow that an answer offers to begin: an article or its category, an intent or a product names it, and a button under the answer bears
//! its title. The conversation remembers what was offered, so that pressing the button begins that flow and nothing is guessed. Pure.

use super::understood::{Taught, Thought};
use crate::flows::{Book, LiveFlow, stack, words};
use qn_domain::{Article, BotState, Button, ButtonAction, Language};
use qn_knowledge::catalogue::Shelf;
use qn_knowledge::{Answer, Hit};

const OFFERED_MAX: usize = 5;

/// The flow that what is said names.
pub(crate) fn named(thought: &Thought) -> Option<&str> {
    match (&thought.product, &thought.taught, &thought.answer) {
        (Some(reply), ..) => reply.next_flow.as_deref(),
        (_, Some(Taught::Say { next_flow, .. }), _) => next_flow.as_deref(),
        (_, None, Some(Answer::Found { hit, .. })) => hit.next_flow.as_deref(),
        _ => None,
    }
}

/// An article that names no flow of its own offers that of its category. `flows`: category and flow.
pub(crate) fn by_category(articles: &mut [Article], flows: &[(String, String)]) {
    for article in articles.iter_mut().filter(|article| article.next_flow.is_none()) {
        article.next_flow = flows.iter().find(|(category, _)| *category == article.category).map(|(_, flow)| flow.clone());
    }
}

/// An article about products that names no flow of its own offers that of the product in the talk, or of the first that has one.
pub(crate) fn by_product(hit: &mut Hit, shelf: &Shelf, about: &[String]) {
    if hit.next_flow.is_none() {
        let talked = about.iter().filter(|sku| hit.products.contains(sku));
        hit.next_flow = shelf.next_flow(talked.chain(&hit.products)).map(str::to_owned);
    }
}

/// By id, or by a title, as sheets of products name it. A flow that is gone, switched off, or not for customers to begin is not offered.
pub(crate) fn find<'b>(book: &'b Book, flow: &str) -> Option<&'b LiveFlow> {
    let titled = |one: &&LiveFlow| one.name == flow || one.name_en.as_deref() == Some(flow);
    book.spoken().find(|one| one.id == flow).or_else(|| book.spoken().find(titled))
}

/// The button; none where there is nothing to begin, or it goes on already.
pub(crate) fn offer(bot: &mut BotState, book: &Book, id: &str, language: Language) -> Option<Button> {
    let flow = find(book, id).filter(|flow| !stack::has(bot, &flow.id))?;
    let title = flow.title(language).to_owned();
    bot.offered.retain(|(_, words)| *words != title);
    if bot.offered.len() == OFFERED_MAX {
        bot.offered.remove(0);
    }
    bot.offered.push((flow.id.clone(), title.clone()));
    Some(Button { label: title.clone(), action: ButtonAction::Reply { text: title } })
}

/// Id of the flow whose button was pressed, or whose words were typed.
pub(crate) fn pressed<'b>(bot: &'b BotState, text: &str) -> Option<&'b str> {
    if bot.offered.is_empty() {
        return None;
    }
    let said = words::normal(text);
    bot.offered.iter().rev().find(|(_, title)| words::normal(title) == said).map(|(id, _)| id.as_str())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::ActiveFlow;
    use qn_workflow::trigger::{Begins, Trigger};

    fn flow(id: &str, name: &str, trigger: Trigger) -> LiveFlow {
        LiveFlow { id: id.into(), name: name.into(), begins: Begins { trigger, ..Begins::default() }, talks: true, ..LiveFlow::default() }
    }

    #[test]
    fn only_what_a_customer_can_begin_is_offered_and_its_button_names_it() {
        let refund = LiveFlow { name_en: Some("Refund".into()), ..flow("refund", "退款", Trigger::Message) };
        let book = Book { flows: vec![refund, flow("csat", "回访", Trigger::Event)] };
        let mut bot = BotState::default();
        assert_eq!(offer(&mut bot, &book, "gone", Language::Zh), None);
        assert_eq!(offer(&mut bot, &book, "csat", Language::Zh), None);
        assert_eq!(pressed(&bot, "退款"), None);
        assert_eq!(offer(&mut bot, &book, "refund", Language::En).unwrap().label, "Refund");
        assert_eq!(find(&book, "退款").map(|flow| flow.id.as_str()), Some("refund"), "by its title");
        assert_eq!(offer(&mut bot, &book, "refund", Language::Zh).unwrap().label, "退款");
        assert_eq!((pressed(&bot, " 退款。"), pressed(&bot, "refund"), pressed(&bot, "退款多久")), (Some("refund"), Some("refund"), None));
        bot.flows.push(ActiveFlow { flow: "refund".into(), ..ActiveFlow::default() });
        assert_eq!(offer(&mut bot, &book, "refund", Language::Zh), None);
    }

    #[test]
    fn the_last_few_are_remembered_each_once() {
        let book = Book { flows: (0..8).map(|n| flow(&n.to_string(), &format!("流程{n}"), Trigger::Message)).collect() };
        let mut bot = BotState::default();
        for n in [0, 1, 2, 3, 4, 5, 6, 3] {
            offer(&mut bot, &book, &n.to_string(), Language::Zh);
        }
        let kept: Vec<&str> = bot.offered.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(kept, ["2", "4", "5", "6", "3"]);
    }
}
