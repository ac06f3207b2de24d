import type { ReactNode } from 'react';
import { Tabs as Base } from '@base-ui/react/tabs';
import styles from './Tabs.module.css';

export interface TabsProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  label: string;
  tabs: readonly { value: V; label: ReactNode; disabled?: boolean }[];
  /** At the right end of the tab row. */
  aside?: ReactNode;
  /** The panel of the chosen tab. */
  children: ReactNode;
}

export function Tabs<V extends string>({ value, onChange, label, tabs, aside, children }: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(next: unknown) => onChange(next as V)} className={styles.root}>
      <div className={styles.bar}>
        <Base.List className={styles.list} aria-label={label}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} disabled={tab.disabled ?? false} className={styles.tab}>
              {tab.label}
            </Base.Tab>
          ))}
        </Base.List>
        {aside}
      </div>
      <Base.Panel value={value} className={styles.panel} tabIndex={-1}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}

export interface SegmentedProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  label: string;
  options: readonly { value: V; label: string }[];
}

/** A small choice between views, as a group of pressed buttons. */
export function Segmented<V extends string>({ value, onChange, label, options }: SegmentedProps<V>) {
  return (
    <div role="group" aria-label={label} className={styles.segmented}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          className={styles.segment}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
