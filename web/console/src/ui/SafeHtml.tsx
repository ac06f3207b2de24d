import { cx } from './cx';
import styles from './SafeHtml.module.css';

/** Markup that our server has rendered from markdown and sanitised. Never give it anything else. */
export function SafeHtml({ html, className }: { html: string; className?: string }) {
  return <div className={cx(styles.prose, className)} dangerouslySetInnerHTML={{ __html: html }} />;
}
