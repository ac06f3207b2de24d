import type { HourRange } from '@qingniao/shared/api';
import { useT } from '../../../i18n';
import { IconButton, Menu, MenuItem, TextInput } from '../../../ui';
import { inboxMessages } from '../messages';
import { ALL_DAYS, DAY_MINUTES, dayProblem, fromClock, nextRange, toClock, WORKDAYS } from '../model/hours';
import styles from './HoursTab.module.css';

export interface DayHoursProps {
  name: string;
  /** An end before its beginning is the next morning. */
  overnight?: boolean;
  ranges: readonly HourRange[];
  onChange: (ranges: HourRange[]) => void;
  /** To the same hours on other days; left out, there is nothing to copy to. */
  onCopy?: (days: readonly number[]) => void;
}

/** The shifts of one day. */
export function DayHours({ name, ranges, overnight = false, onChange, onCopy }: DayHoursProps) {
  const t = useT(inboxMessages);
  const problem = dayProblem(ranges);
  const next = nextRange(ranges);

  function setEnd(index: number, isEnd: boolean, text: string) {
    const minutes = fromClock(text, isEnd);
    if (minutes === null) return;
    const ending = (from: number) => (overnight && minutes <= from ? minutes + DAY_MINUTES : minutes);
    onChange(ranges.map((range, at): HourRange => (at !== index ? range : isEnd ? [range[0], ending(range[0])] : [minutes, range[1]])));
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
        {onCopy && (
          <Menu trigger={<IconButton icon="copy" label={t('copyToAll')} plain />}>
            <MenuItem onSelect={() => onCopy(WORKDAYS)}>{t('copyToWorkdays')}</MenuItem>
            <MenuItem onSelect={() => onCopy(ALL_DAYS)}>{t('copyToAll')}</MenuItem>
          </Menu>
        )}
      </div>
    </li>
  );
}
