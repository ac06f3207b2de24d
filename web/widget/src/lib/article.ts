// Server-rendered article HTML to a plain tree of allowed elements. The server has cleaned it already; this walk over
// an inert document is the second fence, and lets the views make elements of it without raw HTML.

import { safeUrl } from './url';

export type Node = string | { tag: string; href?: string; src?: string; alt?: string; children: Node[] };

const TAGS = new Set('p h1 h2 h3 h4 h5 h6 ul ol li a strong b em i del s code pre blockquote table thead tbody tr th td hr br img span div mark'.split(' '));
/** Never even their text. */
const DROPPED = new Set('script style template iframe object embed noscript svg math title head'.split(' '));
const DEPTH_MAX = 40;

export function readArticle(html: string): Node[] {
  return walk(new DOMParser().parseFromString(html, 'text/html').body, 0);
}

function walk(parent: Element, depth: number): Node[] {
  const out: Node[] = [];
  parent.childNodes.forEach((child) => {
    if (child.nodeType === 3) out.push(child.nodeValue || '');
    if (child.nodeType !== 1 || depth > DEPTH_MAX) return;
    const element = child as Element;
    const tag = element.tagName.toLowerCase();
    if (DROPPED.has(tag)) return;
    const children = walk(element, depth + 1);
    if (!TAGS.has(tag)) {
      out.push(...children);
      return;
    }
    const node: Exclude<Node, string> = { tag, children };
    if (tag === 'a') node.href = safeUrl(element.getAttribute('href') || '') || undefined;
    if (tag === 'img') {
      const src = safeUrl(element.getAttribute('src') || '');
      // Images of our own origin only: a foreign one would tell its owner who reads.
      if (!src || src[0] !== '/') return;
      node.src = src;
      node.alt = element.getAttribute('alt') || '';
    }
    out.push(node);
  });
  return out;
}
