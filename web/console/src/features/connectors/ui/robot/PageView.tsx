// A picture of a page with what can be used on it: each thing is a button that offers the steps it is good for. The same things are
// a list below, for those who do not use a mouse.
import type { PageElement, RobotPage } from '@qingniao/shared/connectors';
import { useT } from '../../../../i18n';
import { Icon, Menu, MenuItem, type IconName } from '../../../../ui';
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
  onAdd: (step: Step) => void;
}

type Kind = 'field' | 'secret' | 'list' | 'button' | 'link' | 'table' | 'text';
const ICONS: Record<Kind, IconName> = { field: 'edit', secret: 'lock', list: 'chevronDown', button: 'check', link: 'link', table: 'grip', text: 'note' };
const kindOf = (element: PageElement): Kind => (element.kind in ICONS ? (element.kind as Kind) : 'text');

export function PageView({ picture, label, page, saved, onAdd }: PageViewProps) {
  const t = useT(robotMessages);
  const nameOf = (element: PageElement) => t('addFor', { kind: t(`kind_${kindOf(element)}`), label: element.label || element.at });
  const seen = (page?.elements ?? []).filter((element) => page && element.y < page.height && element.x < page.width && element.y + element.height > 0);
  // The smaller lies on top, so that a cell of a table can be picked.
  const layered = [...seen].sort((a, b) => b.width * b.height - a.width * a.height);
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(3)}%`;
  return (
    <>
      <div className={styles.picture}>
        <img src={`data:image/png;base64,${picture}`} alt={label} />
        {page &&
          layered.map((element) => (
            <Menu
              key={element.at}
              trigger={
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.spot}
                  aria-label={nameOf(element)}
                  title={nameOf(element)}
                  style={{ left: share(element.x, page.width), top: share(element.y, page.height), width: share(element.width, page.width), height: share(element.height, page.height) }}
                />
              }
            >
              <Offers element={element} saved={saved} onAdd={onAdd} />
            </Menu>
          ))}
      </div>
      {page && page.elements.length > 0 && (
        <details className={styles.about}>
          <summary>{t('elements')}</summary>
          <ul className={styles.elements}>
            {page.elements.map((element) => (
              <li key={element.at}>
                <Menu
                  trigger={
                    <button type="button" className={styles.element}>
                      <Icon name={ICONS[kindOf(element)]} size={15} />
                      <span>{nameOf(element)}</span>
                      <code>{element.at}</code>
                    </button>
                  }
                >
                  <Offers element={element} saved={saved} onAdd={onAdd} />
                </Menu>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Offers({ element, saved, onAdd }: { element: PageElement; saved: readonly string[]; onAdd: (step: Step) => void }) {
  const t = useT(robotMessages);
  return stepsFor(element, saved).map((step) => (
    <MenuItem key={step.do} icon="plus" onSelect={() => onAdd(step)}>
      {t(`do_${step.do}`)}
    </MenuItem>
  ));
}
