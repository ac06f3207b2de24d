export { BannerFrame } from './ConnectionBanner';
export { useLink, useRealtime, useTypists, useViewers, useViewing } from './hooks';
export { PresenceSwitch } from './PresenceSwitch';
export { RealtimeProvider } from './RealtimeProvider';
