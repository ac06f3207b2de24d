//! Which article comes first, in which language, of whose library, and what is quoted.
#![allow(clippy::unwrap_used)]

use crate::library::{article, base, first, search, small};
use qn_domain::Language::{self, En, Zh};
use qn_domain::{ArticleState, TenantId};
use qn_knowledge::{Query, Reader};

#[test]
fn the_right_article_comes_first() {
    let library = small();
    let table: &[(Language, &str, &str)] = &[
        (Zh, "退款多久到账", "art_refund"),
        (Zh, "把钱退我要几天", "art_refund"),
        (Zh, "我买的东西想退货", "art_return"),
        (Zh, "洗衣机一直滴水", "art_leak"),
        (Zh, "洗衣機漏水", "art_leak"),
        (Zh, "空调不凉", "art_cool"),
        (Zh, "空 调 不 制 冷！！", "art_cool"),
        (En, "when will I be reimbursed", "art_refund"),
        (En, "I'd like to send my order back", "art_return"),
        (En, "phone is charging slow", "art_charge"),
        (En, "chraging my phone takes forever", "art_charge"),
        (En, "HOW LONG DOES A REFUND TAKE", "art_refund"),
    ];
    for (language, text, id) in table {
        assert_eq!(&first(&library, *language, text), id, "{text}: {:#?}", search(&library, *language, text));
    }
}

#[test]
fn no_segmentation_error_loses_a_term() {
    // Names no dictionary holds, and words that are cut differently inside longer ones.
    let library = [
        article("art_1", Zh, "蓝鲸摩卡罗盘怎么校准", &[], "原地转三圈。"),
        article("art_2", Zh, "怎么改地址", &[], "在订单页修改。"),
        article("art_3", Zh, "南京市长江大桥店几点开门", &[], "上午十点。"),
    ];
    for (text, id) in
        [("摩卡罗盘", "art_1"), ("卡罗", "art_1"), ("盘校准", "art_1"), ("长江大桥", "art_3"), ("市长江", "art_3"), ("大桥店", "art_3")]
    {
        assert_eq!(first(&library, Zh, text), id, "{text}");
    }
}

#[test]
fn only_published_articles_are_found_and_only_the_tenants_own() {
    let mut library = small();
    library[0].state = ArticleState::Draft;
    library[2].state = ArticleState::Archived;
    assert_ne!(first(&library, Zh, "退款多久到账"), "art_refund");
    assert_ne!(first(&library, Zh, "洗衣机漏水"), "art_leak");
    let (base, _) = base(&library);
    assert!(base.search(&TenantId::from("tnt_2"), &Query { text: "退货", language: Zh, limit: 5, reader: Reader::EVERYTHING }).is_empty());
    assert!(base.index(&TenantId::from("tnt_2")).is_none());
}

#[test]
fn a_rebuild_replaces_everything() {
    let (base, tenant) = base(&small());
    let query = Query { text: "洗衣机漏水", language: Zh, limit: 5, reader: Reader::EVERYTHING };
    let before = base.index(&tenant).unwrap();
    assert_eq!(before.count(Zh), 4);
    base.replace(&tenant, &[article("art_new", Zh, "洗衣机漏水请看这里", &[], "新的")]);
    assert_eq!(base.search(&tenant, &query)[0].article_id.as_str(), "art_new");
    assert_eq!(before.count(Zh), 4, "a search that had begun keeps its index");
    base.replace(&tenant, &[]);
    assert!(base.search(&tenant, &query).is_empty());
    base.remove(&tenant);
    assert!(base.index(&tenant).is_none());
}

#[test]
fn a_library_of_one_language_serves_both() {
    let library: Vec<_> = small().into_iter().filter(|a| a.language == Zh).collect();
    let hits = search(&library, En, "退货");
    assert_eq!((hits[0].article_id.as_str(), hits[0].language), ("art_return", Zh));
    assert_eq!(search(&small(), En, "refund")[0].language, En);
}

#[test]
fn a_short_body_is_quoted_whole_and_a_long_one_by_its_best_part() {
    let long =
        format!("## 时间\n\n{}\n\n## 运费\n\n运费由商家承担，凭运单报销。\n\n## 其他\n\n{}", "说明。".repeat(150), "备注。".repeat(150));
    let library = [article("art_long", Zh, "退货须知", &[], &long), article("art_short", Zh, "改地址", &[], "在 **订单页** 修改。")];
    let hits = search(&library, Zh, "退货的运费怎么报销");
    assert!(hits[0].passage.contains("运费由商家承担"), "{}", hits[0].passage);
    assert!(hits[0].passage.chars().count() <= 600);
    assert!(hits[0].highlights.iter().any(|w| w == "运费"), "{:?}", hits[0].highlights);
    assert_eq!(search(&library, Zh, "改地址")[0].passage, "在 **订单页** 修改。");
}

#[test]
fn hits_are_ordered_bounded_and_repeatable() {
    let library: Vec<_> =
        (0..40).map(|n| article(&format!("art_{n:02}"), Zh, &format!("退货说明第{n}条"), &["退货"], "退货正文")).collect();
    let (base, tenant) = base(&library);
    let ask = |limit| base.search(&tenant, &Query { text: "退货", language: Zh, limit, reader: Reader::EVERYTHING });
    assert!(ask(0).is_empty());
    assert_eq!(ask(5).len(), 5);
    assert!(ask(1_000).len() <= qn_knowledge::LIMIT_MAX);
    assert_eq!(ask(20), ask(20));
    assert!(ask(20).windows(2).all(|w| w[0].score >= w[1].score));
}
