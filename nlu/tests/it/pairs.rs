//! Question match on made-up pairs: it learns which differing words matter, whatever the order, and its file holds all of it.
#![allow(clippy::unwrap_used)]

use qn_nlu::pair::{BoostOptions, Pair, PairModel, PairOptions};

/// Pairs in which another product makes another question, and another wording does not.
fn pairs() -> Vec<(String, String, bool)> {
    let products = ["手表", "耳机", "平板", "音箱", "键盘", "电视"];
    let wordings = ["怎么退{}", "{}如何退货", "我想把{}退了", "{}退货怎么操作", "请问{}能退吗"];
    let mut pairs = Vec::new();
    for (i, product) in products.iter().enumerate() {
        for (j, wording) in wordings.iter().enumerate() {
            for k in 0..products.len() {
                let other = wordings[(j + k + 1) % wordings.len()];
                let partner = if k % 2 == 0 { product } else { products[(i + k) % products.len()] };
                pairs.push((wording.replace("{}", product), other.replace("{}", partner), *product == partner));
            }
        }
    }
    pairs
}

fn fit(pairs: &[(String, String, bool)]) -> PairModel {
    let pairs: Vec<Pair<'_>> = pairs.iter().map(|(one, other, same)| Pair { one, other, same: *same }).collect();
    let boost = BoostOptions { trees: 40, leaf_rows_min: 5, rate: 0.2, ..BoostOptions::default() };
    PairModel::fit(&pairs, &PairOptions { boost, ..PairOptions::default() })
}

#[test]
fn another_product_is_another_question_and_another_wording_is_not() {
    let model = fit(&pairs());
    let same = |one: &str, other: &str| model.probability(one, other) >= model.threshold();
    assert!(same("怎么退手表", "手表退货怎么操作"));
    assert!(!same("怎么退手表", "耳机退货怎么操作"));
    assert_eq!(model.probability("怎么退平板", "我想把音箱退了"), model.probability("我想把音箱退了", "怎么退平板"));
}

#[test]
fn the_same_pairs_give_the_same_file_and_it_reads_back() {
    let pairs = pairs();
    let bytes = fit(&pairs).write();
    assert!(bytes == fit(&pairs).write());
    let read = PairModel::read(&bytes).unwrap();
    assert_eq!(read.write(), bytes);
    assert!(PairModel::read(&bytes[..bytes.len() - 9]).is_err());
}

#[test]
fn any_two_texts_get_a_probability() {
    let model = fit(&pairs());
    for (one, other) in [("", ""), ("?", "。。。"), ("a", "退"), ("*****", "#"), (&"退".repeat(9_000), "hello world")] {
        assert!((0.0..=1.0).contains(&model.probability(one, other)), "{one} {other}");
    }
}
