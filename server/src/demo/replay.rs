//! Past conversations of the demo, replayed event by event through the state machine and the commit, at past times, so that every
//! seq, version, activity line and explanation is one the product itself could have written.

use super::files::{Articles, Conversations, Event, Told};
use super::ids;
use super::people::DemoTeam;
use super::teller::Teller;
use anyhow::{Context, Result};
use qn_base::clock::{MINUTE_MS, SECOND_MS};
use qn_domain::{ChannelKind, Contact, ContactId, ContactIdentity, Conversation, ConversationId, Evidence, IdentityId, Timestamp};
use qn_engine::Draft;
use qn_store::Db;
use std::collections::HashMap;

/// The conversation as told so far.
struct Scene<'a> {
    told: &'a Told,
    conversation: Conversation,
    contact: Contact,
}

/// Events that become one commit.
struct Turn<'a> {
    scene: usize,
    at: Timestamp,
    events: &'a [Event],
}

pub async fn seed(db: &Db, team: &DemoTeam, conversations: &Conversations, base: Timestamp) -> Result<()> {
    let titles = titles()?;
    let mut scenes = conversations.0.iter().map(|told| scene(team, told, base)).collect::<Result<Vec<_>>>()?;
    for scene in &scenes {
        insert_contact(db, team, scene).await?;
    }
    for turn in turns(&conversations.0, base) {
        let scene = &mut scenes[turn.scene];
        let mut draft = Draft::on(scene.conversation.clone(), turn.at);
        for event in turn.events {
            let teller = Teller { team, titles: &titles, told: scene.told, contact: &scene.contact, base };
            teller.tell(&mut draft, event).with_context(|| format!("in the conversation {}", scene.told.key))?;
        }
        let commit = draft.finish();
        scene.conversation = (*commit.conversation).clone();
        // A conflict means that an earlier try, or another server, has told this turn already.
        db.commit(commit).await?;
    }
    Ok(())
}

/// All turns of all conversations in the order of time.
fn turns(all: &[Told], base: Timestamp) -> Vec<Turn<'_>> {
    let mut turns = Vec::new();
    for (scene, told) in all.iter().enumerate() {
        let (mut start, mut last) = (0, Timestamp::MIN);
        for end in 1..=told.events.len() {
            let together = told.events.get(end).is_some_and(|next| {
                next.belongs_to_turn()
                    && matches!(told.events[start], Event::Customer { .. })
                    && next.minutes_ago() == told.events[start].minutes_ago()
            });
            if together {
                continue;
            }
            let at = (base - told.events[start].minutes_ago() * MINUTE_MS).max(last + SECOND_MS);
            turns.push(Turn { scene, at, events: &told.events[start..end] });
            (start, last) = (end, at);
        }
    }
    turns.sort_by_key(|t| (t.at, t.scene));
    turns
}

/// Titles of articles by key, Chinese and English.
fn titles() -> Result<HashMap<String, (String, String)>> {
    Ok(Articles::load()?.0.into_iter().map(|a| (a.key, (a.zh.title, a.en.title))).collect())
}

fn scene<'a>(team: &DemoTeam, told: &'a Told, base: Timestamp) -> Result<Scene<'a>> {
    let inbox = team.inboxes.get(&told.inbox).with_context(|| format!("there is no inbox {}", told.inbox))?;
    let at = |event: Option<&Event>| base - event.map_or(0, Event::minutes_ago) * MINUTE_MS;
    let (first_at, last_at) =
        (at(told.events.first()), at(told.events.iter().rev().find(|e| matches!(e, Event::Customer { .. } | Event::Csat { .. }))));
    let c = &told.contact;
    let contact = Contact {
        id: ContactId::derived(&ids::digest("contact", &c.external_id)),
        tenant_id: team.tenant_id.clone(),
        name: c.name.clone(),
        email: c.email.clone(),
        phone: c.phone.clone(),
        language: Some(c.language),
        attributes: c.attributes.clone(),
        blocked: false,
        version: 1,
        created_at: first_at,
        last_seen_at: last_at,
    };
    let id = ConversationId::derived(&ids::digest("conversation", &told.key));
    let mut conversation = Conversation::new(id, team.tenant_id.clone(), inbox.id.clone(), contact.id.clone(), first_at);
    conversation.language = told.language;
    conversation.page = told.page.clone();
    Ok(Scene { told, conversation, contact })
}

async fn insert_contact(db: &Db, team: &DemoTeam, scene: &Scene<'_>) -> Result<()> {
    let (told, contact) = (scene.told, &scene.contact);
    let inbox = &team.inboxes[&told.inbox];
    let evidence = match (inbox.channel, contact.name.is_empty()) {
        (ChannelKind::Web | ChannelKind::Mobile, true) => Evidence::Anonymous,
        (ChannelKind::Web | ChannelKind::Mobile, false) => Evidence::Verified,
        _ => Evidence::Channel,
    };
    let identity = ContactIdentity {
        id: IdentityId::derived(&ids::digest("identity", &told.contact.external_id)),
        tenant_id: contact.tenant_id.clone(),
        contact_id: contact.id.clone(),
        inbox_id: inbox.id.clone(),
        channel: inbox.channel,
        external_id: told.contact.external_id.clone(),
        evidence,
        created_at: contact.created_at,
    };
    let pinyin = qn_engine::pinyin::of(&contact.name);
    match qn_store::identity::insert_with_contact(db, contact, &pinyin, &identity).await {
        Ok(_) | Err(qn_store::Error::Exists(_)) => {}
        Err(error) => return Err(error.into()),
    }
    // A start that was killed may have left the contact without the visit.
    if let Some(page) = &told.page
        && qn_store::page_visit::list(db, &contact.tenant_id, &contact.id).await?.is_empty()
    {
        qn_store::page_visit::insert(db, &contact.tenant_id, &contact.id, page, contact.created_at).await?;
    }
    Ok(())
}
