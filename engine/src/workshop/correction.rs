//! How a customer felt over a conversation, turn by turn, and what people say a turn really was. A correction changes nothing that was
//! said; it is shown in place of what was read, counts in the trend, and is material to learn from.

use crate::rules::feeling;
use crate::{Actor, Engine, EngineError, Result};
use qn_domain::{ConversationId, IntentId, Message, MessageId, MessageKind, MoveError, TenantId, Timestamp, TurnCorrection};
use qn_nlu::emotion::{Mood, Trend, trend};
use qn_nlu::{Emotion, Understanding};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// The newest turns that are looked at.
const TURNS_MAX: i64 = 200;

/// One turn of the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct MoodTurn {
    pub message_id: MessageId,
    /// Whose thread it stands in: the conversation's own, or a part's.
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub at: Timestamp,
    pub text: String,
    /// As a person corrected it, else as it was read.
    pub mood: Mood,
    pub corrected: Option<TurnCorrection>,
    /// The intent a trained version was sure of.
    pub intent_read: Option<IntentId>,
}

/// What a person says about a turn; what is none stays as the bot read it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    pub emotion: Option<Emotion>,
    pub intent_id: Option<IntentId>,
}

/// What of a stored explanation is needed here. Explanations of any age: what is not there is nothing.
#[derive(Default, Deserialize)]
struct Read {
    understood: Option<Understanding>,
    intent: Option<Guessed>,
}

#[derive(Deserialize)]
struct Guessed {
    #[serde(default)]
    accepted: bool,
    #[serde(default)]
    ranked: Vec<Rank>,
}

#[derive(Deserialize)]
struct Rank {
    intent_id: IntentId,
}

impl Engine {
    /// The customer's turns in all threads of the case, oldest first, and where their mood is heading.
    pub async fn moods(&self, tenant_id: &TenantId, id: &ConversationId) -> Result<(Vec<MoodTurn>, Trend)> {
        let found = qn_store::conversation::find(&self.db, tenant_id, id).await?;
        found.ok_or_else(|| EngineError::not_found("conversation", id))?;
        let mut messages = self.case_messages(tenant_id, id, TURNS_MAX).await?;
        messages.sort_by(|a, b| (a.created_at, &a.conversation_id, a.seq).cmp(&(b.created_at, &b.conversation_id, b.seq)));
        let threads: BTreeSet<&ConversationId> = messages.iter().map(|message| &message.conversation_id).collect();
        let mut corrections: HashMap<MessageId, TurnCorrection> = HashMap::new();
        for thread in threads {
            let said = qn_store::turn_correction::list_by_conversation(&self.db, tenant_id, thread).await?;
            corrections.extend(said.into_iter().map(|c| (c.message_id.clone(), c)));
        }
        let turns: Vec<MoodTurn> = messages.iter().filter_map(|message| turn(message, corrections.remove(&message.id))).collect();
        let moods: Vec<Mood> = turns.iter().map(|turn| turn.mood.clone()).collect();
        let trend = trend(&moods);
        Ok((turns, trend))
    }

    /// Keeps what a person says a customer's turn was. Nothing said takes an earlier correction back.
    pub async fn correct(&self, actor: &Actor, id: &ConversationId, message_id: &MessageId, said: Correction) -> Result<()> {
        let tenant_id = &actor.tenant_id;
        let message = qn_store::message::get(&self.db, tenant_id, message_id).await?;
        if message.conversation_id != *id || message.recalled_at.is_some() {
            return Err(EngineError::not_found("message", message_id));
        }
        let Some(turn) = turn(&message, None) else { return Err(EngineError::Invalid { field: "message" }) };
        if said == Correction::default() {
            qn_store::turn_correction::delete(&self.db, tenant_id, message_id).await?;
            return self.feel_anew(tenant_id, id, message_id).await;
        }
        if let Some(intent_id) = &said.intent_id {
            qn_store::intent::get(&self.db, tenant_id, intent_id).await?;
        }
        let correction = TurnCorrection {
            tenant_id: tenant_id.clone(),
            message_id: message_id.clone(),
            conversation_id: id.clone(),
            text: qn_store::turn_correction::line(&message),
            language: qn_nlu::identify(&message.content.text, None).0,
            emotion: said.emotion.map(|emotion| word(emotion).to_owned()),
            emotion_read: Some(word(turn.mood.emotion).to_owned()),
            intent_id: said.intent_id,
            intent_read: turn.intent_read,
            corrected_by: actor.user_id.clone(),
            at: self.now(),
        };
        qn_store::turn_correction::put(&self.db, &correction, message.seq, message.created_at).await?;
        self.feel_anew(tenant_id, id, message_id).await
    }

    /// The last turn is what lists show and rules go by.
    async fn feel_anew(&self, tenant_id: &TenantId, id: &ConversationId, message_id: &MessageId) -> Result<()> {
        let (turns, _) = self.moods(tenant_id, id).await?;
        let Some(last) = turns.last().filter(|turn| turn.message_id == *message_id) else { return Ok(()) };
        let (emotion, percent) = feeling(&last.mood);
        let before = turns.iter().rev().nth(1).map(|turn| feeling(&turn.mood).1);
        let felt = self.decide(tenant_id, id, |draft| {
            let routing = &mut draft.conversation.routing;
            if routing.emotion.as_deref() == Some(emotion) && routing.intensity_percent == percent {
                return Err(EngineError::Move(MoveError::Already));
            }
            routing.correct(emotion, percent, before);
            Ok(())
        });
        match felt.await {
            Ok(_) | Err(EngineError::Move(MoveError::Already)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// None for what no customer said, and for what says nothing in words.
fn turn(message: &Message, corrected: Option<TurnCorrection>) -> Option<MoodTurn> {
    let said = message.kind == MessageKind::Incoming && message.recalled_at.is_none() && !message.content.text.trim().is_empty();
    if !said {
        return None;
    }
    let read: Read = message.trace.as_ref().and_then(|trace| trace.read()).unwrap_or_default();
    let mut mood = read.understood.map(|understood| understood.mood).unwrap_or_default();
    if let Some(said) = corrected.as_ref().and_then(|c| c.emotion.as_deref()).and_then(emotion)
        && said != mood.emotion
    {
        // A person does not say how strong; what they name is meant.
        let intensity = if said == Emotion::Neutral { 0.0 } else { mood.intensity.max(CORRECTED_INTENSITY) };
        mood = Mood { emotion: said, intensity, confidence: 1.0, evidence: Vec::new() };
    }
    let intent_read = read.intent.filter(|g| g.accepted).and_then(|g| g.ranked.into_iter().next()).map(|rank| rank.intent_id);
    Some(MoodTurn {
        message_id: message.id.clone(),
        conversation_id: message.conversation_id.clone(),
        seq: message.seq,
        at: message.created_at,
        text: qn_store::turn_correction::line(message),
        mood,
        corrected,
        intent_read,
    })
}

const CORRECTED_INTENSITY: f32 = 0.6;
const WORDS: [(Emotion, &str); 5] = [
    (Emotion::Neutral, "neutral"),
    (Emotion::Anger, "anger"),
    (Emotion::Disappointment, "disappointment"),
    (Emotion::Anxiety, "anxiety"),
    (Emotion::Joy, "joy"),
];

fn word(emotion: Emotion) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == emotion).map_or("neutral", |(_, word)| word)
}

fn emotion(word: &str) -> Option<Emotion> {
    WORDS.iter().find(|(_, known)| *known == word).map(|(emotion, _)| *emotion)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::{Author, AuthorKind, Content, DeliveryState, Json, Language};
    use serde_json::json;

    fn message(kind: MessageKind, text: &str, emotion: &str) -> Message {
        let understood =
            json!({"language": "zh-CN", "intent": null, "alternatives": [], "emotion": {"emotion": emotion, "intensity": 0.8}});
        Message {
            id: "msg_c-1".into(),
            tenant_id: "tnt_1".into(),
            conversation_id: "cnv_c".into(),
            seq: 1,
            kind,
            author: Author { kind: AuthorKind::Contact, id: None, name: String::new() },
            content: Content { text: text.into(), ..Content::default() },
            reply_to: None,
            client_msg_id: None,
            state: DeliveryState::Sent,
            state_reason: None,
            trace: Some(Json::of(&json!({"understood": understood, "intent": {"accepted": true, "ranked": [{"intent_id": "itt_1"}]}}))),
            created_at: 5,
            edited_at: None,
            recalled_at: None,
        }
    }

    #[test]
    fn a_turn_is_as_it_was_read_until_a_person_says_otherwise() {
        let said = message(MessageKind::Incoming, "你们太差劲了", "anger");
        let read = turn(&said, None).unwrap();
        assert_eq!((read.mood.emotion, read.intent_read.as_ref().unwrap().as_str()), (Emotion::Anger, "itt_1"));
        let correction = |emotion: &str| TurnCorrection {
            tenant_id: "tnt_1".into(),
            message_id: said.id.clone(),
            conversation_id: said.conversation_id.clone(),
            text: String::new(),
            language: Language::Zh,
            emotion: Some(emotion.into()),
            emotion_read: None,
            intent_id: None,
            intent_read: None,
            corrected_by: "usr_1".into(),
            at: 6,
        };
        let calm = turn(&said, Some(correction("neutral"))).unwrap();
        assert_eq!((calm.mood.emotion, calm.mood.intensity), (Emotion::Neutral, 0.0));
        let same = turn(&said, Some(correction("anger"))).unwrap();
        assert_eq!((same.mood.emotion, same.mood.intensity), (Emotion::Anger, 0.8), "how strong it was read stays");
        assert!(turn(&message(MessageKind::Outgoing, "您好", "joy"), None).is_none());
        assert!(turn(&message(MessageKind::Incoming, " ", "joy"), None).is_none());
        let bare = Message { trace: None, ..said.clone() };
        assert_eq!(turn(&bare, None).unwrap().mood.emotion, Emotion::Neutral);
    }
}
