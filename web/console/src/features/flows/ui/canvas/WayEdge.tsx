import { memo, useContext } from 'react';
import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, type EdgeProps } from '@xyflow/react';
import { useT } from '../../../../i18n';
import { Icon, cx } from '../../../../ui';
import { canvasMessages } from '../../messages/canvas';
import { CanvasActions } from './actions';
import type { Way } from './model';
import styles from './WayEdge.module.css';

/** A way from a port to a step, with a button in the middle to put another step in. */
export const WayEdge = memo(function WayEdge({ id, source, data, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: EdgeProps<Way>) {
  const t = useT(canvasMessages);
  const actions = useContext(CanvasActions);
  const port = data?.port ?? 'next';
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, borderRadius: 12 });
  const look = cx(styles.way, port === 'error' && styles.error, port === 'undo' && styles.undo, data?.passed && styles.passed, selected && styles.selected);
  return (
    <>
      <BaseEdge id={id} path={path} className={look} markerEnd={port === 'error' ? 'url(#way-error)' : 'url(#way)'} />
      {actions?.onAddAfter && (
        <EdgeLabelRenderer>
          <span className={cx('nodrag nopan', styles.tools, selected && styles.shown)} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} data-way={id}>
            <button type="button" className={styles.tool} aria-label={t('insert', { port: data?.portName ?? port })} onClick={() => actions.onAddAfter?.(source, port)}>
              <Icon name="plus" size={13} />
            </button>
            {selected && (
              <button type="button" className={styles.tool} aria-label={t('removeWay')} onClick={() => actions.onRemoveWay?.(source, port)}>
                <Icon name="close" size={13} />
              </button>
            )}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** Arrow heads in the colours of the theme; once per canvas. */
export function Arrows() {
  return (
    <svg className={styles.arrows} aria-hidden="true">
      <defs>
        <marker id="way" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="14" markerHeight="14" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M1 1l8 4-8 4z" className={styles.arrow} />
        </marker>
        <marker id="way-error" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="14" markerHeight="14" markerUnits="userSpaceOnUse" orient="auto">
          <path d="M1 1l8 4-8 4z" className={styles.arrowError} />
        </marker>
      </defs>
    </svg>
  );
}
