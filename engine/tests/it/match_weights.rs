//! What likeness proves is learnt from a company's own contacts, counts in what agents are shown, and gives way to the usual when told to.

use crate::fixture::{House, START, on_both};
use qn_domain::{
    ChannelKind, Contact, ContactId, ContactIdentity, Evidence, Fact, FactKind, Grade, IdentityId, Language, Tenant, TenantId,
};

fn contact(n: usize, name: &str, phone: &str) -> Contact {
    Contact {
        id: ContactId(format!("con_{n:05}")),
        tenant_id: "tnt_1".into(),
        name: name.into(),
        email: None,
        phone: Some(phone.into()),
        language: None,
        attributes: serde_json::Map::new(),
        blocked: false,
        version: 1,
        created_at: START,
        last_seen_at: START,
    }
}

/// As an import writes them: with what they typed as claims.
async fn come(house: &House, contacts: Vec<Contact>) {
    let with_facts = |contact: Contact| {
        let identity = ContactIdentity {
            id: IdentityId(format!("idn_{}", contact.id)),
            tenant_id: contact.tenant_id.clone(),
            contact_id: contact.id.clone(),
            inbox_id: "inb_1".into(),
            channel: ChannelKind::Api,
            external_id: contact.id.0.clone(),
            evidence: Evidence::Claimed,
            created_at: START,
        };
        let read = |kind, text: &str| qn_identity::fact::read(kind, "", text, Grade::Claimed);
        let phone = contact.phone.as_deref().and_then(|phone| read(FactKind::Phone, phone));
        let facts: Vec<Fact> = phone.into_iter().chain(read(FactKind::Name, &contact.name)).collect();
        (contact, identity, facts)
    };
    let people: Vec<_> = contacts.into_iter().map(with_facts).collect();
    qn_store::contact_many::insert(&house.engine.db, &people).await.unwrap();
}

fn phone(n: usize) -> String {
    format!("13{:09}", (n + 1) as u64 * 7_919_777 % 1_000_000_000)
}

/// Everybody is called 王伟; the first 200 of 1,000 came twice.
fn all_wang() -> Vec<Contact> {
    (0..1_200).map(|n| contact(n, "王伟", &phone(if n < 1_000 { n } else { n - 1_000 }))).collect()
}

#[tokio::test]
async fn a_name_that_everybody_has_proves_little_here_until_the_usual_is_wanted_back() {
    on_both(async |house| {
        let tenant: TenantId = "tnt_1".into();
        assert_eq!(house.engine.learn_weights(&tenant).await.unwrap(), None, "too few contacts");
        come(house, all_wang()).await;
        let bits = async || {
            let person = house.engine.person(&tenant, &"con_00003".into()).await.unwrap();
            assert_eq!(person.likely[0].contact.id.as_str(), "con_01003");
            person.likely[0].weights.iter().map(|w| (w.column.clone(), w.bits)).collect::<Vec<_>>()
        };
        let usual = [("name".to_owned(), 10.0), ("phone".to_owned(), 19.0)];
        assert_eq!(bits().await, usual);
        let learnt = house.engine.learn_weights(&tenant).await.unwrap().unwrap();
        assert_eq!((learnt.contacts, learnt.pairs, learnt.learnt_at), (1_200, 200, START));
        let own = bits().await;
        assert!(own[0].1 < 6.0 && own[1].1 > 18.0, "{own:?}");
        house.engine.use_own_weights(&tenant, false).await.unwrap();
        assert_eq!(bits().await, usual);
        house.engine.use_own_weights(&tenant, true).await.unwrap();
        assert_eq!(bits().await, own);
    })
    .await;
}

#[tokio::test]
async fn it_is_learnt_by_itself_where_there_is_enough_and_nobody_said_no() {
    on_both(async |house| {
        let (db, tenant): (_, TenantId) = (&house.engine.db, "tnt_1".into());
        let other = Tenant {
            id: "tnt_2".into(),
            name: "another".into(),
            language: Language::En,
            time_zone: "Asia/Shanghai".into(),
            created_at: START,
        };
        qn_store::tenant::insert(db, &other).await.unwrap();
        let learnt = async |tenant: &TenantId| qn_store::match_weights::get(db, tenant).await.unwrap().learnt;
        come(house, all_wang()).await;
        house.engine.use_own_weights(&tenant, false).await.unwrap();
        house.engine.weigh_due().await.unwrap();
        assert_eq!(learnt(&tenant).await, None, "the usual ones are wanted");
        house.engine.use_own_weights(&tenant, true).await.unwrap();
        house.engine.weigh_due().await.unwrap();
        let first = learnt(&tenant).await.unwrap();
        assert_eq!(learnt(&other.id).await, None, "another company learns nothing by it");

        house.clock.advance(25 * 3_600_000);
        house.engine.weigh_due().await.unwrap();
        assert_eq!(learnt(&tenant).await.unwrap().learnt_at, first.learnt_at, "nobody new came");
        come(house, (2_000..2_150).map(|n| contact(n, "李娜", &phone(n))).collect()).await;
        house.engine.weigh_due().await.unwrap();
        assert_eq!(learnt(&tenant).await.unwrap().contacts, 1_350);
    })
    .await;
}
