// What differs between two versions of a flow, in words: steps with their fields, lines, variables, tests.
import { useMemo, type ReactNode } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Badge, type Tone } from '../../../../ui';
import { diff, isEmpty, type EdgeChange, type FieldChange, type NodeChange, type ThingChange } from '../../model/diff';
import { nameOf, type FlowDocument, type Kind } from '../../model/document';
import { useKinds } from '../../api/queries';
import { portLabel } from '../../model/words';
import { changeMessages } from '../../messages/changes';
import { fieldName } from './Piece';
import { valueText } from './text';
import styles from './Changes.module.css';

const TONES: Record<NodeChange['how'], Tone> = { added: 'success', removed: 'danger', changed: 'info' };

export function DiffView({ before, after }: { before: FlowDocument; after: FlowDocument }) {
  const t = useT(changeMessages);
  const language = useLanguage();
  const kinds = useKinds();
  const kindOf = (name: string | undefined) => kinds.data?.find((kind) => kind.name === name);
  const found = useMemo(() => diff(before, after), [before, after]);
  if (isEmpty(found)) return <p className={styles.quiet}>{t('noChanges')}</p>;
  const nodes = new Map([...before.nodes, ...after.nodes].map((node) => [node.id, node]));
  const title = (id: string | undefined) => {
    if (id === undefined) return t('nothing');
    const [node, kind] = [nodes.get(id), kindOf(nodes.get(id)?.kind)];
    return node ? nameOf(node, kind, language === 'en') : id;
  };
  const way = (edge: EdgeChange) => `${title(edge.from)} · ${portLabel(edge.port, kindOf(nodes.get(edge.from)?.kind), language)}`;
  return (
    <ul className={styles.changes}>
      {found.name && <Change how="changed" name={t('what_name')} fields={[found.name]} kind={undefined} />}
      {found.nodes.map((change) => (
        <Change key={change.id} how={change.how} name={title(change.id)} what={t('what_node')} fields={change.fields} kind={kindOf(change.node.kind)} />
      ))}
      {found.variables.map((change) => (
        <Thing key={change.name} change={change} what={t('what_variable')} />
      ))}
      {found.edges.map((edge) => (
        <Change key={`${edge.from} ${edge.port}`} how={edge.how} name={way(edge)} what={t('what_edge')} fields={[{ field: 'to', before: edge.before && title(edge.before), after: edge.after && title(edge.after) }]} kind={undefined} />
      ))}
      {found.tests.map((change) => (
        <Thing key={change.name} change={change} what={t('what_test')} />
      ))}
    </ul>
  );
}

function Thing({ change, what }: { change: ThingChange; what: ReactNode }) {
  return <Change how={change.how} name={change.name} what={what} fields={change.fields} kind={undefined} />;
}

interface ChangeProps {
  how: NodeChange['how'];
  name: string;
  what?: ReactNode;
  fields: readonly FieldChange[];
  kind: Kind | undefined;
}

function Change({ how, name, what, fields, kind }: ChangeProps) {
  const t = useT(changeMessages);
  const language = useLanguage();
  return (
    <li className={styles.change}>
      <p className={styles.head}>
        <Badge tone={TONES[how]}>{t(how)}</Badge>
        <strong>{name}</strong>
        {what && <span className={styles.quiet}>{what}</span>}
      </p>
      {fields.length > 0 && (
        <dl className={styles.fields}>
          {fields.map((field) => (
            <div key={field.field}>
              <dt>{fieldName(field.field, kind, language, t)}</dt>
              <dd>
                {field.before !== undefined && <del className={styles.before}>{valueText(field.before) || t('nothing')}</del>}
                {field.after !== undefined && <ins className={styles.after}>{valueText(field.after) || t('nothing')}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
