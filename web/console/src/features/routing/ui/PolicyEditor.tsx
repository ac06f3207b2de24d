// A policy as forms, one tab for each of its parts, and as text.
import { useState } from 'react';
import { useT } from '../../../i18n';
import { Count, Tabs } from '../../../ui';
import { editorMessages } from '../messages/editor';
import { SECTIONS, sectionOf, type Fault, type SectionName } from '../model/faults';
import type { Policy } from '../model/policy';
import { CalendarsTab } from './CalendarsTab';
import { FaultsProvider } from './faults';
import { JsonTab } from './JsonTab';
import { LevelsTab } from './LevelsTab';
import { PeopleTab } from './PeopleTab';
import { RulesTab } from './RulesTab';
import styles from './Editor.module.css';

export interface TabProps {
  policy: Policy;
  onChange(policy: Policy): void;
  onSection(section: SectionName): void;
}

export interface PolicyEditorProps {
  policy: Policy;
  faults: readonly Fault[];
  onChange(policy: Policy): void;
  /** The text is no policy as long as this is said. */
  onBroken(reason: string | null): void;
}

const FORMS = { rules: RulesTab, sla: LevelsTab, calendars: CalendarsTab, people: PeopleTab };

export function PolicyEditor({ policy, faults, onChange, onBroken }: PolicyEditorProps) {
  const t = useT(editorMessages);
  const [tab, setTab] = useState<SectionName | 'json'>('rules');
  const count = (section: SectionName) => faults.filter((fault) => sectionOf(fault.at) === section).length;
  const tabs = [
    ...SECTIONS.map((section) => ({
      value: section,
      label: (
        <>
          {t(`tab_${section}`)}
          <Count value={count(section)} tone="danger" />
        </>
      ),
    })),
    { value: 'json' as const, label: t('tab_json') },
  ];
  const Form = tab === 'json' ? null : FORMS[tab];
  return (
    <FaultsProvider faults={faults}>
      <Tabs<SectionName | 'json'>
        label={t('parts')}
        value={tab}
        onChange={(next) => {
          // What was half written goes with its tab.
          onBroken(null);
          setTab(next);
        }}
        tabs={tabs}
      >
        <FaultList faults={tab === 'json' ? faults : faults.filter((fault) => sectionOf(fault.at) === null)} />
        {Form ? <Form policy={policy} onChange={onChange} onSection={setTab} /> : <JsonTab policy={policy} onChange={onChange} onBroken={onBroken} />}
      </Tabs>
    </FaultsProvider>
  );
}

function FaultList({ faults }: { faults: readonly Fault[] }) {
  const t = useT(editorMessages);
  if (faults.length === 0) return null;
  return (
    <div className={styles.faults} role="alert">
      <strong>{t('faultsTitle', { n: faults.length })}</strong>
      <ul>
        {faults.map((fault) => (
          <li key={fault.at + fault.message}>{fault.at === '' ? fault.message : `${fault.at}: ${fault.message}`}</li>
        ))}
      </ul>
    </div>
  );
}
