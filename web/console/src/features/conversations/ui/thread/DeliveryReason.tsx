// Why a channel did not take a message, in words. Loaded when the first message fails.
import { useLanguage } from '../../../../i18n';

/** Stable word → zh, en. What stands behind a colon is the platform's own number, or `{n}`. */
const WORDS: Record<string, readonly [string, string]> = {
  reply_window_closed: ['客户没有新消息，平台不允许再主动回复', 'the customer has not written for so long that the platform lets nothing out'],
  reply_quota_used: ['本次可回复的条数已用完', 'all replies that the platform allows are used'],
  wrong_session_state: ['平台上的会话已结束或由他人接待', 'the session on the platform has ended or is held by somebody else'],
  session_held_there: ['客户正由企业微信内的同事接待', 'a colleague serves this customer inside WeCom'],
  session_queued_there: ['客户在企业微信的接待池中排队', 'this customer waits in WeCom’s own line'],
  session_ended_there: ['微信客服会话已结束，需等客户再次来消息', 'the WeCom session has ended; the customer must write first'],
  bad_credentials: ['平台不认可渠道的凭证', 'the platform refuses the channel’s credentials'],
  bad_settings: ['渠道设置不完整', 'the channel’s settings are incomplete'],
  token_refused: ['平台不接受访问令牌', 'the platform refuses the access token'],
  no_permission: ['平台账号没有发送权限', 'the platform account may not send'],
  ip_not_allowed: ['服务器 IP 不在平台白名单', 'the server’s address is not on the platform’s allow list'],
  unknown_recipient: ['平台上找不到这位客户', 'the platform does not know this customer'],
  recipient_blocked_us: ['客户已取消关注或拒收', 'the customer has unfollowed or blocked us'],
  rate_limited: ['发送太快', 'sent too fast'],
  platform_busy: ['平台繁忙', 'the platform is busy'],
  refused_content: ['平台拒绝了消息内容', 'the platform refuses the content'],
  too_long: ['内容过长', 'too long for the platform'],
  media_gone: ['文件在平台上已失效', 'the file is no longer on the platform'],
  not_supported: ['渠道不支持这种内容', 'the channel cannot carry this'],
  undeliverable: ['消息无法送达', 'the message cannot be delivered'],
  sender_refused: ['运营商不接受发送方号码', 'the operator refuses the sender'],
  not_connected: ['与短信中心尚未连接', 'there is no session with the message centre'],
  receipt_expired: ['超过有效期仍未送达', 'not delivered in its time'],
  receipt_deleted: ['短信中心删除了消息', 'the message centre deleted it'],
  receipt_rejected: ['运营商拒绝了消息', 'the operator rejected it'],
  template_refused: ['模板不存在或未通过审核', 'the template does not exist or is not approved'],
  login_refused: ['邮件服务器拒绝登录', 'the mail server refuses the sign-in'],
  connection_broken: ['与邮件服务器的连接中断', 'the connection to the mail server broke'],
  connect_failed: ['连不上服务器', 'the server cannot be reached'],
  dns_failed: ['找不到这台服务器', 'there is no such server'],
  no_tls: ['邮件服务器不支持加密连接', 'the mail server offers no encryption'],
  unknown_folder: ['邮箱里没有这个文件夹', 'the mailbox has no such folder'],
  mail_refused: ['邮件被对方服务器拒收', 'the mail server refuses the letter'],
  mail_too_large: ['邮件连同附件超过邮件服务器 {n} MiB 的上限，请减少附件', 'with its files larger than the {n} MiB that the mail server takes: send fewer'],
  mail_deferred: ['邮件服务器暂时不收', 'the mail server takes nothing for the moment'],
  timeout: ['平台没有及时应答', 'the platform did not answer in time'],
  address_blocked: ['平台地址是内部网络地址', 'the platform’s address is a private one'],
};

export default function DeliveryReason({ reason }: { reason: string }) {
  const language = useLanguage();
  const [word = '', number = ''] = reason.split(':');
  const words = WORDS[word];
  return <>{words === undefined ? reason : words[language === 'en' ? 1 : 0].replace('{n}', number)}</>;
}
