// What the policy offers this customer to make up, above what the agent writes.
import type { CompensationView } from '@qingniao/shared/api';
import { defineMessages, useT } from '../../../../i18n';
import { Icon } from '../../../../ui';
import styles from './QuotaMeter.module.css';

const makeUpMessages = defineMessages(
  { offer: '可向客户提供补偿：{name}', rule: '规则「{rule}」' },
  { offer: 'You may offer the customer: {name}', rule: 'Rule “{rule}”' },
);

export default function MakeUp({ offers }: { offers: CompensationView[] }) {
  const t = useT(makeUpMessages);
  return offers.map((offer) => (
    <p key={offer.name} className={styles.scarce} role="status">
      <Icon name="star" size={14} />
      <span>
        <bdi>{t('offer', { name: offer.name })}</bdi> · <bdi>{t('rule', { rule: offer.rule })}</bdi>
      </span>
    </p>
  ));
}
