// Asked by a chip: finds the message that shows the feeling, marks its words and goes there.
import { useEffect } from 'react';
import type { MessageView } from '@qingniao/shared/api';
import { mark, type Marked, type Span } from './evidence';

interface Props {
  items: readonly MessageView[];
  emotion: string | null;
  onFound(message: string): void;
}

export default function Evidence({ items, emotion, onFound }: Props) {
  useEffect(() => {
    const shown = evidenceOf(items, emotion);
    mark(shown);
    if (shown) onFound(shown.message);
  }, [items, emotion, onFound]);
  return null;
}

/** The customer's last message that was read as this feeling. */
export function evidenceOf(items: readonly MessageView[], emotion: string | null): Marked | null {
  for (const message of [...items].reverse()) {
    if (message.kind !== 'incoming' || message.recalled_at !== null) continue;
    const read = (message.trace as { understood?: { emotion?: { emotion?: string; evidence?: Span[] } } } | null | undefined)?.understood?.emotion;
    if (read?.emotion === emotion) return { message: message.id, spans: read?.evidence ?? [] };
  }
  return null;
}
