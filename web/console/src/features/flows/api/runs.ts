// Runs and what they wait for.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '@qingniao/shared/api';
import type { ApprovalView, NoticeView } from '@qingniao/shared/approval';
import type { FlowRunDetail, FlowRunState, FlowRunView } from '@qingniao/shared/flow';
import type { JsonObject } from '../model/document';
import { api, listAll, path, refreshResource } from '../../../api';

export type Run = FlowRunView;
export type RunDetail = FlowRunDetail;
export type Approval = ApprovalView;

export interface RunFilter {
  flow?: string;
  state?: FlowRunState | '';
  /** Only those that failed with nobody at them. */
  dead?: true | undefined;
  /** Only those that should move and do not. */
  stuck?: true | undefined;
  conversation?: string;
  /** What somebody searches by. */
  q?: string;
}

/** While something moves, looked at this often; the server's news come on top. */
const WATCH_MS = 2_000;
const LIST_MS = 5_000;

export function useRuns(filter: RunFilter) {
  return useInfiniteQuery({
    queryKey: ['runs', 'pages', filter],
    queryFn: ({ pageParam, signal }) => api.get<Page<Run>>('/runs', { ...filter, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((run) => run.state === 'active')) ? LIST_MS : false),
  });
}

export const isOver = (state: FlowRunState): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

export function useRun(id: string) {
  return useQuery({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => api.get<RunDetail>(path('/runs/{}', id), undefined, signal),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data.state) ? false : WATCH_MS),
  });
}

export function useRunAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, body }: { act: 'cancel' | 'pause' | 'resume' | 'retry'; body?: unknown }) => api.post<unknown>(path('/runs/{}/{}', id, act), body ?? {}),
    onSettled: () => refreshResource(client, 'runs'),
  });
}

export function useApprovals(conversationId?: string) {
  return useQuery({
    queryKey: ['approvals', 'all', conversationId ?? ''],
    queryFn: () => listAll<Approval>('/approvals', conversationId ? { conversation: conversationId } : {}),
    refetchInterval: 30_000,
  });
}

export interface Decision {
  approval: Approval;
  approved: boolean;
  comment: string;
  payload?: unknown;
}

export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ approval, approved, comment, payload }: Decision) =>
      api.post<unknown>(path('/approvals/{}/{}/decide', approval.run_id, approval.step), {
        attempt: approval.attempt,
        approved,
        comment,
        ...(payload === undefined ? {} : { payload }),
      }),
    onSettled: () => Promise.all([refreshResource(client, 'approvals'), refreshResource(client, 'runs')]),
  });
}

/** Begins a run of the live version by hand. */
export function useStartRun(flowId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ input, key }: { input: JsonObject; key: string }) => api.create<{ run_id: string }>(path('/flows/{}/runs', flowId), { input }, key),
    onSettled: () => refreshResource(client, 'runs'),
  });
}

/** What flows tell the signed-in person. */
export function useNotices() {
  return useQuery({ queryKey: ['notices', 'all'], queryFn: () => listAll<NoticeView>('/notices') });
}

/** They are read: gone for this person. */
export function useReadNotices() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (notices: readonly NoticeView[]) => Promise.all(notices.map((notice) => api.delete(path('/notices/{}', notice.id)))),
    onSettled: () => refreshResource(client, 'notices'),
  });
}
