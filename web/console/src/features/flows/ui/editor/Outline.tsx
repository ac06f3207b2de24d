// The flow as a list, fully worked with the keyboard: arrows to go, with Shift to choose several, Enter to open, A to add behind,
// Delete to remove.
import { useMemo, useRef, type KeyboardEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLanguage, useT } from '../../../../i18n';
import { Icon, cx } from '../../../../ui';
import { nameOf, type FlowNode } from '../../model/document';
import { outlineOf } from '../../model/outline';
import { portsOf } from '../../model/ports';
import { summaryOf } from '../../model/summary';
import { portLabel } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { iconOf } from '../canvas/icons';
import { useDocument, useEditor, useSelection } from './context';
import styles from './Outline.module.css';

const LINE_HEIGHT = 40;
const NARROW = '(max-width: 720px)';

export interface OutlineProps {
  problems: ReadonlyMap<string, 'error' | 'warning'>;
  readOnly: boolean;
  onPick: (from: string, port: string) => void;
  /** The keyboard goes to the form of the chosen step. */
  onOpen: () => void;
}

export function Outline({ problems, readOnly, onPick, onOpen }: OutlineProps) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const scroll = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => outlineOf(document, editor.kinds), [document, editor.kinds]);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroll.current, estimateSize: () => LINE_HEIGHT, overscan: 12 });
  const at = lines.findIndex((line) => !line.again && line.node.id === selection.at(-1));

  const kindOfNode = (id: string | null) => editor.kinds.get(document.nodes.find((node) => node.id === id)?.kind ?? '');
  function go(index: number) {
    const line = lines[Math.max(0, Math.min(lines.length - 1, index))];
    if (!line) return;
    editor.select([line.node.id]);
    const place = lines.findIndex((one) => !one.again && one.node.id === line.node.id);
    rows.scrollToIndex(place);
  }
  /** Chooses one line more, or takes the last back when going the other way. */
  function extend(step: number) {
    const [here, to] = [lines[at]?.node.id, next(at, step)];
    const id = lines[to]?.node.id;
    if (here === undefined || id === undefined || id === here) return;
    editor.select(selection.includes(id) ? [...selection.filter((one) => one !== id && one !== here), id] : [...selection, id]);
    rows.scrollToIndex(to);
  }
  /** All that is chosen; the line above the first of them is chosen then. */
  function remove() {
    const first = lines.findIndex((line) => !line.again && selection.includes(line.node.id));
    editor.remove();
    go(next(first, -1));
  }
  /** The way a new step goes behind: the first that leads nowhere, else the first. */
  function add(node: FlowNode) {
    const ports = portsOf(node, editor.kinds.get(node.kind));
    const used = new Set(document.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port ?? 'next'));
    const port = ports.find((one) => one.needed && !used.has(one.name)) ?? ports[0];
    if (port) onPick(node.id, port.name);
  }
  function next(from: number, step: number): number {
    let index = from + step;
    while (lines[index]?.again) index += step;
    return lines[index] ? index : from;
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = lines[at]?.node;
    if (event.shiftKey && at >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) extend(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'ArrowDown') go(next(at, 1));
    else if (event.key === 'ArrowUp') go(next(at < 0 ? lines.length : at, -1));
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(next(lines.length, -1));
    else if (event.key === 'Enter' && node) onOpen();
    // The form of the flow itself, with its variables.
    else if (event.key === 'Escape' && node) editor.select([]);
    else if (event.key.toLowerCase() === 'a' && node && !readOnly) add(node);
    else if ((event.key === 'Delete' || event.key === 'Backspace') && node && !readOnly) remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div className={styles.outline}>
      <p className={styles.keys}>{t('outlineKeys')}</p>
      <div ref={scroll} className={styles.scroll} role="tree" aria-multiselectable="true" aria-label={t('outline')} tabIndex={0} onKeyDown={onKeyDown} {...(at >= 0 ? { 'aria-activedescendant': `line-${at}` } : {})} onFocus={() => at < 0 && go(0)}>
        <div className={styles.all} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index];
            if (!line) return null;
            const problem = problems.get(line.node.id);
            const isChosen = !line.again && selection.includes(line.node.id);
            const name = nameOf(line.node, editor.kinds.get(line.node.kind), language === 'en');
            return (
              <div
                key={line.key}
                id={`line-${row.index}`}
                role="treeitem"
                aria-level={line.depth + 1}
                aria-selected={isChosen}
                className={cx(styles.line, isChosen && styles.chosen, line.again && styles.again)}
                style={{ transform: `translateY(${row.start}px)`, paddingInlineStart: 12 + Math.min(line.depth, 12) * 22 }}
                onClick={() => {
                  editor.select([line.node.id]);
                  // On a phone nothing else shows that the step is chosen.
                  if (window.matchMedia(NARROW).matches) onOpen();
                }}
                onDoubleClick={onOpen}
              >
                {line.port && <span className={cx(styles.port, line.port === 'error' && styles.error)}>{portLabel(line.port, kindOfNode(line.from), language)}</span>}
                {line.loose && line.node.kind !== 'start' && <span className={styles.error}>{t('loose')}</span>}
                <Icon name={line.again ? 'arrowRight' : iconOf(line.node.kind)} size={16} />
                {!line.again && <span className={styles.name}>{name}</span>}
                {!line.again && <span className={styles.summary}>{summaryOf(line.node)}</span>}
                {line.again && <span className={styles.summary}>{t(line.back ? 'goesBack' : 'goesTo', { name })}</span>}
                {problem && !line.again && <Icon name="alert" size={15} label={t(problem === 'error' ? 'problem' : 'warning')} className={(problem === 'error' ? styles.error : styles.mild) ?? ''} />}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
