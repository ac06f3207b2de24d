// Which flows an answer may offer to begin.
import type { FlowView, Language } from '@qingniao/shared/api';
import { flowTitle } from '../../flows/api/names';

/** The chosen one takes nobody any more; false while flows are not known. */
export function isStopped(flows: readonly FlowView[] | undefined, id: string): boolean {
  return id !== '' && flows !== undefined && !flows.find((flow) => flow.id === id)?.customers_begin;
}

/** None, those that customers can begin now, and the chosen one whatever became of it. */
export function nextFlowOptions(flows: readonly FlowView[] | undefined, id: string, language: Language, none: string) {
  const chosen = flows?.find((flow) => flow.id === id);
  const offered = (flows ?? []).filter((flow) => flow.customers_begin).map((flow) => ({ value: flow.id, label: flowTitle(flow, language) }));
  const kept = id !== '' && !chosen?.customers_begin ? [{ value: id, label: chosen ? flowTitle(chosen, language) : id }] : [];
  return [{ value: '', label: none }, ...offered, ...kept];
}
