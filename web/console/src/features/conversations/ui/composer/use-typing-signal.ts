// Tells the others that somebody writes here, sparingly, and that they stopped. In a bot conversation the first
// keystroke of a reply silences the bot.
import { useCallback, useEffect, useRef } from 'react';
import type { ConversationView } from '@qingniao/shared/api';
import { useRealtime } from '../../../../realtime';
import { useConversationActions } from '../../api/actions';
import type { Mode } from '../../model/drafts';

const REPEAT_MS = 3_000;
const IDLE_MS = 5_000;

export interface TypingSignal {
  typed(mode: Mode): void;
  stopped(): void;
}

export function useTypingSignal(conversation: ConversationView): TypingSignal {
  const realtime = useRealtime();
  const { silenceBot } = useConversationActions();
  const lastSent = useRef(0);
  const idle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const silenced = useRef(false);
  const { id, owner, status } = conversation;
  const botSpeaks = owner.kind === 'bot' && status !== 'resolved' && !conversation.bot.muted;

  useEffect(() => {
    // Given back to the bot: the next keystroke counts again.
    if (!botSpeaks) silenced.current = false;
  }, [botSpeaks]);

  const stopped = useCallback(() => {
    clearTimeout(idle.current);
    if (lastSent.current === 0) return;
    lastSent.current = 0;
    realtime.typing(id, false);
  }, [realtime, id]);

  const typed = useCallback(
    (mode: Mode) => {
      if (mode === 'note') return;
      if (botSpeaks && !silenced.current) {
        silenced.current = true;
        silenceBot(id).catch(() => (silenced.current = false));
      }
      const now = Date.now();
      if (now - lastSent.current > REPEAT_MS) {
        lastSent.current = now;
        realtime.typing(id, true);
      }
      clearTimeout(idle.current);
      idle.current = setTimeout(stopped, IDLE_MS);
    },
    [botSpeaks, id, realtime, silenceBot, stopped],
  );

  useEffect(() => stopped, [stopped]);
  return { typed, stopped };
}
