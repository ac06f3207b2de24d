import { useState } from 'react';
import { useSession } from '../../../app/session';
import { useT } from '../../../i18n';
import { Button, EmptyState, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { freshKey, type Calendar, type Shift } from '../model/policy';
import { CalendarCard } from './CalendarCard';
import type { TabProps } from './PolicyEditor';
import styles from './Editor.module.css';

const OFFICE: Shift = [540, 1080];

export function CalendarsTab({ policy, onChange }: TabProps) {
  const t = useT(editorMessages);
  const { tenant } = useSession();
  const [open, setOpen] = useState<string | null>(null);
  const calendars = Object.entries(policy.calendars);
  const removal = useRemoval();
  const set = (key: string, calendar: Calendar) => onChange({ ...policy, calendars: { ...policy.calendars, [key]: calendar } });
  const remove = (key: string) => {
    const { [key]: _gone, ...rest } = policy.calendars;
    onChange({ ...policy, calendars: rest });
  };
  const add = () => {
    const key = freshKey(Object.keys(policy.calendars), 'calendar');
    set(key, { name: t('newCalendar'), time_zone: tenant.time_zone, days: Array.from({ length: 7 }, (_, day) => (day < 5 ? [OFFICE] : [])), exceptions: [] });
    setOpen(key);
  };
  const button = (
    <Button icon="plus" {...removal.add} onClick={add}>
      {t('addCalendar')}
    </Button>
  );
  if (calendars.length === 0) return <EmptyState icon="clock" title={t('calendarsNone')} text={t('calendarsText')} action={button} />;
  return (
    <div className={styles.tab}>
      <p className={styles.quiet}>{t('calendarsText')}</p>
      <ul className={styles.cards}>
        {calendars.map(([key, calendar], n) => (
          <CalendarCard
            key={key}
            id={key}
            calendar={calendar}
            used={JSON.stringify([policy.rules, policy.sla]).includes(`"${key}"`) || JSON.stringify(policy.rules).includes(`"open.${key}"`)}
            open={open === key}
            onOpen={(next) => setOpen(next ? key : null)}
            onChange={(next) => set(key, next)}
            removal={removal.button}
            onRemove={() => removal.remove(n, () => remove(key))}
          />
        ))}
      </ul>
      <span>{button}</span>
    </div>
  );
}
