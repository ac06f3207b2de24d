import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  ArticleView,
  ExamplesAdded,
  ExamplesChanged,
  IntentExampleView,
  IntentModelView,
  IntentView,
  ItemsSettled,
  Language,
  LearningGroupView,
  Page,
  RunKind,
  RunView,
  TrainingFinding,
  TrialDifference,
  TrialOutcome,
  TrialView,
  TriedView,
  UserView,
  VersionStepView,
} from '@qingniao/shared/api';
import { api, listAll, path, refreshResource, useAll } from '../../api';
import { LINES_MAX } from './model/lines';
import type { Share } from './model/shares';

/** Every intent; there are at most a thousand. */
export function useIntents() {
  return useAll<IntentView>('intents');
}

const ARTICLES_MAX = 600;
const EXAMPLES_MOVED_MAX = 20_000;

/** Articles to quote, one entry each, in the reader's language where there is one. */
export function useArticleChoices(language: Language) {
  return useQuery({
    queryKey: ['articles', 'choices', language],
    queryFn: async () => {
      const all = await listAll<ArticleView>('/articles', { state: 'published' }, ARTICLES_MAX);
      const titles = new Map<string, string>();
      for (const article of all) {
        if (article.language === language || !titles.has(article.id)) titles.set(article.id, article.title);
      }
      return [...titles].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label, language));
    },
    staleTime: 60_000,
  });
}

export interface Lines {
  texts: string[];
  language: Language | null;
}

/** What was just changed is read again before the screen says so. */
function useWrite<A, R>(write: (argument: A) => Promise<R>, ...resources: string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSettled: () => Promise.all(resources.map((name) => refreshResource(client, name))),
  });
}

export function useAddExamples(intentId: string) {
  return useWrite(
    ({ texts, language }: Lines) =>
      api.create<ExamplesAdded>(path('/intents/{}/examples', intentId), { texts, imported: texts.length > 1, ...(language ? { language } : {}) }),
    'intents',
    'intent-examples',
  );
}

export interface Shared {
  added: number;
  duplicates: number;
  /** Intents that were made for it. */
  created: number;
}

/** Gives each intent its examples, and makes those that are new. What is there already is left alone, so that it can be tried again. */
export function useShareOut() {
  return useWrite(
    async (shares: readonly Share[]) => {
      const done: Shared = { added: 0, duplicates: 0, created: 0 };
      for (const share of shares) {
        let id = share.intentId;
        if (id === null) {
          id = (await api.create<IntentView>('/intents', { name: share.name })).id;
          done.created += 1;
        }
        for (let start = 0; start < share.texts.length; start += LINES_MAX) {
          const texts = share.texts.slice(start, start + LINES_MAX);
          const added = await api.create<ExamplesAdded>(path('/intents/{}/examples', id), { texts, imported: true });
          done.added += added.added.length;
          done.duplicates += added.duplicates.length;
        }
      }
      return done;
    },
    'intents',
    'intent-examples',
  );
}

export function useDeleteExamples() {
  return useWrite((ids: string[]) => api.post<ExamplesChanged>('/intent-examples/delete', { ids }), 'intents', 'intent-examples');
}

export function useMoveExamples() {
  return useWrite(
    ({ ids, to }: { ids: string[]; to: string }) => api.post<ExamplesChanged>('/intent-examples/move', { ids, intent_id: to }),
    'intents',
    'intent-examples',
  );
}

/** Versions, newest first; the server keeps twenty and the live one. */
export function useModels() {
  return useQuery({
    queryKey: ['intent-models', 'all'],
    queryFn: async ({ signal }) => (await api.get<Page<IntentModelView>>('/intent-models', { limit: 50 }, signal)).items,
  });
}

/** Starts a training in the background; its run is watched by `useRuns`. */
export function useTrain() {
  return useWrite(() => api.post<RunView>('/workshop-runs/trainings'), 'workshop-runs');
}

export function usePublish() {
  return useWrite(
    ({ id, threshold }: { id: string; threshold: number }) => api.post<IntentModelView>(path('/intent-models/{}/publish', id), { threshold }),
    'intent-models',
    'learning-items',
  );
}

export function useUnpublish() {
  return useWrite(() => api.post<void>('/intent-models/unpublish'), 'intent-models', 'learning-items');
}

export function useRollBack() {
  return useWrite(() => api.post<IntentModelView>('/intent-models/roll-back'), 'intent-models', 'learning-items');
}

export interface TrialWish {
  id: string;
  /** 0: a shadow. */
  share: number;
}

export function useStartTrial() {
  return useWrite(({ id, share }: TrialWish) => api.post<IntentModelView>(path('/intent-models/{}/trial', id), { share_percent: share }), 'intent-models');
}

export function useWithdraw() {
  return useWrite(() => api.post<void>('/intent-models/withdraw'), 'intent-models');
}

/** Counting follows the conversations by a second, so the figures are read again while somebody looks. */
const WATCH_MS = 5_000;

export function useTrial(id: string | null) {
  return useQuery({
    queryKey: ['intent-models', 'trial', id],
    queryFn: ({ signal }) => api.get<TrialView>(path('/intent-models/{}/trial', id ?? ''), undefined, signal),
    enabled: id !== null,
    refetchInterval: WATCH_MS,
  });
}

export function useDifferences(id: string, outcome: TrialOutcome | null) {
  return useInfiniteQuery({
    queryKey: ['intent-models', 'differences', id, outcome],
    queryFn: ({ pageParam, signal }) => api.get<Page<TrialDifference>>(path('/intent-models/{}/differences', id), { outcome, limit: 20, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: WATCH_MS,
  });
}

export function useHistory() {
  return useInfiniteQuery({
    queryKey: ['intent-models', 'history'],
    queryFn: ({ pageParam, signal }) => api.get<Page<VersionStepView>>('/intent-models/history', { limit: 20, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

/** Names of people by id. */
export function useNames(): (id: string) => string {
  const people = useAll<UserView>('users');
  return (id) => people.data?.find((one) => one.id === id)?.name ?? id;
}

export interface Trial {
  text: string;
  language: Language | null;
  modelId: string | null;
}

export function useTry() {
  return useMutation({
    mutationFn: ({ text, language, modelId }: Trial) =>
      api.post<TriedView>('/intents/try', { text, ...(language ? { language } : {}), ...(modelId ? { model_id: modelId } : {}) }),
  });
}

export function useLearningGroups() {
  return useQuery({
    queryKey: ['learning-items', 'groups'],
    queryFn: async ({ signal }) => (await api.get<Page<LearningGroupView>>('/learning-items', undefined, signal)).items,
    refetchInterval: 60_000,
  });
}

export function useLearn() {
  return useWrite(
    ({ ids, intentId }: { ids: string[]; intentId: string }) => api.post<ExamplesAdded>('/learning-items/learn', { message_ids: ids, intent_id: intentId }),
    'learning-items',
    'intents',
    'intent-examples',
  );
}

export function useDismiss() {
  return useWrite((ids: string[]) => api.post<ItemsSettled>('/learning-items/dismiss', { message_ids: ids }), 'learning-items');
}

export function useReopen() {
  return useWrite((ids: string[]) => api.post<ItemsSettled>('/learning-items/reopen', { message_ids: ids }), 'learning-items');
}

const RUN_WATCH_MS = 600;

/** Background runs of a kind, newest first; watched while one is under way. */
export function useRuns(kind: RunKind) {
  return useQuery({
    queryKey: ['workshop-runs', kind],
    queryFn: async ({ signal }) => (await api.get<Page<RunView>>('/workshop-runs', { kind }, signal)).items,
    refetchInterval: (query) => (query.state.data?.some((run) => run.state === 'running') ? RUN_WATCH_MS : false),
  });
}

/** One run with what it found. */
export function useRun(id: string | null) {
  return useQuery({
    queryKey: ['workshop-runs', 'one', id],
    queryFn: ({ signal }) => api.get<RunView>(path('/workshop-runs/{}', id ?? ''), undefined, signal),
    enabled: id !== null,
    staleTime: 60_000,
  });
}

export interface EvaluationWish {
  modelId: string | null;
  againstId: string | null;
}

export function useEvaluate() {
  return useWrite(
    ({ modelId, againstId }: EvaluationWish) =>
      api.post<RunView>('/workshop-runs/evaluations', { ...(modelId ? { model_id: modelId } : {}), ...(againstId ? { against_id: againstId } : {}) }),
    'workshop-runs',
  );
}

export function useBacktest() {
  return useWrite(
    ({ modelId, conversations }: { modelId: string; conversations: number }) => api.post<RunView>('/workshop-runs/backtests', { model_id: modelId, conversations }),
    'workshop-runs',
  );
}

export function useCancelRun() {
  return useWrite((id: string) => api.post<RunView>(path('/workshop-runs/{}/cancel', id)), 'workshop-runs');
}

export function useHoldOut() {
  return useWrite((share: number) => api.post<ExamplesChanged>('/intent-examples/hold-out', { share_percent: share }), 'intents', 'intent-examples');
}

export function useSetAside() {
  return useWrite(({ ids, test }: { ids: string[]; test: boolean }) => api.post<ExamplesChanged>('/intent-examples/set-aside', { ids, test }), 'intents', 'intent-examples');
}

/** What is wrong with the examples as they are now. */
export function useFindings() {
  return useQuery({
    queryKey: ['intent-examples', 'check'],
    queryFn: async ({ signal }) => (await api.get<Page<TrainingFinding>>('/intent-examples/check', undefined, signal)).items,
  });
}

/** Moves every example over and deletes the intent they came from. */
export function useMergeIntents() {
  return useWrite(
    async ({ from, into }: { from: string; into: string }) => {
      const examples = await listAll<IntentExampleView>(path('/intents/{}/examples', from), {}, EXAMPLES_MOVED_MAX);
      for (let start = 0; start < examples.length; start += LINES_MAX) {
        const ids = examples.slice(start, start + LINES_MAX).map((one) => one.id);
        await api.post<ExamplesChanged>('/intent-examples/move', { ids, intent_id: into });
      }
      const intent = await api.get<IntentView>(path('/intents/{}', from));
      await api.delete(path('/intents/{}', from), intent.version);
    },
    'intents',
    'intent-examples',
  );
}

/** Makes an intent of messages the bot served badly, and their words its examples. */
export function useNewIntent() {
  return useWrite(
    async ({ name, ids }: { name: string; ids: string[] }) => {
      const intent = await api.create<IntentView>('/intents', { name });
      const added = await api.post<ExamplesAdded>('/learning-items/learn', { message_ids: ids, intent_id: intent.id });
      return { intent, added };
    },
    'learning-items',
    'intents',
    'intent-examples',
  );
}
