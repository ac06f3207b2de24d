import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { Icon, Spinner } from '../../../../ui';
import { onUnfold } from './unfold';
import styles from './Context.module.css';

const STORAGE_KEY = 'qn.context.folds';

function read(): Record<string, boolean> {
  try {
    return (JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') ?? {}) as Record<string, boolean>;
  } catch {
    return {};
  }
}

export interface FoldProps {
  id: string;
  title: string;
  startsFolded?: boolean;
  /** Rendered only while open, so that a folded section fetches nothing; may be a chunk of its own. */
  children: ReactNode;
}

export function Fold({ id, title, startsFolded = false, children }: FoldProps) {
  const [folded, setFolded] = useState(() => read()[id] ?? startsFolded);
  const head = useRef<HTMLButtonElement>(null);
  useEffect(
    () =>
      onUnfold(id, () => {
        setFolded(false);
        head.current?.focus();
        head.current?.scrollIntoView({ block: 'start' });
      }),
    [id],
  );
  const toggle = (): void => {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...read(), [id]: !folded }));
    } catch {
      // Not remembered, nothing more.
    }
    setFolded(!folded);
  };
  return (
    <section className={styles.fold}>
      <h3>
        <button ref={head} type="button" className={styles.foldHead} aria-expanded={!folded} onClick={toggle}>
          <span>{title}</span>
          <Icon name={folded ? 'chevronRight' : 'chevronDown'} size={15} />
        </button>
      </h3>
      {!folded && (
        <div className={styles.foldBody}>
          <Suspense fallback={<Spinner />}>{children}</Suspense>
        </div>
      )}
    </section>
  );
}
