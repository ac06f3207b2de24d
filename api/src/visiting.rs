//! Who a visitor is: from their token, from what their site vouches for, or somebody new. Somebody who says nothing is never
//! stored: a start of the widget alone writes no contact.

use crate::Result;
use crate::passers::Passer;
use crate::problem::{Code, Problem};
use crate::state::AppState;
use qn_api_types::widget;
use qn_auth::{UserClaims, VisitorClaims};
use qn_domain::consent::{Consent, Purpose};
use qn_domain::{ChannelKind, Contact, ContactId, ContactIdentity, Evidence, FactKind, Grade, IdentityId, Inbox, Language, Page, TenantId};
use qn_engine::{KnownBy, Visitor, address, claimed};

/// A visitor as the engine knows them, from the claims of their token.
pub async fn visitor(state: &AppState, claims: &VisitorClaims) -> Result<Visitor> {
    let brief = state.briefs.get(state, &claims.tenant_id, &claims.contact_id).await?;
    Ok(Visitor {
        tenant_id: claims.tenant_id.clone(),
        inbox_id: claims.inbox_id.clone(),
        contact_id: claims.contact_id.clone(),
        name: brief.name.clone(),
    })
}

/// The inbox of visitors with this public key: of a website, or of an app with our mobile contract.
pub async fn web_inbox(state: &AppState, key: &str) -> Result<Inbox> {
    let found = qn_store::inbox::find_by_key(&state.engine.db, key).await?;
    found.filter(|inbox| matches!(inbox.channel, ChannelKind::Web | ChannelKind::Mobile)).ok_or_else(|| Problem::not_found("inbox"))
}

/// Who starts the widget.
#[derive(Debug)]
pub struct Arrival {
    pub contact: Contact,
    /// The site has proved who they are.
    pub identified: bool,
    /// Nothing of them is stored yet.
    pub is_new: bool,
}

/// The contact behind a start of the widget. Somebody new gets an id and is stored with the first thing they say (`keep`).
pub async fn arrive(
    state: &AppState,
    inbox: &Inbox,
    claims: Option<&VisitorClaims>,
    user: Option<UserClaims>,
    language: Option<Language>,
) -> Result<Arrival> {
    // A token of another inbox says nothing here.
    let claims = claims.filter(|c| c.inbox_id == inbox.id && c.tenant_id == inbox.tenant_id);
    let known = match claims {
        Some(claims) => qn_store::contact::find(&state.engine.db, &inbox.tenant_id, &claims.contact_id).await?,
        None => None,
    };
    let mut fresh = fresh(state, inbox, language);
    if let Some(claims) = claims.filter(|_| known.is_none()) {
        fresh.id = claims.contact_id.clone();
    }
    if let Some(user) = user {
        let contact = identified(state, inbox, known, fresh, user).await?;
        return Ok(Arrival { contact, identified: true, is_new: false });
    }
    // an app's users are always signed in: its server vouches for them
    if inbox.widget.require_identity || inbox.channel == ChannelKind::Mobile {
        return Err(Problem::new(Code::IdentityRequired));
    }
    match known {
        Some(contact) => {
            let identified = is_proved(state, inbox, &contact.id).await?;
            Ok(Arrival { contact, identified, is_new: false })
        }
        None => Ok(Arrival { contact: fresh, identified: false, is_new: true }),
    }
}

/// Stores a visitor who has not said anything until now, with the pages they came by.
pub async fn keep(state: &AppState, claims: &VisitorClaims, language: Option<Language>, page: Option<&Page>) -> Result<()> {
    if is_stored(state, claims).await? {
        return Ok(());
    }
    let inbox = state.engine.inbox(&claims.tenant_id, &claims.inbox_id).await?;
    let passer = state.passers.take(&claims.contact_id);
    let contact = Contact { id: claims.contact_id.clone(), ..fresh(state, &inbox, language.or(passer.language)) };
    let identity = identity(state, &inbox, &contact.id, format!("browser:{}", contact.id), Evidence::Anonymous);
    match qn_store::identity::insert_with_contact(&state.engine.db, &contact, "", &identity).await {
        // Two first words at the same moment.
        Ok(_) | Err(qn_store::Error::Exists(_)) => {}
        Err(error) => return Err(error.into()),
    }
    settle(state, &inbox, &contact, passer, page).await
}

/// The contact is stored now: what was remembered of them goes with it.
async fn settle(state: &AppState, inbox: &Inbox, contact: &Contact, passer: Passer, page: Option<&Page>) -> Result<()> {
    state.passers.set_stored(&contact.id);
    state.briefs.forget(contact.id.as_str());
    let now = state.engine.now();
    let last = page.filter(|page| passer.pages.last().is_none_or(|(seen, _)| seen != *page)).map(|page| (page.clone(), now));
    for (page, at) in passer.pages.into_iter().chain(last) {
        qn_store::page_visit::insert(&state.engine.db, &contact.tenant_id, &contact.id, &page, at).await?;
    }
    if let Some(said) = passer.consent {
        state.engine.note_consent(inbox, &contact.id, &said).await?;
    }
    // The switch may have been turned off since.
    if let Some(device) = passer.device.filter(|_| inbox.widget.device_links) {
        state.engine.writes_from(&contact.tenant_id, &contact.id, &device).await;
    }
    Ok(())
}

pub async fn is_stored(state: &AppState, claims: &VisitorClaims) -> Result<bool> {
    if !claims.is_new || state.passers.is_stored(&claims.contact_id) {
        return Ok(true);
    }
    let found = qn_store::contact::find(&state.engine.db, &claims.tenant_id, &claims.contact_id).await?.is_some();
    if found {
        state.passers.set_stored(&claims.contact_id);
    }
    Ok(found)
}

/// Whether a signed user token stood behind this contact in this inbox.
async fn is_proved(state: &AppState, inbox: &Inbox, id: &ContactId) -> Result<bool> {
    let identities = qn_store::identity::list(&state.engine.db, &inbox.tenant_id, id).await?;
    Ok(identities.iter().any(|i| i.inbox_id == inbox.id && i.evidence == Evidence::Verified))
}

/// The site's user: known by the site's own id, else the visitor they were until now, else `fresh`.
async fn identified(state: &AppState, inbox: &Inbox, known: Option<Contact>, fresh: Contact, user: UserClaims) -> Result<Contact> {
    let db = &state.engine.db;
    if let Some(identity) = qn_store::identity::find(db, &inbox.tenant_id, &inbox.id, &user.subject).await? {
        return vouched_for(state, inbox, &identity.contact_id, user).await;
    }
    if let Some(anonymous) = known
        && !is_proved(state, inbox, &anonymous.id).await?
    {
        let identity = identity(state, inbox, &anonymous.id, user.subject.clone(), Evidence::Verified);
        let kept = qn_store::identity::insert_or_find(db, &identity).await?;
        return vouched_for(state, inbox, &kept.contact_id, user).await;
    }
    let told = user.clone();
    let contact = Contact { name: user.name.unwrap_or_default(), email: user.email, phone: user.phone, ..fresh };
    let identity = identity(state, inbox, &contact.id, user.subject, Evidence::Verified);
    let pinyin = qn_engine::pinyin::of(&contact.name);
    let kept = qn_store::identity::insert_with_contact(db, &contact, &pinyin, &identity).await?.0;
    settle(state, inbox, &kept, state.passers.take(&contact.id), None).await?;
    vouched(state, inbox, &kept.id, &told).await;
    Ok(kept)
}

/// A contact that is stored, with what the token says of it.
async fn vouched_for(state: &AppState, inbox: &Inbox, id: &ContactId, user: UserClaims) -> Result<Contact> {
    let contact = told(state, &inbox.tenant_id, id, &user).await?;
    vouched(state, inbox, id, &user).await;
    Ok(contact)
}

/// What the site's signed token says identifies its user.
async fn vouched(state: &AppState, inbox: &Inbox, id: &ContactId, user: &UserClaims) {
    let known = |kind, value| KnownBy { kind, scope: "", value, grade: Grade::Verified };
    let mut told = vec![KnownBy { scope: inbox.id.as_str(), ..known(FactKind::UserId, &user.subject) }];
    let said = [(FactKind::Email, &user.email), (FactKind::Phone, &user.phone), (FactKind::Name, &user.name)];
    told.extend(said.into_iter().filter_map(|(kind, value)| Some(known(kind, value.as_deref()?))));
    state.engine.known_by(&inbox.tenant_id, id, &told).await;
}

fn fresh(state: &AppState, inbox: &Inbox, language: Option<Language>) -> Contact {
    let now = state.engine.now();
    Contact {
        id: ContactId::fresh(now),
        tenant_id: inbox.tenant_id.clone(),
        name: String::new(),
        email: None,
        phone: None,
        language,
        attributes: serde_json::Map::new(),
        blocked: false,
        version: 1,
        created_at: now,
        last_seen_at: now,
    }
}

fn identity(state: &AppState, inbox: &Inbox, contact_id: &ContactId, external_id: String, evidence: Evidence) -> ContactIdentity {
    let now = state.engine.now();
    ContactIdentity {
        id: IdentityId::fresh(now),
        tenant_id: inbox.tenant_id.clone(),
        contact_id: contact_id.clone(),
        inbox_id: inbox.id.clone(),
        channel: inbox.channel,
        external_id,
        evidence,
        created_at: now,
    }
}

/// What the site's token says about its user replaces what was known.
async fn told(state: &AppState, tenant_id: &TenantId, id: &ContactId, user: &UserClaims) -> Result<Contact> {
    change(state, tenant_id, id, |contact| {
        if let Some(name) = &user.name {
            contact.name.clone_from(name);
        }
        if user.email.is_some() {
            contact.email.clone_from(&user.email);
        }
        if user.phone.is_some() {
            contact.phone.clone_from(&user.phone);
        }
    })
    .await
}

/// What a visitor, or a page's own script, says about them.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Merged; null removes.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// Writes claims down. Of a contact the site has proved, they only fill what is empty.
pub async fn claim(state: &AppState, visitor: &Visitor, claims: Claims) -> Result<Contact> {
    let inbox = state.engine.inbox(&visitor.tenant_id, &visitor.inbox_id).await?;
    let proved = is_proved(state, &inbox, &visitor.contact_id).await?;
    let mut too_many = false;
    let contact = change(state, &visitor.tenant_id, &visitor.contact_id, |contact| {
        if let Some(name) = claims.name.as_ref().filter(|_| !proved || contact.name.is_empty()) {
            contact.name.clone_from(name);
        }
        if claims.email.is_some() && (!proved || contact.email.is_none()) {
            contact.email.clone_from(&claims.email);
        }
        if claims.phone.is_some() && (!proved || contact.phone.is_none()) {
            contact.phone.clone_from(&claims.phone);
        }
        let mut merged = contact.attributes.clone();
        for (name, value) in &claims.attributes {
            if value.is_null() {
                merged.remove(name);
            } else {
                merged.insert(name.clone(), value.clone());
            }
        }
        too_many = merged.len() > ATTRIBUTES_MAX;
        if !too_many {
            contact.attributes = merged;
        }
    })
    .await?;
    let said = [(FactKind::Email, &claims.email), (FactKind::Phone, &claims.phone), (FactKind::Name, &claims.name)];
    let mut told: Vec<KnownBy<'_>> = said.into_iter().filter_map(|(kind, value)| Some(claimed(kind, value.as_deref()?))).collect();
    told.extend(address(&claims.attributes).map(|value| claimed(FactKind::Address, value)));
    state.engine.known_by(&visitor.tenant_id, &visitor.contact_id, &told).await;
    if too_many {
        return Err(Problem::invalid("attributes", "一位客户最多 50 个属性", "a contact has at most 50 attributes"));
    }
    Ok(contact)
}

const ATTRIBUTES_MAX: usize = 50;

/// Changes a contact if the change changes anything, again from the start when somebody else was faster; screens hear of it.
async fn change(state: &AppState, tenant_id: &TenantId, id: &ContactId, mut edit: impl FnMut(&mut Contact)) -> Result<Contact> {
    let db = &state.engine.db;
    for _ in 0..3 {
        let before = qn_store::contact::get(db, tenant_id, id).await?;
        let mut contact = before.clone();
        edit(&mut contact);
        if contact == before {
            return Ok(contact);
        }
        match qn_store::contact::update(db, &contact, &qn_engine::pinyin::of(&contact.name)).await {
            Ok(version) => {
                contact.version = version;
                state.briefs.forget(id.as_str());
                db.announce(tenant_id, "contact", id.as_str(), state.engine.now()).await?;
                return Ok(contact);
            }
            Err(qn_store::Error::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::PreconditionFailed))
}

/// What the visitor says to their device's id being kept, and the id; of one who is not stored yet it is only remembered.
pub async fn consented(
    state: &AppState,
    inbox: &Inbox,
    who: (&ContactId, bool),
    consent: widget::Consent,
    device: Option<&str>,
) -> Result<()> {
    let (contact_id, is_new) = who;
    let fact = device.filter(|_| consent.device).and_then(|id| state.engine.device_fact(inbox, id));
    let said = Consent {
        purpose: Purpose::Device,
        given: consent.device,
        inbox_id: inbox.id.clone(),
        notice: consent.notice,
        at: state.engine.now(),
    };
    if is_new {
        state.passers.note_consent(contact_id, said, fact);
        return Ok(());
    }
    state.engine.note_consent(inbox, contact_id, &said).await?;
    if !said.given {
        state.engine.forget_device(&inbox.tenant_id, contact_id).await?;
    } else if let Some(fact) = fact {
        state.engine.writes_from(&inbox.tenant_id, contact_id, &fact).await;
    }
    Ok(())
}

/// Notes that the customer was here, and where.
pub async fn passed(state: &AppState, claims: &VisitorClaims, visitor: &Visitor, page: Page) -> Result<()> {
    if is_stored(state, claims).await? {
        return seen(state, visitor, Some(page)).await;
    }
    state.passers.note(&claims.contact_id, None, Some(page), state.engine.now());
    Ok(())
}

/// The same of one who is stored.
pub async fn seen(state: &AppState, visitor: &Visitor, page: Option<Page>) -> Result<()> {
    let (db, now) = (&state.engine.db, state.engine.now());
    qn_store::contact::touch(db, &visitor.tenant_id, &visitor.contact_id, now).await?;
    if let Some(page) = page {
        qn_store::page_visit::insert(db, &visitor.tenant_id, &visitor.contact_id, &page, now).await?;
        state.engine.visitor_page(visitor, page).await?;
    }
    Ok(())
}
