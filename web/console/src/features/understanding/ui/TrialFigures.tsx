import type { TrialView } from '@qingniao/shared/api';
import { useFormat, useT } from '../../../i18n';
import { Meter, Section, Table } from '../../../ui';
import { agreement, fates, OUTCOMES, total, turnsOf } from '../model/trial';
import { rolloutMessages } from '../rollout-messages';
import styles from './RolloutTab.module.css';

/** How often the two would say the same, where they part, and what became of the turns each answered. */
export function TrialFigures({ trial }: { trial: TrialView }) {
  const t = useT(rolloutMessages);
  const { formatNumber, formatPercent } = useFormat();
  const all = total(trial.tallies);
  const title = trial.against > 0 ? t('figures', { n: trial.number, against: trial.against }) : t('figuresAlone', { n: trial.number });
  if (all === 0) {
    return (
      <Section title={title}>
        <p className={styles.quiet}>{t('figuresEmpty')}</p>
      </Section>
    );
  }
  const share = (part: number, whole: number) => formatPercent(whole === 0 ? 0 : part / whole);
  return (
    <Section title={title} description={t('figuresText', { n: formatNumber(all) })}>
      <div className={styles.figures}>
        <p className={styles.headline}>
          <strong>{formatPercent(agreement(trial.tallies))}</strong>
          <span>{t('agreement')}</span>
        </p>
        <ul className={styles.outcomes} aria-label={t('byOutcome')}>
          {OUTCOMES.map((outcome) => {
            const turns = turnsOf(trial.tallies, outcome);
            return (
              <li key={outcome}>
                <div className={styles.row}>
                  <span>{t(`outcome_${outcome}`)}</span>
                  <span className={styles.number}>
                    {formatNumber(turns)} · {share(turns, all)}
                  </span>
                </div>
                <Meter label={t(`outcome_${outcome}`)} value={turns / all} />
              </li>
            );
          })}
        </ul>
      </div>
      <Table
        label={t('bySpeaker')}
        rows={fates(trial.tallies)}
        rowKey={(fate) => fate.spoke}
        columns={[
          { key: 'spoke', title: t('spoke'), grow: true, render: (fate) => t(`spoke_${fate.spoke}`) },
          { key: 'turns', title: t('turns'), align: 'end', wideOnly: true, render: (fate) => formatNumber(fate.turns) },
          { key: 'missed', title: t('missed'), align: 'end', render: (fate) => share(fate.missed, fate.turns) },
          { key: 'handed', title: t('handedOver'), align: 'end', render: (fate) => share(fate.handedOver, fate.turns) },
        ]}
      />
    </Section>
  );
}
