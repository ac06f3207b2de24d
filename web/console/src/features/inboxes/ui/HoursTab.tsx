import type { HourRange } from '@qingniao/shared/api';
import { useSession } from '../../../app/session';
import { useLanguage, useT } from '../../../i18n';
import { Button, Icon, Section, Switch } from '../../../ui';
import { inboxMessages } from '../messages';
import { ALL_DAYS, everyDay, WORKDAYS } from '../model/hours';
import { DayHours } from './DayHours';
import type { TabProps } from './InboxDetail';
import styles from './HoursTab.module.css';

/** 1 January 2024 was a Monday. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function HoursTab({ draft, set }: TabProps) {
  const t = useT(inboxMessages);
  const language = useLanguage();
  const { tenant } = useSession();
  const names = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  const { hours } = draft;

  function setDay(day: number, ranges: HourRange[]) {
    set({ hours: { ...hours, days: hours.days.map((one, index) => (index === day ? { ranges } : one)) } });
  }

  function copy(from: number, to: readonly number[]) {
    const ranges = hours.days[from]?.ranges ?? [];
    set({ hours: { ...hours, days: hours.days.map((one, index) => (to.includes(index) ? { ranges: ranges.map(([a, b]): HourRange => [a, b]) } : one)) } });
  }

  return (
    <Section title={t('hours')} description={t('hoursText')}>
      <Switch label={t('alwaysOpen')} checked={hours.always_open} onChange={(always_open) => set({ hours: { ...hours, always_open } })} />
      {!hours.always_open && (
        <>
          <div className={styles.presets} role="group" aria-label={t('presets')}>
            <Button size="sm" onClick={() => set({ hours: { always_open: false, days: everyDay([[540, 1080]], WORKDAYS) } })}>
              {t('workdays')}
            </Button>
            <Button size="sm" onClick={() => set({ hours: { always_open: false, days: everyDay([[540, 1260]], ALL_DAYS) } })}>
              {t('everyDay')}
            </Button>
            <span className={styles.zone}>
              <Icon name="globe" size={14} />
              {t('timeZone', { zone: tenant.time_zone })}
            </span>
          </div>
          <ul className={styles.days}>
            {hours.days.map((day, index) => (
              <DayHours
                key={index}
                name={names.format(A_MONDAY + index * DAY_MS)}
                ranges={day.ranges}
                onChange={(ranges) => setDay(index, ranges)}
                onCopy={(to) => copy(index, to)}
              />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
