// A picture of a page with what can be used on it: each thing is a button that offers the steps it is good for, or does the likeliest
// one. The same things are a list below, for those who do not use a mouse.
import type { ReactElement } from 'react';
import type { PageElement, RobotPage } from '@qingniao/shared/connectors';
import { useT } from '../../../../i18n';
import { Icon, IconButton, Menu, MenuItem, type IconName } from '../../../../ui';
import { recordingMessages } from '../../messages/recording';
import { robotMessages } from '../../messages/robot';
import { stepsFor, type Step } from '../../model/routine';
import styles from './Robot.module.css';

export interface PageViewProps {
  /** PNG, base64. */
  picture: string;
  label: string;
  /** Null for a picture of an earlier page: nothing is picked there. */
  page: RobotPage | null;
  /** Names that are taken. */
  saved: readonly string[];
  onAdd: (step: Step, element: PageElement) => void;
  /** Pressing does something; other steps have a menu in the list. */
  onPress?: (element: PageElement) => void;
}

type Kind = 'field' | 'secret' | 'list' | 'button' | 'link' | 'table' | 'text';
const ICONS: Record<Kind, IconName> = { field: 'edit', secret: 'lock', list: 'chevronDown', button: 'check', link: 'link', table: 'grip', text: 'note' };
const kindOf = (element: PageElement): Kind => (element.kind in ICONS ? (element.kind as Kind) : 'text');

/** A thing on the page, in words. */
export function useElementName(): (element: PageElement) => string {
  const t = useT(robotMessages);
  return (element) => t('addFor', { kind: t(`kind_${kindOf(element)}`), label: element.label || element.at });
}

export function PageView({ picture, label, page, saved, onAdd, onPress }: PageViewProps) {
  const t = useT(robotMessages);
  const nameOf = useElementName();
  const seen = (page?.elements ?? []).filter((element) => page && element.y < page.height && element.x < page.width && element.y + element.height > 0);
  // The smaller lies on top, so that a cell of a table can be picked.
  const layered = [...seen].sort((a, b) => b.width * b.height - a.width * a.height);
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(3)}%`;
  const pressed = (element: PageElement) => (onPress ? { onClick: () => onPress(element) } : {});
  const offers = (element: PageElement, trigger: ReactElement<Record<string, unknown>>) => (
    <Menu key={element.at} trigger={trigger}>
      {stepsFor(element, saved).map((step) => (
        <MenuItem key={step.do} icon="plus" onSelect={() => onAdd(step, element)}>
          {t(`do_${step.do}`)}
        </MenuItem>
      ))}
    </Menu>
  );
  const spot = (element: PageElement, of: RobotPage) => (
    <button
      key={element.at}
      type="button"
      tabIndex={-1}
      className={styles.spot}
      aria-label={nameOf(element)}
      title={nameOf(element)}
      style={{ left: share(element.x, of.width), top: share(element.y, of.height), width: share(element.width, of.width), height: share(element.height, of.height) }}
      {...pressed(element)}
    />
  );
  const row = (element: PageElement) => (
    <button type="button" className={styles.element} {...pressed(element)}>
      <Icon name={ICONS[kindOf(element)]} size={15} />
      <span>{nameOf(element)}</span>
      <code>{element.at}</code>
    </button>
  );
  return (
    <>
      {/* As high as the page from the start: what lies on the picture does not move when it has been decoded. */}
      <div className={styles.picture} style={page && page.width > 0 && page.height > 0 ? { aspectRatio: `${page.width} / ${page.height}` } : undefined}>
        <img src={`data:image/png;base64,${picture}`} alt={label} />
        {page && layered.map((element) => (onPress ? spot(element, page) : offers(element, spot(element, page))))}
      </div>
      {page && page.elements.length > 0 && (
        <details className={styles.about}>
          <summary>{t('elements')}</summary>
          <ul className={styles.elements}>
            {page.elements.map((element) => (
              <li key={element.at} className={styles.row}>
                {onPress ? row(element) : offers(element, row(element))}
                {onPress && <More element={element} offers={offers} />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface MoreProps {
  element: PageElement;
  offers: (element: PageElement, trigger: ReactElement<Record<string, unknown>>) => ReactElement;
}

/** The steps that a press does not do. */
function More({ element, offers }: MoreProps) {
  const t = useT(recordingMessages);
  return offers(element, <IconButton icon="more" size="sm" plain label={t('more', { label: element.label || element.at })} />);
}
