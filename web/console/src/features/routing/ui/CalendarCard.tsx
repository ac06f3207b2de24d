// Weekly hours with their shifts, and the days that are not as their weekday says.
import { useState } from 'react';
import type { HourRange } from '@qingniao/shared/api';
import { useLanguage, useT } from '../../../i18n';
import { ConfirmDialog, Field, FieldSet, IconButton, TextInput, type Removal } from '../../../ui';
import { DayHours } from '../../inboxes/ui/DayHours';
import { toClock } from '../../inboxes/model/hours';
import { editorMessages } from '../messages/editor';
import type { Calendar, Shift } from '../model/policy';
import { CardHead } from './CardHead';
import { Exceptions } from './Exceptions';
import { useFault, useFaultCount } from './faults';
import styles from './Editor.module.css';

/** 1 January 2024 was a Monday. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function useWeekdays(style: 'long' | 'short' = 'long'): string[] {
  const format = new Intl.DateTimeFormat(useLanguage(), { weekday: style, timeZone: 'UTC' });
  return Array.from({ length: 7 }, (_, day) => format.format(A_MONDAY + day * DAY_MS));
}

export interface CalendarCardProps {
  id: string;
  calendar: Calendar;
  used: boolean;
  open: boolean;
  onOpen(open: boolean): void;
  onChange(calendar: Calendar): void;
  removal: Removal['button'];
  onRemove(): void;
}

export function CalendarCard({ id, calendar, used, open, onOpen, onChange, removal, onRemove }: CalendarCardProps) {
  const t = useT(editorMessages);
  const weekdays = useWeekdays();
  const short = useWeekdays('short');
  const fault = useFault();
  const at = `calendars.${id}`;
  const faults = useFaultCount()(at);
  const [asking, setAsking] = useState(false);
  const set = (change: Partial<Calendar>) => onChange({ ...calendar, ...change });
  const setDays = (change: (shifts: Shift[], day: number) => Shift[]) => set({ days: weekdays.map((_, day) => change(calendar.days[day] ?? [], day)) });
  const zones = `${at}-zones`;
  return (
    <li className={styles.card} aria-label={t('calendarLabel', { name: calendar.name || id })}>
      <CardHead title={calendar.name || id} faults={faults} open={open} onOpen={onOpen} summary={`${week(calendar.days, short)} · ${calendar.time_zone}`}>
        <IconButton icon="trash" size="sm" label={t('remove')} {...removal} onClick={() => (used ? setAsking(true) : onRemove())} />
      </CardHead>
      {open && (
        <div className={styles.body}>
          <div className={styles.cells}>
            <Field label={t('name')}>{(control) => <TextInput {...control} maxLength={80} value={calendar.name} onChange={(event) => set({ name: event.target.value })} />}</Field>
            <Field label={t('timeZone')} error={fault(`${at}.time_zone`)}>
              {(control) => <TextInput {...control} list={zones} value={calendar.time_zone} onChange={(event) => set({ time_zone: event.target.value.trim() })} />}
            </Field>
            <datalist id={zones}>
              {Intl.supportedValuesOf('timeZone').map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </div>
          <FieldSet legend={t('weekly')}>
            <ul className={styles.times}>
              {weekdays.map((name, day) => {
                const shifts = calendar.days[day] ?? [];
                return (
                  <DayHours
                    key={day}
                    name={name}
                    overnight
                    ranges={shifts}
                    onChange={(next: HourRange[]) => setDays((old, n) => (n === day ? next : old))}
                    onCopy={(days) => setDays((old, n) => (days.includes(n) ? shifts.map(([from, to]): Shift => [from, to]) : old))}
                  />
                );
              })}
            </ul>
            {weekdays.map((_, day) => fault(`${at}.days[${day}]`)).filter(Boolean).map((message, n) => (
              <p key={n} className={styles.wrong}>
                {message}
              </p>
            ))}
          </FieldSet>
          <Exceptions at={`${at}.exceptions`} exceptions={calendar.exceptions ?? []} onChange={(exceptions) => set({ exceptions })} />
        </div>
      )}
      <ConfirmDialog open={asking} onClose={() => setAsking(false)} title={t('calendarLabel', { name: calendar.name || id })} text={t('inUse')} action={t('remove')} onConfirm={onRemove} />
    </li>
  );
}

/** `周一–周五 09:00–18:00`: days in a row with the same hours together, closed ones left out. */
function week(days: readonly Shift[][], names: readonly string[]): string {
  const hours = names.map((_, day) => (days[day] ?? []).map(([from, to]) => `${toClock(from)}–${toClock(to)}`).join(' '));
  const spans: string[] = [];
  for (let from = 0; from < 7; ) {
    let to = from;
    while (to < 6 && hours[to + 1] === hours[from]) to += 1;
    if (hours[from] !== '') spans.push(`${from === to ? names[from] : `${names[from]}–${names[to]}`} ${hours[from]}`);
    from = to + 1;
  }
  return spans.join(', ');
}
