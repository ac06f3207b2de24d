import { useState, type FormEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, ApiError } from '../api';
import { language, useT } from '../i18n';
import { Button, ErrorNote, Field, PasswordInput, toast } from '../ui';
import { appMessages } from './messages';
import { ME, useSignOut } from './session';
import { AuthCard } from './SignIn';
import { usePageTitle } from './title';
import styles from './SignIn.module.css';

export const PASSWORD_CHARS_MIN = 10;

/** The forced change after a one-time password. `known` is the password typed a moment ago; asked again after a reload. */
export function ForcedPasswordChange({ known }: { known: string | null }) {
  const t = useT(appMessages);
  const client = useQueryClient();
  const signOut = useSignOut();
  usePageTitle(t('changePasswordTitle'));
  const arrived = async (): Promise<void> => {
    // From now on the console speaks the language they read here, on every device.
    await api.patch('/me', { language: language() }).catch(() => undefined);
    await client.invalidateQueries({ queryKey: ME });
  };
  return (
    <AuthCard title={t('changePasswordTitle')} text={t('changePasswordText')}>
      <PasswordForm known={known} onDone={() => void arrived()} />
      <Button variant="ghost" size="sm" onClick={() => void signOut()}>
        {t('signOut')}
      </Button>
    </AuthCard>
  );
}

export function PasswordForm({ known, onDone }: { known: string | null; onDone: () => void }) {
  const t = useT(appMessages);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeat, setRepeat] = useState('');
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const short = [...next].length < PASSWORD_CHARS_MIN;
  const differs = next !== repeat;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (short || differs || (known === null && !current)) return;
    setBusy(true);
    setError(null);
    try {
      await api.post('/auth/password', { current: known ?? current, new: next });
      toast.success(t('passwordChanged'));
      setCurrent('');
      setNext('');
      setRepeat('');
      setChecked(false);
      onDone();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  const wrongCurrent = error instanceof ApiError && error.code === 'bad_credentials';
  const currentProblem = wrongCurrent ? t('wrongCurrent') : checked && !current ? t('passwordNeeded') : undefined;
  return (
    <form onSubmit={(event) => void submit(event)} className={styles.form} noValidate>
      {error !== null && !(wrongCurrent && known === null) && <ErrorNote error={error} />}
      {known === null && (
        <Field label={t('currentPassword')} error={currentProblem}>
          {(control) => (
            <PasswordInput {...control} autoComplete="current-password" value={current} onChange={(event) => setCurrent(event.target.value)} />
          )}
        </Field>
      )}
      <Field label={t('newPassword')} hint={t('passwordHint')} error={checked && short ? t('passwordShort') : undefined}>
        {(control) => (
          <PasswordInput {...control} autoComplete="new-password" value={next} onChange={(event) => setNext(event.target.value)} />
        )}
      </Field>
      <Field label={t('repeatPassword')} error={checked && !short && differs ? t('passwordDiffers') : undefined}>
        {(control) => (
          <PasswordInput {...control} autoComplete="new-password" value={repeat} onChange={(event) => setRepeat(event.target.value)} />
        )}
      </Field>
      <Button type="submit" variant="primary" busy={busy} className={styles.submit ?? ''}>
        {t('changePassword')}
      </Button>
    </form>
  );
}
