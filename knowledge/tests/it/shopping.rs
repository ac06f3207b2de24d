//! How customers really ask a shop: limits, superlatives, several questions at once, what fits what, typing errors. The notation is
//! that of `catalogue`.
#![allow(clippy::unwrap_used)]

use crate::catalogue::{check, products, step};
use qn_knowledge::catalogue::{Shelf, Talk};

#[test]
fn every_limit_counts() {
    check(&[
        &[("有没有1000到2000的手机", "P10 Lite|¥1,599|!¥3,299|!¥4,999")],
        &[("1000-2000的手机", "¥1,599|!¥3,299")],
        &[("一千到两千的手机", "¥1,599|!¥3,299")],
        &[("3000到5000的手机", "¥3,299|¥4,999|!¥1,599")],
        &[("3到5千的手机有推荐吗", "¥3,299|¥4,999|!¥1,599")],
        &[("两千以内的手机", "¥1,599|!¥3,299")],
        &[("预算三千，推荐个手机", "¥1,599|!¥3,299")],
        &[("phones between 3000 and 4000 yuan", "¥3,299|!¥1,599|!¥4,999")],
        &[("wireless earbuds under 500", "Buds 3|¥499|!¥899")],
        &[("电池大于5000的手机", "P10 Lite|P10 Pro|5500 mAh|!¥3,299|!¥2,199")],
        &[("5000mAh以上的手机有哪些", "P10 Lite|P10 Pro|P10 手机")],
        &[("屏幕大于6.5寸的手机", "6.73|6.67|!6.4 ")],
        &[("防水的2000以内的手机", "¥1,599|!¥3,299")],
        &[("1000元以内的手机", "最便宜的是|P10 Lite"), ("第二个", "1 款|P10 Lite")],
        &[("8000到9000的手机", "最接近的是|P10 Pro")],
        &[("推荐2款手机", "¥1,599|¥3,299|!¥4,999")],
        // A number that means nothing here is never passed over.
        &[("5G手机有哪些", "-"), ("2026年的手机有哪些", "-"), ("手机 2000", "-")],
    ]);
}

#[test]
fn attributes_choose() {
    check(&[
        &[("支持无线充电的手机有哪些", "P10 Pro|50 W|!¥3,299|!¥1,599")],
        &[("有NFC的手机", "P10 Pro|¥3,299|!P10 Lite")],
        &[("防水又支持无线充电的手机", "P10 Pro|IP68|50 W|!¥3,299")],
        &[("phones with wireless charging", "P10 Pro|50 W|!¥3,299")],
        &[("do you have a waterproof phone", "P10 Pro|IP68")],
        &[("有红色的手机吗", "没有完全符合|薄荷绿")],
        &[("有没有eSIM的手机", "没有完全符合|!为您找到")],
        &[("能降噪的耳机", "Buds 3 Pro|!¥499")],
        &[("推荐一款耳机给我妈妈用", "Buds 3|¥499|¥899")],
        &[("手机防水吗", "-")],
    ]);
}

#[test]
fn the_best_of_a_kind() {
    check(&[
        &[("哪款手机续航最长", "续航最长的是 **P10 Lite**|5500 mAh|5200 mAh"), ("它多少钱", "¥1,599")],
        &[("which phone has the longest battery life", "The **P10 Lite** lasts longest|5500")],
        &[("屏幕最大的手机是哪个", "屏幕最大的是 **P10 Pro**|6.73")],
        &[("最轻的手机", "最轻的是 **P10**|189")],
        &[("what is the lightest phone", "The **P10** is the lightest|189")],
        &[("充电最快的手机", "充电最快的是 **P10 Pro**|90 W")],
        &[("P10 和 P10 Pro 哪个续航最长", "**P10 Pro** 续航更长|!P10 Lite")],
        &[("手机都有哪些", "P10 Lite"), ("哪款续航最长", "续航最长的是 **P10 Lite**")],
        &[("P10 Pro 和 Buds 3 Pro 多少钱", "¥4,999|¥899"), ("哪款手机续航最长", "续航最长的是 **P10 Lite**")],
    ]);
}

#[test]
fn something_cheaper() {
    check(&[
        &[("有没有便宜一点的手机", "¥1,599|¥3,299")],
        &[("P10 Pro多少钱", "¥4,999"), ("太贵了", "¥1,599|¥3,299|!¥4,999"), ("有没有更便宜的", "¥1,599")],
        &[("500 以下的耳机", "¥499"), ("太贵了", "已经是同类里最便宜|¥499")],
        &[("how much is the P10 Pro", "¥4,999"), ("anything cheaper?", "¥3,299|!¥4,999")],
        &[("P10 Pro多少钱", "¥4,999"), ("能便宜点吗", "-")],
        &[("太贵了", "-")],
        &[("手机都有哪些", "¥3,299"), ("那2000以内的呢", "¥1,599|!¥3,299")],
    ]);
}

#[test]
fn a_list_does_not_take_over_the_earlier_question() {
    check(&[
        &[("P10 Pro的屏幕多大", "6.73"), ("一百块以内的充电宝有吗", "最便宜的是|¥169|!屏幕")],
        &[("P10 Pro的屏幕多大", "6.73"), ("200以内的充电宝有吗", "充电宝|¥169|!屏幕")],
        &[("500 以下的耳机", "Buds 3|¥499"), ("第二个", "只列了 1 款|Buds 3|!IPX"), ("它防水吗", "IPX4")],
        &[("headphones under 500", "¥499"), ("the second one", "only one in that list")],
        &[("P10 Pro 多少钱", "¥4,999"), ("第二个", "-")],
    ]);
}

#[test]
fn prices_are_never_converted() {
    check(&[
        &[("headphones under $100", "Chinese yuan|¥499|¥899|!()")],
        &[("100美元以内的耳机", "人民币|¥499|¥899")],
        &[("is the P10 Pro under $1000?", "¥4,999|Chinese yuan")],
    ]);
}

#[test]
fn several_questions_in_one_turn() {
    check(&[
        &[("P10 Pro 多少钱？有黑色吗？", "¥4,999|曜石黑")],
        &[("P10 Pro 多少钱？有红色吗？", "¥4,999|没有这个颜色")],
        &[("P10 Pro 防水吗，多少钱", "IP68|¥4,999|鲸潜防水壳"), ("那 P10 呢", "IP65|¥3,299")],
        &[("how much is the P10 and is it waterproof?", "¥3,299|IP65")],
        &[("P10 Pro 的电池、屏幕和重量", "5200 mAh|6.73|219 克")],
        &[("P10 Pro 多少钱，拍照怎么样", "¥4,999|拍照：商品目录里没有写")],
        &[("how big is the battery of the P10", "5000 mAh|!6.4")],
    ]);
}

#[test]
fn what_fits_what() {
    check(&[
        &[("鲸潜防水壳适合哪些手机", "P10 Pro / P10|BW-CASE-WP")],
        &[("鲸潜防水壳能配 P10 Lite 吗", "不能|P10 Pro / P10")],
        &[("鲸潜防水壳能配 P10 吗", "可以|P10")],
        &[("67W 充电器能给 P10 用吗", "可以|67W 充电器|P10")],
        &[("does the dive waterproof case fit the P10 Lite?", "No|P10 Pro / P10")],
        &[("does the dive waterproof case work with the P10?", "Yes")],
        &[("P10 Lite 多少钱", "¥1,599"), ("防水壳适合它吗", "不能|P10 Lite")],
        &[("90W 氮化镓充电器能给 P10 用吗", "没有单独写 P10|USB-C")],
        &[("P10 有哪些手机壳", "鲸潜防水壳|硅胶|!膜")],
        &[("P10 能用哪个充电器", "67W 充电器|!数据线")],
    ]);
}

#[test]
fn short_names_with_a_typing_error() {
    check(&[
        &[("p10 prp 多少钱", "¥4,999")],
        &[("how much is p10 proo", "¥4,999")],
        &[("p10 lit 防水吗", "-"), ("p10 liet 防水吗", "IP54")],
        &[("buds 3 por 有降噪吗", "降噪：支持")],
        &[("how much is a P10 like new", "¥3,299|!Lite")],
        &[("what is the P10 price", "¥3,299")],
    ]);
}

#[test]
fn what_is_asked_is_not_the_product_beside_it() {
    check(&[
        &[("is there a cheaper phone than P10 Pro", "¥3,299|¥1,599|!¥4,999")],
        &[("有比 P10 Pro 便宜的手机吗", "¥3,299|¥1,599|!¥4,999")],
        &[("P10 比 P10 Pro 便宜多少", "**P10** 更便宜")],
        &[("平板 512G 多少钱", "¥2,899|!¥2,399")],
        &[("what comes in the box of the P10?", "67 W charger")],
        &[("送女朋友的耳机，500左右", "¥499|!¥899")],
    ]);
}

#[test]
fn a_brand_before_the_model_is_part_of_the_name() {
    check(&[
        &[("鲸 P10 Pro 多少钱", "¥4,999")],
        &[("鲸P10防水吗", "IP65")],
        &[("Whale Buds 3 多少钱", "¥499|!¥899")],
        &[("how much is the whale p10 lite", "¥1,599")],
    ]);
}

#[test]
fn a_colour_after_a_list_chooses_from_it() {
    check(&[
        &[("手机都有哪些", "P10 Lite"), ("那白的呢", "鲸 P10 Pro 手机|鲸 P10 手机|!Lite")],
        &[("which phones do you have", "P10 Lite"), ("and the white one?", "P10 Pro|!Lite")],
        &[("手机都有哪些", "P10 Lite"), ("有没有绿色的", "P10 Lite|!P10 Pro"), ("它多少钱", "¥1,599")],
        &[("手机都有哪些", "P10 Lite"), ("有红色的吗", "没有完全符合|薄荷绿")],
        &[("P10 多少钱", "¥3,299"), ("那白的呢", "奶油白")],
    ]);
}

#[test]
fn further_accessories_are_told() {
    check(&[
        &[("P10 Pro 能防水吗", "鲸潜防水壳"), ("我已经有防水壳了", "不会再推荐"), ("还有别的配件吗", "可以搭配|¥|!鲸潜防水壳")],
        &[("how much is the P10 Pro", "¥4,999"), ("any other accessories?", "These go with")],
    ]);
}

#[test]
fn a_tail_alone_means_the_sibling() {
    check(&[
        &[("Buds 3 多少钱", "¥499"), ("那 Pro 呢", "¥899"), ("它有降噪吗", "主动降噪：支持")],
        &[("P10 防水吗", "IP65"), ("那 Lite 呢", "IP54"), ("and the pro?", "IP68")],
        &[("P10 防水吗", "IP65"), ("Max 多少钱", "-")],
        &[("Pro 多少钱", "-")],
    ]);
}

#[test]
fn the_customers_own_phone() {
    let shelf = Shelf::new(products());
    let owns = ["BW-P10PRO".to_owned(), "BW-CASE-WP".to_owned()];
    for text in ["这个手机能防水吗？", "我的手机防水吗", "is my phone waterproof?"] {
        let (_, reply) = step(&shelf, &Talk::default(), text, None, &owns);
        assert!(reply.as_ref().is_some_and(|r| r.text.contains("IP68") && r.named), "{text}: {reply:?}");
    }
    let two = ["BW-P10PRO".to_owned(), "BW-P10".to_owned()];
    let (_, reply) = step(&shelf, &Talk::default(), "这个手机能防水吗？", None, &two);
    assert!(reply.unwrap().text.contains("哪一款"));
}

#[test]
fn everyday_words_for_what_the_data_tells() {
    check(&[
        &[("P10 Pro 可以泡海里吗", "IP68|海水")],
        &[("P10 Pro 多少钱", "¥4,999"), ("带什么充电头", "90W 充电器"), ("它能刷公交卡吗", "NFC：支持")],
        &[("what charger does the P10 come with", "67 W charger")],
        &[("P10 支持无线充电吗", "无线充电：不支持")],
        &[("我的P10用了3天", "-"), ("P10 Pro 电池有5000mAh吗", "5200 mAh")],
        &[("P10 Pro 泡水了", "-"), ("哪个手机拍照最好", "-")],
    ]);
}
