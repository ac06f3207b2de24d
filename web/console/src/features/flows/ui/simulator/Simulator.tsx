// Trying the draft: a chat with it, the answers of the outside given by hand or pinned, a clock that jumps; where it stands is shown
// on the drawing. What was tried can be kept as a test.
import { useEffect, useState } from 'react';
import { useLanguage, useT } from '../../../../i18n';
import { Button, ErrorNote, IconButton, Segmented, toast } from '../../../../ui';
import type { FlowTest, Json, JsonObject } from '../../model/document';
import { SAMPLE_ALARM, triggerOf } from '../../model/alarm';
import type { StepState } from '../../model/marks';
import { simulatorMessages } from '../../messages/simulator';
import { useEditor } from '../editor/context';
import { Chat } from './Chat';
import { PersonaForm } from './PersonaForm';
import { Tests } from './Tests';
import { Trace } from './Trace';
import { useSimulation, type Persona, type Simulation } from './use-simulation';
import { marksOf } from './marks';
import styles from './Simulator.module.css';

export interface SimulatorProps {
  flowId: string;
  onMarks: (marks: ReadonlyMap<string, StepState> | null) => void;
  onClose: () => void;
  readOnly: boolean;
}

export function Simulator({ flowId, onMarks, onClose, readOnly }: SimulatorProps) {
  const t = useT(simulatorMessages);
  const language = useLanguage();
  const editor = useEditor();
  const [documentNow] = useState(() => () => editor.document);
  const simulation = useSimulation(flowId, documentNow);
  const [tab, setTab] = useState<'try' | 'tests'>('try');
  const [persona, setPersona] = useState<Persona>(() => firstPersona(editor.document.nodes.find((node) => node.kind === 'start')?.settings, language));
  const { report } = simulation;
  useEffect(() => {
    onMarks(report && marksOf(report.visits));
    // The drawing follows to where it stands.
    const stands = report?.waits[0]?.node ?? report?.visits.at(-1)?.node;
    if (stands) editor.select([stands], true);
  }, [report, onMarks, editor]);
  const { script } = simulation;
  useEffect(() => {
    if (report && script) editor.setSample({ input: script.input, context: script.context, steps: report.visits });
  }, [report, script, editor]);

  function keep() {
    const test = toTest(simulation, t('testName', { n: (editor.document.tests?.length ?? 0) + 1 }));
    if (!test) return;
    editor.apply({ ...editor.document, tests: [...(editor.document.tests ?? []), test] });
    toast.success(t('kept', { name: test.name }));
  }
  return (
    <section className={styles.drawer} aria-label={t('simulator')}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t('simulator')}</h2>
        <Segmented
          label={t('simulator')}
          value={tab}
          onChange={setTab}
          options={[
            { value: 'try', label: t('try') },
            { value: 'tests', label: t('tests') },
          ]}
        />
        <span className={styles.gap} />
        {tab === 'try' && report && !readOnly && (
          <Button size="sm" icon="check" onClick={keep}>
            {t('keep')}
          </Button>
        )}
        <IconButton icon="close" label={t('close')} onClick={onClose} plain />
      </header>
      {simulation.error !== null && <ErrorNote error={simulation.error} />}
      {tab === 'tests' ? (
        <Tests flowId={flowId} readOnly={readOnly} />
      ) : (
        <div className={styles.panes}>
          <PersonaForm persona={persona} variables={editor.document.variables ?? []} trigger={triggerOf(editor.document)} onChange={setPersona} onBegin={() => simulation.begin(persona)} busy={simulation.busy} begun={simulation.script !== null} />
          <Chat simulation={simulation} />
          <Trace simulation={simulation} />
        </div>
      )}
    </section>
  );
}

function firstPersona(start: JsonObject | undefined, language: 'zh-CN' | 'en'): Persona {
  const phrases = Array.isArray(start?.phrases) ? start.phrases : [];
  const first = phrases.find((one): one is string => typeof one === 'string' && one !== '');
  return { name: language === 'en' ? 'Emma' : '何小满', phone: '13800000000', attributes: '', event: start?.trigger === 'alarm' ? SAMPLE_ALARM : '', language, channel: 'web', message: first ?? '', inputs: {}, shared: {} };
}

/** The script as a saved test that expects what was just seen. */
function toTest({ script, report }: Simulation, name: string): FlowTest | null {
  if (!script || !report) return null;
  const waits = report.waits[0]?.node;
  const answers = Object.entries(script.pins).map(([node, value]) => [node, Array.from({ length: 5 }, () => value)] as const);
  return {
    name,
    input: script.input,
    context: script.context,
    ...(script.shared ? { shared: script.shared } : {}),
    ...(report.shared ? { keeps: report.shared as Record<string, JsonObject> } : {}),
    answers: Object.fromEntries(answers),
    happens: script.happens as unknown as JsonObject[],
    ...(report.status === 'running' ? (waits ? { waits } : {}) : { status: report.status }),
    ...(report.status === 'done' && report.output !== null ? { output: report.output as Json } : {}),
    passes: [...new Set(report.visits.map((visit) => visit.node))],
  };
}
