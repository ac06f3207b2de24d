// The wishes of one message: each part in the customer's words, what was understood of it, and what was done about it.
import { useT } from '../../../../i18n';
import { Badge } from '../../../../ui';
import { traceMessages } from '../../trace-messages';
import styles from './Dialogs.module.css';

const DOES = ['quote', 'tell', 'say', 'begin', 'miss'] as const;

interface Part {
  part: string;
  does: (typeof DOES)[number];
  /** What is quoted. */
  hit?: { title: string; score: number };
  /** What is begun. */
  name?: string;
  intent?: { accepted: boolean; ranked: { name: string; probability: number }[] } | null;
}

/** Of a recorded explanation; none where the message had one wish. */
export function partsOf(trace: unknown): Part[] {
  const several = typeof trace === 'object' && trace !== null && 'several' in trace ? trace.several : null;
  return Array.isArray(several) ? several.filter((one: Part) => typeof one?.part === 'string' && DOES.includes(one.does)) : [];
}

export function TraceParts({ parts }: { parts: readonly Part[] }) {
  const t = useT(traceMessages);
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  return (
    <section className={styles.parts} aria-label={t('several')}>
      <h3>{t('several')}</h3>
      <ol>
        {parts.map((part, at) => {
          const first = part.intent?.ranked[0];
          return (
            <li key={at}>
              <q>{part.part}</q>
              <span className={styles.does}>
                <Badge tone={part.does === 'miss' ? 'warning' : 'info'}>{t(part.does)}</Badge>
                {part.hit && (
                  <span>
                    {part.hit.title} · {percent(part.hit.score)}
                  </span>
                )}
                {part.does === 'begin' && <span>{part.name}</span>}
              </span>
              {first && (
                <small>
                  {t('intent')}: {first.name} · {percent(first.probability)}
                  {!part.intent?.accepted && ` · ${t('not_sure')}`}
                </small>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
