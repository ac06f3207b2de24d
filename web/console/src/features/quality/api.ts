// What this feature reads and writes. The first part of a key is the resource, so that a change anywhere reads it again.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '@qingniao/shared/api';
import type { Answers, ReviewDetail, ReviewView } from '@qingniao/shared/quality';
import { api, path, request, type Query } from '../../api';

export function useReviews(query: Query) {
  return useInfiniteQuery({
    queryKey: ['reviews', 'pages', query],
    queryFn: ({ pageParam, signal }) => api.get<Page<ReviewView>>('/reviews', { ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function useReview(id: string) {
  return useQuery({ queryKey: ['reviews', 'one', id], queryFn: ({ signal }) => api.get<ReviewDetail>(path('/reviews/{}', id), undefined, signal) });
}

export type Deed =
  | { kind: 'score'; form_version: number; answers: Answers; note: string; submit: boolean }
  | { kind: 'appeal'; text: string }
  | { kind: 'settle'; text: string; answers: Answers }
  | { kind: 'skip'; reason: string }
  | { kind: 'take-up' };

export interface ReviewWish {
  conversation_id: string;
  scorecard_id: string;
  reviewer_id: string | null;
  why: string;
}

/** Sends a conversation to review. */
export function useAskReview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: ReviewWish) => api.post<ReviewView>('/reviews', wish),
    onSuccess: () => client.invalidateQueries({ queryKey: ['reviews'] }),
  });
}

/** The one review a conversation may have; null where it has none that this person may see. */
export function useReviewOf(conversationId: string) {
  return useQuery({
    queryKey: ['reviews', 'of', conversationId],
    queryFn: async ({ signal }) => (await api.get<Page<ReviewView>>('/reviews', { conversation: conversationId, limit: 1 }, signal)).items[0] ?? null,
  });
}

/** What a person does to a review, over the version they saw. */
export function useDeed(detail: ReviewDetail) {
  const client = useQueryClient();
  const { id, version } = detail.review;
  return useMutation({
    mutationFn: ({ kind, ...body }: Deed) => {
      const url = path(kind === 'score' ? '/reviews/{}' : `/reviews/{}/${kind}`, id);
      return request<ReviewDetail>(kind === 'score' ? 'PUT' : 'POST', url, { body, ifMatch: version });
    },
    onSuccess: (next) => {
      client.setQueryData(['reviews', 'one', id], next);
      void client.invalidateQueries({ queryKey: ['reviews', 'pages'] });
      void client.invalidateQueries({ queryKey: ['reviews', 'of', next.review.conversation_id] });
    },
  });
}
