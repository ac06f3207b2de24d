// Message text as elements. No HTML is ever made from text: the parser gives a tree, and this makes nodes of it.
import { Fragment, useMemo, type ReactNode } from 'react';
import { parseMarkdown, type Block, type Inline } from '@qingniao/shared/markdown';
import { linkify } from '../../model/linkify';
import styles from './Markdown.module.css';

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className={styles.markdown} dir="auto">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

export function PlainText({ text }: { text: string }) {
  const pieces = useMemo(() => linkify(text), [text]);
  return (
    <div className={styles.plain} dir="auto">
      {pieces.map((piece, index) =>
        typeof piece === 'string' ? (
          <Fragment key={index}>{piece}</Fragment>
        ) : (
          <SafeLink key={index} url={piece.url}>
            {piece.text}
          </SafeLink>
        ),
      )}
    </div>
  );
}

export function SafeLink({ url, children, className }: { url: string; children: ReactNode; className?: string | undefined }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className={className}>
      {children}
    </a>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <p className={styles.heading}>
          <Spans nodes={block.children} />
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <Spans nodes={block.children} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Spans nodes={block.children} />
        </blockquote>
      );
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'rule':
      return <hr />;
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>
          <Spans nodes={item} />
        </li>
      ));
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

function Spans({ nodes }: { nodes: Inline[] }): ReactNode {
  return nodes.map((node, index) => <Span key={index} node={node} />);
}

function Span({ node }: { node: Inline }): ReactNode {
  if (typeof node === 'string') return node;
  switch (node.kind) {
    case 'strong':
      return (
        <strong>
          <Spans nodes={node.children} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Spans nodes={node.children} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Spans nodes={node.children} />
        </del>
      );
    case 'code':
      return <code>{node.text}</code>;
    case 'break':
      return <br />;
    case 'link':
      return (
        <SafeLink url={node.url}>
          <Spans nodes={node.children} />
        </SafeLink>
      );
  }
}
