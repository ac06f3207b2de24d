// One act on many conversations, with what became of each and the way back.
import type { BulkAction, BulkResult } from '@qingniao/shared/api';
import { api } from '../../../api';

export function actOnMany(ids: readonly string[], action: BulkAction): Promise<BulkResult> {
  return api.create<BulkResult>('/conversations/bulk', { ids, action });
}

/** Takes back what can be: acts that are taken back alike go together. */
export async function takeBack(result: BulkResult): Promise<BulkResult> {
  const groups = new Map<string, { action: BulkAction; ids: string[] }>();
  for (const { id, undo } of result.done) {
    if (undo === null) continue;
    const key = JSON.stringify(undo);
    const group = groups.get(key) ?? { action: undo, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  const undone: BulkResult = { done: [], refused: [] };
  for (const { action, ids } of groups.values()) {
    const part = await actOnMany(ids, action);
    undone.done.push(...part.done.map(({ id }) => ({ id, undo: null })));
    undone.refused.push(...part.refused);
  }
  return undone;
}

export function canTakeBack(result: BulkResult): boolean {
  return result.done.some(({ undo }) => undo !== null);
}
