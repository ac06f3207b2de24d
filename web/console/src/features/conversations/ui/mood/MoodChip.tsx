// The feeling of the customer's last words: which, how strong, and whether it is worse or better than before.
import type { ConversationView, Emotion } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Badge, type Tone } from '../../../../ui';
import { moodMessages } from '../../messages/mood';
import { askForEvidence } from './evidence';
import styles from './MoodChip.module.css';

const TONE: Record<Emotion, Tone> = { neutral: 'neutral', joy: 'success', anxiety: 'warning', disappointment: 'violet', anger: 'danger' };

interface Props {
  conversation: ConversationView;
  /** In the head it is a button; in a list the row is. */
  inHead: boolean;
}

export function MoodChip({ conversation: c, inHead }: Props) {
  const t = useT(moodMessages);
  const emotion = (c.mood ?? 'neutral') as Emotion;
  const word = t(`emotion_${emotion}`);
  const percent = c.mood_percent > 0 ? t('moodPercent', { n: c.mood_percent }) : '';
  const trend = c.mood_worse === null ? '' : t(c.mood_worse ? 'moodWorse' : 'moodBetter');
  const said = [word, percent, trend].filter((part) => part !== '').join(' · ');
  const chip = (
    <Badge tone={TONE[emotion] ?? 'neutral'}>
      <span aria-hidden="true">
        {word}
        {percent !== '' && ` ${percent}`}
        {c.mood_worse !== null && (c.mood_worse ? ' ↑' : ' ↓')}
      </span>
      <span className="visually-hidden">{t('moodIs', { said })}</span>
    </Badge>
  );
  const title = `${said} · ${t('moodShow')}`;
  const show = (): void => askForEvidence(c.id);
  if (inHead) {
    return (
      <button type="button" className={styles.chip} title={title} onClick={show} data-mood={emotion}>
        {chip}
      </button>
    );
  }
  return (
    <span className={styles.chip} title={title} onClick={show} data-mood={emotion}>
      {chip}
    </span>
  );
}
