// The steps a simulation went through, newest last; a press shows the step. Can be gone through one event at a time.
import { useLanguage, useT } from '../../../../i18n';
import { Badge, Button, IconButton, type Tone } from '../../../../ui';
import { findNode } from '../../model/edit';
import { nameOf } from '../../model/document';
import { whyOf } from '../../model/why';
import type { FlowVisitStanding } from '@qingniao/shared/flow';
import { simulatorMessages } from '../../messages/simulator';
import { useEditor } from '../editor/context';
import type { Simulation } from './use-simulation';
import styles from './Simulator.module.css';

const TONES: Record<FlowVisitStanding, Tone> = { open: 'warning', done: 'success', failed: 'danger', timed_out: 'danger', given_up: 'neutral' };

export function Trace({ simulation }: { simulation: Simulation }) {
  const t = useT(simulatorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const { report, script, busy } = simulation;
  if (!report || !script) return <div className={styles.trace} />;
  const stopped = script.events_max !== undefined;
  return (
    <div className={styles.trace}>
      <div className={styles.stepping}>
        <Button size="sm" icon="undo" disabled={busy || script.happens.length === 0} onClick={simulation.back}>
          {t('back')}
        </Button>
        <IconButton icon="refresh" size="sm" label={t('fromFirst')} disabled={busy || report.events <= 1} onClick={() => simulation.step(1)} />
        <IconButton icon="chevronLeft" size="sm" label={t('stepBack')} disabled={busy || report.events <= 1} onClick={() => simulation.step(report.events - 1)} />
        <IconButton icon="chevronRight" size="sm" label={t('stepOn')} disabled={busy || !stopped} onClick={() => simulation.step(report.events + 1)} />
        <IconButton icon="play" size="sm" label={t('toEnd')} disabled={busy || !stopped} onClick={() => simulation.step(null)} />
        <span className={styles.quiet}>{t('events', { n: report.events })}</span>
      </div>
      <ol className={styles.visits} aria-label={t('trace')}>
        {report.visits.map((visit) => {
          const node = findNode(editor.document, visit.node);
          return (
            <li key={visit.step}>
              <button type="button" className={styles.visit} onClick={() => editor.select([visit.node], true)}>
                <span className={styles.visitName}>{node ? nameOf(node, editor.kinds.get(node.kind), language === 'en') : visit.node}</span>
                <Badge tone={TONES[visit.standing]}>{t(`standing_${visit.standing}`)}</Badge>
                {visit.error && <span className={styles.miss}>{whyOf(visit.error, language)}</span>}
                {visit.output !== null && visit.output !== undefined && <code className={styles.output}>{JSON.stringify(visit.output)}</code>}
              </button>
              {script.pins[visit.node] !== undefined && (
                <Button size="sm" variant="ghost" icon="close" onClick={() => simulation.pin(visit.node, undefined)}>
                  {t('unpin')}
                </Button>
              )}
            </li>
          );
        })}
      </ol>
      {report.shared && (
        <p className={styles.quiet}>
          {t('sharedNow')} <code className={styles.output}>{JSON.stringify(Object.assign({}, ...Object.values(report.shared)))}</code>
        </p>
      )}
    </div>
  );
}
