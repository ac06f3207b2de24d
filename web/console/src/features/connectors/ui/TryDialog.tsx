// One call now, as a flow would make it: the input in a form, the answer and what went over the line.
import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { OperationTried, OperationView } from '@qingniao/shared/connectors';
import { useLanguage, useT } from '../../../i18n';
import { Badge, Button, Dialog, ErrorNote } from '../../../ui';
import { tryOperation } from '../api';
import { connectorMessages } from '../messages/connectors';
import type { Json } from '../../flows/model/document';
import { InputForm } from './InputForm';
import { titleOf } from './Operations';
import styles from './Connectors.module.css';

export interface TryDialogProps {
  connector: string;
  operation: OperationView;
  onClose: () => void;
}

export function TryDialog({ connector, operation, onClose }: TryDialogProps) {
  const t = useT(connectorMessages);
  const english = useLanguage() === 'en';
  const [input, setInput] = useState<Record<string, Json>>({});
  const attempt = useMutation({ mutationFn: () => tryOperation(connector, operation.name, input) });
  return (
    <Dialog
      open
      kind="wide"
      onClose={onClose}
      title={t('tryOf', { name: titleOf(operation, english) })}
      description={t(operation.safe ? 'tryText' : 'tryChanges')}
      onSubmit={() => attempt.mutate()}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" icon="send" busy={attempt.isPending}>
            {t('send')}
          </Button>
        </>
      }
    >
      <InputForm schema={operation.input} value={input} onChange={setInput} />
      {attempt.error && <ErrorNote error={attempt.error} />}
      {attempt.data && <Outcome tried={attempt.data} />}
    </Dialog>
  );
}

interface Fault {
  at: string;
  zh: string;
  en: string;
}

/** Which fields of the input do not fit, where that is what went wrong. */
const faultsOf = (detail: unknown): Fault[] => (Array.isArray(detail) ? (detail as Fault[]).filter((one) => typeof one?.at === 'string') : []);

function Outcome({ tried }: { tried: OperationTried }) {
  const t = useT(connectorMessages);
  const english = useLanguage() === 'en';
  const exchange = tried.exchange as { took_ms?: number; status?: number | null; url?: string; picture?: string | null };
  const faults = faultsOf(tried.detail);
  return (
    <div className={styles.result} role="status">
      <span className={styles.line}>
        <Badge tone={tried.ok ? 'success' : 'danger'} icon={tried.ok ? 'check' : 'alert'}>
          {t(tried.ok ? 'worked' : 'failed')}
        </Badge>
        {exchange.status ? <Badge>{String(exchange.status)}</Badge> : null}
        {exchange.took_ms !== undefined && <span className={styles.quiet}>{t('took', { ms: exchange.took_ms })}</span>}
      </span>
      {tried.error && faults.length === 0 && <p className={styles.faults}>{english ? tried.error : (tried.error_zh ?? tried.error)}</p>}
      {faults.length > 0 && (
        <ul className={styles.faults}>
          {faults.map((fault) => (
            <li key={fault.at}>
              <code>{fault.at}</code> {english ? fault.en : fault.zh}
            </li>
          ))}
        </ul>
      )}
      {tried.ok && <pre aria-label={t('answer')} tabIndex={0}>{JSON.stringify(tried.answer, null, 2)}</pre>}
      <details>
        <summary>{t('exchange')}</summary>
        <pre tabIndex={0}>{JSON.stringify(tried.exchange, null, 2)}</pre>
      </details>
    </div>
  );
}
