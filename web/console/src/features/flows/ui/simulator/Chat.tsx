// The conversation with the draft, and what the outside is asked: a person answers for it.
import { useEffect, useRef, useState } from 'react';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { Button, Icon, TextInput, cx } from '../../../../ui';
import { findNode } from '../../model/edit';
import { nameOf } from '../../model/document';
import { whyOf } from '../../model/why';
import type { FlowReport } from '@qingniao/shared/flow';
import { simulatorMessages } from '../../messages/simulator';
import { useEditor } from '../editor/context';
import { Outside } from './Outside';
import type { Simulation } from './use-simulation';
import styles from './Simulator.module.css';

const HOUR = 3_600_000;

export function Chat({ simulation }: { simulation: Simulation }) {
  const t = useT(simulatorMessages);
  const { formatDateTime } = useFormat();
  const { report, happen, busy } = simulation;
  const end = useRef<HTMLDivElement>(null);
  const asked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void end.current?.scrollIntoView?.({ block: 'nearest' });
    // On a phone all of the drawer scrolls: to what is asked.
    void asked.current?.scrollIntoView?.({ block: 'nearest' });
  }, [report]);
  if (!report) return <div className={styles.chat}><p className={styles.quiet}>{t('notBegun')}</p></div>;
  const asks = report.waits.find((wait) => wait.request.do === 'ask');
  const outside = report.waits.filter((wait) => wait.request.do !== 'ask');
  return (
    <div className={styles.chat}>
      <div className={styles.clock}>
        <Icon name="clock" size={14} />
        {formatDateTime(report.now)}
        <span className={styles.gap} />
        <Button size="sm" disabled={busy || report.status !== 'running'} onClick={() => happen({ what: 'passes', ms: HOUR })}>
          {t('hour')}
        </Button>
        <Button size="sm" disabled={busy || report.status !== 'running'} onClick={() => happen({ what: 'passes', ms: 24 * HOUR })}>
          {t('day')}
        </Button>
        <Button size="sm" disabled={busy || report.status !== 'running'} onClick={() => happen({ what: 'deadline' })}>
          {t('deadline')}
        </Button>
      </div>
      <div className={styles.lines} role="log" tabIndex={0} aria-label={t('conversation')}>
        {report.messages.map((line, index) => (
          <div key={index} className={cx(styles.bubble, line.by === 'customer' ? styles.customer : styles.bot)}>
            <p>{line.text}</p>
            {line.buttons && line.buttons.length > 0 && (
              <div className={styles.buttons}>
                {line.buttons.map((button) => (
                  <Button key={button} size="sm" disabled={!asks || busy} onClick={() => happen({ what: 'says', text: button })}>
                    {button}
                  </Button>
                ))}
              </div>
            )}
          </div>
        ))}
        <Ending report={report} />
        <div ref={end} />
      </div>
      <div ref={asked} className={styles.asked}>
      {outside.map((wait) => (
        <Outside key={wait.step} wait={wait} busy={busy} onAnswer={(answer) => happen({ what: 'answers', node: wait.node, answer })} onPin={(answer) => simulation.pin(wait.node, answer)} />
      ))}
      {asks && <Say onSay={(text) => happen({ what: 'says', text })} busy={busy} />}
      </div>
    </div>
  );
}

function Ending({ report }: { report: FlowReport }) {
  const t = useT(simulatorMessages);
  const language = useLanguage();
  const editor = useEditor();
  if (report.refused) return <p className={styles.ending}>{report.refused}</p>;
  if (report.status === 'running') {
    const wait = report.waits[0];
    const node = wait && findNode(editor.document, wait.node);
    return node ? <p className={styles.ending}>{t('waitsAt', { name: nameOf(node, editor.kinds.get(node.kind), language === 'en') })}</p> : null;
  }
  return (
    <p className={cx(styles.ending, report.status === 'failed' && styles.bad)}>
      {t(`ended_${report.status}`)}
      {report.error && `${language === 'en' ? ': ' : '：'}${whyOf(report.error, language)}`}
      {report.output !== null && report.output !== undefined && <code className={styles.output}>{JSON.stringify(report.output)}</code>}
    </p>
  );
}

function Say({ onSay, busy }: { onSay: (text: string) => void; busy: boolean }) {
  const t = useT(simulatorMessages);
  const [text, setText] = useState('');
  return (
    <form
      className={styles.say}
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim() || busy) return;
        onSay(text.trim());
        setText('');
      }}
    >
      <TextInput aria-label={t('reply')} placeholder={t('reply')} value={text} onChange={(event) => setText(event.target.value)} />
      <Button type="submit" icon="send" disabled={!text.trim()} busy={busy}>
        {t('send')}
      </Button>
    </form>
  );
}

