// Live forms and filling one in. They change with the flows, so their key begins like that of flows.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormView } from '@qingniao/shared/form';
import { api, listAll, path, refreshResource } from '../../api';
import { useLanguage } from '../../i18n';
import type { Json } from '../flows/model/document';

export interface FilledForm {
  answers: Record<string, Json>;
  conversation_id?: string;
}

export function useForms() {
  const language = useLanguage();
  return useQuery({ queryKey: ['flows', 'forms', language], queryFn: () => listAll<FormView>('/forms') });
}

export function useFillForm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ flowId, body, key }: { flowId: string; body: FilledForm; key: string }) => api.create<{ run_id: string }>(path('/forms/{}', flowId), body, key),
    onSettled: () => refreshResource(client, 'runs'),
  });
}
