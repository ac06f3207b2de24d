// Where each way out of a step leads, to be chosen from a list: connecting without dragging.
import { useLanguage, useT } from '../../../../i18n';
import { IconButton, Select } from '../../../../ui';
import { connect, disconnect } from '../../model/edit';
import { nameOf, portOf, type FlowNode, type Kind } from '../../model/document';
import { portsOf } from '../../model/ports';
import { portLabel } from '../../model/words';
import { editorMessages } from '../../messages/editor';
import { useDocument, useEditor } from '../editor/context';
import styles from './Panel.module.css';

const NOWHERE = '';

export interface WaysProps {
  node: FlowNode;
  kind: Kind | undefined;
  readOnly: boolean;
  /** Asks which step to put there. */
  onPick: (from: string, port: string) => void;
}

export function Ways({ node, kind, readOnly, onPick }: WaysProps) {
  const t = useT(editorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const document = useDocument();
  const known = portsOf(node, kind).map((port) => port.name);
  const used = document.edges.filter((edge) => edge.from === node.id).map(portOf);
  const ports = [...new Set([...known, ...used])];
  if (ports.length === 0) return null;
  const targets = document.nodes
    .filter((one) => one.kind !== 'start')
    .map((one) => ({ value: one.id, label: nameOf(one, editor.kinds.get(one.kind), language === 'en'), hint: one.id }));
  return (
    <section className={styles.ways} aria-label={t('ways')}>
      <h3 className={styles.wayName}>{t('ways')}</h3>
      {ports.map((port) => {
        const target = document.edges.find((edge) => edge.from === node.id && portOf(edge) === port)?.to ?? NOWHERE;
        const label = portLabel(port, kind, language);
        return (
          <div key={port} className={styles.way}>
            <span className={styles.wayName} title={label}>
              {label}
            </span>
            <Select
              size="sm"
              label={t('leadsTo', { port: label })}
              disabled={readOnly}
              value={target}
              onChange={(to) => editor.apply(to === NOWHERE ? disconnect(editor.document, node.id, port) : connect(editor.document, { from: node.id, port, to }))}
              options={[{ value: NOWHERE, label: t('nowhere') }, ...targets]}
            />
            {target !== NOWHERE && <IconButton icon="arrowRight" size="sm" label={t('goTo', { port: label })} onClick={() => editor.select([target], true)} />}
            {!readOnly && <IconButton icon="plus" size="sm" label={t('addAt', { port: label })} onClick={() => onPick(node.id, port)} />}
          </div>
        );
      })}
    </section>
  );
}
