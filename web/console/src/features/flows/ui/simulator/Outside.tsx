// What the outside is asked in a simulation, answered by hand: yes or no for an approval, a body for a call, or a failure.
import { useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Checkbox, Field, TextArea, TextInput } from '../../../../ui';
import type { FlowWaiting } from '@qingniao/shared/flow';
import { findNode } from '../../model/edit';
import { nameOf, type Json, type JsonObject, type VariableType } from '../../model/document';
import { parseValue, printValue } from '../../model/values';
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
  const language = useLanguage();
  const editor = useEditor();
  const node = findNode(editor.document, wait.node);
  const name = node ? nameOf(node, editor.kinds.get(node.kind), language === 'en') : wait.node;
  const kind = wait.request.do;
  if (kind === 'wait') return null;
  if (kind === 'approve') return <Approve name={name} request={wait.request as JsonObject} busy={busy} onAnswer={onAnswer} />;
  return <Answer name={name} request={wait.request as JsonObject} busy={busy} onAnswer={onAnswer} onPin={onPin} />;
}

/** What the approver is shown, to be changed before deciding as on the approval itself. */
function Approve({ name, request, busy, onAnswer }: { name: string; request: JsonObject; busy: boolean; onAnswer: (answer: Json) => void }) {
  const t = useT(simulatorMessages);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const payload = request.payload ?? null;
  const shown: JsonObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {};
  const wrong = Object.entries(typed).some(([field, text]) => parseValue(text, typeOf(shown[field])) === undefined);
  function decide(approved: boolean) {
    const changed = Object.fromEntries(Object.entries(typed).map(([field, text]) => [field, parseValue(text, typeOf(shown[field])) ?? null]));
    onAnswer(Object.keys(changed).length === 0 ? approved : { approved, by: 'test', payload: { ...shown, ...changed } });
  }
  return (
    <div className={styles.outside}>
      <strong>{name}</strong>
      <span>{typeof request.title === 'string' ? request.title : ''}</span>
      <div className={styles.form}>
        {Object.entries(shown).map(([field, value]) => (
          <Field key={field} label={field}>
            {(control) => <TextInput {...control} value={typed[field] ?? printValue(value)} onChange={(event) => setTyped({ ...typed, [field]: event.target.value })} />}
          </Field>
        ))}
      </div>
      <div className={styles.buttons}>
        <Button size="sm" variant="primary" disabled={busy || wrong} onClick={() => decide(true)}>
          {t('approve')}
        </Button>
        <Button size="sm" disabled={busy || wrong} onClick={() => decide(false)}>
          {t('decline')}
        </Button>
      </div>
    </div>
  );
}

/** The type a changed field keeps. */
function typeOf(value: Json | undefined): VariableType {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return 'any';
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
