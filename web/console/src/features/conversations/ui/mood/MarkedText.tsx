import { pieces } from './pieces';
import type { Span } from './evidence';
import plain from '../thread/Markdown.module.css';
import styles from './MarkedText.module.css';

/** A customer's words with those that show how they feel marked. */
export default function MarkedText({ text, spans }: { text: string; spans: readonly Span[] }) {
  return (
    <div className={plain.plain} dir="auto">
      {pieces(text, spans).map((piece, index) => (piece.marked ? <mark key={index} className={styles.mark}>{piece.text}</mark> : piece.text))}
    </div>
  );
}
