// Reading a person and saying who is whom. Afterwards everything read of contacts and their conversations is read again.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConsentView, ContactLinkView, PersonView } from '@qingniao/shared/person';
import { api, listAll, path } from '../../api';

export function usePerson(contactId: string) {
  return useQuery({
    queryKey: ['contacts', 'person', contactId],
    queryFn: ({ signal }) => api.get<PersonView>(path('/contacts/{}/person', contactId), undefined, signal),
    staleTime: 30_000,
  });
}

export function useConsents(contactId: string) {
  return useQuery({
    queryKey: ['contacts', 'consents', contactId],
    queryFn: () => listAll<ConsentView>(path('/contacts/{}/consents', contactId)),
    staleTime: 30_000,
  });
}

function useAfterwards() {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ['contacts'] });
    void client.invalidateQueries({ queryKey: ['conversations', 'of-contact'] });
    void client.invalidateQueries({ queryKey: ['next-best'] });
  };
}

export function useJudge(contactId: string) {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: (judged: { contact_id: string; same: boolean }) => api.post<ContactLinkView>(path('/contacts/{}/links', contactId), judged),
    onSettled,
  });
}

export function useUnlink() {
  const onSettled = useAfterwards();
  return useMutation({ mutationFn: (id: string) => api.post<ContactLinkView>(path('/contact-links/{}/undo', id)), onSettled });
}
