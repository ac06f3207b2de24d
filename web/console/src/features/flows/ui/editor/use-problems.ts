// What the server finds wrong with the drawing, asked again when it has rested.
import { useMemo } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebounced } from '../../../../ui';
import { checkDocument } from '../../api/queries';
import type { FlowDocument, Problem } from '../../model/document';

const NONE: readonly Problem[] = [];

export interface Checked {
  problems: readonly Problem[];
  byNode: ReadonlyMap<string, 'error' | 'warning'>;
  errors: number;
  warnings: number;
}

/** `unsound` are the variables whose fields show no value: the document cannot tell of those. */
export function useProblems(flowId: string, document: FlowDocument, unsound: readonly string[]): Checked {
  const rested = useDebounced(document, 500);
  // Places do not matter to the check; leaving them out spares a request for every move.
  const text = useMemo(() => JSON.stringify({ ...rested, layout: undefined }), [rested]);
  const checked = useQuery({
    queryKey: ['flow-check', flowId, text],
    queryFn: async ({ signal }) => (await checkDocument(flowId, JSON.parse(text) as FlowDocument, signal)).problems,
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    staleTime: Infinity,
  });
  const problems = checked.data ?? NONE;
  const names = unsound.join(' ');
  return useMemo(() => summarise([...names.split(' ').filter(Boolean).map(noValue), ...problems]), [names, problems]);
}

const noValue = (name: string): Problem => ({ code: 'value', severity: 'error', node: null, field: name, zh: `「${name}」的值还没有填好。`, en: `The value of ${name} is not complete.` });

function summarise(problems: readonly Problem[]): Checked {
  const byNode = new Map<string, 'error' | 'warning'>();
  let errors = 0;
  for (const problem of problems) {
    const severity = problem.severity ?? 'error';
    if (severity === 'error') errors += 1;
    if (problem.node && byNode.get(problem.node) !== 'error') byNode.set(problem.node, severity);
  }
  return { problems, byNode, errors, warnings: problems.length - errors };
}
