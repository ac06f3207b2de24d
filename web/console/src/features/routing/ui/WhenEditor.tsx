// The conditions of a rule: a group of tests and of groups within.
import { useT } from '../../../i18n';
import { Button, IconButton, Segmented, useRemoval, type Removal } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import { replaced, without, type Policy, type When } from '../model/policy';
import { fromGroup, fromTest, groupOf, GROUPS, newTest, partPath, testOf, type Group } from '../model/when';
import { useFault } from './faults';
import { TestRow } from './TestRow';
import styles from './Editor.module.css';

/** The server takes six levels; more than three nobody can read. */
const DEPTH_MAX = 3;

export interface WhenEditorProps {
  policy: Policy;
  when: When;
  at: string;
  depth?: number;
  onChange(when: When): void;
  removal?: Removal['button'];
  onRemove?(): void;
}

export function WhenEditor({ policy, when, at, depth = 0, onChange, removal, onRemove }: WhenEditorProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const fault = useFault()(at);
  const group: Group = groupOf(when) ?? { kind: 'all', parts: [when] };
  // Of the parts in this group; `removal` is of the group among those around it.
  const within = useRemoval();
  const setParts = (parts: When[]) => onChange(fromGroup({ ...group, parts }));
  return (
    <div className={depth === 0 ? styles.root : styles.group} role="group" aria-label={t('group')}>
      <div className={styles.groupHead}>
        <Segmented label={t('group')} value={group.kind} onChange={(kind) => onChange(fromGroup({ ...group, kind }))} options={GROUPS.map((kind) => ({ value: kind, label: words(`group_${kind}`) }))} />
        {onRemove && <IconButton icon="trash" size="sm" label={t('removeGroup')} {...removal} onClick={onRemove} />}
      </div>
      {group.parts.length === 0 && <p className={styles.quiet}>{t(group.kind === 'all' || group.kind === 'none' ? 'emptyGroup' : 'emptyAny')}</p>}
      {group.parts.map((part, n) => {
        const tested = testOf(part);
        const place = partPath(group.kind, at, n);
        const set = (next: When) => setParts(replaced(group.parts, n, next));
        const remove = () => within.remove(n, () => setParts(without(group.parts, n)));
        return tested ? (
          <TestRow key={n} policy={policy} tested={tested} at={place} onChange={(next) => set(fromTest(next))} removal={within.button} onRemove={remove} />
        ) : (
          <WhenEditor key={n} policy={policy} when={part} at={place} depth={depth + 1} onChange={set} removal={within.button} onRemove={remove} />
        );
      })}
      {fault && <p className={styles.wrong}>{fault}</p>}
      <div className={styles.buttons}>
        <Button size="sm" icon="plus" {...within.add} onClick={() => setParts([...group.parts, fromTest(newTest('tier'))])}>
          {t('addTest')}
        </Button>
        {depth < DEPTH_MAX && (
          <Button size="sm" variant="ghost" icon="plus" onClick={() => setParts([...group.parts, { any: [fromTest(newTest('tier'))] }])}>
            {t('addGroup')}
          </Button>
        )}
      </div>
    </div>
  );
}
