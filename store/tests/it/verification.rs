//! One-time codes: three tries, one use, the newest alone, and nobody else's.

use crate::world::{NOW, on_both};
use qn_domain::{FactKind, Proof, ProofState, TenantId};
use qn_store::verification as proofs;

fn sent(n: i64) -> Proof {
    Proof {
        id: format!("ver_{n}"),
        contact_id: "con_1".into(),
        conversation_id: "cnv_1".into(),
        visit: "run_1/v@".into(),
        kind: FactKind::Phone,
        address: "8613910862253".into(),
        state: ProofState::Open,
        tries: 0,
        last_said: None,
        used_by: None,
        at: NOW + n,
        expires_at: NOW + n + 600_000,
    }
}

#[tokio::test]
async fn a_code_has_three_tries_and_one_use_and_only_the_newest_counts() {
    on_both(async |w| {
        let of = async |id: &str| proofs::find(&w.db, &w.ours, id).await.unwrap().unwrap();
        assert!(proofs::insert(&w.db, &w.ours, &sent(1), &[]).await.unwrap());
        for n in 1..=3 {
            assert_eq!(of("ver_1").await.state, ProofState::Open);
            proofs::note_try(&w.db, &w.ours, "ver_1", &format!("m{n}"), false).await.unwrap();
        }
        let failed = of("ver_1").await;
        assert_eq!((failed.state, failed.tries, failed.last_said.as_deref()), (ProofState::Failed, 3, Some("m3")));
        proofs::note_try(&w.db, &w.ours, "ver_1", "m4", true).await.unwrap();
        assert_eq!(of("ver_1").await.state, ProofState::Failed, "the right one comes too late");

        assert!(proofs::insert(&w.db, &w.ours, &sent(2), &[]).await.unwrap());
        assert!(proofs::insert(&w.db, &w.ours, &sent(3), &[]).await.unwrap());
        assert_eq!((of("ver_1").await.state, of("ver_2").await.state), (ProofState::Void, ProofState::Void));
        let open = proofs::find_live(&w.db, &w.ours, &"cnv_1".into()).await.unwrap();
        assert_eq!(open, Some(sent(3)));
        assert!(!proofs::use_up(&w.db, &w.ours, "ver_3", "a").await.unwrap(), "nobody typed it yet");
        proofs::note_try(&w.db, &w.ours, "ver_3", "m5", true).await.unwrap();
        let right = proofs::find_live(&w.db, &w.ours, &"cnv_1".into()).await.unwrap().unwrap();
        assert_eq!(right.state, ProofState::Right, "typed, and not used yet");
        assert!(proofs::use_up(&w.db, &w.ours, "ver_3", "a").await.unwrap());
        assert!(!proofs::use_up(&w.db, &w.ours, "ver_3", "b").await.unwrap(), "once");
        let used = proofs::find_of_visit(&w.db, &w.ours, "run_1/v@").await.unwrap().unwrap();
        assert_eq!((used.state, used.used_by.as_deref()), (ProofState::Used, Some("a")));
    })
    .await;
}

#[tokio::test]
async fn codes_are_counted_by_contact_and_by_address_and_never_across_companies() {
    on_both(async |w| {
        // Each in a conversation of its own, so that none takes another's place.
        let of = |n: i64, contact: &str, address: &str| Proof {
            contact_id: contact.into(),
            address: address.into(),
            conversation_id: format!("cnv_{n}").into(),
            ..sent(n)
        };
        let fits = async |tenant: &TenantId, proof: Proof, max: i64| proofs::insert(&w.db, tenant, &proof, &[(NOW, max)]).await.unwrap();
        assert!(proofs::insert(&w.db, &w.ours, &sent(1), &[]).await.unwrap());
        assert!(proofs::insert(&w.db, &w.ours, &sent(1), &[]).await.unwrap());
        assert!(!fits(&w.ours, of(2, "con_1", "1"), 1).await, "of this contact");
        assert!(!fits(&w.ours, of(3, "con_2", "8613910862253"), 1).await, "claimed by another");
        assert!(fits(&w.ours, of(4, "con_2", "1"), 1).await, "neither");
        assert!(fits(&w.ours, of(5, "con_1", "2"), 2).await, "the same one twice is one");
        assert!(fits(&w.theirs, of(6, "con_1", "8613910862253"), 1).await);
        assert_eq!(proofs::find(&w.db, &w.theirs, "ver_1").await.unwrap(), None);
        proofs::note_try(&w.db, &w.theirs, "ver_1", "m", true).await.unwrap();
        assert_eq!(proofs::find_live(&w.db, &w.theirs, &"cnv_1".into()).await.unwrap(), None);
        assert_eq!(proofs::find(&w.db, &w.ours, "ver_1").await.unwrap(), Some(sent(1)));
        let later = Proof { at: NOW + 3 * 86_400_000, ..sent(9) };
        assert!(proofs::insert(&w.db, &w.ours, &later, &[]).await.unwrap());
        assert_eq!(proofs::find(&w.db, &w.ours, "ver_1").await.unwrap(), None, "what proved nothing goes");
    })
    .await;
}

#[tokio::test]
async fn however_many_ask_at_once_no_more_are_sent_than_the_limit_says() {
    on_both(async |w| {
        let limits = [(NOW, 3)];
        // Of one number, each in a conversation of its own.
        let of = |n: i64| Proof { contact_id: format!("con_{n}").into(), conversation_id: format!("cnv_{n}").into(), ..sent(n) };
        let asked: Vec<Proof> = (1..=8).map(of).collect();
        let done = futures_util::future::join_all(asked.iter().map(|proof| proofs::insert(&w.db, &w.ours, proof, &limits))).await;
        let sent: Vec<&Proof> = asked.iter().zip(done).filter(|(_, done)| *done.as_ref().unwrap()).map(|(proof, _)| proof).collect();
        assert_eq!(sent.len(), 3);
        assert!(proofs::insert(&w.db, &w.ours, sent[0], &limits).await.unwrap(), "the same asking once more is no other");
        for proof in asked.iter().filter(|proof| !sent.contains(proof)) {
            assert_eq!(proofs::find(&w.db, &w.ours, &proof.id).await.unwrap(), None);
        }
    })
    .await;
}
