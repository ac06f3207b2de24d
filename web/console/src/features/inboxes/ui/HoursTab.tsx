import type { HourRange } from '@qingniao/shared/api';
import { useSession } from '../../../app/session';
import { useLanguage, useT } from '../../../i18n';
import { Button, Icon, IconButton, Menu, MenuItem, Section, Switch, TextInput } from '../../../ui';
import { inboxMessages } from '../messages';
import { dayProblem, everyDay, fromClock, nextRange, toClock } from '../model/hours';
import type { TabProps } from './InboxDetail';
import styles from './HoursTab.module.css';

/** 1 January 2024 was a Monday. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const WORKDAYS = [0, 1, 2, 3, 4];
const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];

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
              <Day
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

interface DayProps {
  name: string;
  ranges: readonly HourRange[];
  onChange: (ranges: HourRange[]) => void;
  onCopy: (days: readonly number[]) => void;
}

function Day({ name, ranges, onChange, onCopy }: DayProps) {
  const t = useT(inboxMessages);
  const problem = dayProblem(ranges);
  const next = nextRange(ranges);

  function setEnd(index: number, isEnd: boolean, text: string) {
    const minutes = fromClock(text, isEnd);
    if (minutes === null) return;
    onChange(ranges.map((range, at): HourRange => (at !== index ? range : isEnd ? [range[0], minutes] : [minutes, range[1]])));
  }

  return (
    <li className={styles.day}>
      <span className={styles.name}>{name}</span>
      <div className={styles.ranges}>
        {ranges.length === 0 && <span className={styles.closed}>{t('closed')}</span>}
        {ranges.map((range, index) => (
          <div key={index} className={styles.range}>
            <TextInput
              type="time"
              className={styles.time ?? ''}
              aria-label={t('from', { day: name, n: index + 1 })}
              aria-invalid={problem ? true : undefined}
              value={toClock(range[0])}
              onChange={(event) => setEnd(index, false, event.target.value)}
            />
            <span className={styles.until}>{t('until')}</span>
            <TextInput
              type="time"
              className={styles.time ?? ''}
              aria-label={t('to', { day: name, n: index + 1 })}
              aria-invalid={problem ? true : undefined}
              value={toClock(range[1])}
              onChange={(event) => setEnd(index, true, event.target.value)}
            />
            <IconButton icon="close" size="sm" label={t('removeRange')} onClick={() => onChange(ranges.filter((_, at) => at !== index))} />
          </div>
        ))}
        {problem && (
          <p className={styles.problem} role="alert">
            {t(problem === 'order' ? 'orderBad' : 'overlapBad')}
          </p>
        )}
      </div>
      <div className={styles.buttons}>
        <IconButton icon="plus" label={t('addRange')} disabled={!next} onClick={() => next && onChange([...ranges, next])} />
        <Menu trigger={<IconButton icon="copy" label={t('copyToAll')} plain />}>
          <MenuItem onSelect={() => onCopy(WORKDAYS)}>{t('copyToWorkdays')}</MenuItem>
          <MenuItem onSelect={() => onCopy(ALL_DAYS)}>{t('copyToAll')}</MenuItem>
        </Menu>
      </div>
    </li>
  );
}
