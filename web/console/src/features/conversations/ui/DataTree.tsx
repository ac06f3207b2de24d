// A recorded explanation as names and values, nested. Known names and codes are put into words; texts stay texts and
// nothing is interpreted.
import { formatNumber, useT } from '../../../i18n';
import { CODED, isTraceWord, traceMessages } from '../trace-messages';
import styles from './DataTree.module.css';

const DEPTH_MAX = 6;

export function DataTree({ value, name = '', depth = 0 }: { value: unknown; name?: string; depth?: number }) {
  const t = useT(traceMessages);
  const word = (text: string): string => (isTraceWord(text) ? t(text) : text.replaceAll('_', ' '));
  if (value === null || value === undefined) return <span className={styles.nothing}>—</span>;
  if (typeof value === 'number') return <span className={styles.number}>{formatNumber(Math.round(value * 10_000) / 10_000)}</span>;
  if (typeof value !== 'object') return <bdi className={styles.text}>{CODED.has(name) ? word(String(value)) : String(value)}</bdi>;
  if (depth >= DEPTH_MAX) return <bdi className={styles.text}>{JSON.stringify(value)}</bdi>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className={styles.nothing}>—</span>;
    return (
      <ol className={styles.list}>
        {value.map((item, index) => (
          <li key={index}>
            <DataTree value={item} name={name} depth={depth + 1} />
          </li>
        ))}
      </ol>
    );
  }
  return (
    <dl className={styles.tree}>
      {Object.entries(value).map(([key, item]) => (
        <div key={key} className={styles.row}>
          <dt>{word(key)}</dt>
          <dd>
            <DataTree value={item} name={key} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
