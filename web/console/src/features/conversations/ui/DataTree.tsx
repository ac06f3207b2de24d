// Any recorded explanation as names and values, nested. Texts stay texts; nothing is interpreted.
import { formatNumber } from '../../../i18n';
import styles from './DataTree.module.css';

const DEPTH_MAX = 6;

export function DataTree({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || value === undefined) return <span className={styles.nothing}>—</span>;
  if (typeof value === 'number') return <span className={styles.number}>{formatNumber(Math.round(value * 10_000) / 10_000)}</span>;
  if (typeof value !== 'object') return <bdi className={styles.text}>{String(value)}</bdi>;
  if (depth >= DEPTH_MAX) return <bdi className={styles.text}>{JSON.stringify(value)}</bdi>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className={styles.nothing}>—</span>;
    return (
      <ol className={styles.list}>
        {value.map((item, index) => (
          <li key={index}>
            <DataTree value={item} depth={depth + 1} />
          </li>
        ))}
      </ol>
    );
  }
  return (
    <dl className={styles.tree}>
      {Object.entries(value).map(([name, item]) => (
        <div key={name} className={styles.row}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>
            <DataTree value={item} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
