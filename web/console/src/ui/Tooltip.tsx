import type { ReactElement } from 'react';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import styles from './Tooltip.module.css';

export interface TooltipProps {
  text: string;
  /** The keys that do the same, shown beside the text. */
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: ReactElement<Record<string, unknown>>;
}

/** Wraps one focusable element. The text must not be the only place of anything a person needs. */
export function Tooltip({ text, keys, side = 'top', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={450} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className={styles.positioner}>
          <Base.Popup className={styles.popup}>
            {text}
            {keys && <kbd className={styles.keys}>{keys}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
