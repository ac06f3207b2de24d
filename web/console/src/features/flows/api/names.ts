import { useCallback } from 'react';
import type { Language } from '@qingniao/shared/api';
import type { FlowView } from '@qingniao/shared/flow';
import { useLanguage } from '../../../i18n';
import { useFlows } from './queries';

/** What a flow is called in the language of the screen. */
export const flowTitle = (flow: Pick<FlowView, 'name' | 'name_en'>, language: Language): string => (language === 'en' && flow.name_en) || flow.name;

/** The names of flows by id; the id while they are not known, or gone. */
export function useFlowNames(): (id: string) => string {
  const { data } = useFlows();
  const language = useLanguage();
  return useCallback(
    (id: string) => {
      const flow = data?.find((one) => one.id === id);
      return flow ? flowTitle(flow, language) : id;
    },
    [data, language],
  );
}
