import { useT } from '../../../../i18n';
import { Switch } from '../../../../ui';
import { systemMessages } from '../../messages/systems';

export interface DatabaseAccess {
  plain: boolean;
  write: boolean;
}

/** What may be done on a database, and how it is connected to. A file has no connection. */
export function AccessFields({ value, address, onChange }: { value: DatabaseAccess; address: string; onChange: (value: DatabaseAccess) => void }) {
  const t = useT(systemMessages);
  return (
    <>
      <Switch label={t('write')} hint={t('writeHint')} checked={value.write} onChange={(write) => onChange({ ...value, write })} />
      {!address.trim().startsWith('sqlite:') && <Switch label={t('plain')} hint={t('plainHint')} checked={value.plain} onChange={(plain) => onChange({ ...value, plain })} />}
    </>
  );
}
