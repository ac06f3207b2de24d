import { lazy, Suspense, useEffect, useState } from 'react';
import { ApiError, onAuthProblem } from '../api';
import { setTimeZone, suggestLanguage, useT } from '../i18n';
import { useQueryClient } from '@tanstack/react-query';
import { EmptyState, ErrorNote, Loading } from '../ui';
import { appMessages } from './messages';
import { Providers } from './Providers';
import { ME, SessionContext, useMe } from './session';
import { Shell } from './Shell';

const SignIn = lazy(() => import('./SignIn').then((module) => ({ default: module.SignIn })));
const ForcedPasswordChange = lazy(() => import('./ChangePassword').then((module) => ({ default: module.ForcedPasswordChange })));

/** Decides between sign-in, the forced password change, and the console. */
export function App() {
  const t = useT(appMessages);
  const client = useQueryClient();
  const me = useMe();
  const [password, setPassword] = useState<string | null>(null);
  const [wasIn, setWasIn] = useState(false);
  const tenant = me.data?.tenant;
  const user = me.data?.user;

  useEffect(() => {
    // `me` itself answers 401 before the sign-in; asking again would turn in circles.
    onAuthProblem(() => {
      if (client.getQueryState(ME)?.fetchStatus === 'idle') void client.invalidateQueries({ queryKey: ME });
    });
  }, [client]);

  useEffect(() => {
    if (!tenant || !user) return;
    setTimeZone(tenant.time_zone);
    // Whoever has a one-time password was given a language by somebody else; this browser knows theirs.
    if (!user.must_change_password) suggestLanguage(user.language);
    setWasIn(true);
  }, [tenant, user]);

  if (me.isPending) return <Loading />;
  if (me.error) {
    const code = me.error instanceof ApiError ? me.error : null;
    if (code?.code === 'password_change_required') return <Suspense fallback={<Loading />}><ForcedPasswordChange known={password} /></Suspense>;
    if (code?.status === 401) return <Suspense fallback={<Loading />}><SignIn expired={wasIn} onPassword={setPassword} /></Suspense>;
    if (!me.data) {
      return (
        <EmptyState
          icon="alert"
          title={t('cannotStart')}
          text={<ErrorNote error={me.error} onRetry={() => void me.refetch()} />}
        />
      );
    }
  }
  if (!me.data) return <Loading />;
  if (me.data.user.must_change_password) return <Suspense fallback={<Loading />}><ForcedPasswordChange known={password} /></Suspense>;
  return (
    <SessionContext value={me.data}>
      <Providers>
        <Shell />
      </Providers>
    </SessionContext>
  );
}
