// How the draft's files would leave: as files, or as links where the channel takes no such file or none so large. Asked while the agent
// still writes, so that nobody learns of a limit afterwards.
import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Attachment, FileWayView } from '@qingniao/shared/api';
import { api, path } from '../../../../api';

const NONE: ReadonlyMap<string, FileWayView> = new Map();

/** By attachment; empty for a note, which never leaves. */
export function useFileWays(conversationId: string, attachments: readonly Attachment[], leaves: boolean): ReadonlyMap<string, FileWayView> {
  const ids = attachments.map((file) => file.id).join(',');
  const { data } = useQuery({
    queryKey: ['file-ways', conversationId, ids],
    queryFn: ({ signal }) => api.get<{ items: FileWayView[] }>(path('/conversations/{}/file-ways', conversationId), { attachments: ids }, signal),
    enabled: leaves && ids !== '',
    staleTime: Infinity,
  });
  return useMemo(() => (leaves && data ? new Map(data.items.map((way) => [way.attachment_id, way])) : NONE), [leaves, data]);
}
