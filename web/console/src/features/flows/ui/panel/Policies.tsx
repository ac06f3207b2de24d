// How long a step may take, and how often it is tried again.
import { useT } from '../../../../i18n';
import { Checkbox, Field, FieldSet, TextInput } from '../../../../ui';
import { changeNode } from '../../model/edit';
import type { FlowNode, Kind, Retry } from '../../model/document';
import { editorMessages } from '../../messages/editor';
import { useEditor } from '../editor/context';
import { DurationInput } from './DurationInput';
import styles from './Panel.module.css';

const RETRIED = ['timeout', 'unavailable', 'refused', 'invalid'] as const;
const FIRST: Retry = { attempts: 3, first_ms: 1_000, cap_ms: 60_000, on: ['timeout', 'unavailable'] };

export function Policies({ node, kind, readOnly }: { node: FlowNode; kind: Kind; readOnly: boolean }) {
  const t = useT(editorMessages);
  const editor = useEditor();
  const change = (next: Partial<FlowNode>, of: string) => editor.apply(changeNode(editor.document, node.id, (one) => clean({ ...one, ...next })), `${node.id}.${of}`);
  const setRetry = (next: Partial<Retry>) => change({ retry: { ...FIRST, ...node.retry, ...next } }, 'retry');
  const mayTimeOut = kind.needs_timeout || kind.extra_ports.some((port) => port.name === 'timeout');
  if (!mayTimeOut && !kind.needs_error_edge) return null;
  return (
    <>
      {mayTimeOut && (
        <Field label={t(kind.waits ? 'waitAtMost' : 'timeout')}>
          {(control) => <DurationInput control={control} label={t('timeout')} value={node.timeout_ms ?? null} onChange={(ms) => change({ timeout_ms: ms }, 'timeout')} disabled={readOnly} />}
        </Field>
      )}
      {kind.needs_error_edge && !kind.waits && (
        <details className={styles.fold} open={Boolean(node.retry)}>
          <summary>{t('retries')}</summary>
          <div className={styles.foldBody}>
            <Checkbox label={t('retryOn')} disabled={readOnly} checked={Boolean(node.retry)} onChange={(on) => change({ retry: on ? FIRST : null }, 'retry')} />
            {node.retry && (
              <>
                <Field label={t('attempts')}>
                  {(control) => <TextInput {...control} disabled={readOnly} inputMode="numeric" value={String(node.retry?.attempts ?? '')} onChange={(event) => setRetry({ attempts: Math.min(20, Number(event.target.value.replace(/\D/g, ''))) })} />}
                </Field>
                <Field label={t('firstDelay')}>
                  {(control) => <DurationInput control={control} label={t('firstDelay')} value={node.retry?.first_ms ?? 500} onChange={(ms) => setRetry({ first_ms: ms ?? 500 })} disabled={readOnly} />}
                </Field>
                <Field label={t('longestDelay')}>
                  {(control) => <DurationInput control={control} label={t('longestDelay')} value={node.retry?.cap_ms ?? 60_000} onChange={(ms) => setRetry({ cap_ms: ms ?? 60_000 })} disabled={readOnly} />}
                </Field>
                <FieldSet legend={t('retryWhen')}>
                  {RETRIED.map((one) => {
                    const on = node.retry?.on ?? ['timeout', 'unavailable'];
                    return <Checkbox key={one} label={t(`error_${one}`)} disabled={readOnly} checked={on.includes(one)} onChange={(yes) => setRetry({ on: yes ? [...on, one] : on.filter((other) => other !== one) })} />;
                  })}
                </FieldSet>
              </>
            )}
          </div>
        </details>
      )}
    </>
  );
}

function clean(node: FlowNode): FlowNode {
  const next = { ...node };
  if (next.retry == null) delete next.retry;
  if (next.timeout_ms == null) delete next.timeout_ms;
  return next;
}
