// How calls prove who they are, as the form edits it: every kind keeps only its own fields.
import type { ConnectorAuth } from '@qingniao/shared/connectors';

export const AUTH_KINDS = ['none', 'api_key', 'basic', 'bearer', 'oauth2', 'hmac'] as const;
/** Mail servers and databases know nothing else. */
export const SIGN_IN: readonly AuthKind[] = ['none', 'basic'];
export type AuthKind = (typeof AUTH_KINDS)[number];

const FIRST: Record<AuthKind, ConnectorAuth | null> = {
  none: null,
  api_key: { kind: 'api_key', place: 'header', name: 'X-API-Key', secret: '' },
  basic: { kind: 'basic', secret: '' },
  bearer: { kind: 'bearer', secret: '' },
  oauth2: { kind: 'oauth2', token_url: '', client_id: '', secret: '' },
  // Of the body alone, hexadecimal SHA-256: what the server takes when nothing else is said.
  hmac: { kind: 'hmac', secret: '', header: 'x-signature' },
};

export const firstOf = (kind: AuthKind): ConnectorAuth | null => FIRST[kind];

export const kindOf = (auth: ConnectorAuth | null): AuthKind => AUTH_KINDS.find((kind) => kind === auth?.kind) ?? 'none';

/** Without what was left empty. */
export function tidyAuth(auth: ConnectorAuth | null): ConnectorAuth | null {
  if (!auth) return null;
  return Object.fromEntries(Object.entries(auth).filter(([, value]) => value !== '' && value !== false)) as ConnectorAuth;
}

/** Where its secret is sent. */
export const secretGoesTo = (auth: ConnectorAuth, baseUrl: string): string => (auth.kind === 'oauth2' ? String(auth.token_url ?? '') : baseUrl);
