import { memo, useContext } from 'react';
import { Handle, Position, type NodeProps } from '@xyflow/react';
import { useT } from '../../../../i18n';
import { Icon, cx } from '../../../../ui';
import { hasPortLines } from '../../model/layout';
import { canvasMessages } from '../../messages/canvas';
import { CanvasActions } from './actions';
import { iconOf } from './icons';
import type { Box } from './model';
import styles from './BoxNode.module.css';

const MARK_ICONS = { done: 'check', failed: 'alert', open: 'clock', undone: 'undo', now: 'play', added: 'plus', changed: 'edit', removed: 'trash' } as const;

/** One step of a flow: what it is, what it says, and its ways out. */
export const BoxNode = memo(function BoxNode({ id, data, selected }: NodeProps<Box>) {
  const t = useT(canvasMessages);
  const lines = hasPortLines(data.ports);
  return (
    <div className={cx(styles.box, selected && styles.selected, data.problem && styles[data.problem], data.mark && styles[`mark_${data.mark}`])} data-family={data.family}>
      {data.kind !== 'start' && <Handle type="target" position={Position.Left} className={cx(styles.handle, styles.in)} />}
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon name={iconOf(data.kind)} size={16} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{data.name}</span>
          <span className={styles.summary}>{data.summary || data.kindName || ' '}</span>
        </span>
        {data.note && <Icon name="note" size={14} label={data.note} className={styles.noteMark ?? ''} />}
        {data.problem && <Icon name="alert" size={15} label={t(data.problem === 'error' ? 'hasErrors' : 'hasWarnings')} className={styles.problemMark ?? ''} />}
        {data.mark && (
          <span className={styles.mark}>
            <Icon name={MARK_ICONS[data.mark]} size={13} label={t(`mark_${data.mark}`)} />
          </span>
        )}
      </div>
      {!lines && data.ports[0] && <Way id={id} port={data.ports[0]} label={data.portNames[0] ?? ''} isOpen={data.open.includes(data.ports[0])} single />}
      {lines && (
        <div className={styles.ports}>
          {data.ports.map((port, index) => (
            <Way key={port} id={id} port={port} label={data.portNames[index] ?? port} isOpen={data.open.includes(port)} />
          ))}
        </div>
      )}
    </div>
  );
});

function Way({ id, port, label, isOpen, single }: { id: string; port: string; label: string; isOpen: boolean; single?: boolean }) {
  const t = useT(canvasMessages);
  const actions = useContext(CanvasActions);
  return (
    <div className={single ? styles.single : styles.port} data-port={port}>
      {!single && <span className={styles.portName}>{label}</span>}
      {isOpen && actions?.onAddAfter && (
        <button type="button" className={cx('nodrag', styles.add)} aria-label={t('addAt', { port: label })} onClick={() => actions.onAddAfter?.(id, port)}>
          <Icon name="plus" size={13} />
        </button>
      )}
      <Handle id={port} type="source" position={Position.Right} className={cx(styles.handle, styles.out, isOpen && styles.openHandle)} />
    </div>
  );
}
