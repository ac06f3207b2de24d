// An article the bot quoted, read without leaving the chat.

import { useEffect, useRef, useState } from 'preact/hooks';
import { type Node, readArticle } from '../../lib/article';
import { safeUrl } from '../../lib/url';
import { useScreen } from './context';
import { Icon } from './icons';
import { articleNodes } from './Rich';

export function Article({ id, title, url, quotes }: { id: string; title: string; url: string; quotes?: string[] }) {
  const { chat, state, t } = useScreen();
  const marked = quotes ? `&quote=${encodeURIComponent(quotes.join('\n'))}` : '';
  const [loaded, setLoaded] = useState<{ title: string; nodes: Node[] } | null>(null);
  const [failed, setFailed] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const text = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (heading.current) heading.current.focus();
  }, []);
  useEffect(() => {
    let wanted = true;
    setFailed(false);
    chat.api.call<{ title: string; html: string }>('GET', `/widget/articles/${encodeURIComponent(id)}?language=${state.language}${marked}`).then(
      (article) => wanted && setLoaded({ title: article.title, nodes: readArticle(article.html) }),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [chat, id, marked, state.language]);
  // What answered is brought into view.
  useEffect(() => {
    const mark = loaded && text.current && text.current.querySelector('mark');
    if (mark) mark.scrollIntoView({ block: 'center' });
  }, [loaded]);
  const page = safeUrl(url);
  return (
    <article class="sheet">
      <button type="button" class="back" onClick={() => chat.show({ kind: 'thread' })}>
        <Icon name="back" />
        {t.back}
      </button>
      <h2 ref={heading} tabIndex={-1} dir="auto">
        {loaded ? loaded.title : title}
      </h2>
      <div ref={text} class="rich article" dir="auto" aria-live="polite">
        {failed ? <p>{t.articleFailed}</p> : loaded ? articleNodes(loaded.nodes) : <p class="muted">{t.loading}</p>}
      </div>
      {page && (
        <a class="outside" href={page} target="_blank" rel="noopener noreferrer">
          {t.openPage}
          <Icon name="out" />
        </a>
      )}
    </article>
  );
}
