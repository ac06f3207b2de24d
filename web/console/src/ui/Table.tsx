import type { ReactNode } from 'react';
import { cx } from './cx';
import styles from './Table.module.css';

export interface Column<T> {
  key: string;
  title: string;
  /** The title is for screen readers only, e.g. of the column of buttons. */
  titleHidden?: boolean;
  align?: 'start' | 'end';
  /** Left out on narrow screens. */
  wideOnly?: boolean;
  /** Takes what the others leave; only such columns, and those with `wrap`, break their lines. */
  grow?: boolean;
  wrap?: boolean;
  render: (row: T) => ReactNode;
}

export interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** The whole row can be pressed by mouse; a link or button inside must do the same for the keyboard. */
  onRowClick?: (row: T) => void;
  dimmed?: (row: T) => boolean;
}

export function Table<T>({ label, columns, rows, rowKey, onRowClick, dimmed }: TableProps<T>) {
  return (
    <div className={styles.wrap} role="region" aria-label={label} tabIndex={-1}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cellClass(column)}>
                {column.titleHidden ? <span className="visually-hidden">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={cx(onRowClick && styles.clickable, dimmed?.(row) && styles.dimmed)}
              onClick={
                onRowClick &&
                ((event) => {
                  const inner = (event.target as HTMLElement).closest('button, a, input, label, [role="menuitem"]');
                  if (!inner && !window.getSelection()?.toString()) onRowClick(row);
                })
              }
            >
              {columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<T>(column: Column<T>): string {
  return cx(column.align === 'end' && styles.end, column.wideOnly && styles.wideOnly, column.grow ? styles.grow : !column.wrap && styles.fit);
}
