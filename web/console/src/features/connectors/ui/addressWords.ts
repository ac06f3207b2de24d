import type { ConnectorKind } from '@qingniao/shared/connectors';
import { useT } from '../../../i18n';
import { connectorMessages } from '../messages/connectors';
import { systemMessages } from '../messages/systems';
import { SCHEMES } from '../model/address';

export interface AddressWords {
  /** What the address is called. */
  label: string;
  hint: string;
  bad: string;
  /** What this kind of connector is for. */
  about: string;
  schemes: readonly string[];
}

/** What is said of the address of each kind. */
export function useAddressWords(kind: ConnectorKind): AddressWords {
  const t = useT(connectorMessages);
  const systems = useT(systemMessages);
  const web = { bad: t('urlBad'), schemes: SCHEMES.web };
  switch (kind) {
    case 'rest':
      return { ...web, label: t('baseUrl'), hint: t('baseUrlHint'), about: t('restHint') };
    case 'mcp':
      return { ...web, label: t('mcpUrl'), hint: t('mcpUrlHint'), about: t('mcpHint') };
    case 'robot':
      return { ...web, label: t('robotUrl'), hint: t('robotUrlHint'), about: t('robotHint') };
    case 'smtp':
      return { label: systems('smtpUrl'), hint: systems('smtpUrlHint'), bad: systems('smtpBad'), about: systems('smtpHint'), schemes: SCHEMES.smtp };
    case 'sql':
      return { label: systems('sqlUrl'), hint: systems('sqlUrlHint'), bad: systems('sqlBad'), about: systems('sqlHint'), schemes: SCHEMES.sql };
  }
}
