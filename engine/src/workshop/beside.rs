//! The version that does not answer reads the turn too: where it understands something else, the same pure stages write what it would
//! have said, and the two are compared. Nothing of it is committed but the comparison, in the turn's explanation; nothing here can fail
//! the turn.

use super::live::{Beside, LiveModel, Reading};
use crate::inbound::InboundMessage;
use crate::openings::Opening;
use crate::stages::identified::Identified;
use crate::stages::threaded::Threaded;
use crate::stages::understood::{Mind, Understood};
use crate::stages::{reply, routed, understood};
use qn_domain::{AuthorKind, IntentId, Message, MessageKind, Said, Speaker, Timestamp, TrialOutcome, TrialTurn};

/// Of an answer, what a difference shows.
const SAID_CHARS_MAX: usize = 400;

/// A turn as the stages have it before anything is decided.
pub(crate) struct Turn<'a> {
    pub message: &'a InboundMessage,
    pub identified: &'a Identified,
    pub threaded: &'a Threaded,
    pub opening: Opening,
    pub now: Timestamp,
}

/// None when the turn was no question, or nobody reads along.
pub(crate) async fn compare(mind: &Mind<'_>, turn: &Turn<'_>, beside: Option<&Beside<'_>>, spoken: &Understood) -> Option<TrialTurn> {
    let beside = beside.filter(|_| spoken.thought.asked())?;
    let silent = if beside.spoke == Speaker::Trial { beside.live } else { Some(beside.trial) };
    let reading = match silent {
        Some(model) => Some(read(mind, model, turn, spoken).await),
        None => None,
    };
    let (own, other) = (acts_on(spoken.thought.reading.as_ref()), acts_on(reading.as_ref()));
    let against = beside.live.map_or(0, |live| live.number);
    let alike =
        TrialTurn { number: beside.trial.number, against, spoke: beside.spoke, outcome: TrialOutcome::Same, live: None, trial: None };
    if own == other {
        return Some(alike);
    }
    let other_mind = Mind { model: silent, read: reading, ..*mind };
    let unspoken = understood::run(&other_mind, turn.message, turn.identified, turn.threaded).await;
    let (said, unsaid) = (said(turn, spoken), said(turn, &unspoken));
    let (live, trial) = if beside.spoke == Speaker::Trial { (unsaid, said) } else { (said, unsaid) };
    Some(TrialTurn { outcome: outcome(&live, &trial), live: Some(live), trial: Some(trial), ..alike })
}

/// The vector of the turn is not computed twice.
async fn read(mind: &Mind<'_>, model: &LiveModel, turn: &Turn<'_>, spoken: &Understood) -> Reading {
    let text = &turn.message.content.text;
    let shared = mind.model.is_some_and(|speaker| speaker.encoder() == model.encoder());
    match shared {
        true => model.reading(text, model.share(&mind.engine.encoder, &spoken.thought.vector)),
        false => model.read(text, &mind.engine.encoder).await,
    }
}

/// The intent a reading is sure of.
pub(crate) fn acts_on(reading: Option<&Reading>) -> Option<&IntentId> {
    reading.filter(|r| r.accepted).and_then(|r| r.ranked.first()).map(|first| &first.intent_id)
}

/// What the bot says to the turn, understood this way.
pub(crate) fn said(turn: &Turn<'_>, understood: &Understood) -> Said {
    let reading = understood.thought.reading.as_ref();
    let first = reading.and_then(|r| r.ranked.first());
    let route = routed::decide(turn.message, turn.threaded, understood);
    let threaded = Threaded { wire: turn.threaded.wire.clone(), ..Threaded::plain(turn.threaded.conversation.clone()) };
    let draft = reply::decide(turn.message, turn.identified, threaded, understood, route, turn.opening, turn.now);
    let messages = draft.as_ref().map(|draft| draft.messages()).unwrap_or_default();
    Said {
        intent_id: acts_on(reading).cloned(),
        intent: acts_on(reading).and(first).map(|f| f.name.clone()).unwrap_or_default(),
        probability: first.map_or(0.0, |f| f.probability),
        text: answer(messages),
        person: matches!(route, routed::Route::Person(_)),
    }
}

/// The words of what the bot says in these messages.
pub(crate) fn answer(messages: &[Message]) -> String {
    let said = messages.iter().filter(|m| m.kind == MessageKind::Outgoing && m.author.kind == AuthorKind::Bot);
    let words: Vec<&str> = said.map(|m| m.content.text.as_str()).collect();
    qn_base::text::truncate(&words.join("\n"), SAID_CHARS_MAX).to_owned()
}

pub(crate) fn outcome(live: &Said, trial: &Said) -> TrialOutcome {
    match (&live.intent_id, &trial.intent_id) {
        (a, b) if a == b => TrialOutcome::Same,
        _ if live.text == trial.text && live.person == trial.person => TrialOutcome::Alike,
        (Some(_), Some(_)) => TrialOutcome::Other,
        (None, _) => TrialOutcome::Gained,
        (_, None) => TrialOutcome::Lost,
    }
}
