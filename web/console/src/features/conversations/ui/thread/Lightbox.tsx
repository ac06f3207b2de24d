// Images of a thread, large: wheel, buttons and keys zoom up to five times, drag or arrows pan, left and right go on.
import { useState, type KeyboardEvent, type PointerEvent, type WheelEvent } from 'react';
import { Dialog as Base } from '@base-ui/react/dialog';
import type { Attachment } from '@qingniao/shared/api';
import { useT } from '../../../../i18n';
import { Icon, IconButton } from '../../../../ui';
import { attachmentUrl } from '../../api/upload';
import { messages } from '../../messages';
import styles from './Lightbox.module.css';

export interface LightboxProps {
  images: Attachment[];
  openId: string;
  onOpen(id: string): void;
  onClose(): void;
}

interface Look {
  zoom: number;
  x: number;
  y: number;
}

const PLAIN: Look = { zoom: 1, x: 0, y: 0 };
const ZOOM_MAX = 5;
const PAN_PX = 60;

export function Lightbox({ images, openId, onOpen, onClose }: LightboxProps) {
  const t = useT(messages);
  const [look, setLook] = useState(PLAIN);
  const [grip, setGrip] = useState<{ x: number; y: number } | null>(null);
  const at = images.findIndex((image) => image.id === openId);
  const image = images[at];
  if (image === undefined) return null;

  const zoom = (by: number): void => setLook((old) => ({ ...old, zoom: Math.min(ZOOM_MAX, Math.max(0.5, old.zoom * by)) }));
  const go = (by: 1 | -1): void => {
    const next = images[at + by];
    if (next === undefined) return;
    setLook(PLAIN);
    onOpen(next.id);
  };
  const pan = (x: number, y: number): void => setLook((old) => ({ ...old, x: old.x + x, y: old.y + y }));
  const onKeyDown = (event: KeyboardEvent): void => {
    const zoomed = look.zoom > 1;
    const deeds: Record<string, () => void> = {
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': () => setLook(PLAIN),
      ArrowLeft: () => (zoomed ? pan(PAN_PX, 0) : go(-1)),
      ArrowRight: () => (zoomed ? pan(-PAN_PX, 0) : go(1)),
      ArrowUp: () => pan(0, PAN_PX),
      ArrowDown: () => pan(0, -PAN_PX),
    };
    const deed = deeds[event.key];
    if (deed === undefined) return;
    event.preventDefault();
    deed();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (grip === null) return;
    pan(event.clientX - grip.x, event.clientY - grip.y);
    setGrip({ x: event.clientX, y: event.clientY });
  };

  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.popup} onKeyDown={onKeyDown}>
          <header className={styles.bar}>
            <Base.Title className={styles.title} dir="auto">
              {image.name}
            </Base.Title>
            {images.length > 1 && (
              <span className={styles.place}>
                {at + 1} / {images.length}
              </span>
            )}
            <IconButton icon="minus" label={t('zoomOut')} onClick={() => zoom(0.8)} plain />
            <IconButton icon="refresh" label={t('zoomReset')} onClick={() => setLook(PLAIN)} plain />
            <IconButton icon="plus" label={t('zoomIn')} onClick={() => zoom(1.25)} plain />
            <a className={styles.download} href={attachmentUrl(image)} download={image.name} aria-label={t('download', { name: image.name })}>
              <Icon name="download" size={18} />
            </a>
            <IconButton icon="close" label={t('close')} onClick={onClose} plain />
          </header>
          <div
            className={styles.stage}
            onWheel={(event: WheelEvent) => zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1)}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setGrip({ x: event.clientX, y: event.clientY });
            }}
            onPointerMove={onPointerMove}
            onPointerUp={() => setGrip(null)}
            onDoubleClick={() => setLook((old) => (old.zoom > 1 ? PLAIN : { ...PLAIN, zoom: 2 }))}
          >
            <img
              src={attachmentUrl(image)}
              alt={image.name}
              draggable={false}
              className={styles.image}
              style={{ transform: `translate(${look.x}px, ${look.y}px) scale(${look.zoom})` }}
            />
          </div>
          {at > 0 && <IconButton className={styles.previous} icon="chevronLeft" label={t('previousImage')} onClick={() => go(-1)} plain />}
          {at < images.length - 1 && <IconButton className={styles.next} icon="chevronRight" label={t('nextImage')} onClick={() => go(1)} plain />}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
