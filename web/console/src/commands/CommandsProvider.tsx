// Listens to the keyboard for the whole console and knows which commands can run now. Screens bind what their commands
// do with `useCommands`; the palette and the key map live here.
import { createContext, lazy, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { preferences, setPreference } from '../app/preferences';
import { navigate } from '../app/router';
import { useSetPresence } from '../app/UserMenu';
import { language, say, setLanguage } from '../i18n';
import { toast } from '../ui';
import { isTextField, KeyReader } from './keys';
import { commandMessages } from './messages';
import type { CommandId } from './registry';

export interface Binding {
  run(): void;
  /** Absent: always possible while bound. */
  when?(): boolean;
}

export type Bindings = Partial<Record<CommandId, Binding | (() => void)>>;

interface Commands {
  bind(bindings: () => Bindings): () => void;
  /** False when nobody can do it now. */
  run(id: CommandId): boolean;
  canRun(id: CommandId): boolean;
}

const CommandPalette = lazy(() => import('./CommandPalette').then((module) => ({ default: module.CommandPalette })));
const FormsDialog = lazy(() => import('../features/forms/FormsDialog').then((module) => ({ default: module.FormsDialog })));
const KeyMap = lazy(() => import('./KeyMap').then((module) => ({ default: module.KeyMap })));

const CommandsContext = createContext<Commands | null>(null);

export function CommandsProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'keys' | 'forms' | null>(null);
  const bound = useRef(new Set<() => Bindings>());
  const setPresence = useSetPresence();

  const find = useCallback((id: CommandId): Binding | null => {
    // The screen bound last is the one on top.
    for (const bindings of [...bound.current].reverse()) {
      const found = bindings()[id];
      if (found === undefined) continue;
      const binding = typeof found === 'function' ? { run: found } : found;
      if (binding.when === undefined || binding.when()) return binding;
    }
    return null;
  }, []);

  const commands = useMemo<Commands>(
    () => ({
      bind: (bindings) => {
        bound.current.add(bindings);
        return () => bound.current.delete(bindings);
      },
      run: (id) => {
        const binding = find(id);
        binding?.run();
        return binding !== null;
      },
      canRun: (id) => find(id) !== null,
    }),
    [find],
  );

  useBindings(commands, {
    'view.palette': () => setOpen((now) => (now === 'palette' ? null : 'palette')),
    'view.keys': () => setOpen('keys'),
    'view.theme': () => setPreference('theme', isDark() ? 'light' : 'dark'),
    'view.language': () => setLanguage(language() === 'en' ? 'zh-CN' : 'en'),
    'go.conversations': () => navigate('/'),
    'go.contacts': () => navigate('/contacts'),
    'go.knowledge': () => navigate('/knowledge'),
    'go.flows': () => navigate('/flows'),
    'go.approvals': () => navigate('/approvals'),
    'go.overview': () => navigate('/overview'),
    'go.settings': () => navigate('/settings'),
    'forms.open': () => setOpen('forms'),
    'me.online': () => setPresence.mutate({ presence: 'online' }),
    'me.busy': () => setPresence.mutate({ presence: 'busy' }),
    'me.offline': () => setPresence.mutate({ presence: 'offline' }),
    'me.singleKeys': () => {
      const on = !preferences().singleKeys;
      setPreference('singleKeys', on);
      toast.info(say(commandMessages)(on ? 'singleKeysOn' : 'singleKeysOff'));
    },
  });

  useEffect(() => {
    const reader = new KeyReader();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const id = reader.read(event, Date.now(), isTextField(event.target), preferences().singleKeys);
      if (id === null) return;
      // A dialog or a menu has the keyboard; only the palette may come over it.
      if (id !== 'view.palette' && isBelowOverlay(event.target)) return;
      if (commands.run(id)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [commands]);

  return (
    <CommandsContext.Provider value={commands}>
      {children}
      <Suspense fallback={null}>
        {open === 'palette' && <CommandPalette open onClose={() => setOpen(null)} />}
        {open === 'forms' && <FormsDialog conversationId={null} onClose={() => setOpen(null)} />}
        {open === 'keys' && <KeyMap open onClose={() => setOpen(null)} />}
      </Suspense>
    </CommandsContext.Provider>
  );
}

function isBelowOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"][data-open]') !== null;
}

function isDark(): boolean {
  const { theme } = preferences();
  return theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
}

function useBindings(commands: Commands, bindings: Bindings): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => commands.bind(() => latest.current), [commands]);
}

/** Binds commands while the calling component is on screen. */
export function useCommands(bindings: Bindings): void {
  useBindings(useCommandRunner(), bindings);
}

export function useCommandRunner(): Commands {
  const commands = useContext(CommandsContext);
  if (commands === null) throw new Error('useCommands is for screens below CommandsProvider');
  return commands;
}
