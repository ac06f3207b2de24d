//! Full text: what was indexed is found, what is found was compared, and nobody finds another tenant's words.

use crate::world::{NOW, World, on_both, opening, reply, seq_of, walk};
use qn_domain::{Content, MessageKind};
use qn_store::search;

async fn index(w: &World) {
    for tenant in [&w.ours, &w.theirs] {
        while search::index_after(&w.db, tenant, 3).await.unwrap() {}
    }
}

async fn find(w: &World, query: &str) -> Vec<String> {
    let read = async |c: Option<String>, l| search::messages(&w.db, &w.ours, query, c.as_deref(), l).await.unwrap();
    walk(2, read).await.into_iter().map(|h| h.conversation_id.0[4..].to_owned()).collect()
}

#[tokio::test]
async fn words_characters_and_parts_of_both_are_found() {
    on_both(async |w| {
        let texts = ["我的手机能防水吗?", "The iPhone15 case, please", "退款 order A-2024", "防晒霜和水", "訂單 ＡＢＣ１２３"];
        for (n, text) in texts.iter().enumerate() {
            w.add_conversation(&format!("cnv_{n}"), "con_1", text).await;
        }
        seq_of(&w.db.commit(opening(&w.theirs, "cnv_x", "con_x", "手机防水 iPhone 退款")).await.unwrap());
        assert!(find(w, "防水").await.is_empty(), "nothing before indexing");
        index(w).await;
        let cases = [
            ("防水", vec!["0"]),
            ("防", vec!["3", "0"]),
            ("水", vec!["3", "0"]),
            ("IPHONE", vec!["1"]),
            ("ipho", vec!["1"]),
            ("iphone15", vec!["1"]),
            ("case please", vec!["1"]),
            ("case 防水", vec![]),
            ("a-2024", vec!["2"]),
            ("abc123", vec!["4"]),
            ("水机", vec![]),
            ("手机吗", vec![]),
            ("\" OR *", vec![]),
            ("'); DROP TABLE", vec![]),
            ("😀", vec![]),
            ("", vec![]),
        ];
        for (query, expected) in cases {
            assert_eq!(find(w, query).await, expected, "{query}");
        }
        let hit = &search::messages(&w.db, &w.ours, "防水", None, 9).await.unwrap().items[0];
        assert_eq!((hit.snippet.as_str(), hit.seq, hit.kind, hit.at), ("我的手机能防水吗?", 1, MessageKind::Incoming, NOW + 1));
    })
    .await;
}

#[tokio::test]
async fn edits_and_recalls_follow() {
    on_both(async |w| {
        let read = w.add_conversation("cnv_1", "con_1", "秘密 apple").await;
        w.add_conversation("cnv_2", "con_2", "秘密 pear").await;
        index(w).await;
        assert_eq!(find(w, "秘密").await, ["2", "1"]);
        let mut edit = reply(&read, "ok");
        let mut first = crate::world::message(&read, 1, MessageKind::Incoming, "公开 apple");
        first.edited_at = Some(NOW);
        edit.changed.push(first.clone().into());
        seq_of(&w.db.commit(edit.clone()).await.unwrap());
        index(w).await;
        assert_eq!(find(w, "秘密").await, ["2"]);
        assert_eq!(find(w, "公开").await, ["1"]);
        let mut recall = reply(&edit.conversation, "sorry");
        first.content = Content::default();
        first.recalled_at = Some(NOW);
        recall.changed.push(first.into());
        seq_of(&w.db.commit(recall).await.unwrap());
        index(w).await;
        assert!(find(w, "公开").await.is_empty());
        assert!(find(w, "apple").await.is_empty());
        assert!(!search::index_after(&w.db, &w.ours, 100).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn two_nodes_indexing_at_once_do_no_harm() {
    on_both(async |w| {
        for n in 0..20 {
            w.add_conversation(&format!("cnv_{n:02}"), "con_1", "共同的词").await;
        }
        let run = async || while search::index_after(&w.db, &w.ours, 4).await.unwrap() {};
        tokio::join!(run(), run());
        assert_eq!(find(w, "共同").await.len(), 20);
        assert_eq!(qn_store::follower::position(&w.db, "message_search", &w.ours).await.unwrap(), 20);
    })
    .await;
}
