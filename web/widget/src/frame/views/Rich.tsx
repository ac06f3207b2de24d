// Parsed markdown and articles as elements. Never raw HTML.

import { type ComponentChildren, createElement } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Block, type Inline, parseInline, parseMarkdown } from '../../lib/markdown';
import type { Node } from '../../lib/article';

function Link({ url, children }: { url: string; children?: ComponentChildren }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function inline(nodes: Inline[]): ComponentChildren {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    switch (node.kind) {
      case 'break':
        return <br />;
      case 'code':
        return <code>{node.text}</code>;
      case 'link':
        return <Link url={node.url}>{inline(node.children)}</Link>;
      default:
        return createElement(node.kind, null, inline(node.children));
    }
  });
}

function block(one: Block): ComponentChildren {
  switch (one.kind) {
    case 'code':
      return (
        <pre>
          <code>{one.text}</code>
        </pre>
      );
    case 'rule':
      return <hr />;
    case 'list': {
      const items = one.items.map((item) => <li>{inline(item)}</li>);
      return one.ordered ? <ol start={one.start}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'heading':
      return (
        <p>
          <strong>{inline(one.children)}</strong>
        </p>
      );
    case 'quote':
      return <blockquote>{inline(one.children)}</blockquote>;
    default:
      return <p>{inline(one.children)}</p>;
  }
}

export function Rich({ text, markdown }: { text: string; markdown: boolean }) {
  const parsed = useMemo(() => (markdown ? parseMarkdown(text).map(block) : plain(text)), [text, markdown]);
  return (
    <div class="rich" dir="auto">
      {parsed}
    </div>
  );
}

/** Text as typed; only addresses become links. */
function plain(text: string): ComponentChildren {
  return (
    <p class="plain">
      {text.split(/(https?:\/\/[^\s<>"'`，。；！？、（）【】《》「」]+)/i).map((part, i) => (i % 2 ? inline(parseInline(part, 3)) : part))}
    </p>
  );
}

export function articleNodes(nodes: Node[]): ComponentChildren {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    if (node.tag === 'a') return node.href ? <Link url={node.href}>{articleNodes(node.children)}</Link> : <span>{articleNodes(node.children)}</span>;
    if (node.tag === 'img') return <img src={node.src} alt={node.alt} loading="lazy" />;
    if (node.tag === 'hr' || node.tag === 'br') return createElement(node.tag, null);
    // The view has its own title above.
    const tag = /^h[1-6]$/.test(node.tag) ? 'h3' : node.tag;
    const made = createElement(tag, null, articleNodes(node.children));
    return tag === 'table' ? <div class="scroll-x">{made}</div> : made;
  });
}
