// A letter's text with the pictures that its writer put into it, each where it stands.
import type { Content } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { attachmentUrl } from '../../api/upload';
import { messages } from '../../messages';
import { pictured, picturesOf } from '../../model/pictures';
import { PlainText } from './Markdown';
import styles from './PicturedText.module.css';

export default function PicturedText({ content, onOpenImage }: { content: Content; onOpenImage(id: string): void }) {
  const t = useT(messages);
  return pictured(content.text, picturesOf(content)).map((piece, index) =>
    typeof piece === 'string' ? (
      <PlainText key={index} text={piece} />
    ) : (
      <button key={index} type="button" className={styles.picture} aria-label={t('openImage', { name: piece.name })} onClick={() => onOpenImage(piece.id)}>
        <img src={attachmentUrl(piece)} alt="" loading="lazy" decoding="async" />
      </button>
    ),
  );
}
