// The form for a message left while nobody is there.

import { useEffect, useRef, useState } from 'preact/hooks';
import { soonText } from '../i18n';
import { useScreen } from './context';
import { Icon } from './icons';

export function Leave({ closed }: { closed: boolean }) {
  const { chat, state, t } = useScreen();
  const [fields, setFields] = useState({ text: '', name: '', email: '', phone: '' });
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const first = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (first.current) first.current.focus();
  }, []);

  const set = (name: keyof typeof fields) => (event: { currentTarget: { value: string } }) => {
    setFields({ ...fields, [name]: event.currentTarget.value });
    if (problem && problem.field === name) setProblem(null);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const wrong = !fields.text.trim() ? { field: 'text', text: t.leaveNeeded } : fields.email.trim() && !/^\S+@\S+\.\S+$/.test(fields.email.trim()) ? { field: 'email', text: t.emailWrong } : null;
    setProblem(wrong);
    if (!wrong) chat.leaveMessage(fields);
  };
  const mark = (field: string) => (problem && problem.field === field ? { 'aria-invalid': true, 'aria-describedby': 'leave-problem' } : {});
  const canWait = !state.conversation || state.conversation.owner_kind === 'bot';

  return (
    <form class="sheet" onSubmit={submit} noValidate>
      <button type="button" class="back" onClick={() => chat.show({ kind: 'thread' })}>
        <Icon name="back" />
        {t.back}
      </button>
      <h2>{t.leaveTitle}</h2>
      <p class="muted">{closed ? t.leaveClosed : t.leaveIntro}
        {closed && state.opensAt !== null && ` ${t.opensAt(soonText(t, state.language, state.opensAt, Date.now()))}`}</p>
      <label>
        {t.leaveText}
        <textarea ref={first} rows={4} maxLength={10000} required dir="auto" value={fields.text} onInput={set('text')} {...mark('text')} />
      </label>
      <label>
        {t.leaveName}
        <input type="text" autoComplete="name" maxLength={100} dir="auto" value={fields.name} onInput={set('name')} />
      </label>
      <label>
        {t.leaveEmail}
        <input type="email" autoComplete="email" maxLength={200} value={fields.email} onInput={set('email')} {...mark('email')} />
      </label>
      <label>
        {t.leavePhone}
        <input type="tel" autoComplete="tel" maxLength={40} value={fields.phone} onInput={set('phone')} />
      </label>
      <p role="alert" id="leave-problem" class="problem">
        {problem && problem.text}
      </p>
      <button type="submit" class="primary">
        <Icon name="letter" />
        {t.leaveSend}
      </button>
      {closed && canWait && (
        <button type="button" class="link" onClick={() => chat.askForPerson(true)}>
          {t.leaveAnyway}
        </button>
      )}
    </form>
  );
}
