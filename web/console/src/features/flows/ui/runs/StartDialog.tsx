// A run by hand, of the live version, with the inputs it asks for.
import { useState } from 'react';
import type { FlowView } from '@qingniao/shared/flow';
import { useCreateKey } from '../../../../api';
import { navigate } from '../../../../app/router';
import { useLanguage, useT } from '../../../../i18n';
import { Button, Dialog, ErrorNote, Field, Loading } from '../../../../ui';
import { flowTitle } from '../../api/names';
import { useVersion } from '../../api/queries';
import { useStartRun } from '../../api/runs';
import { labelOf, type JsonObject } from '../../model/document';
import { runMessages } from '../../messages/runs';
import { ValueInput } from '../panel/ValueInput';

export function StartDialog({ flow, onClose }: { flow: FlowView; onClose: () => void }) {
  const t = useT(runMessages);
  const language = useLanguage();
  const version = useVersion(flow.id, flow.live?.hash ?? null);
  const start = useStartRun(flow.id);
  const keyOf = useCreateKey();
  const [input, setInput] = useState<JsonObject>({});
  const asked = (version.data?.document.variables ?? []).filter((variable) => variable.input);
  const submit = () => start.mutate({ input, key: keyOf(input) }, { onSuccess: (made) => navigate(`/runs/${made.run_id}`) });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('startTitle', { name: flowTitle(flow, language) })}
      description={t('startText')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          <Button type="submit" variant="primary" icon="play" busy={start.isPending}>
            {t('startNow')}
          </Button>
        </>
      }
    >
      {version.isPending && <Loading />}
      {start.error && <ErrorNote error={start.error} />}
      {version.data && asked.length === 0 && <p>{t('noInputs')}</p>}
      {asked.map((variable) => (
        <Field key={variable.name} label={labelOf(asked, variable.name, language === 'en')} optional={variable.default !== undefined}>
          {(control) => (
            <ValueInput control={control} type={variable.type} choices={variable.choices} value={input[variable.name] ?? variable.default ?? null} onChange={(value) => setInput(value === null ? without(input, variable.name) : { ...input, [variable.name]: value })} />
          )}
        </Field>
      ))}
    </Dialog>
  );
}

function without(input: JsonObject, name: string): JsonObject {
  const { [name]: _gone, ...rest } = input;
  return rest;
}
