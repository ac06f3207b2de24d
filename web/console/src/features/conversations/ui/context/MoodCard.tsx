// How the customer felt, turn by turn, and the way to say that a turn was something else. Read with the conversation's newest message.
import { useState } from 'react';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConversationView, Emotion, IntentView, MoodsView, MoodTurnView } from '@qingniao/shared/api';
import { api, path, useAll } from '../../../../api';
import { useT } from '../../../../i18n';
import { Badge, Button, cx, Dialog, ErrorNote, Field, Segmented, Select, Spinner, toast, type Tone } from '../../../../ui';
import { conversationQuery, useThread } from '../../api/queries';
import { useTies } from '../../api/use-case';
import { threadsOf } from '../../model/case';
import { moodMessages } from '../../messages/mood';
import styles from './Mood.module.css';

const EMOTIONS: readonly Emotion[] = ['neutral', 'joy', 'anxiety', 'disappointment', 'anger'];
const TONE: Record<Emotion, Tone> = { neutral: 'neutral', joy: 'success', anxiety: 'warning', disappointment: 'violet', anger: 'danger' };
const SHOWN_MAX = 30;
/** How much was written in the other threads of the case. */
const written = (threads: { data: ConversationView | undefined }[]): number => threads.reduce((sum, { data }) => sum + (data?.last_seq ?? 0), 0);
/** How unhappy a turn is: what the server weighs trends by. */
const WEIGHT: Record<Emotion, number> = { anger: 1, disappointment: 0.7, anxiety: 0.6, neutral: 0, joy: -1 };

export default function MoodCard({ conversationId, seq }: { conversationId: string; seq: number }) {
  const t = useT(moodMessages);
  const [correcting, setCorrecting] = useState<MoodTurnView | null>(null);
  const { ties } = useTies(conversationId, useThread(conversationId).data);
  const inOthers = useQueries({ queries: threadsOf(conversationId, ties).map((id) => conversationQuery(id)), combine: written });
  const moods = useQuery({
    queryKey: ['conversations', 'moods', conversationId, seq + inOthers],
    queryFn: ({ signal }) => api.get<MoodsView>(path('/conversations/{}/moods', conversationId), undefined, signal),
    placeholderData: (before) => before,
  });
  if (moods.error) return <ErrorNote error={moods.error} onRetry={() => void moods.refetch()} />;
  if (!moods.data) return <Spinner />;
  const turns = moods.data.turns.slice(-SHOWN_MAX);
  if (turns.length === 0) return <p className={styles.quiet}>{t('moodEmpty')}</p>;
  return (
    <div className={styles.card}>
      {turns.length > 1 && (
        <p className={styles.trend}>
          {t(`direction_${moods.data.direction}`)}
          {moods.data.unhappy_turns > 1 && <span className={styles.quiet}> · {t('unhappyTurns', { n: moods.data.unhappy_turns })}</span>}
        </p>
      )}
      {turns.length > 1 && <Line turns={turns} label={t('moodLine', { n: turns.length })} />}
      <ol className={styles.turns}>
        {turns
          .slice(-6)
          .reverse()
          .map((turn) => (
            <li key={turn.message_id} className={styles.turn}>
              <Badge tone={TONE[turn.emotion]}>{t(`emotion_${turn.emotion}`)}</Badge>
              <span className={styles.text}>{turn.text}</span>
              {turn.corrected && <span className={styles.quiet}>{t('corrected')}</span>}
              <Button size="sm" variant="ghost" onClick={() => setCorrecting(turn)} aria-label={t('correctThis', { text: turn.text })}>
                {t('correct')}
              </Button>
            </li>
          ))}
      </ol>
      {correcting && <Correct key={correcting.message_id} turn={correcting} shownIn={conversationId} onClose={() => setCorrecting(null)} />}
    </div>
  );
}

const WIDTH = 240;
const HEIGHT = 44;

/** Up is unhappy, the dashes are calm. */
function Line({ turns, label }: { turns: MoodTurnView[]; label: string }) {
  const x = (n: number) => 4 + (n * (WIDTH - 8)) / (turns.length - 1);
  const y = (turn: MoodTurnView) => HEIGHT / 2 - WEIGHT[turn.emotion] * turn.intensity * (HEIGHT / 2 - 5);
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className={styles.calm} />
      <polyline points={turns.map((turn, n) => `${x(n)},${y(turn)}`).join(' ')} className={styles.path} />
      {turns.map((turn, n) => (
        <circle key={turn.message_id} cx={x(n)} cy={y(turn)} r="3" className={cx(styles.dot, styles[turn.emotion])} />
      ))}
    </svg>
  );
}

function Correct({ shownIn, turn, onClose }: { shownIn: string; turn: MoodTurnView; onClose: () => void }) {
  const t = useT(moodMessages);
  const client = useQueryClient();
  const intents = useAll<IntentView>('intents');
  const [emotion, setEmotion] = useState<Emotion>(turn.emotion);
  const [intentId, setIntentId] = useState(turn.corrected?.intent_id ?? '');
  const save = useMutation({
    mutationFn: (body: { emotion: Emotion | null; intent_id: string | null }) =>
      api.put<void>(path('/conversations/{}/messages/{}/correction', turn.conversation_id, turn.message_id), body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['conversations', 'moods', shownIn] });
      toast.success(t('saved'));
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('correctTitle')}
      description={t('correctText')}
      onSubmit={() => save.mutate({ emotion, intent_id: intentId || null })}
      footer={
        <>
          {turn.corrected && (
            <Button variant="ghost" busy={save.isPending} onClick={() => save.mutate({ emotion: null, intent_id: null })}>
              {t('takeBack')}
            </Button>
          )}
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <blockquote className={styles.quoted}>{turn.text}</blockquote>
        <Segmented<Emotion> label={t('emotion')} value={emotion} onChange={setEmotion} options={EMOTIONS.map((value) => ({ value, label: t(`emotion_${value}`) }))} />
        <Field label={t('intent')} hint={t('intentHint')}>
          {(control) => (
            <Select
              {...control}
              label={t('intent')}
              value={intentId}
              onChange={setIntentId}
              options={[{ value: '', label: t('intentAsRead') }, ...(intents.data ?? []).map((intent) => ({ value: intent.id, label: intent.name }))]}
            />
          )}
        </Field>
        {save.error && <ErrorNote error={save.error} />}
      </div>
    </Dialog>
  );
}
