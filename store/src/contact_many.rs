//! Very many new contacts at once, each with the account it is known by and its facts; for benchmarks.

use crate::contact;
use crate::db::Db;
use crate::each::{EachSql, Rows, each_sql};
use crate::error::{Result, to_json};

use qn_domain::{Contact, ContactIdentity, Fact, Language};

const CONTACT_EACH: EachSql = each_sql!(
    "INSERT INTO contact (id, tenant_id, name, email, phone, language, attributes, blocked, search, version, created_at, last_seen_at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, CAST(value->>7 AS BIGINT), value->>8, \
     CAST(value->>9 AS BIGINT), CAST(value->>10 AS BIGINT), CAST(value->>11 AS BIGINT) FROM ",
    ""
);

const IDENTITY_EACH: EachSql = each_sql!(
    "INSERT INTO contact_identity (id, tenant_id, contact_id, inbox_id, channel, external_id, evidence, created_at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, CAST(value->>7 AS BIGINT) FROM ",
    ""
);

const FACT_EACH: EachSql = each_sql!(
    "INSERT INTO contact_fact (tenant_id, contact_id, kind, scope, value, grade, at) \
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, CAST(value->>5 AS BIGINT), CAST(value->>6 AS BIGINT) FROM ",
    ""
);

/// All or none; no two of them may be the same.
pub async fn insert(db: &Db, people: &[(Contact, ContactIdentity, Vec<Fact>)]) -> Result<()> {
    let (mut contacts, mut identities, mut told) = (Rows::default(), Rows::default(), Rows::default());
    for (c, i, facts) in people {
        let tenant = c.tenant_id.as_str();
        contacts.row().text(c.id.as_str()).text(tenant).text(&c.name).text_or_null(c.email.as_deref()).text_or_null(c.phone.as_deref());
        contacts.text_or_null(c.language.map(Language::code)).text(&to_json(&c.attributes)).int(i64::from(c.blocked));
        contacts.text(&contact::search_text(c, "")).int(c.version).int(c.created_at).int(c.last_seen_at);
        identities.row().text(i.id.as_str()).text(tenant).text(i.contact_id.as_str()).text(i.inbox_id.as_str());
        identities.text(i.channel.as_str()).text(&i.external_id).text(i.evidence.as_str()).int(i.created_at);
        for f in facts {
            told.row().text(tenant).text(c.id.as_str()).text(f.kind.as_str()).text(&f.scope).text(&f.value).int(f.grade.rank());
            told.int(c.created_at);
        }
    }
    let mut tx = db.begin().await?;
    tx.run_all([vec![(&CONTACT_EACH, contacts)], vec![(&IDENTITY_EACH, identities), (&FACT_EACH, told)]]).await?;
    tx.commit().await
}
