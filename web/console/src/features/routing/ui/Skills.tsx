import { useT } from '../../../i18n';
import { Button, Field, FieldSet, IconButton, Select, TextInput, useRemoval } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { replaced, without, type Skill } from '../model/policy';
import styles from './Editor.module.css';

const LEVELS = ['1', '2', '3', '4', '5'] as const;

export interface SkillsProps {
  label: string;
  error?: string | undefined;
  skills: readonly Skill[];
  onChange(skills: Skill[]): void;
}

/** Skills, each with its level of 1 to 5. */
export function Skills({ label, error, skills, onChange }: SkillsProps) {
  const t = useT(editorMessages);
  const removal = useRemoval();
  const set = (at: number, change: Partial<Skill>) => onChange(replaced(skills, at, { ...(skills[at] ?? { skill: '', level: 1 }), ...change }));
  return (
    <FieldSet legend={label}>
      {skills.map(({ skill, level }, n) => (
        <div key={n} className={styles.skill}>
          <Field label={t('skill')} labelHidden={n > 0}>
            {(control) => <TextInput {...control} maxLength={60} {...(error && skill.trim() === '' ? { 'aria-invalid': true as const } : {})} value={skill} onChange={(event) => set(n, { skill: event.target.value })} />}
          </Field>
          <Field label={t('skillLevel')} labelHidden={n > 0}>
            {(control) => <Select {...control} value={String(level)} onChange={(next) => set(n, { level: Number(next) })} options={LEVELS.map((value) => ({ value, label: value }))} />}
          </Field>
          <IconButton icon="close" size="sm" label={t('removeSkill')} {...removal.button} onClick={() => removal.remove(n, () => onChange(without(skills, n)))} />
        </div>
      ))}
      {error && <p className={styles.wrong}>{error}</p>}
      <span>
        <Button size="sm" variant="ghost" icon="plus" {...removal.add} onClick={() => onChange([...skills, { skill: '', level: 1 }])}>
          {t('addSkill')}
        </Button>
      </span>
    </FieldSet>
  );
}
