import { useState, type FormEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../api';
import { useFormat, useT, setLanguage, useLanguage } from '../i18n';
import { Button, ErrorNote, Field, PasswordInput, TextInput } from '../ui';
import { appMessages } from './messages';
import { Logo } from './Logo';
import { ME } from './session';
import { usePageTitle } from './title';
import styles from './SignIn.module.css';

export interface SignInProps {
  /** The session ended while working. */
  expired: boolean;
  /** Keeps the password just typed in memory, for the forced change that may follow. */
  onPassword: (password: string) => void;
}

export function SignIn({ expired, onPassword }: SignInProps) {
  const t = useT(appMessages);
  const { formatDuration } = useFormat();
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  usePageTitle(t('signIn'));

  async function submit(event: FormEvent) {
    event.preventDefault();
    const incomplete = !email.trim() || !password;
    setMissing(incomplete);
    if (incomplete) return;
    setBusy(true);
    setError(null);
    try {
      await api.post('/auth/sign-in', { email: email.trim(), password });
      onPassword(password);
      await client.invalidateQueries({ queryKey: ME });
    } catch (problem) {
      setError(describe(problem));
    } finally {
      setBusy(false);
    }
  }

  function describe(problem: unknown): unknown {
    if (!(problem instanceof ApiError)) return problem;
    if (problem.code === 'bad_credentials') return new Error(t('badCredentials'));
    if (problem.code === 'locked_out' && problem.retryAfterSeconds !== null) {
      return new Error(t('lockedOut', { time: formatDuration(problem.retryAfterSeconds * 1000) }));
    }
    return problem;
  }

  return (
    <AuthCard title={t('signInTitle')}>
      <form onSubmit={(event) => void submit(event)} className={styles.form} noValidate>
        {error !== null ? <ErrorNote error={error} /> : expired && <p className={styles.info}>{t('signedOut')}</p>}
        <Field label={t('email')} error={missing && !email.trim() ? t('emailNeeded') : undefined}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              autoComplete="username"
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('password')} error={missing && !password ? t('passwordNeeded') : undefined}>
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" busy={busy} className={styles.submit ?? ''}>
          {t('signIn')}
        </Button>
      </form>
    </AuthCard>
  );
}

/** What the sign-in and the forced password change stand on. */
export function AuthCard({ title, text, children }: { title: string; text?: string; children: React.ReactNode }) {
  const t = useT(appMessages);
  const lang = useLanguage();
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={44} />
          <div>
            <p className={styles.product}>{t('product')}</p>
            <p className={styles.tagline}>{t('tagline')}</p>
          </div>
        </div>
        <h1 className={styles.title}>{title}</h1>
        {text && <p className={styles.text}>{text}</p>}
        {children}
      </div>
      <Button variant="ghost" size="sm" icon="globe" lang={lang === 'en' ? 'zh-CN' : 'en'} onClick={() => setLanguage(lang === 'en' ? 'zh-CN' : 'en')}>
        {lang === 'en' ? '中文' : 'English'}
      </Button>
    </main>
  );
}
