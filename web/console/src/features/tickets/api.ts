// Tickets as the server has them.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '@qingniao/shared/api';
import type { TicketCounts, TicketDetail, TicketEventView, TicketKindView, TicketView } from '@qingniao/shared/ticket';
import { api, path, refreshResource, request, uuid } from '../../api';

export interface TicketFilter {
  state: string;
  assignee: string;
  team: string;
  q: string;
}

export function useTickets(filter: TicketFilter) {
  return useInfiniteQuery({
    queryKey: ['tickets', 'pages', filter],
    queryFn: ({ pageParam, signal }) => api.get<Page<TicketView>>('/tickets', { ...filter, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function useTicketCounts() {
  return useQuery({ queryKey: ['tickets', 'counts'], queryFn: ({ signal }) => api.get<TicketCounts>('/tickets/counts', undefined, signal) });
}

export function useTicketsOf(conversation: string) {
  return useQuery({
    queryKey: ['tickets', 'of', conversation],
    queryFn: ({ signal }) => api.get<Page<TicketView>>('/tickets', { conversation, limit: 20 }, signal),
  });
}

export function useTicket(id: string) {
  return useQuery({ queryKey: ['tickets', 'one', id], queryFn: ({ signal }) => api.get<TicketDetail>(path('/tickets/{}', id), undefined, signal) });
}

export function useTicketHistory(id: string) {
  return useQuery({
    queryKey: ['tickets', 'history', id],
    queryFn: ({ signal }) => api.get<Page<TicketEventView>>(path('/tickets/{}/history', id), { limit: 200 }, signal),
  });
}

export function useTicketKinds() {
  return useQuery({ queryKey: ['ticket-kinds', 'all'], queryFn: ({ signal }) => api.get<Page<TicketKindView>>('/ticket-kinds', undefined, signal) });
}

export type TicketChange = Partial<Pick<TicketView, 'state' | 'priority' | 'team_id' | 'assignee_id' | 'fields' | 'due_at'>> & { note?: string };

export function useChangeTicket(ticket: TicketView) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: TicketChange) => request<TicketDetail>('PATCH', path('/tickets/{}', ticket.id), { body: change, ifMatch: ticket.version }),
    onSettled: () => refreshResource(client, 'tickets'),
  });
}

export interface NewTicket {
  title: string;
  text: string;
  kind: string;
  priority: string;
  fields: Record<string, unknown>;
  conversation_id?: string;
}

export function useOpenTicket() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ticket: NewTicket) => api.create<TicketView>('/tickets', ticket, uuid()),
    onSettled: () => refreshResource(client, 'tickets'),
  });
}

export function usePutKind() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: Record<string, unknown> }) => request<TicketKindView>('PUT', path('/ticket-kinds/{}', id), { body }),
    onSuccess: () => refreshResource(client, 'ticket-kinds'),
  });
}

export function useRemoveKind() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (kind: TicketKindView) => request<undefined>('DELETE', path('/ticket-kinds/{}', kind.id), { ifMatch: kind.version }),
    onSuccess: () => refreshResource(client, 'ticket-kinds'),
  });
}
