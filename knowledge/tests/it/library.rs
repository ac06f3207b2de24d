//! A small library for the tests.

use qn_domain::{Article, ArticleScope, ArticleState, Language, TenantId};
use qn_knowledge::{Hit, KnowledgeBase, Query, Reader};

pub fn article(id: &str, language: Language, title: &str, questions: &[&str], body: &str) -> Article {
    Article {
        id: id.into(),
        tenant_id: "tnt_1".into(),
        language,
        title: title.to_owned(),
        questions: questions.iter().map(|q| (*q).to_owned()).collect(),
        body: body.to_owned(),
        category: "c".to_owned(),
        state: ArticleState::Published,
        scope: ArticleScope::default(),
        next_flow: None,
        version: 1,
        updated_by: None,
        created_at: 0,
        updated_at: 0,
    }
}

pub fn small() -> Vec<Article> {
    use Language::{En, Zh};
    vec![
        article("art_refund", Zh, "退款多久到账？", &["钱什么时候退给我", "退款进度"], "审核通过后 **3 个工作日** 内原路退回。"),
        article("art_return", Zh, "怎么申请退货？", &["我要退货", "退货流程"], "打开应用，选择订单，点击退货。"),
        article("art_leak", Zh, "洗衣机漏水怎么办？", &["洗衣机底下有水"], "先关水龙头，再检查进水管和排水管。"),
        article("art_cool", Zh, "空调不制冷怎么办？", &["空调吹的是热风"], "检查模式、温度和滤网。"),
        article(
            "art_refund",
            En,
            "How long does a refund take?",
            &["When do I get my money back?"],
            "Within **3 working days** after approval.",
        ),
        article("art_return", En, "How do I return an order?", &["Start a return"], "Open the app, choose the order, tap Return."),
        article("art_charge", En, "My phone charges slowly", &["Charging takes very long"], "Use the original charger and cable."),
    ]
}

pub fn base(articles: &[Article]) -> (KnowledgeBase, TenantId) {
    let (base, tenant) = (KnowledgeBase::new(), TenantId::from("tnt_1"));
    base.replace(&tenant, articles);
    (base, tenant)
}

pub fn search(articles: &[Article], language: Language, text: &str) -> Vec<Hit> {
    let (base, tenant) = base(articles);
    base.search(&tenant, &Query { text, language, limit: 5, reader: Reader::EVERYTHING })
}

pub fn first(articles: &[Article], language: Language, text: &str) -> String {
    search(articles, language, text).first().map(|h| h.article_id.0.clone()).unwrap_or_default()
}
