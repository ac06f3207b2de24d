import type { RunDetail } from '../../api/runs';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { wordsOf } from '../../model/why';
import { runMessages } from '../../messages/runs';
import { Data } from './Data';
import { triggerWord } from './StateBadge';
import styles from './Run.module.css';

/** How the run began and what came of it. */
export function RunFacts({ run }: { run: RunDetail }) {
  const t = useT(runMessages);
  const { formatDateTime } = useFormat();
  const language = useLanguage();
  return (
    <section className={styles.detail}>
      <h2 className={styles.heading2}>{t('run')}</h2>
      <p className={styles.meta}>
        {t('trigger')}: {triggerWord(run.trigger, t)} · {t('changed')}: {formatDateTime(run.changed_at)}
      </p>
      {run.error && <p className={styles.error}>{wordsOf(run, language)}</p>}
      {run.not_undone.length > 0 && (
        <p className={styles.error}>
          {t('notUndone')} {run.not_undone.join(', ')}
        </p>
      )}
      <Data label={t('output')} value={run.output} />
      <Data label={t('input')} value={run.input} />
      {run.shared.length > 0 && (
        <>
          <h3 className={styles.meta}>{t('shared')}</h3>
          <dl className={styles.shared}>
            {run.shared.map((one) => (
              <div key={`${one.scope} ${one.name}`}>
                <dt>
                  {one.name} <span className={styles.meta}>{t(`shared_${one.scope as 'conversation' | 'contact' | 'tenant'}`)}</span>
                </dt>
                <dd>{one.value === null ? t('notSet') : typeof one.value === 'string' ? one.value : JSON.stringify(one.value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <details>
        <summary className={styles.meta}>{t('context')}</summary>
        <Data value={run.context} />
      </details>
    </section>
  );
}
