//! Whether a question is of the world and of nothing the company speaks of: then no article is near it, whatever everyday words they
//! share (「今天天气怎么样」 and 「今天能来人吗」). Pure.

use qn_knowledge::Hit;
use qn_nlu::dialogue;

/// A company that writes of the weather, or of a mountain, answers by its articles.
pub(crate) fn is(text: &str, hits: &[Hit]) -> bool {
    let Some(topic) = dialogue::of_the_world(text) else { return false };
    let speaks = |words: &str| words.to_lowercase().contains(topic);
    !hits.iter().any(|hit| hit.evidence.same_words || speaks(&hit.title) || speaks(&hit.passage))
}

#[cfg(test)]
mod tests {
    use super::*;
    use qn_domain::{ArticleAudience, Language};
    use qn_knowledge::Evidence;

    fn hit(title: &str, passage: &str, same_words: bool) -> Hit {
        let evidence = Evidence { same_words, ..Evidence::default() };
        Hit {
            article_id: "art_1".into(),
            language: Language::Zh,
            title: title.into(),
            score: 0.3,
            passage: passage.into(),
            sentences: Vec::new(),
            highlights: Vec::new(),
            evidence,
            audience: ArticleAudience::Everyone,
            next_flow: None,
            products: Vec::new(),
        }
    }

    #[test]
    fn everyday_words_in_common_relate_nothing_and_an_article_of_it_does() {
        let near = [hit("今天能来人吗", "工作日 17 点前报修，当天上门。", false)];
        let mount = [hit("Can I mount the AC myself?", "Installers mount it for you.", false)];
        assert!(is("今天天气怎么样", &near) && is("how high is Mount Everest", &mount));
        assert!(is("今天天气怎么样", &[]));
        for (text, hits) in [
            ("今天能来人吗", &near),
            ("mount the AC", &mount),
            ("今天天气怎么样", &[hit("景区", "景区天气请看小程序首页。", false)]),
            ("How high is Mount Everest?", &[hit("Treks", "Our Everest trek goes up to 5,364 m.", false)]),
            ("今天天气怎么样", &[hit("出行提示", "出门前看一眼。", true)]),
        ] {
            assert!(!is(text, hits), "{text}");
        }
    }
}
