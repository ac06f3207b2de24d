import { defineMessages } from '../../../i18n';

export const operationMessages = defineMessages(
  {
    connectors: '连接器',
    asJson: '按 JSON 填写',
    asFields: '按字段填写',
    noInput: '这个操作不需要输入。',
    notSet: '不填',
    yes: '是',
    no: '否',
    fromVariables: '用变量或表达式…',
    notNumber: '请输入数字，或引用变量。',
  },
  {
    connectors: 'Connectors',
    asJson: 'As JSON',
    asFields: 'As fields',
    noInput: 'This operation asks for no input.',
    notSet: 'Not given',
    yes: 'Yes',
    no: 'No',
    fromVariables: 'From variables or an expression…',
    notNumber: 'A number, or variables that give one.',
  },
);
