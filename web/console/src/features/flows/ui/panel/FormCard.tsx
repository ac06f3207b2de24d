// Where a form that starts the flow is found, and what it asks: the variables that are given at the start.
import { useSession } from '../../../../app/session';
import { path } from '../../../../api';
import { useLanguage, useT } from '../../../../i18n';
import { Button, CopyField, FieldSet } from '../../../../ui';
import { labelOf } from '../../model/document';
import { editorMessages } from '../../messages/editor';
import { useDocument, useEditor } from '../editor/context';
import styles from './Panel.module.css';

export interface FormCardProps {
  flowId: string;
  /** Whoever has its address may fill it in. */
  isPublic: boolean;
}

export function FormCard({ flowId, isPublic }: FormCardProps) {
  const t = useT(editorMessages);
  const english = useLanguage() === 'en';
  const editor = useEditor();
  const variables = useDocument().variables ?? [];
  const { tenant } = useSession();
  const asked = variables.filter((variable) => variable.input);
  return (
    <FieldSet legend={t('formCard')} hint={t('formText')}>
      <div className={styles.hook}>
        {isPublic && (
          <>
            <span className={styles.hookName}>{t('formAddress')}</span>
            <CopyField label={t('formAddress')} value={`${window.location.origin}${path('/f/{}/{}', tenant.id, flowId)}`} />
            <p className={styles.quiet}>{t('formAddressText')}</p>
          </>
        )}
        <span className={styles.hookName}>{t('formAsks')}</span>
        <ul className={styles.asks} aria-label={t('formAsks')}>
          {asked.map((variable) => (
            <li key={variable.name}>
              {labelOf(variables, variable.name, english)} <span className={styles.quiet}>{variable.choices ? t('formChoices', { n: variable.choices.length }) : t(`type_${variable.type}`)}</span>
            </li>
          ))}
          {asked.length === 0 && <li className={styles.quiet}>{t('formAsksNothing')}</li>}
        </ul>
        <div className={styles.hookActions}>
          <Button size="sm" icon="edit" onClick={() => editor.select([])}>
            {t('formEdit')}
          </Button>
        </div>
      </div>
    </FieldSet>
  );
}
