import { useLanguage, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import type { FlowTestOutcome } from '@qingniao/shared/flow';
import { simulatorMessages } from '../../messages/simulator';
import styles from './Simulator.module.css';

/** What became of each saved test. */
export function TestResults({ outcomes }: { outcomes: readonly FlowTestOutcome[] }) {
  const t = useT(simulatorMessages);
  const language = useLanguage();
  return (
    <ul className={styles.tests} aria-label={t('tests')} aria-live="polite">
      {outcomes.map((one) => (
        <li key={one.name} className={one.passed ? styles.passed : styles.failed}>
          <Icon name={one.passed ? 'check' : 'alert'} size={16} label={t(one.passed ? 'passed' : 'failed')} />
          <span className={styles.testName}>{one.name}</span>
          {one.misses.map((miss) => (
            <span key={miss.en} className={styles.miss}>
              {language === 'en' ? miss.en : miss.zh}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
