// Who talks with the draft, in which language, and what the run is given.
import type { ChannelKind } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Button, Field, Select, TextArea, TextInput } from '../../../../ui';
import type { Variable } from '../../model/document';
import { inboxMessages } from '../../../inboxes/messages';
import { simulatorMessages } from '../../messages/simulator';
import { ValueInput } from '../panel/ValueInput';
import type { Persona } from './use-simulation';
import styles from './Simulator.module.css';

const CHANNELS = ['web', 'mobile', 'email', 'wechat_official', 'wechat_mini_program', 'wecom_kf', 'dingtalk', 'feishu', 'telegram', 'whatsapp', 'line', 'sms', 'smpp', 'api'] as const satisfies readonly ChannelKind[];

/** What tells more than a message does. */
const OUTSIDE = ['webhook', 'event', 'alarm'];

export interface PersonaFormProps {
  persona: Persona;
  variables: readonly Variable[];
  /** What begins the flow. */
  trigger: string;
  onChange: (persona: Persona) => void;
  onBegin: () => void;
  busy: boolean;
  begun: boolean;
}

export function PersonaForm({ persona, variables, trigger, onChange, onBegin, busy, begun }: PersonaFormProps) {
  const t = useT(simulatorMessages);
  const channels = useT(inboxMessages);
  const set = (next: Partial<Persona>) => onChange({ ...persona, ...next });
  const inputs = variables.filter((variable) => variable.input);
  return (
    <form
      className={styles.persona}
      onSubmit={(event) => {
        event.preventDefault();
        onBegin();
      }}
    >
      <Field label={t('firstMessage')}>{(control) => <TextInput {...control} value={persona.message} onChange={(event) => set({ message: event.target.value })} />}</Field>
      <Button type="submit" variant={begun ? 'secondary' : 'primary'} icon={begun ? 'refresh' : 'play'} busy={busy}>
        {t(begun ? 'restart' : 'begin')}
      </Button>
      <Field label={t('customer')}>{(control) => <TextInput {...control} value={persona.name} onChange={(event) => set({ name: event.target.value })} />}</Field>
      <Field label={t('phone')} optional>
        {(control) => <TextInput {...control} value={persona.phone} onChange={(event) => set({ phone: event.target.value })} />}
      </Field>
      <Field label={t('language')}>
        {(control) => (
          <Select
            {...control}
            value={persona.language}
            onChange={(language) => set({ language })}
            options={[
              { value: 'zh-CN', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        )}
      </Field>
      <Field label={t('channel')}>
        {(control) => <Select {...control} value={persona.channel} onChange={(channel) => set({ channel })} options={CHANNELS.map((value) => ({ value, label: channels(value) }))} />}
      </Field>
      {OUTSIDE.includes(trigger) && (
        <Field label={t('event')} optional hint={t('eventHint')}>
          {(control) => <TextArea {...control} rows={4} spellCheck={false} value={persona.event} onChange={(event) => set({ event: event.target.value })} />}
        </Field>
      )}
      {inputs.map((variable) => (
        <Field key={variable.name} label={t('inputOf', { name: variable.name })} optional={variable.default !== undefined}>
          {(control) => <ValueInput control={control} type={variable.type} choices={variable.choices} value={persona.inputs[variable.name] ?? null} onChange={(value) => set({ inputs: withInput(persona.inputs, variable.name, value) })} />}
        </Field>
      ))}
      {variables.filter((variable) => (variable.scope ?? 'run') !== 'run').map((variable) => (
        <Field key={variable.name} label={t('sharedOf', { name: variable.name })} optional>
          {(control) => <ValueInput control={control} type={variable.type} value={persona.shared[variable.name] ?? null} onChange={(value) => set({ shared: withInput(persona.shared, variable.name, value) })} />}
        </Field>
      ))}
      <Field label={t('attributes')} optional hint={t('attributesHint')}>
        {(control) => <TextArea {...control} rows={2} value={persona.attributes} placeholder={'{ "vip": true }'} onChange={(event) => set({ attributes: event.target.value })} />}
      </Field>
    </form>
  );
}

function withInput(inputs: Persona['inputs'], name: string, value: Persona['inputs'][string] | undefined) {
  const { [name]: _old, ...rest } = inputs;
  return value === null || value === undefined ? rest : { ...rest, [name]: value };
}
