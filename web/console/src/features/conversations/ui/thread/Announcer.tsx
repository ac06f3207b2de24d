// Reads new messages aloud to screen readers, politely and in batches. The history itself is not live: rows come and
// go in it as one scrolls, and none of that is news.
import { useEffect, useRef, useState } from 'react';
import type { ConversationView, MessageView } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { messages } from '../../messages';
import { contactName } from '../../model/names';

const BATCH_MS = 900;
const SPOKEN_MAX = 3;

export function Announcer({ conversation, items, me }: { conversation: ConversationView; items: MessageView[]; me: string }) {
  const t = useT(messages);
  const [text, setText] = useState('');
  const lastSeq = items[items.length - 1]?.seq ?? 0;
  const spoken = useRef(lastSeq);

  useEffect(() => {
    if (lastSeq <= spoken.current) return;
    const timer = setTimeout(() => {
      const news = items.filter((m) => m.seq > spoken.current && m.kind !== 'activity' && m.author.id !== me);
      spoken.current = lastSeq;
      if (news.length === 0) return;
      const lines = news.map((m) => t('says', { name: m.author.name || (m.author.kind === 'bot' ? t('bot') : contactName(conversation.contact, t)), text: m.content.text }));
      setText(news.length > SPOKEN_MAX ? t('newMessages', { n: news.length }) : lines.join('\n'));
    }, BATCH_MS);
    return () => clearTimeout(timer);
  }, [items, lastSeq, me, conversation, t]);

  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
}
