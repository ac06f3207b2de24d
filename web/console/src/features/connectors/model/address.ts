/** What addresses of a kind of connector begin with. */
export const SCHEMES = { web: ['http:', 'https:'], smtp: ['smtps:', 'smtp:'], sql: ['postgres:', 'mysql:', 'sqlite:'] } as const;

/** Ports where none is written. */
const PORTS: Record<string, string> = { 'https:': '443', 'http:': '80', 'smtps:': '465', 'smtp:': '587', 'postgres:': '5432', 'mysql:': '3306' };

/** A whole address of one of these schemes. */
export function isAddress(text: string, schemes: readonly string[] = SCHEMES.web): boolean {
  try {
    const url = new URL(text.trim());
    return schemes.includes(url.protocol) && (url.hostname !== '' || url.protocol === 'sqlite:');
  } catch {
    return false;
  }
}

/** `host` or `host:port`; empty while it is no address. */
export function hostOf(address: string): string {
  try {
    return new URL(address.trim()).host;
  } catch {
    return '';
  }
}

/** Whether a secret bound to these hosts opens for the address: without a port any will do. */
export function isBound(hosts: readonly string[], address: string): boolean {
  try {
    const url = new URL(address.trim());
    const port = url.port || PORTS[url.protocol];
    const name = url.hostname.toLowerCase();
    return hosts.some((host) => host === name || host === `${name}:${port}`);
  } catch {
    return false;
  }
}
