//! How a customer felt over a conversation, and what agents say a turn really was.

use crate::Result;
use crate::extract::{Json, Path, Reader, Writer};
use crate::settings;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use qn_api_types::learning::{CorrectTurn, Emotion, MoodDirection, MoodTurnView, MoodsView, TurnCorrectionView};
use qn_domain::{ConversationId, IntentId, MessageId};
use qn_engine::{Correction, MoodTurn};
use qn_nlu::emotion::Direction;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(moods)).routes(routes!(correct))
}

/// How the customer felt, turn by turn
#[utoipa::path(get, path = "/conversations/{id}/moods", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = MoodsView)))]
async fn moods(State(state): State<AppState>, person: Reader, Path(id): Path<ConversationId>) -> Result<Json<MoodsView>> {
    let (turns, trend) = state.engine.moods(person.tenant_id(), &id).await?;
    let direction = match trend.direction {
        Direction::Souring => MoodDirection::Souring,
        Direction::Steady => MoodDirection::Steady,
        Direction::Easing => MoodDirection::Easing,
    };
    let turns = turns.into_iter().map(view).collect();
    Ok(Json(MoodsView { direction, level: trend.level, unhappy_turns: trend.unhappy_turns, turns }))
}

fn view(turn: MoodTurn) -> MoodTurnView {
    let emotion = match turn.mood.emotion {
        qn_nlu::Emotion::Neutral => Emotion::Neutral,
        qn_nlu::Emotion::Anger => Emotion::Anger,
        qn_nlu::Emotion::Disappointment => Emotion::Disappointment,
        qn_nlu::Emotion::Anxiety => Emotion::Anxiety,
        qn_nlu::Emotion::Joy => Emotion::Joy,
    };
    let corrected = turn.corrected.map(|c| TurnCorrectionView {
        emotion: c.emotion,
        intent_id: c.intent_id.map(|id| id.0),
        corrected_by: c.corrected_by.0,
        at: c.at,
    });
    MoodTurnView {
        message_id: turn.message_id.0,
        conversation_id: turn.conversation_id.0,
        seq: turn.seq,
        at: turn.at,
        text: turn.text,
        emotion,
        intensity: turn.mood.intensity,
        intent_id: turn.intent_read.map(|id| id.0),
        corrected,
    }
}

/// Say what a customer's turn really was
///
/// Changes nothing that was said: the correction is shown in place of what was read, counts in the trend, and is kept to learn from. With an
/// intent the message goes into the learning inbox.
#[utoipa::path(put, path = "/conversations/{id}/messages/{message_id}/correction", tag = "conversations", request_body = CorrectTurn,
    params(("id" = String, Path), ("message_id" = String, Path)), responses((status = 204)))]
async fn correct(
    State(state): State<AppState>,
    person: Writer,
    Path((id, message_id)): Path<(ConversationId, MessageId)>,
    Json(body): Json<CorrectTurn>,
) -> Result<StatusCode> {
    let emotion = body.emotion.map(|emotion| match emotion {
        Emotion::Neutral => qn_nlu::Emotion::Neutral,
        Emotion::Anger => qn_nlu::Emotion::Anger,
        Emotion::Disappointment => qn_nlu::Emotion::Disappointment,
        Emotion::Anxiety => qn_nlu::Emotion::Anxiety,
        Emotion::Joy => qn_nlu::Emotion::Joy,
    });
    let said = Correction { emotion, intent_id: body.intent_id.map(IntentId) };
    state.engine.correct(&person.actor(), &id, &message_id, said).await?;
    settings::changed(&state, person.tenant_id(), "learning_item", message_id.as_str()).await;
    Ok(StatusCode::NO_CONTENT)
}
