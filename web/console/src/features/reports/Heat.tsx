import { useFormat, useT } from '../../i18n';
import { reportMessages } from './messages';
import styles from './ReportsPage.module.css';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** Shades, as many as the style sheet has. */
const SHADES = 5;

/** Weekdays down, hours across; the shade is the share of the busiest hour. */
export function Heat({ hours }: { hours: readonly (readonly number[])[] }) {
  const t = useT(reportMessages);
  const { formatNumber } = useFormat();
  const most = Math.max(1, ...hours.flat());
  return (
    <div className={styles.heatWrap} role="region" aria-label={t('heat')} tabIndex={0}>
      <table className={styles.heat}>
        <thead>
          <tr>
            <th />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, at) => (
            <tr key={day}>
              <th scope="row">{t(day)}</th>
              {(hours[at] ?? []).map((count, hour) => (
                <td key={hour} data-shade={Math.ceil((count / most) * SHADES)} title={t('cell', { day: t(day), hour, count: formatNumber(count) })}>
                  <span className="visually-hidden">{formatNumber(count)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
