/** A whole http or https address. */
export function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text.trim()).protocol);
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
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    return hosts.some((host) => host === url.hostname || host === `${url.hostname}:${port}`);
  } catch {
    return false;
  }
}
