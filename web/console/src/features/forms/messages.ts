// Filling in a form that begins a flow.
import { defineMessages } from '../../i18n';

export const formMessages = defineMessages(
  {
    title: '填写表单',
    text: '选择一张表单，提交后对应的流程就会开始。',
    none: '还没有可以填写的表单。把流程的触发方式设为“表单”并发布后，会出现在这里。',
    besideConversation: '会关联到当前会话。',
    cancel: '取消',
    close: '关闭',
    send: '提交',
    another: '填写另一张',
    seeRun: '查看运行记录',
    choose: '请选择',
    yes: '是',
    no: '否',
  },
  {
    title: 'Fill in a form',
    text: 'Choose a form; its flow begins once you send it.',
    none: 'There is no form yet. Set what starts a flow to "A form" and publish it: it is here then.',
    besideConversation: 'It is tied to this conversation.',
    cancel: 'Cancel',
    close: 'Close',
    send: 'Send',
    another: 'Another form',
    seeRun: 'See the run',
    choose: 'Choose',
    yes: 'Yes',
    no: 'No',
  },
);
