//! Articles that say the same twice, or different things about the same; and those that are merely near each other.

use qn_domain::{Article, ArticleAudience, ArticleScope, ArticleState, Language};
use qn_knowledge::conflict::{ClashKind, ConflictKind, find};

fn article(id: &str, title: &str, questions: &[&str], body: &str) -> Article {
    let language = if title.is_ascii() { Language::En } else { Language::Zh };
    Article {
        id: id.into(),
        tenant_id: "tnt_1".into(),
        language,
        title: title.into(),
        questions: questions.iter().map(|q| (*q).into()).collect(),
        body: body.into(),
        category: String::new(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: 0,
        updated_at: 0,
    }
}

fn library() -> Vec<Article> {
    vec![
        article("art_ship", "多久发货？", &["什么时候发货"], "现货商品付款后 24 小时内发货，预售商品按页面时间发货。"),
        article("art_pay", "有哪些付款方式？", &["能用微信吗"], "支持微信、支付宝和银行卡。"),
        article("art_repair", "怎么申请维修？", &["坏了怎么修"], "在订单页点击申请售后，选择维修，寄到服务中心。"),
        article("art_invoice", "怎么开发票？", &["开票"], "在订单页点击申请开票，电子发票一天内开出。"),
        article("art_ship_en", "When do you ship?", &["dispatch time"], "Items in stock ship within 24 hours of payment."),
    ]
}

#[test]
fn another_figure_about_the_same_is_a_contradiction_with_its_sentences() {
    let mut all = library();
    all.push(article(
        "art_a",
        "七天无理由退货",
        &["几天内可以退货", "退货期限"],
        "自签收次日起 7 天内可以申请无理由退货。运费由买家承担。",
    ));
    all.push(article("art_b", "退货说明", &["多少天内可以退货", "退货期限是多久"], "商品完好。自签收次日起 15 天内可以申请无理由退货。"));
    let found = find(&all);
    assert_eq!(found.len(), 1, "{found:?}");
    let one = &found[0];
    assert_eq!((one.kind, one.a.id.as_str(), one.b.id.as_str()), (ConflictKind::Contradiction, "art_a", "art_b"));
    assert_eq!(one.clashes[0].kind, ClashKind::Figure);
    assert!(one.clashes[0].a.contains("7 天") && one.clashes[0].b.contains("15 天"), "{:?}", one.clashes);
    let key = one.key();
    let mut edited = all.clone();
    edited[6].body = "自签收次日起 30 天内可以申请无理由退货。".into();
    assert_ne!(find(&edited)[0].key(), key, "what was settled is looked at again when an article changed");
    edited[6].body = "自签收次日起 7 天内可以申请无理由退货。".into();
    assert!(find(&edited).iter().all(|c| c.kind == ConflictKind::Duplicate));
}

#[test]
fn what_no_customer_can_be_told_together_is_no_contradiction() {
    let until = |day: &str| ArticleScope { valid_until: Some(day.into()), ..ArticleScope::default() };
    let from = |day: &str| ArticleScope { valid_from: Some(day.into()), ..ArticleScope::default() };
    let tier = |tier: &str| ArticleScope { audience: ArticleAudience::Tiers, tiers: vec![tier.into()], ..ArticleScope::default() };
    let both = |a: ArticleScope, b: ArticleScope| {
        let mut all = library();
        let questions = ["几天内可以退货", "退货期限"];
        all.push(article("art_a", "七天无理由退货", &questions, "自签收次日起 7 天内可以申请无理由退货。"));
        all.push(article("art_b", "退货说明", &questions, "自签收次日起 15 天内可以申请无理由退货。"));
        (all[5].scope, all[6].scope) = (a, b);
        find(&all).len()
    };
    assert_eq!(both(until("2026-11-30"), from("2026-12-01")), 0);
    assert_eq!(both(until("2026-11-30"), from("2026-11-30")), 1);
    assert_eq!(both(tier("gold"), tier("silver")), 0);
    assert_eq!(both(tier("gold"), ArticleScope::default()), 1);
}

#[test]
fn what_one_denies_and_the_other_affirms_is_a_contradiction() {
    let mut all = library();
    all.push(article("art_a", "Can I return an opened box?", &["return opened items"], "Opened items can be returned within 7 days."));
    all.push(article(
        "art_b",
        "Returning opened items",
        &["can opened items be returned"],
        "Opened items can not be returned within 7 days.",
    ));
    all.push(article("art_c", "拆封的商品能退吗", &["拆封退货"], "拆封后的耳机支持退货。"));
    all.push(article("art_d", "拆封退货规则", &["拆封能不能退货"], "拆封后的耳机不支持退货。"));
    let found = find(&all);
    let kinds: Vec<_> = found.iter().map(|c| (c.kind, c.clashes[0].kind)).collect();
    assert_eq!(kinds, [(ConflictKind::Contradiction, ClashKind::Denial); 2], "{found:?}");
}

#[test]
fn a_copy_under_another_title_is_a_duplicate() {
    let mut all = library();
    all.push(article("art_copy", "电子发票", &["怎么申请电子发票"], "在订单页点击申请开票，电子发票一天内开出。"));
    let found = find(&all);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].a.id.as_str()), (ConflictKind::Duplicate, "art_invoice"));
    assert!(found[0].clashes.is_empty() && found[0].alike > 0.8);
}

#[test]
fn near_things_that_differ_are_left_alone() {
    let mut all = library();
    all.push(article("art_phone", "蓝鲸手机保修多久", &["手机质保"], "蓝鲸手机整机保修一年，电池保修六个月。"));
    all.push(article("art_wash", "洗衣机保修多久", &["洗衣机质保"], "洗衣机整机保修三年，电机保修十年。"));
    assert_eq!(find(&all), []);
    assert_eq!(find(&[]), []);
}
