// The document's title: a badge number, the page, the product. Pages set their part, notifications theirs.
import { useEffect } from 'react';
import { say } from '../i18n';
import { appMessages } from './messages';

let page = '';
let badge = 0;

function write() {
  const product = say(appMessages)('product');
  document.title = `${badge > 0 ? `(${badge}) ` : ''}${page ? `${page} · ` : ''}${product}`;
}

/** Unread things that concern this person; 0 takes the badge away. */
export function setTitleBadge(count: number) {
  badge = count;
  write();
}

export function usePageTitle(title: string) {
  useEffect(() => {
    page = title;
    write();
  }, [title]);
}
