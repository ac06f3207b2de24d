// The ticks of the list. They belong to what is listed: another list begins without any.
import { useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import type { useConversationList } from '../../api/queries';
import type { ListQuery } from '../../model/buckets';
import { rowsOf } from '../../model/lists';
import { all, NONE, ranged, SELECTED_MAX, toggled, type Selection } from '../../model/selection';

export function useSelection(list: ReturnType<typeof useConversationList>, rows: ConversationView[], shown: ListQuery) {
  const [selection, setSelection] = useState<Selection | null>(null);
  const name = JSON.stringify(shown);
  const [listed, setListed] = useState(name);
  if (listed !== name) {
    setListed(name);
    setSelection(null);
  }

  async function readAndTickAll(): Promise<void> {
    let data = list.data;
    for (let more = list.hasNextPage; more && rowsOf(data).length < SELECTED_MAX; ) {
      ({ data, hasNextPage: more } = await list.fetchNextPage());
    }
    setSelection(all(rowsOf(data).map((row) => row.id)));
  }

  return {
    /** Null while nothing is being ticked. */
    ids: selection?.ids ?? null,
    toggle: () => setSelection((old) => (old === null ? NONE : null)),
    tick: (id: string, range: boolean) => {
      const order = rows.map((row) => row.id);
      setSelection((old) => (range ? ranged(old ?? NONE, order, id) : toggled(old ?? NONE, id)));
    },
    tickAll: () => void readAndTickAll(),
    keep: (ids: string[]) => setSelection(all(ids)),
  };
}
