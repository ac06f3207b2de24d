//! The tenant's routing policy as decisions use it: what is known of a conversation, the plan the rules make of it, and who people are
//! to the router. Pure. The policy is read with the settings; one that cannot be read counts as none.

use crate::settings::TenantSettings;
use crate::stages::identified::Identified;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{Taught, Understood};
use crate::{Engine, Result};
use qn_domain::routing::PersonSkills;
use qn_domain::{Conversation, Owner, TeamId, Timestamp, User, UserId};
use qn_knowledge::Answer;
use qn_nlu::{Emotion, Mood};
use qn_routing::policy::{Complexity, Handling, RuleHit, Skill, Trend};
use qn_routing::{Candidate, ChannelPlaces, Facts, Passed, Plan, Policy, Waiting};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What routes now.
#[derive(Debug, Default)]
pub struct LiveRouting {
    /// 0: none was published.
    pub version: i64,
    pub policy: Policy,
    pub people: HashMap<UserId, PersonSkills>,
}

/// Which rules of which version held for a message, and who speaks first by them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Ruling {
    pub policy: i64,
    pub handling: Handling,
    pub rules: Vec<RuleHit>,
}

impl LiveRouting {
    pub(crate) async fn load(db: &qn_store::Db, tenant_id: &qn_domain::TenantId) -> Result<Self> {
        let people = qn_store::routing::list_people(db, tenant_id).await?;
        let people = people.into_iter().map(|p| (p.user_id.clone(), p)).collect();
        let Some(live) = qn_store::routing::find_live(db, tenant_id).await? else { return Ok(Self { people, ..Self::default() }) };
        let policy = serde_json::from_str(&live.document).unwrap_or_else(|error| {
            tracing::error!(%error, tenant = %tenant_id, version = live.version, "the routing policy cannot be read; first come, first served");
            Policy::default()
        });
        Ok(Self { version: live.version, policy, people })
    }

    /// Nothing to ask the rules for.
    pub(crate) fn is_plain(&self) -> bool {
        self.policy.rules.is_empty()
    }
}

/// A negative feeling in per cent, and its word.
pub(crate) fn feeling(mood: &Mood) -> (&'static str, i64) {
    let word = match mood.emotion {
        Emotion::Neutral => "neutral",
        Emotion::Anger => "anger",
        Emotion::Disappointment => "disappointment",
        Emotion::Anxiety => "anxiety",
        Emotion::Joy => "joy",
    };
    let negative = !matches!(mood.emotion, Emotion::Neutral | Emotion::Joy);
    (word, if negative { (mood.intensity.clamp(0.0, 1.0) * 100.0).round() as i64 } else { 0 })
}

/// `attributes` are the customer's; what the conversation remembers of itself is the rest.
pub(crate) fn facts(c: &Conversation, attributes: &Map<String, Value>, settings: &TenantSettings) -> Facts {
    let inbox = settings.inboxes.get(&c.inbox_id);
    let handoff = c.handoff.as_ref().and_then(|h| serde_json::to_value(h.reason).ok()?.as_str().map(str::to_owned));
    Facts {
        tier: qn_domain::contact::tier(attributes),
        attributes: attributes.clone(),
        intent: c.routing.intent.clone(),
        complexity: c.routing.complexity.as_deref().and_then(Complexity::parse),
        emotion: c.routing.emotion.clone(),
        intensity: c.routing.intensity_percent as f64 / 100.0,
        trend: Some(match c.routing.is_worse() {
            Some(true) => Trend::Worse,
            Some(false) => Trend::Better,
            None => Trend::Same,
        }),
        channel: inbox.map(|i| i.channel.as_str().to_owned()).unwrap_or_default(),
        inbox: c.inbox_id.0.clone(),
        language: c.language,
        labels: c.labels.clone(),
        handoff,
        misses: i64::from(c.bot.misses),
        returning: c.last_agent_id.is_some(),
        owned: owner(attributes, settings).is_some(),
        queued_at: c.queued_at,
        sla_due_at: first_due(c),
        ticket: None,
    }
}

/// The attribute `owner`: a person's id or e-mail address.
pub(crate) fn owner(attributes: &Map<String, Value>, settings: &TenantSettings) -> Option<UserId> {
    let named = attributes.get("owner")?.as_str()?.trim();
    settings.users.values().find(|u| u.id.as_str() == named || u.email.eq_ignore_ascii_case(named)).map(|u| u.id.clone())
}

fn first_due(c: &Conversation) -> Option<Timestamp> {
    c.routing.sla.as_ref()?.due.iter().filter(|d| !d.breached && d.done_at.is_none()).filter_map(|d| d.due_at).min()
}

/// How hard a question is, from what the bot found.
pub(crate) fn complexity(understood: &Understood) -> Complexity {
    match (&understood.thought.answer, &understood.thought.taught) {
        (Some(Answer::Found { .. }), _) | (_, Some(Taught::Say { .. })) => Complexity::Simple,
        (Some(Answer::None { .. }), _) => Complexity::Complex,
        _ if understood.thought.product.is_some() => Complexity::Simple,
        _ => Complexity::Normal,
    }
}

/// How hard the case is now. What asks the bot nothing (「转人工」, a greeting) makes a hard question no easier, and a simple one that was answered
/// and did not help is simple no more; what is said to people changes nothing.
fn hardness(c: &Conversation, understood: &Understood) -> Complexity {
    let known = c.routing.complexity.as_deref().and_then(Complexity::parse);
    match (known, &c.owner) {
        _ if understood.thought.asked() => complexity(understood),
        (Some(Complexity::Complex), _) => Complexity::Complex,
        (Some(known), Owner::Queue { .. } | Owner::Agent { .. }) => known,
        _ => Complexity::Normal,
    }
}

impl Engine {
    /// What the rules say of who speaks first to this message; none where nobody asks them.
    pub(crate) async fn ruling(&self, identified: &Identified, threaded: &Threaded, understood: &Understood) -> Result<Option<Ruling>> {
        let c = &threaded.conversation;
        let settings = self.settings(&c.tenant_id).await?;
        if settings.routing.is_plain() || !matches!(c.owner, Owner::Bot) {
            return Ok(None);
        }
        let mut heard = c.clone();
        remember(&mut heard, understood);
        let facts = Facts { complexity: Some(complexity(understood)), ..facts(&heard, &identified.attributes, &settings) };
        let plan = settings.routing.policy.plan(&facts, None, self.now());
        Ok(Some(Ruling { policy: settings.routing.version, handling: plan.handling, rules: plan.rules }))
    }
}

pub(crate) fn waiting_of(c: &Conversation, attributes: &Map<String, Value>, settings: &TenantSettings, now: Timestamp) -> Waiting {
    let facts = facts(c, attributes, settings);
    let mut plan: Plan = settings.routing.policy.plan(&facts, team_of(c), now);
    plan.priority += c.routing.head_start();
    Waiting {
        conversation_id: c.id.clone(),
        channel: facts.channel.clone(),
        language: c.language,
        last_agent_id: c.last_agent_id.clone(),
        owner_id: owner(attributes, settings),
        queued_at: c.queued_at.unwrap_or(c.created_at),
        sla_due_at: facts.sla_due_at,
        plan,
        passed: c.routing.passed.iter().map(|p| Passed { user_id: p.user_id.clone(), until: p.until }).collect(),
    }
}

/// The queue it is in.
pub(crate) fn team_of(c: &Conversation) -> Option<TeamId> {
    match &c.owner {
        Owner::Queue { team_id } => team_id.clone(),
        Owner::Bot | Owner::Agent { .. } => None,
    }
}

/// What the last message tells routing, kept with the conversation.
pub(crate) fn remember(c: &mut Conversation, understood: &Understood) {
    c.routing.complexity = Some(hardness(c, understood).as_str().to_owned());
    let (emotion, percent) = feeling(&understood.understanding.mood);
    c.routing.hear(emotion, percent);
    let read = understood.thought.reading.as_ref().filter(|reading| reading.accepted);
    if let Some(intent) = read.and_then(|reading| reading.ranked.first()) {
        c.routing.intent = Some(intent.name.clone());
    }
}

/// A person with what they can do. `load`: how many they own of a channel.
pub(crate) fn skilled(user: &User, settings: &TenantSettings, load: impl Fn(&str) -> i64) -> Candidate {
    let mut candidate = Candidate::new(user.id.clone(), &user.name);
    let Some(known) = settings.routing.people.get(&user.id) else { return candidate };
    candidate.skills = known.skills.iter().map(|s| Skill { skill: s.skill.clone(), level: s.level }).collect();
    if !known.languages.is_empty() {
        candidate.languages.clone_from(&known.languages);
    }
    let places = known.channels.iter().map(|c| ChannelPlaces { channel: c.channel.clone(), capacity: c.capacity, load: load(&c.channel) });
    candidate.channels = places.collect();
    candidate.busy_reason.clone_from(&known.busy_reason);
    candidate
}
