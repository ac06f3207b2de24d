import { Component, type ReactNode } from 'react';
import { useT } from '../i18n';
import { Button, EmptyState } from '../ui';
import { appMessages } from './messages';

/** A page that throws takes only itself down. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const t = useT(appMessages);
  return (
    <EmptyState
      icon="alert"
      title={t('crashed')}
      text={t('crashedText')}
      action={<Button onClick={() => window.location.reload()}>{t('refresh')}</Button>}
    />
  );
}
