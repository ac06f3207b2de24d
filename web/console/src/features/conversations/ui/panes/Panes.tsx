// List, thread and context side by side; widths by drag or arrow keys, remembered. Below 1024 px the context is a
// drawer over the thread; below 720 px one pane at a time.
import { useCallback, useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useT } from '../../../../i18n';
import { cx } from '../../../../ui';
import { messages } from '../../messages';
import { PANES, readWidths, saveWidths, type PaneName, type Widths } from './widths';
import styles from './Panes.module.css';

export interface PanesProps {
  list: ReactNode;
  thread: ReactNode;
  context: ReactNode | null;
  contextOpen: boolean;
  onCloseContext(): void;
  /** Which pane a narrow screen shows. */
  narrow: 'list' | 'thread';
}

export function Panes({ list, thread, context, contextOpen, onCloseContext, narrow }: PanesProps) {
  const t = useT(messages);
  const [widths, setWidths] = useState<Widths>(readWidths);
  const resize = useCallback((name: PaneName, width: number) => {
    setWidths((old) => {
      const limits = PANES[name];
      const next = { ...old, [name]: Math.round(Math.min(limits.max, Math.max(limits.min, width))) };
      saveWidths(next);
      return next;
    });
  }, []);
  const showsContext = contextOpen && context !== null;
  const geometry = { '--list-width': `${widths.list}px`, '--context-width': `${widths.context}px` } as CSSProperties;

  return (
    <div className={cx(styles.panes, narrow === 'thread' ? styles.narrowThread : styles.narrowList)} style={geometry}>
      <section className={styles.list} aria-label={t('listPane')}>
        {list}
      </section>
      <Handle name="list" label={t('resizeList')} width={widths.list} onResize={resize} side="start" />
      <section className={styles.thread} aria-label={t('threadPane')}>
        {thread}
      </section>
      {showsContext && (
        <>
          <Handle name="context" label={t('resizeContext')} width={widths.context} onResize={resize} side="end" />
          <div className={styles.scrim} onClick={onCloseContext} />
          <ContextPane label={t('contextPane')} onClose={onCloseContext}>
            {context}
          </ContextPane>
        </>
      )}
    </div>
  );
}

function ContextPane({ label, onClose, children }: { label: string; onClose(): void; children: ReactNode }) {
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    // As a drawer it takes the focus; as a pane it leaves it where it is.
    if (window.matchMedia('(max-width: 1023px)').matches) pane.current?.focus();
  }, []);
  return (
    <aside
      ref={pane}
      className={styles.context}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && window.matchMedia('(max-width: 1023px)').matches) onClose();
      }}
    >
      {children}
    </aside>
  );
}

interface HandleProps {
  name: PaneName;
  label: string;
  width: number;
  /** Which edge of the screen its pane is at. */
  side: 'start' | 'end';
  onResize(name: PaneName, width: number): void;
}

const STEP = 16;

function Handle({ name, label, width, side, onResize }: HandleProps) {
  const grip = useRef<{ x: number; width: number } | null>(null);
  const direction = side === 'start' ? 1 : -1;
  const onPointerMove = (event: PointerEvent): void => {
    const from = grip.current;
    if (from !== null) onResize(name, from.width + (event.clientX - from.x) * direction);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onResize(name, width + step * direction);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={PANES[name].min}
      aria-valuemax={PANES[name].max}
      tabIndex={0}
      className={cx(styles.handle, side === 'end' && styles.handleEnd)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { x: event.clientX, width };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => (grip.current = null)}
      onDoubleClick={() => onResize(name, PANES[name].start)}
      onKeyDown={onKeyDown}
    />
  );
}
