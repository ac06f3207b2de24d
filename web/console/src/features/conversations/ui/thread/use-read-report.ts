// Tells the server how far the owner has read, when they are really looking.
import { useEffect, useState } from 'react';
import type { ConversationView } from '@qingniao/shared/api';

const AFTER_MS = 500;

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

function useLooking(): boolean {
  const [looking, setLooking] = useState(isLooking);
  useEffect(() => {
    const check = (): void => setLooking(isLooking());
    window.addEventListener('focus', check);
    window.addEventListener('blur', check);
    document.addEventListener('visibilitychange', check);
    return () => {
      window.removeEventListener('focus', check);
      window.removeEventListener('blur', check);
      document.removeEventListener('visibilitychange', check);
    };
  }, []);
  return looking;
}

export interface ReadReport {
  conversation: ConversationView;
  me: string;
  /** The last message on screen. */
  seq: number;
  report(id: string, seq: number): void;
}

export function useReadReport({ conversation, me, seq, report }: ReadReport): void {
  const looking = useLooking();
  const { id, owner, agent_read_seq, status } = conversation;
  const mine = owner.kind === 'agent' && owner.agent_id === me && status !== 'resolved';
  const wanted = looking && mine && seq > agent_read_seq;
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => report(id, seq), AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, id, seq, report]);
}
