// What the outside is asked in a simulation, answered by hand: yes or no for an approval, a body for a call, or a failure.
import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Checkbox, TextArea } from '../../../../ui';
import type { FlowWaiting } from '@qingniao/shared/flow';
import { findNode } from '../../model/edit';
import { nameOf, type Json, type JsonObject } from '../../model/document';
import { simulatorMessages } from '../../messages/simulator';
import { useEditor } from '../editor/context';
import styles from './Simulator.module.css';

export interface OutsideProps {
  wait: FlowWaiting;
  busy: boolean;
  onAnswer: (answer: Json) => void;
  /** Answers so always, also next time. */
  onPin: (answer: Json) => void;
}

export function Outside({ wait, busy, onAnswer, onPin }: OutsideProps) {
  const t = useT(simulatorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const node = findNode(editor.document, wait.node);
  const name = node ? nameOf(node, editor.kinds.get(node.kind), language === 'en') : wait.node;
  const kind = wait.request.do;
  if (kind === 'wait') return null;
  if (kind === 'approve') {
    return (
      <div className={styles.outside}>
        <strong>{name}</strong>
        <span>{String(wait.request.title ?? '')}</span>
        <div className={styles.buttons}>
          <Button size="sm" variant="primary" disabled={busy} onClick={() => onAnswer(true)}>
            {t('approve')}
          </Button>
          <Button size="sm" disabled={busy} onClick={() => onAnswer(false)}>
            {t('decline')}
          </Button>
        </div>
      </div>
    );
  }
  return <Answer name={name} request={wait.request as JsonObject} busy={busy} onAnswer={onAnswer} onPin={onPin} />;
}

function Answer({ name, request, busy, onAnswer, onPin }: { name: string; request: JsonObject; busy: boolean; onAnswer: (answer: Json) => void; onPin: (answer: Json) => void }) {
  const t = useT(simulatorMessages);
  const [text, setText] = useState('{}');
  const [pinned, setPinned] = useState(true);
  const answer = parse(text);
  const give = (value: Json) => (pinned ? onPin(value) : onAnswer(value));
  return (
    <div className={styles.outside}>
      <strong>{name}</strong>
      <code className={styles.request}>{asked(request)}</code>
      <TextArea aria-label={t('answerOf', { name })} rows={3} value={text} onChange={(event) => setText(event.target.value)} className={styles.code ?? ''} />
      <Checkbox label={t('pin')} checked={pinned} onChange={setPinned} />
      <div className={styles.buttons}>
        <Button size="sm" variant="primary" disabled={busy || answer === undefined} onClick={() => answer !== undefined && give(answer)}>
          {t('answer')}
        </Button>
        <Button size="sm" disabled={busy} onClick={() => onAnswer({ error: 'refused' })}>
          {t('refuse')}
        </Button>
        <Button size="sm" disabled={busy} onClick={() => onAnswer({ error: 'unavailable' })}>
          {t('unavailable')}
        </Button>
      </div>
    </div>
  );
}

function asked(request: JsonObject): string {
  const { do: what, method, url, body, connector, operation, input, desk, ...rest } = request;
  if (what === 'call') return `${String(method)} ${String(url)}${body ? ` ${JSON.stringify(body)}` : ''}`;
  if (what === 'connect') return `${String(connector)} · ${String(operation)} ${JSON.stringify(input ?? {})}`;
  return `${String(desk ?? what)} ${JSON.stringify(rest)}`;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
