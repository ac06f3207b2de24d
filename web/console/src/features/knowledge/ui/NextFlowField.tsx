import { useLanguage, useT } from '../../../i18n';
import { Field, fieldError, Select } from '../../../ui';
import { useFlows } from '../../flows/api/queries';
import { isStopped, nextFlowOptions } from '../model/next-flows';
import { scopeMessages } from '../scope-messages';

export interface NextFlowFieldProps {
  /** Empty for none. */
  id: string;
  onChange: (id: string) => void;
  readOnly: boolean;
  error: unknown;
  /** As the server names it. */
  field: string;
}

/** The flow that an answer offers to begin: of those that customers can begin now, and the chosen one whatever became of it. */
export function NextFlowField({ id, onChange, readOnly, error, field }: NextFlowFieldProps) {
  const t = useT(scopeMessages);
  const language = useLanguage();
  const flows = useFlows();
  const stopped = isStopped(flows.data, id);
  const options = nextFlowOptions(flows.data, id, language, t('noFlow'));
  return (
    <Field label={t('nextFlow')} optional={!readOnly} hint={t(stopped ? 'flowStopped' : 'nextFlowHint')} error={fieldError(error, field)}>
      {(control) => <Select {...control} disabled={readOnly} value={id} onChange={onChange} options={options} />}
    </Field>
  );
}
