import { beforeEach, describe, expect, it } from 'vitest';
import { deviceWord, forgetDevice } from './device';

const kept = () => localStorage.getItem('qn.device');

describe('the device', () => {
  beforeEach(forgetDevice);
  it('has no id before its user consents', () => {
    for (const silent of [undefined, null, {}, { device: 1 }, { device: 'short' }, 'yes']) expect(deviceWord(silent)).toEqual({});
    expect(kept()).toBeNull();
  });
  it('keeps one id from consent to withdrawal', () => {
    const first = deviceWord({ device: true });
    expect(first).toEqual({ consent: { device: true }, device: kept() });
    expect(deviceWord({ device: true })).toEqual(first);
    expect(deviceWord({ device: false })).toEqual({ consent: { device: false } });
    expect(kept()).toBeNull();
    expect(deviceWord({ device: true }).device).not.toBe(first.device);
  });
  it('passes on what the notice was called', () => {
    expect(deviceWord({ device: true, notice: 'v2' }).consent).toEqual({ device: true, notice: 'v2' });
    expect(deviceWord({ device: false, notice: 'n'.repeat(300) }).consent).toEqual({ device: false, notice: 'n'.repeat(200) });
    expect(deviceWord({ device: true, notice: 7 }).consent).toEqual({ device: true });
  });
  it('takes the id of an app and keeps none', () => {
    expect(deviceWord({ device: 'app-install-0123456789' })).toEqual({ consent: { device: true }, device: 'app-install-0123456789' });
    expect(kept()).toBeNull();
  });
});
