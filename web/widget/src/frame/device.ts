// The id of the device, where its user consented: made then, kept in the frame's storage, and gone when consent is withdrawn, the inbox
// has no use for it, or the visitor signs out.

import { newId, recall, remember } from './local';

const KEPT = 'qn.device';

export interface DeviceWord {
  consent?: { device: boolean; notice?: string };
  device?: string;
}

/** What the server is told of the page's `consent`: nothing while nobody was asked. An app may bring an id of its own, a page the name of the notice it showed. */
export function deviceWord(consent: unknown): DeviceWord {
  const { device: given, notice: shown } = (consent ?? {}) as { device?: unknown; notice?: unknown };
  const notice = typeof shown === 'string' && shown ? { notice: shown.slice(0, 200) } : {};
  if (given === false) {
    forgetDevice();
    return { consent: { device: false, ...notice } };
  }
  const own = typeof given === 'string' && /^[!-~]{16,128}$/.test(given) ? given : '';
  if (given !== true && !own) return {};
  const device = own || recall(KEPT) || newId();
  if (!own) remember(KEPT, device);
  return { consent: { device: true, ...notice }, device };
}

export function forgetDevice(): void {
  remember(KEPT, null);
}
