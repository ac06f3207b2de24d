// Which operation of which connector knows orders, what it is asked with, and where in its answer things are.
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConnectorView, OperationView } from '@qingniao/shared/connectors';
import type { OrderSource, OrderSourceView } from '@qingniao/shared/orders';
import { api, path } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Button, Dialog, ErrorNote, Field, fieldError, FieldSet, Loading, SaveError, Select, TextArea, TextInput, toast } from '../../ui';
import { orderMessages } from './messages';
import { EMPTY, kindOf, KNOWN, statesOf, statesText, whatOf, type Kind } from './model';
import styles from './Orders.module.css';

interface Known {
  connectors: ConnectorView[];
  view: OrderSourceView;
}

export default function SourceDialog({ onClose }: { onClose: () => void }) {
  const t = useT(orderMessages);
  const known = useQuery({
    queryKey: ['orders', 'source'],
    queryFn: async ({ signal }): Promise<Known> => {
      const [connectors, view] = await Promise.all([
        api.get<{ items: ConnectorView[] }>('/connectors', undefined, signal),
        api.get<OrderSourceView>('/order-source', undefined, signal),
      ]);
      return { connectors: connectors.items, view };
    },
    gcTime: 0,
  });
  if (known.data) return <Form {...known.data} onClose={onClose} />;
  return (
    <Dialog open kind="side" title={t('title')} onClose={onClose}>
      {known.error ? <ErrorNote error={known.error} onRetry={() => void known.refetch()} /> : <Loading />}
    </Dialog>
  );
}

function Form({ connectors, view, onClose }: Known & { onClose: () => void }) {
  const t = useT(orderMessages);
  const client = useQueryClient();
  const [source, setSource] = useState<OrderSource>(view.source ?? EMPTY);
  const [states, setStates] = useState(statesText(source.states));
  const set = (patch: Partial<OrderSource>): void => setSource((old) => ({ ...old, ...patch }));
  const done = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ['orders'] });
    toast.success(t('saved'));
    onClose();
  };
  const save = useMutation({
    mutationFn: () => api.put<OrderSourceView>('/order-source', { source: { ...source, states: statesOf(states) }, version: view.version }),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => api.delete('/order-source'), onSuccess: done });
  const error = save.error ?? remove.error;
  const text = (key: 'number' | 'title' | 'state' | 'total' | 'placed_at', label: string) => (
    <Field label={label} error={fieldError(error, `source.${key}`) ?? fieldError(error, key)}>
      {(control) => <TextInput {...control} value={source[key]} maxLength={200} onChange={(event) => set({ [key]: event.target.value })} />}
    </Field>
  );
  return (
    <Dialog
      open
      kind="side"
      title={t('title')}
      description={t('text')}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      footer={
        <>
          {view.source !== null && (
            <Button variant="ghost" busy={remove.isPending} onClick={() => remove.mutate()}>
              {t('remove')}
            </Button>
          )}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={source.operation === '' || source.number === ''}>
            {t('save')}
          </Button>
        </>
      }
    >
      <SaveError error={error} onReload={onClose} />
      <Field label={t('connector')} error={fieldError(error, 'source.connector')} hint={connectors.length === 0 ? t('noConnector') : undefined}>
        {(control) => (
          <Select
            {...control}
            label={t('connector')}
            value={source.connector}
            onChange={(connector) => set({ connector, operation: '', input: {} })}
            options={[{ value: '', label: t('choose') }, ...connectors.map((one) => ({ value: one.name, label: one.title || one.name }))]}
          />
        )}
      </Field>
      {source.connector !== '' && <Asked source={source} set={set} error={error} />}
      <Field label={t('list')} hint={t('listHint')} error={fieldError(error, 'list')}>
        {(control) => <TextInput {...control} value={source.list} maxLength={200} onChange={(event) => set({ list: event.target.value })} />}
      </Field>
      <FieldSet legend={t('fields')}>
        <div className={styles.pairs}>
          {text('number', t('number'))}
          {text('title', t('orderTitle'))}
          {text('state', t('state'))}
          {text('total', t('total'))}
          {text('placed_at', t('placedAt'))}
        </div>
      </FieldSet>
      <Field label={t('link')} hint={t('linkHint', { number: '{number}' })} error={fieldError(error, 'link')}>
        {(control) => <TextInput {...control} value={source.link} maxLength={500} onChange={(event) => set({ link: event.target.value })} />}
      </Field>
      <Field label={t('states')} hint={t('statesHint')}>
        {(control) => <TextArea {...control} rows={3} value={states} onChange={(event) => setStates(event.target.value)} />}
      </Field>
    </Dialog>
  );
}

const KINDS: readonly Kind[] = [...KNOWN, 'attribute', 'fixed'];

/** The operation, and what of the customer goes into each of its inputs. */
function Asked({ source, set, error }: { source: OrderSource; set: (patch: Partial<OrderSource>) => void; error: unknown }) {
  const t = useT(orderMessages);
  const english = useLanguage() === 'en';
  const operations = useQuery({
    queryKey: ['orders', 'operations', source.connector],
    queryFn: ({ signal }) => api.get<{ items: OperationView[] }>(path('/connectors/{}/operations', source.connector), undefined, signal),
  });
  const safe = (operations.data?.items ?? []).filter((one) => one.retry === 'safe');
  const chosen = safe.find((one) => one.name === source.operation);
  const inputs = Object.keys((chosen?.input.properties as Record<string, unknown> | undefined) ?? {});
  const choose = (name: string): void => {
    const needed = (safe.find((one) => one.name === name)?.input.required as string[] | undefined) ?? [];
    set({ operation: name, input: Object.fromEntries(needed.map((input) => [input, 'contact_id'])) });
  };
  const change = (name: string, what: string | null): void => {
    const { [name]: _, ...rest } = source.input;
    set({ input: what === null ? rest : { ...rest, [name]: what } });
  };
  return (
    <>
      {operations.error && <ErrorNote error={operations.error} onRetry={() => void operations.refetch()} />}
      <Field label={t('operation')} error={fieldError(error, 'source.operation')}>
        {(control) => (
          <Select
            {...control}
            label={t('operation')}
            value={source.operation}
            onChange={choose}
            options={[{ value: '', label: t('choose') }, ...safe.map((one) => ({ value: one.name, label: (english ? one.title.en : one.title.zh) || one.name }))]}
          />
        )}
      </Field>
      {inputs.map((name) => {
        const what = source.input[name];
        const { kind, word } = kindOf(what ?? 'contact_id');
        const label = t('input', { name });
        return (
          <div key={name} className={styles.pairs}>
            <Field label={label} error={fieldError(error, `input.${name}`)}>
              {(control) => (
                <Select
                  {...control}
                  label={label}
                  value={what === undefined ? '' : kind}
                  onChange={(next) => change(name, next === '' ? null : whatOf(next as Kind, ''))}
                  options={[{ value: '', label: '–' }, ...KINDS.map((value) => ({ value: value as string, label: t(value) }))]}
                />
              )}
            </Field>
            {what !== undefined && (kind === 'attribute' || kind === 'fixed') && (
              <Field label={t(kind === 'attribute' ? 'attributeName' : 'fixedText')}>
                {(control) => <TextInput {...control} value={word} maxLength={120} onChange={(event) => change(name, whatOf(kind, event.target.value))} />}
              </Field>
            )}
          </div>
        );
      })}
    </>
  );
}
