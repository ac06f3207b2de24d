// The draft played over past runs: how many go the same way, and for each that does not, where they part and what is said.
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { FlowBacktest, FlowBacktested, FlowCourse } from '@qingniao/shared/flow';
import { api, path } from '../../../../api';
import { Link } from '../../../../app/router';
import { useFormat, useLanguage, useT } from '../../../../i18n';
import { Badge, Button, Checkbox, Dialog, ErrorNote, Field, Loading, Select, type Tone } from '../../../../ui';
import { nameOf } from '../../model/document';
import { backtestMessages } from '../../messages/backtest';
import { useDocument, useEditor } from '../editor/context';
import type { Checked } from '../editor/use-problems';
import styles from './Backtest.module.css';

const COUNTS = ['20', '50', '100', '200'] as const;
const TONES: Record<string, Tone> = { same: 'success', different: 'warning', unknown: 'neutral' };
const DIFFERS = ['path', 'said', 'status', 'output'] as const;
const VERDICTS = ['same', 'different', 'unknown'] as const;
const STATUSES = ['done', 'failed', 'cancelled', 'running', 'new'] as const;

export function BacktestDialog({ flowId, checked, onClose }: { flowId: string; checked: Checked; onClose: () => void }) {
  const t = useT(backtestMessages);
  const document = useDocument();
  const [count, setCount] = useState<(typeof COUNTS)[number]>('50');
  const [only, setOnly] = useState(true);
  const play = useMutation({ mutationFn: () => api.post<FlowBacktest>(path('/flows/{}/backtest', flowId), { document, runs: Number(count) }) });
  const found = play.data;
  const shown = (found?.items ?? []).filter((one) => !only || one.verdict !== 'same');
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('title')}
      description={t('text')}
      onSubmit={() => checked.errors === 0 && play.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          <Button type="submit" variant="primary" icon="play" busy={play.isPending} disabled={checked.errors > 0}>
            {t(found ? 'again' : 'play')}
          </Button>
        </>
      }
    >
      <Field label={t('runs')} error={checked.errors > 0 ? t('blocked') : undefined}>
        {(control) => <Select {...control} value={count} onChange={setCount} options={COUNTS.map((value) => ({ value, label: t('count', { n: value }) }))} />}
      </Field>
      {play.isPending && <Loading />}
      {play.error && <ErrorNote error={play.error} />}
      {found && (
        <div className={styles.sums} role="status">
          {found.items.length === 0 && t('none')}
          {found.items.length > 0 && found.from_conversations && <p className={styles.quiet}>{t('fromConversations')}</p>}
          {found.items.length > 0 && VERDICTS.map((one) => (
            <Badge key={one} tone={TONES[one] ?? 'neutral'}>
              {t(one, { n: found[one] })}
            </Badge>
          ))}
        </div>
      )}
      {found && found.items.length > 0 && <Checkbox label={t('only')} checked={only} onChange={setOnly} />}
      <ul className={styles.runs}>
        {shown.map((one) => (
          <Compared key={one.run_id ?? one.conversation_id} one={one} />
        ))}
      </ul>
    </Dialog>
  );
}

function Compared({ one }: { one: FlowBacktested }) {
  const t = useT(backtestMessages);
  const { formatDateTime } = useFormat();
  const name = useNodeName();
  const verdict = VERDICTS.find((known) => known === one.verdict) ?? 'unknown';
  return (
    <li className={styles.run}>
      <p className={styles.line}>
        <Badge tone={TONES[verdict] ?? 'neutral'}>{t(`verdict_${verdict}`)}</Badge>
        <span>{formatDateTime(one.started_at)}</span>
        <span className={styles.quiet}>{DIFFERS.filter((known) => one.differs.includes(known)).map((known) => t(`differs_${known}`)).join('、')}</span>
        <Link to={one.run_id ? `/runs/${one.run_id}` : `/conversations/${one.conversation_id}`} target="_blank">
          {t(one.run_id ? 'openRun' : 'openConversation')}
        </Link>
      </p>
      {one.waits_at && <p className={styles.quiet}>{t('waits', { name: name(one.waits_at) })}</p>}
      {!one.waits_at && one.parts_at && <p className={styles.quiet}>{t('parts', { name: name(one.parts_at) })}</p>}
      {verdict !== 'same' && (
        <div className={styles.sides}>
          <Course title={t(one.run_id ? 'then' : 'toldThen')} course={one.then} other={one.now} wordsOnly={!one.run_id} />
          <Course title={t('now')} course={one.now} other={one.then} />
        </div>
      )}
    </li>
  );
}

/** What only one side passed or said stands out. */
function Course({ title, course, other, wordsOnly = false }: { title: string; course: FlowCourse; other: FlowCourse; wordsOnly?: boolean }) {
  const t = useT(backtestMessages);
  const name = useNodeName();
  const status = STATUSES.find((known) => known === course.status) ?? 'new';
  return (
    <section className={styles.side} aria-label={title}>
      <p className={styles.line}>
        <strong>{title}</strong>
        {!wordsOnly && <Badge tone={status === 'done' ? 'success' : status === 'failed' ? 'danger' : 'neutral'}>{t(`status_${status}`)}</Badge>}
      </p>
      {!wordsOnly && <p className={styles.quiet}>{t('path')}</p>}
      <p className={styles.path}>
        {course.path.map((node, index) => (
          <span key={index} className={other.path.includes(node) ? undefined : styles.own}>
            {name(node)}
          </span>
        ))}
      </p>
      <p className={styles.quiet}>{t('said')}</p>
      {course.said.length === 0 && <p className={styles.quiet}>{t('quiet')}</p>}
      {course.said.map((text, index) => (
        <p key={index} className={other.said.includes(text) ? undefined : styles.own}>
          {text}
        </p>
      ))}
      {course.error && <p className={styles.error}>{course.error}</p>}
    </section>
  );
}

function useNodeName() {
  const editor = useEditor();
  const document = useDocument();
  const english = useLanguage() === 'en';
  return (id: string) => {
    const node = document.nodes.find((one) => one.id === id);
    return node ? nameOf(node, editor.kinds.get(node.kind), english) : id;
  };
}
