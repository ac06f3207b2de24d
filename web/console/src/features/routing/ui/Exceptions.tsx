// Holidays, make-up days and days with hours of their own.
import { useT } from '../../../i18n';
import { Button, Field, FieldSet, IconButton, Select, TextInput, useRemoval } from '../../../ui';
import { DayHours } from '../../inboxes/ui/DayHours';
import { editorMessages } from '../messages/editor';
import { replaced, without, type CalendarException, type ExceptionKind } from '../model/policy';
import { useWeekdays } from './CalendarCard';
import { useFault } from './faults';
import styles from './Editor.module.css';

const KINDS = ['closed', 'as_weekday', 'shifts'] as const;
type Kind = (typeof KINDS)[number];

const kindOf = (kind: ExceptionKind): Kind => (kind === 'closed' ? 'closed' : 'as_weekday' in kind ? 'as_weekday' : 'shifts');
const newKind = (kind: Kind): ExceptionKind => (kind === 'closed' ? 'closed' : kind === 'as_weekday' ? { as_weekday: 0 } : { shifts: [[540, 1080]] });

export interface ExceptionsProps {
  at: string;
  exceptions: readonly CalendarException[];
  onChange(exceptions: CalendarException[]): void;
}

export function Exceptions({ at, exceptions, onChange }: ExceptionsProps) {
  const t = useT(editorMessages);
  const weekdays = useWeekdays();
  const fault = useFault();
  const removal = useRemoval();
  const add = () => {
    const day = new Date().toISOString().slice(0, 10);
    onChange([...exceptions, { from: day, to: day, name: '', kind: 'closed' }]);
  };
  return (
    <FieldSet legend={t('exceptions')}>
      {exceptions.length === 0 && <p className={styles.quiet}>{t('exceptionsNone')}</p>}
      {exceptions.map((one, n) => {
        const { kind } = one;
        const set = (change: Partial<CalendarException>) => onChange(replaced(exceptions, n, { ...one, ...change }));
        const setDay = (change: { from?: string; to?: string }) => {
          if (change.from !== '' && change.to !== '') set(change.from !== undefined && change.from > one.to ? { from: change.from, to: change.from } : change);
        };
        return (
          <div key={n} className={styles.step}>
            <div className={styles.cells}>
              <Field label={t('from')} error={fault(`${at}[${n}]`)}>
                {(control) => <TextInput {...control} type="date" value={one.from} onChange={(event) => setDay({ from: event.target.value })} />}
              </Field>
              <Field label={t('to')}>{(control) => <TextInput {...control} type="date" value={one.to} onChange={(event) => setDay({ to: event.target.value })} />}</Field>
              <Field label={t('exceptionName')}>{(control) => <TextInput {...control} maxLength={40} value={one.name ?? ''} onChange={(event) => set({ name: event.target.value })} />}</Field>
              <Field label={t('kind')}>
                {(control) => <Select<Kind> {...control} value={kindOf(kind)} onChange={(next) => set({ kind: newKind(next) })} options={KINDS.map((value) => ({ value, label: t(`kind_${value}`) }))} />}
              </Field>
              {typeof kind === 'object' && 'as_weekday' in kind && (
                <Field label={t('weekday')}>
                  {(control) => <Select {...control} value={String(kind.as_weekday)} onChange={(next) => set({ kind: { as_weekday: Number(next) } })} options={weekdays.map((label, day) => ({ value: String(day), label }))} />}
                </Field>
              )}
              {typeof kind === 'object' && 'shifts' in kind && (
                <ul className={styles.times}>
                  <DayHours name={t('ownHours')} overnight ranges={kind.shifts} onChange={(shifts) => set({ kind: { shifts } })} />
                </ul>
              )}
            </div>
            <IconButton icon="close" size="sm" label={t('removeException')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(exceptions, n)))} />
          </div>
        );
      })}
      <span>
        <Button size="sm" icon="plus" {...removal.add} onClick={add}>
          {t('addException')}
        </Button>
      </span>
    </FieldSet>
  );
}
