// What an alarm tells a flow, and what a monitoring system is set up with so that it tells it.
import type { FlowDocument } from './document';

export const triggerOf = (document: FlowDocument): string => String(document.nodes.find((node) => node.kind === 'start')?.settings?.trigger ?? 'api');

/** As expressions name it. */
export const ALARM_NAMES = [
  { text: 'context.event.name', zh: '告警名称', en: 'Name of the alarm' },
  { text: 'context.event.severity', zh: '级别', en: 'Severity' },
  { text: 'context.event.summary', zh: '概要', en: 'Summary' },
  { text: 'context.event.description', zh: '详细说明', en: 'Description' },
  { text: 'context.event.labels', zh: '标签', en: 'Labels' },
  { text: 'context.event.annotations', zh: '注释', en: 'Annotations' },
  { text: 'context.event.values', zh: '测得的值', en: 'What was measured' },
  { text: 'context.event.starts_at', zh: '开始触发的时间', en: 'When it began to fire' },
  { text: 'context.event.link', zh: '查看地址', en: 'Where to look at it' },
  { text: 'context.event.key', zh: '这次触发的标识', en: 'What names this firing' },
  { text: 'context.event.status', zh: '状态', en: 'Status' },
  { text: 'context.event.source', zh: '来源系统', en: 'System it came from' },
] as const;

const PLAIN = { name: 'OrdersFail', severity: 'critical', status: 'firing', key: '42', labels: { service: 'checkout' }, summary: '12% of orders fail' };

/** One to try a flow with, as it reads it. */
export const SAMPLE_ALARM = JSON.stringify(
  { ...PLAIN, annotations: {}, description: '', values: {}, starts_at: '2026-11-30T01:15:00Z', link: 'https://prometheus.example/graph', source: 'alertmanager' },
  null,
  2,
);

export const receiverOf = (address: string): string => `receivers:
  - name: qingniao
    webhook_configs:
      - url: ${address}
        send_resolved: true
        max_alerts: 100
        http_config:
          authorization:
            type: Bearer
            credentials_file: /etc/alertmanager/qingniao-secret`;

export const commandOf = (address: string): string => `curl -X POST '${address}' \\
  -H 'Authorization: Bearer whsec_…' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(PLAIN)}'`;
