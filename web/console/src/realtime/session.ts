// One attempt at following the stream, by either transport. A session says hello, keeps itself honest
// with a heartbeat, and ends exactly once. When to try again is the client's business, not a session's.
import type { ClientFrame, ServerFrame } from '@qingniao/shared/api';
import { parseFrame, type Bye, type PollAnswer } from './frames';

export interface Ending {
  /** It got as far as `ready`. */
  opened: boolean;
  bye?: { reason: Bye['reason']; retryMs: number };
}

export interface SessionEvents {
  onFrame(frame: ServerFrame): void;
  onEnd(ending: Ending): void;
}

export interface Session {
  send(frame: ClientFrame): void;
  /** Asks whether the other side is still there; ends the session if not. */
  probe(): void;
  close(): void;
}

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  readonly readyState: number;
  send(text: string): void;
  close(): void;
}

const HEARTBEAT_MS = 25_000;
const READY_WITHIN_MS = 12_000;
const ANSWER_WITHIN_MS = 8_000;
const SOCKET_OPEN = 1;

export function openSocketSession(makeSocket: () => SocketLike, resumeSeq: number | null, events: SessionEvents): Session {
  let opened = false;
  let ended = false;
  let bye: Ending['bye'];
  let beat: ReturnType<typeof setInterval> | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const socket = makeSocket();

  const end = (): void => {
    if (ended) return;
    ended = true;
    clearInterval(beat);
    clearTimeout(deadline);
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
    events.onEnd(bye ? { opened, bye } : { opened });
  };
  const expectWithin = (ms: number): void => {
    clearTimeout(deadline);
    deadline = setTimeout(end, ms);
  };
  const send = (frame: ClientFrame): void => {
    if (!ended && socket.readyState === SOCKET_OPEN) socket.send(JSON.stringify(frame));
  };
  const probe = (): void => {
    send({ type: 'ping' });
    expectWithin(ANSWER_WITHIN_MS);
  };

  expectWithin(READY_WITHIN_MS);
  socket.onopen = () => send(resumeSeq === null ? { type: 'hello' } : { type: 'hello', resume: { seq: resumeSeq } });
  socket.onmessage = (event) => {
    const frame = parseFrame(event.data);
    if (frame === null) return;
    if (frame.type === 'ready') {
      opened = true;
      clearInterval(beat);
      // Both sides want to hear something within each heartbeat, however busy the other direction is.
      beat = setInterval(probe, (frame.heartbeat_ms > 0 ? frame.heartbeat_ms : HEARTBEAT_MS) * 0.8);
    }
    if (opened) clearTimeout(deadline);
    if (frame.type === 'bye') {
      bye = { reason: frame.reason, retryMs: frame.retry_ms ?? 0 };
      end();
      return;
    }
    events.onFrame(frame);
  };
  socket.onclose = end;
  socket.onerror = end;
  return { send, probe, close: end };
}

export interface PollDeps {
  poll(seq: number | null, signal: AbortSignal): Promise<PollAnswer>;
  signal(frame: ClientFrame): Promise<void>;
}

/** Long poll for networks that break WebSockets; speaks to the client in the same frames. */
export function openPollSession(deps: PollDeps, resumeSeq: number | null, events: SessionEvents): Session {
  const abort = new AbortController();
  let opened = false;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    abort.abort();
    events.onEnd({ opened });
  };
  const deliver = (answer: PollAnswer): void => {
    if (answer.reload) events.onFrame({ type: 'reload' });
    if (!opened || answer.reload) {
      opened = true;
      events.onFrame({
        type: 'ready',
        seq: answer.seq,
        resumed: resumeSeq !== null && !answer.reload,
        heartbeat_ms: HEARTBEAT_MS,
        connection_id: 'poll',
      });
    }
    for (const entry of answer.entries) events.onFrame({ ...entry, type: 'entry' });
  };
  const loop = async (): Promise<void> => {
    let seq = resumeSeq;
    try {
      while (!ended) {
        const answer = await deps.poll(seq, abort.signal);
        // Read through a function: `close` may have been called while the answer was under way.
        if (isOver()) return;
        deliver(answer);
        seq = answer.seq;
      }
    } catch {
      end();
    }
  };
  const isOver = (): boolean => ended;

  void loop();
  return {
    send: (frame) => {
      if (frame.type !== 'ping' && frame.type !== 'hello') deps.signal(frame).catch(() => undefined);
    },
    probe: () => undefined,
    close: end,
  };
}
