// The form and what is written with it.
import { useQuery } from '@tanstack/react-query';
import type { WrapUpForm, WrapUpView } from '@qingniao/shared/presence';
import { api, path } from '../../api';

/** Begins with the resource's name, so that a change of the form reads it again. */
export const FORM = ['wrap-up-form'] as const;

export function useForm() {
  return useQuery({ queryKey: FORM, queryFn: ({ signal }) => api.get<WrapUpForm>('/wrap-up-form', undefined, signal) });
}

export function useWrapUps(conversationId: string, version: number) {
  return useQuery({
    queryKey: ['presence', 'of', conversationId, version],
    queryFn: async ({ signal }) => (await api.get<{ items: WrapUpView[] }>(path('/conversations/{}/wrap-ups', conversationId), undefined, signal)).items,
  });
}

export const place = (w: WrapUpView): string => path('/conversations/{}/wrap-ups/{}', w.conversation_id, String(w.began_at));
