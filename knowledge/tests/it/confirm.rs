//! A product that is named only nearly: the bot asks, and takes yes and no.
#![allow(clippy::unwrap_used)]

use crate::catalogue::products;
use qn_domain::Language;
use qn_knowledge::catalogue::{Kind, Reply, Seen, Shelf, Step, Talk, careful, settled, turn};

fn seen(text: &str) -> Seen<'_> {
    let language = qn_nlu::identify(text, None).0;
    Seen { text, language, usual: Language::Zh, page: None, owns: &[], now: 1_780_000_000_000 }
}

fn asked(shelf: &Shelf, text: &str) -> (Talk, Reply) {
    let Step { talk, reply, .. } = careful(shelf, &Talk::default(), &seen(text));
    // As the engine keeps it between turns.
    let stored: Talk = serde_json::from_str(&serde_json::to_string(&talk).unwrap()).unwrap();
    assert_eq!(stored, talk);
    (stored, reply.unwrap())
}

#[test]
fn a_yes_answers_what_was_asked() {
    let shelf = Shelf::new(products());
    for (text, question, buttons, answer) in [
        ("鲸潜防雨壳多少钱", "请问您说的是**鲸潜防水壳**吗？", ["是的", "不是"], "¥169"),
        ("how much is the stylis", "Do you mean **Whale Pen 2 stylus**?", ["Yes", "No"], "¥399"),
    ] {
        let (talk, reply) = asked(&shelf, text);
        assert_eq!((reply.kind, reply.text.as_str()), (Kind::Confirm, question), "{text}");
        assert_eq!(reply.buttons, buttons);
        assert!(!talk.is_blank() && talk.dialogue.focus.is_none(), "what is only likely is not yet talked about");
        let Step { talk, reply, .. } = settled(&shelf, &talk, &seen("是的"), true).unwrap();
        assert!(reply.unwrap().text.contains(answer), "{text}");
        assert!(talk.unsure.is_none() && talk.dialogue.focus.is_some());
    }
}

#[test]
fn a_no_asks_which_one_and_keeps_the_question() {
    let shelf = Shelf::new(products());
    let (talk, _) = asked(&shelf, "鲸潜防雨壳多少钱");
    let Step { talk, reply, .. } = settled(&shelf, &talk, &seen("不是"), false).unwrap();
    let reply = reply.unwrap();
    assert_eq!(reply.kind, Kind::Which);
    assert!(reply.products.iter().any(|sku| sku == "BW-CASE-P10") && !reply.products.iter().any(|sku| sku == "BW-CASE-WP"), "{reply:?}");
    let Step { reply, .. } = careful(&shelf, &talk, &seen("P10 液态硅胶保护壳"));
    let reply = reply.unwrap();
    assert!(reply.kind == Kind::Attribute && reply.text.contains('¥'), "{reply:?}");
}

#[test]
fn anything_else_leaves_the_question_behind() {
    let shelf = Shelf::new(products());
    let (talk, _) = asked(&shelf, "鲸潜防雨壳多少钱");
    let Step { talk, reply, .. } = careful(&shelf, &talk, &seen("P10 Pro 多少钱"));
    assert!(reply.unwrap().text.contains("¥4,999"));
    assert!(talk.unsure.is_none() && settled(&shelf, &talk, &seen("是的"), true).is_none());
    assert!(settled(&shelf, &Talk::default(), &seen("是的"), true).is_none());
}

#[test]
fn what_is_sure_is_answered_at_once() {
    let shelf = Shelf::new(products());
    for text in ["鲸潜防水壳多少钱", "how much is the desicant", "p10 prp 多少钱", "有没有充电保"] {
        let (_, reply) = asked(&shelf, text);
        assert_ne!(reply.kind, Kind::Confirm, "{text}");
    }
    // Where nobody is there to answer, it is taken at its word.
    let (_, reply) = turn(&shelf, &Talk::default(), &seen("鲸潜防雨壳多少钱"));
    assert!(reply.unwrap().text.contains("¥169"));
}

#[test]
fn a_name_that_two_products_share_is_asked_about() {
    let mut all = products();
    let mut larger = all.iter().find(|p| p.sku == "BW-DESICCANT").unwrap().clone();
    larger.sku = "BW-DESICCANT-30".into();
    larger.name_zh = "防雾干燥剂 30 片装".into();
    larger.price_cents = 4_500;
    all.push(larger);
    let shelf = Shelf::new(all);
    let (talk, reply) = turn(&shelf, &Talk::default(), &seen("干燥剂多少钱"));
    let reply = reply.unwrap();
    assert_eq!((reply.kind, &reply.products[..]), (Kind::Which, &["BW-DESICCANT".to_owned(), "BW-DESICCANT-30".into()][..]));
    assert_eq!(reply.buttons, ["防雾干燥剂", "防雾干燥剂 30 片装"]);
    assert!(talk.dialogue.focus.is_none());
    let (talk, reply) = turn(&shelf, &talk, &seen("防雾干燥剂 30 片装"));
    assert!(reply.unwrap().text.contains("¥45"));
    // From then on the shared name means the one in the talk, and for its owner theirs.
    let (_, reply) = turn(&shelf, &talk, &seen("干燥剂多少钱"));
    assert!(reply.unwrap().text.contains("¥45"));
    let owns = ["BW-DESICCANT-30".to_owned()];
    let (_, reply) = turn(&shelf, &Talk::default(), &Seen { owns: &owns, ..seen("干燥剂多少钱") });
    assert!(reply.unwrap().text.contains("¥45"));
    // Names that are all alike are told apart by their numbers.
    let (_, reply) = turn(&shelf, &Talk::default(), &seen("how much is the desiccant"));
    assert_eq!(reply.unwrap().buttons, ["BW-DESICCANT", "BW-DESICCANT-30"]);
}
