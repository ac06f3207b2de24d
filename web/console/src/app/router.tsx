// A small router over the History API: paths with `:params`, links, and a guard that asks before unsaved work is left.
import { useCallback, useEffect, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';

const listeners = new Set<() => void>();
type Guard = () => boolean;
let guard: Guard | null = null;
/** The path shown; differs from `location` only while a guard refuses the browser's back button. */
let shown = location.pathname + location.search;

function announce() {
  shown = location.pathname + location.search;
  for (const listener of listeners) listener();
}

window.addEventListener('popstate', () => {
  if (guard && !guard()) {
    history.pushState(null, '', shown);
    return;
  }
  guard = null;
  announce();
});

export interface NavigateOptions {
  replace?: boolean;
  /** Only the address changes: nothing unsaved is left, so the guard is neither asked nor lifted. */
  samePage?: boolean;
}

export function navigate(to: string, options: NavigateOptions = {}) {
  if (to === location.pathname + location.search) return;
  if (!options.samePage) {
    if (guard && !guard()) return;
    guard = null;
  }
  if (options.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  announce();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLocation(): { path: string; search: URLSearchParams } {
  const full = useSyncExternalStore(subscribe, () => shown);
  const [path = '/', search = ''] = full.split('?');
  return { path, search: new URLSearchParams(search) };
}

/** One search parameter as state; kept in the address so that a view can be shared. */
export function useSearchParam(name: string): [string, (value: string) => void] {
  const { path, search } = useLocation();
  const value = search.get(name) ?? '';
  const set = useCallback(
    (next: string) => {
      const params = new URLSearchParams(location.search);
      if (next) params.set(name, next);
      else params.delete(name);
      const text = params.toString();
      navigate(path + (text ? `?${text}` : ''), { replace: true });
    },
    [name, path],
  );
  return [value, set];
}

/** `match('/contacts/:id', '/contacts/con_1')` → `{ id: 'con_1' }`; null when it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
  if (want.length !== have.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeSafely(value);
    else if (part !== value) return null;
  }
  return params;
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** While `dirty`, leaving the page asks `question` first. */
export function useLeaveGuard(dirty: boolean, question: string) {
  useEffect(() => {
    if (!dirty) return;
    const ask = () => window.confirm(question);
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = ask;
    window.addEventListener('beforeunload', beforeUnload);
    return () => {
      if (guard === ask) guard = null;
      window.removeEventListener('beforeunload', beforeUnload);
    };
  }, [dirty, question]);
}

export interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
}

export function Link({ to, onClick, ...rest }: LinkProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || rest.target) return;
    event.preventDefault();
    navigate(to);
  }
  return <a {...rest} href={to} onClick={follow} />;
}
