// What is said about a customer's consent.
import { defineMessages } from '../../i18n';

export const consentMessages = defineMessages(
  {
    title: '客户的授权',
    device: '按设备提示可能的同一客户',
    given: '同意',
    withheld: '不同意',
    notice: '告知：{notice}',
  },
  {
    title: 'Consent',
    device: 'Suggesting contacts by device',
    given: 'Agreed',
    withheld: 'Refused or withdrawn',
    notice: 'Notice: {notice}',
  },
);
