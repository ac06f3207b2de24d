// What a robot can do on its pages: a list of routines, one of them open to be written and tried.
import { useState } from 'react';
import type { ConnectorDetail } from '@qingniao/shared/connectors';
import { useLeaveGuard, useSearchParam } from '../../../../app/router';
import { useLanguage, useT } from '../../../../i18n';
import { Button, ConfirmDialog, SaveBar, SaveError, Select, toast, uiMessages } from '../../../../ui';
import { useChangeConnector } from '../../api';
import { robotMessages } from '../../messages/robot';
import { freshName, missing, newRoutine, type Routine } from '../../model/routine';
import { RoutineEditor } from './RoutineEditor';
import styles from './Robot.module.css';

const routinesOf = (connector: ConnectorDetail): Routine[] => (connector.routines ?? []) as unknown as Routine[];

export function Routines({ connector }: { connector: ConnectorDetail }) {
  const t = useT(robotMessages);
  const ui = useT(uiMessages);
  const english = useLanguage() === 'en';
  const [routines, setRoutines] = useState(() => routinesOf(connector));
  const [base, setBase] = useState(connector);
  const [chosen, setChosen] = useSearchParam('routine');
  const [tried, setTried] = useState(false);
  const [removing, setRemoving] = useState(false);
  const change = useChangeConnector(base);
  const dirty = JSON.stringify(routines) !== JSON.stringify(routinesOf(base));
  useLeaveGuard(dirty, ui('unsavedQuestion'));
  const at = Math.max(0, routines.findIndex((one) => one.name === chosen));
  const routine = routines[at];
  if (!routine) return null;
  const nameOf = (one: Routine) => (english ? one.title.en || one.title.zh : one.title.zh || one.title.en) || one.name;
  const names = new Set(routines.map((one) => one.name));
  const isSound = names.size === routines.length && routines.every((one) => /^[A-Za-z0-9_-]{1,60}$/.test(one.name) && one.steps.every((step) => missing(step).length === 0));

  function put(next: Routine) {
    if (next.name !== routine?.name) setChosen(next.name);
    setRoutines(routines.map((one, index) => (index === at ? next : one)));
  }
  function save() {
    setTried(true);
    if (!isSound) return;
    change.mutate(
      { robot: { hosts: base.hosts, operations: routines } },
      {
        onSuccess: (saved) => {
          setBase(saved);
          setRoutines(routinesOf(saved));
          setTried(false);
          toast.success(t('saved'));
        },
      },
    );
  }
  return (
    <div className={styles.all}>
      <SaveError error={change.error} onReload={() => window.location.reload()} />
      <div className={styles.bar}>
        <span className={styles.chooser}>
          <Select label={t('routines')} value={routine.name} onChange={setChosen} options={routines.map((one) => ({ value: one.name, label: nameOf(one), hint: one.name }))} />
        </span>
        <Button
          icon="plus"
          onClick={() => {
            const made = newRoutine(freshName(routines));
            setRoutines([...routines, made]);
            setChosen(made.name);
          }}
        >
          {t('newRoutine')}
        </Button>
        <Button variant="dangerGhost" icon="trash" disabled={routines.length === 1} title={routines.length === 1 ? t('lastRoutine') : undefined} onClick={() => setRemoving(true)}>
          {t('removeRoutine')}
        </Button>
      </div>
      <RoutineEditor key={at} connector={base} routine={routine} tried={tried} isTaken={(name) => routines.some((one, index) => index !== at && one.name === name)} onChange={put} />
      <SaveBar dirty={dirty} busy={change.isPending} onSave={save} onDiscard={() => setRoutines(routinesOf(base))} />
      <ConfirmDialog
        open={removing}
        onClose={() => setRemoving(false)}
        title={t('removeTitle', { name: nameOf(routine) })}
        text={t('removeText')}
        action={t('remove')}
        onConfirm={() => {
          setRoutines(routines.filter((_, index) => index !== at));
          setChosen('');
        }}
      />
    </div>
  );
}
