import { translator } from '@qingniao/shared/i18n';
import type { Activity } from '@qingniao/shared/api';
import { describe, expect, it } from 'vitest';
import { messages } from '../messages';
import { activityText } from './activity';

const lost: Activity = {
  key: 'files_lost',
  params: {
    files: [
      { name: '视频.mp4', reason: 'file_too_large' },
      { name: 'b.pdf', reason: 'address_blocked' },
      { name: 'a.bin', reason: 'http_502' },
    ],
  },
  public: false,
};

describe('files of a customer that did not arrive', () => {
  it.each([
    ['zh-CN', '客户的文件未能收到：视频.mp4（超过可接收的大小，最大 20 MiB）、b.pdf（文件的地址在内部网络，服务器不访问）、a.bin（http_502）'],
    ['en', 'Files of the customer did not arrive: 视频.mp4 (larger than we take, 20 MiB at most), b.pdf (its address is a private one, which the server does not call), a.bin (http_502)'],
  ] as const)('are named with the reason, in %s', (language, told) => {
    expect(activityText(lost, '', { t: translator(messages, language), formatWhen: String })).toBe(told);
  });
});
