import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page, SecretView, WebhookDeliveryView, WebhookView } from '@qingniao/shared/api';
import { api, path, refreshResource } from '../../api';

/** What may happen, as the server names it. An empty choice means all of them. */
export const WEBHOOK_EVENTS = [
  'conversation.created',
  'conversation.updated',
  'conversation.resolved',
  'conversation.sla',
  'conversation.compensation_offered',
  'message.created',
  'message.updated',
  'ticket.created',
  'ticket.updated',
  'ticket.overdue',
  'ticket.sla',
  'flow.notified',
] as const;

const POLL_MS = 5000;

/** Looked at again every few seconds while something is still on its way. */
export function useDeliveries(webhookId: string) {
  return useQuery({
    queryKey: ['webhooks', 'deliveries', webhookId],
    queryFn: ({ signal }) => api.get<Page<WebhookDeliveryView>>(path('/webhooks/{}/deliveries', webhookId), { limit: 100 }, signal),
    refetchInterval: (query) =>
      query.state.data?.items.some((one) => (one.state === 'pending' && !isHeld(one)) || one.state === 'leased') ? POLL_MS : false,
  });
}

/** It waits for the end of a pause: the server puts it at the end of the calendar. */
export function isHeld(delivery: WebhookDeliveryView): boolean {
  return delivery.next_attempt_at > Date.UTC(9000, 0);
}

function useAction<A>(run: (argument: A) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: run, onSuccess: () => refreshResource(client, 'webhooks') });
}

/** Ends a pause. Events that waited are sent again. */
export function useResumeWebhook(hook: WebhookView) {
  return useAction<void>(() => api.patch<WebhookView>(path('/webhooks/{}', hook.id), { paused: false }, hook.version));
}

export function useTestWebhook(webhookId: string) {
  return useAction<void>(() => api.post(path('/webhooks/{}/test', webhookId)));
}

export function useResend(webhookId: string) {
  return useAction<string>((effectId) => api.post(path('/webhooks/{}/deliveries/{}/resend', webhookId, effectId)));
}

/** The endpoint has a new version afterwards. */
export function useRotateSecret(webhookId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<SecretView>(path('/webhooks/{}/secret', webhookId)),
    onSuccess: () => refreshResource(client, 'webhooks'),
  });
}
