// One condition: a fact, how it is compared, and with what.
import { useT } from '../../../i18n';
import { IconButton, MultiSelect, Select, TextInput, type Removal } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { wordMessages } from '../messages/words';
import type { Policy, Test } from '../model/policy';
import { factOf, FACTS, kindOf, newTest, operatorOf, operatorsOf, readScalar, withOperator, type Operator, type Tested } from '../model/when';
import { useFault } from './faults';
import { NumberInput, SecondsInput, WordsInput } from './inputs';
import { useChoices, withGone } from './options';
import styles from './Editor.module.css';

export interface TestRowProps {
  policy: Policy;
  tested: Tested;
  at: string;
  onChange(tested: Tested): void;
  removal: Removal['button'];
  onRemove(): void;
}

export function TestRow({ policy, tested, at, onChange, removal, onRemove }: TestRowProps) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const faultAt = useFault();
  const fault = faultAt(at) ?? faultAt(`${at}.not`);
  const { fact, key } = factOf(tested.test.name);
  const operator = operatorOf(tested);
  const calendars = Object.entries(policy.calendars).map(([value, calendar]) => ({ value, label: calendar.name || value }));
  const operators = [...new Set([...operatorsOf(kindOf(tested.test.name)), operator])];
  const facts = Object.keys(FACTS).filter((name) => name !== 'open' || calendars.length > 0 || fact === 'open');
  const choose = (name: string) => onChange(newTest(name === 'attribute' ? 'attribute.' : name === 'open' ? `open.${calendars[0]?.value ?? ''}` : name));
  const setTest = (test: Test) => onChange({ ...tested, test });
  return (
    <div className={styles.testBox}>
      <div className={styles.test}>
        <Select label={t('fact')} value={fact} onChange={choose} options={facts.map((name) => ({ value: name, label: words(`fact_${name}` as 'fact_tier') }))} />
        {fact === 'attribute' && (
          <TextInput aria-label={t('attributeKey')} placeholder={t('attributeKey')} value={key} onChange={(event) => setTest({ ...tested.test, name: `attribute.${event.target.value.trim()}` })} />
        )}
        {fact === 'open' && <Select label={t('calendar')} value={key} onChange={(next) => setTest({ ...tested.test, name: `open.${next}` })} options={withGone(calendars, [key])} />}
        {operators.length > 1 && (
          <Select<Operator>
            label={t('operator')}
            value={operator}
            onChange={(next) => onChange(withOperator(tested, next))}
            options={operators.map((one) => ({ value: one, label: words(`op_${one}`) }))}
          />
        )}
        <Values tested={tested} invalid={fault !== undefined} onChange={setTest} />
        <IconButton icon="trash" size="sm" label={t('removeTest')} {...removal} onClick={onRemove} />
      </div>
      {fault && <p className={styles.wrong}>{fault}</p>}
    </div>
  );
}

function Values({ tested, invalid, onChange }: { tested: Tested; invalid: boolean; onChange(test: Test): void }) {
  const t = useT(editorMessages);
  const words = useT(wordMessages);
  const choices = useChoices();
  const { test } = tested;
  const { fact } = factOf(test.name);
  const kind = kindOf(test.name);
  const control = invalid ? { 'aria-invalid': true as const } : {};
  if (kind === 'flag') {
    const answers = fact === 'open' ? (['open', 'closed'] as const) : (['yes', 'no'] as const);
    return (
      <Select label={t('value')} value={test.is?.[0] === false ? answers[1] : answers[0]} onChange={(next) => onChange({ ...test, is: [next === answers[0]] })} options={answers.map((one) => ({ value: one, label: words(one) }))} />
    );
  }
  if (test.is !== undefined) {
    const texts = test.is.map(String);
    if (kind !== 'choice') {
      return <WordsInput control={control} label={t('value')} value={texts} onChange={(next) => onChange({ ...test, is: kind === 'words' ? next : next.map(readScalar) })} />;
    }
    return (
      <span className={styles.grow}>
        <MultiSelect {...control} label={t('value')} value={texts} onChange={(next) => onChange({ ...test, is: next })} options={withGone(choices.of(fact), texts)} placeholder={t('anyValue')} />
      </span>
    );
  }
  return (
    <>
      {test.at_least !== undefined && <Bound kind={kind} control={control} label={t('value')} value={test.at_least} onChange={(at_least) => onChange({ ...test, at_least })} />}
      {test.at_least !== undefined && test.at_most !== undefined && <span className={styles.quiet}>{t('upTo')}</span>}
      {test.at_most !== undefined && <Bound kind={kind} control={control} label={t('value')} value={test.at_most} onChange={(at_most) => onChange({ ...test, at_most })} />}
    </>
  );
}

interface BoundProps {
  kind: string;
  control: { 'aria-invalid'?: true };
  label: string;
  value: number;
  onChange(value: number): void;
}

function Bound({ kind, control, label, value, onChange }: BoundProps) {
  const t = useT(editorMessages);
  if (kind === 'seconds') return <SecondsInput control={control} label={label} value={value} onChange={(next) => next !== null && onChange(next)} />;
  if (kind !== 'share') return <NumberInput control={control} label={label} value={value} decimals onChange={onChange} />;
  return <NumberInput control={control} label={label} unit={t('percentUnit')} value={Math.round(value * 100)} onChange={(percent) => onChange(percent / 100)} />;
}
