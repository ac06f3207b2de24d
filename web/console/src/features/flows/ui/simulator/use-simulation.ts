// One simulated conversation: the script so far, and what the server made of it. Every deed adds a line and plays all again.
import { useCallback, useState } from 'react';
import type { ChannelKind } from '@qingniao/shared/api';
import type { FlowReport } from '@qingniao/shared/flow';
import { simulate } from '../../api/simulate';
import type { Happening, Script } from '../../api/types';
import type { FlowDocument, JsonObject, Json } from '../../model/document';

export interface Persona {
  name: string;
  phone: string;
  attributes: string;
  /** What the webhook, event or alarm tells, as JSON. */
  event: string;
  language: 'zh-CN' | 'en';
  /** Where they write. */
  channel: ChannelKind;
  /** What the customer wrote first. */
  message: string;
  inputs: JsonObject;
  /** What shared variables hold already, by name. */
  shared: JsonObject;
}

export interface Simulation {
  report: FlowReport | null;
  error: unknown;
  busy: boolean;
  script: Script | null;
  begin: (persona: Persona) => void;
  happen: (what: Happening) => void;
  /** Takes the last line back. */
  back: () => void;
  pin: (node: string, value: Json | undefined) => void;
  /** Shows only so many events; null for all. */
  step: (events: number | null) => void;
  again: () => void;
}

export function useSimulation(flowId: string, documentNow: () => FlowDocument): Simulation {
  const [script, setScript] = useState<Script | null>(null);
  const [pins, setPins] = useState<Record<string, Json>>({});
  const [report, setReport] = useState<FlowReport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const play = useCallback(
    async (next: Script) => {
      setScript(next);
      setBusy(true);
      setError(null);
      try {
        setReport(await simulate(flowId, documentNow(), next));
      } catch (problem) {
        setError(problem);
      } finally {
        setBusy(false);
      }
    },
    [flowId, documentNow],
  );
  const begin = (persona: Persona) => void play({ input: persona.inputs, context: contextOf(persona), ...sharedOf(persona, documentNow()), begins_at: Date.now(), pins, happens: [] });
  const withScript = (change: (script: Script) => Script) => {
    if (script) void play(change(script));
  };
  return {
    report,
    error,
    busy,
    script,
    begin,
    happen: (what) => withScript((now) => ({ ...now, happens: [...now.happens, what] })),
    back: () => withScript((now) => ({ ...now, happens: now.happens.slice(0, -1) })),
    again: () => withScript((now) => now),
    step: (events) => withScript(({ events_max: _old, ...now }) => ({ ...now, ...(events === null ? {} : { events_max: events }) })),
    pin: (node, value) => {
      const { [node]: _old, ...rest } = pins;
      const next = value === undefined ? rest : { ...rest, [node]: value };
      setPins(next);
      withScript((now) => ({ ...now, pins: next }));
    },
  };
}

/** By scope and name, of what the flow still shares. */
function sharedOf({ shared }: Persona, document: FlowDocument): Pick<Script, 'shared'> {
  const out: Record<string, JsonObject> = {};
  for (const { name, scope = 'run' } of document.variables ?? []) {
    const value = shared[name];
    if (scope !== 'run' && value !== undefined) out[scope] = { ...out[scope], [name]: value };
  }
  return Object.keys(out).length > 0 ? { shared: out } : {};
}

function contextOf(persona: Persona): JsonObject {
  const event = read(persona.event);
  return {
    contact: { id: 'con_simulated', name: persona.name || null, email: null, phone: persona.phone || null, attributes: read(persona.attributes) ?? {} },
    conversation: { id: 'cnv_simulated', language: persona.language, inbox: null, channel: persona.channel },
    message: { id: 'msg_simulated', text: persona.message },
    ...(event === null ? {} : { event }),
  };
}

/** Null while it is not JSON yet. */
function read(text: string): Json {
  try {
    return JSON.parse(text || 'null') as Json;
  } catch {
    return null;
  }
}
