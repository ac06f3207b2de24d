// The rating at the end of a conversation: one to five, and words if the visitor likes.

import { useState } from 'preact/hooks';
import { useScreen } from './context';
import { Icon } from './icons';

export function Csat() {
  const { chat, state, t } = useScreen();
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const conversation = state.conversation;
  if (!conversation || !state.config || !state.config.csat || conversation.csat_given) {
    return (
      <p class="line" role="status">
        {conversation && conversation.csat_given && t.csatThanks + ' · '}
        {t.ended}
      </p>
    );
  }

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!score || busy) return;
    setBusy(true);
    setProblem(await chat.rate(score, comment));
    setBusy(false);
  };
  return (
    <form class="csat" onSubmit={submit}>
      <fieldset>
        <legend>{t.csatTitle}</legend>
        <div class="stars">
          {t.csatScore.map((word, i) => (
            <label class={i < score ? 'star on' : 'star'} title={word}>
              <input type="radio" name="score" value={i + 1} checked={score === i + 1} onChange={() => setScore(i + 1)} />
              <Icon name="star" />
              <span class="sr">{word}</span>
            </label>
          ))}
        </div>
        <p class="star-word" aria-hidden="true">
          {score ? t.csatScore[score - 1] : '\u00a0'}
        </p>
      </fieldset>
      {score > 0 && (
        <>
          <textarea rows={2} maxLength={1000} value={comment} aria-label={t.csatComment} placeholder={t.csatComment} dir="auto" onInput={(event) => setComment(event.currentTarget.value)} />
          <button type="submit" class="primary" disabled={busy}>
            {t.csatSend}
          </button>
        </>
      )}
      <p role="alert" class="problem">
        {problem}
      </p>
    </form>
  );
}
