// The draft: edited, checked, tried on yesterday's conversations, published.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError } from '../../../api';
import { useT } from '../../../i18n';
import { Button, ConfirmDialog, Field, SaveError, Section, TextInput, toast } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { routingMessages } from '../messages/page';
import { faultsOf, gaps, type Fault } from '../model/faults';
import type { Policy } from '../model/policy';
import { tidyPolicy } from '../model/read';
import { ROUTING_KEY, type PolicyView, type RoutingView, type Simulation } from '../model/views';
import { PolicyEditor } from './PolicyEditor';
import { Simulated } from './Simulated';
import { Versions } from './Versions';
import styles from '../RoutingPage.module.css';

const NOTE_MAX = 500;

interface Base {
  revision: number;
  policy: Policy;
}

const baseOf = ({ draft, live }: RoutingView): Base => ({ revision: draft?.revision ?? 0, policy: tidyPolicy((draft ?? live).policy) });
const same = (a: Policy, b: Policy): boolean => JSON.stringify(a) === JSON.stringify(b);

export function Draft({ view }: { view: RoutingView }) {
  const t = useT(routingMessages);
  const words = useT(editorMessages);
  const client = useQueryClient();
  const [base, setBase] = useState(() => baseOf(view));
  const [policy, setPolicy] = useState(base.policy);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [stale, setStale] = useState<unknown>(null);
  const [broken, setBroken] = useState<string | null>(null);
  const [busy, setBusy] = useState<'save' | 'simulate' | null>(null);
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [looking, setLooking] = useState(false);
  const [played, setPlayed] = useState<Simulation | null>(null);
  const isNew = view.draft === null;
  const changed = isNew || broken !== null || !same(policy, base.policy);

  function take(next: Base) {
    setBase(next);
    setPolicy(next.policy);
    setFaults([]);
    setStale(null);
  }
  function edit(next: Policy) {
    // Places behind one that went or came are others now.
    if (next.rules.length !== policy.rules.length || next.tickets.length !== policy.tickets.length) setFaults([]);
    setPolicy(next);
  }
  async function run(what: 'save' | 'simulate', work: () => Promise<void>): Promise<void> {
    const missing = broken === null ? gaps(policy, words('pickValue')) : [{ at: '', message: broken }];
    setFaults(missing);
    setStale(null);
    if (missing.length > 0) return;
    setBusy(what);
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError && error.isStale) setStale(error);
      else setFaults(faultsOf(error));
    } finally {
      setBusy(null);
    }
  }
  const save = () =>
    run('save', async () => {
      const kept = await api.put<PolicyView>('/routing/draft', { policy, revision: base.revision });
      take({ revision: kept.revision, policy: tidyPolicy(kept.policy) });
      await client.invalidateQueries({ queryKey: ROUTING_KEY });
      toast.success(t('saved'));
    });
  const simulate = () => run('simulate', async () => setPlayed(await api.post<Simulation>('/routing/simulate', { policy })));
  async function newest(): Promise<Base> {
    const read = await api.get<RoutingView>('/routing');
    client.setQueryData(ROUTING_KEY, read);
    return baseOf(read);
  }

  return (
    <Section
      title={t('draft')}
      description={t('draftText')}
      actions={
        <>
          <Button onClick={() => edit(tidyPolicy(view.template))}>{t('template')}</Button>
          {view.draft && <Button onClick={() => edit(tidyPolicy(view.live.policy))}>{t('fromLive')}</Button>}
          {view.live.version > 0 && (
            <Button icon="history" onClick={() => setLooking(true)}>
              {t('versions')}
            </Button>
          )}
        </>
      }
    >
      <SaveError error={stale} onReload={() => void newest().then(take)} onKeep={() => void newest().then((next) => (setBase(next), setStale(null)))} />
      <PolicyEditor policy={policy} faults={faults} onChange={edit} onBroken={setBroken} />
      <div className={styles.actions}>
        <Button variant="primary" busy={busy === 'save'} onClick={() => void save()} disabled={!changed}>
          {t('save')}
        </Button>
        <Button busy={busy === 'simulate'} onClick={() => void simulate()}>
          {t('simulate')}
        </Button>
        <Button onClick={() => setAsking(true)} disabled={changed}>
          {t('publish')}
        </Button>
        <span className={styles.state} role="status">
          {faults.length > 0 ? words('faultsTitle', { n: faults.length }) : changed ? t('saveFirst') : ''}
        </span>
      </div>
      {played && <Simulated played={played} />}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('publishTitle')}
        text={
          <>
            <p>{t('publishText')}</p>
            <Field label={t('note')}>{(control) => <TextInput {...control} maxLength={NOTE_MAX} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
          </>
        }
        action={t('publish')}
        onConfirm={async () => {
          const live = await api.post<PolicyView>('/routing/draft/publish', { revision: base.revision, note: note.trim() });
          setNote('');
          await client.invalidateQueries({ queryKey: ROUTING_KEY });
          toast.success(t('published', { n: live.version }));
        }}
      />
      {looking && (
        <Versions
          onClose={() => setLooking(false)}
          onTake={(version) => {
            edit(tidyPolicy(version.policy));
            setLooking(false);
            toast.success(t('taken', { n: version.version }));
          }}
        />
      )}
    </Section>
  );
}
