// The controller: connects host page, server, stream and outbox, and owns the state the screen shows.

import type { Identity, Kept, Page, ToFrame } from '../lib/protocol';
import { type Item, Later, Outbox, Refused } from '../lib/outbox';
import { type Cursor, type Entry, type PollAnswer, type Socket, Stream } from '../lib/stream';
import { backoff } from '../lib/backoff';
import { parseHex } from '../lib/contrast';
import { Api, ApiError, socketUrl } from './api';
import { deviceWord, forgetDevice } from './device';
import { connectHost, type Host, inboxKey } from './host';
import { asLanguage, words } from './i18n';
import { newId, recall, remember, storage } from './local';
import { firstState, type State, type View } from './state';
import { applyChanges, merge, newer, unreadCount } from './thread';
import { Typing } from './typing';
import { Uploads } from './uploads';
import type { Boot, Change, Conversation, Language, Message } from './types';

const HOURS_FRESH_MS = 60_000;
/** Renewal is tried when this share of the token's life has passed. */
const RENEW_AT = 0.8;
/** A slow bot is not waited for: after two seconds it is enough that the server has the message on disk (RFC 7240). */
const PREFER = 'respond-async, wait=2';

interface Answer {
  message?: Message;
  conversation?: Conversation;
  /** It is on disk and comes by the stream. */
  kept?: boolean;
}

export class Chat {
  state: State = firstState();
  readonly key = inboxKey();
  readonly host: Host;
  readonly uploads: Uploads;
  readonly typing: Typing;
  readonly api = new Api();
  private listeners: Array<() => void> = [];
  private stream: Stream;
  private outbox: Outbox;
  private kept: Kept = {};
  private identity: Identity = {};
  /** The host page's own, over the inbox's. */
  private color: string | undefined;
  private page: Page = { url: location.href, title: '' };
  /** The user token that the visitor token already stands for. It may end long before the visit does: it is sent once. */
  private proved: string | null = null;
  private booting: Promise<void> | null = null;
  /** Grows with every logout and change of identity: answers to earlier askers are dropped. */
  private era = 0;
  private bootTries = 0;
  private renew = 0;
  private retry = 0;
  private readTimer = 0;
  private readSent = 0;
  private hoursAt = 0;
  private unread = -1;

  constructor() {
    const after = (ms: number, then: () => void) => window.setTimeout(then, ms);
    const cancel = (timer: number) => clearTimeout(timer);
    this.uploads = new Uploads(this.api, () => this.state, (change) => this.set(change));
    this.outbox = new Outbox({
      storage,
      prefix: 'qn.out.' + this.key + '.',
      deliver: (item) => this.deliver(item),
      changed: () => this.set({ outbox: this.outbox.mine() }),
      now: Date.now,
      after,
      cancel,
    });
    this.stream = new Stream(
      {
        open: () => new WebSocket(socketUrl()) as unknown as Socket,
        poll: (at) => this.poll(at),
        signal: (frame) => void this.api.call('POST', '/stream/signal', frame).catch(() => {}),
        online: () => navigator.onLine,
        after,
        cancel,
      },
      {
        entry: (entry) => this.entry(entry),
        frame: (frame) => this.frame(frame),
        link: (link) => {
          const isBack = link === 'live' && this.state.link !== 'live';
          this.set({ link });
          // Without a conversation to go on from, nothing tells of what came while the line was broken.
          if (isBack && !this.stream.at() && this.outbox.items.some((item) => item.kept)) void this.boot();
          if (link === 'live') this.outbox.flush();
        },
        reload: () => void this.boot(),
        tokenExpired: () => void this.boot(),
      },
    );
    this.typing = new Typing((frame) => this.stream.send(frame), () => this.state.conversation, (typing) => this.set({ typing }));
    this.state.language = asLanguage(recall('qn.lang')) || this.state.language;
    this.state.outbox = this.outbox.mine();
    this.api.language = this.state.language;
    this.host = connectHost(this.key, (message) => this.told(message));
    window.addEventListener('online', () => this.wake());
    window.addEventListener('offline', () => this.set({ link: 'offline' }));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.wake();
    });
  }

  subscribe(listener: () => void): void {
    this.listeners.push(listener);
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    const unread = unreadCount(this.state.messages, this.state.conversation, this.state.readSeq);
    if (unread !== this.unread && this.state.phase === 'ready') this.host.emit('unread', unread);
    if (unread !== this.unread && this.state.phase === 'ready') this.keep({ u: unread });
    this.unread = this.state.phase === 'ready' ? unread : -1;
    for (const listener of this.listeners) listener();
  }

  // --- the host page ---

  private told(message: ToFrame): void {
    switch (message.type) {
      case 'init':
        this.kept = message.kept || {};
        this.page = message.page;
        this.color = parseHex(message.color || '') ? message.color : undefined;
        this.identity = { userToken: message.userToken, traits: message.traits };
        if (!recall('qn.lang')) this.language(asLanguage(message.language) || this.state.language, false);
        if (this.kept.t && this.kept.c) void this.boot();
        break;
      case 'view':
        this.set({ open: message.open, sheet: message.sheet });
        if (message.open && this.state.phase === 'idle') void this.boot();
        if (message.open) void this.checkHours();
        break;
      case 'page':
        this.page = message.page;
        if (this.state.conversation && this.where().page) void this.api.call('POST', '/widget/page', this.page).catch(() => {});
        break;
      case 'identify':
        this.identity = { userToken: message.userToken, traits: message.traits };
        this.era++;
        this.booting = null;
        if (this.state.phase !== 'idle' || this.kept.t) void this.boot();
        break;
      case 'attributes':
        this.identity.traits = { ...this.identity.traits, ...message.attributes };
        if (this.state.phase === 'ready') {
          this.sendTraits(message.attributes);
          this.sendConsent(message.attributes.consent);
        }
        break;
      case 'logout':
        this.logout(message.token);
    }
  }

  private keep(change: Kept): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep(change);
  }

  /** Traits that the server refuses are forgotten, so that they spoil no later call. */
  private sendTraits(traits: Record<string, unknown> = this.identity.traits || {}): void {
    const { name, email, phone, consent: _said, ...attributes } = traits;
    const body = { attributes, ...(name ? { name } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
    if (Object.keys(body).length === 1 && !Object.keys(attributes).length) return;
    void this.api.call('POST', '/widget/attributes', body).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 422) {
        for (const refused of Object.keys(traits)) delete this.identity.traits?.[refused];
      }
      this.report(error);
    });
  }

  /** What the page asked its visitor; the start says it too. */
  private sendConsent(consent: unknown): void {
    const word = deviceWord(consent);
    if (word.consent) void this.api.call('POST', '/widget/consent', word).catch((error: unknown) => this.report(error));
  }

  /** Addresses of app WebViews (file:, about:) mean nothing to the server. */
  private where(): { page?: Page } {
    return /^https?:/.test(this.page.url) && this.page.url.length <= 2000 ? { page: this.page } : {};
  }

  private report(error: unknown): void {
    if (error instanceof ApiError) this.host.emit('error', { code: error.code, detail: error.message });
  }

  private logout(token?: string): void {
    const old = token || this.api.token;
    this.era++;
    this.booting = null;
    this.stream.stop();
    this.stream.setCursor(null);
    this.outbox.clear();
    this.uploads.clear();
    clearTimeout(this.renew);
    clearTimeout(this.retry);
    remember(this.draftKey, null);
    forgetDevice();
    this.identity = {};
    this.proved = null;
    this.kept = { k: this.kept.k, p: this.kept.p };
    if (old) {
      const api = new Api();
      api.token = old;
      void api.call('POST', '/widget/logout').catch(() => {});
    }
    this.api.token = '';
    const { language, config, open, sheet } = this.state;
    this.readSent = 0;
    this.set({ ...firstState(), language, config, open, sheet });
    if (open) void this.boot();
  }

  // --- start ---

  /** Gets (or renews) the visitor's token and the present state. One at a time. */
  boot(): Promise<void> {
    if (!this.booting) {
      const era = this.era;
      this.booting = this.bootOnce(era).finally(() => {
        if (era === this.era) this.booting = null;
      });
    }
    return this.booting;
  }

  private async bootOnce(era: number): Promise<void> {
    clearTimeout(this.retry);
    if (this.state.phase !== 'ready') this.set({ phase: 'starting' });
    const userToken = this.identity.userToken;
    const ask = (visitorToken?: string) =>
      this.api.call<Boot>('POST', '/widget/boot', {
        key: this.key,
        language: this.state.language,
        ...this.where(),
        ...deviceWord(this.identity.traits?.consent),
        ...(visitorToken ? { visitor_token: visitorToken } : {}),
        ...(userToken && !(visitorToken && userToken === this.proved) ? { user_token: userToken } : {}),
      });
    try {
      let boot: Boot;
      try {
        boot = await ask(this.kept.t);
      } catch (error) {
        // The old token is no longer known: start as somebody new.
        if (!this.kept.t || !(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error;
        boot = await ask();
      }
      if (era !== this.era) return;
      this.proved = userToken || null;
      this.booted(boot);
    } catch (error) {
      if (era === this.era) this.notBooted(error as ApiError);
    }
  }

  private notBooted(error: ApiError): void {
    if (this.kept.t) this.api.token = this.kept.t;
    this.report(error);
    const passing = !error.status || error.status >= 500 || error.status === 429 || error.status === 408;
    if (this.state.phase !== 'ready') this.set(passing ? { link: navigator.onLine ? 'connecting' : 'offline' } : { phase: 'refused', problem: error.message || words[this.state.language].refused });
    if (passing) this.retry = window.setTimeout(() => void this.boot(), error.retryMs || backoff(this.bootTries++, 1000));
  }

  private booted(boot: Boot): void {
    const before = this.state.contact;
    const same = before && before.id === boot.contact.id;
    this.bootTries = 0;
    if (!boot.config.device_links) forgetDevice();
    this.api.token = boot.visitor_token;
    this.keep({ t: boot.visitor_token, c: boot.conversation ? 1 : 0, k: boot.config.color, p: boot.config.position });
    if (!same) {
      this.stream.setCursor(null);
      this.readSent = 0;
    }
    this.set({
      phase: 'ready',
      problem: '',
      config: { ...boot.config, color: this.color || boot.config.color },
      hours: boot.config.open,
      opensAt: boot.config.opens_at,
      contact: boot.contact,
      conversation: same ? newer(this.state.conversation, boot.conversation) : boot.conversation,
      messages: merge(same ? this.state.messages : [], boot.messages),
      moreBefore: same && this.state.messages.length > boot.messages.length ? this.state.moreBefore : boot.messages.length > 0 && boot.messages[0]!.seq > 1,
      readSeq: same ? this.state.readSeq : 0,
    });
    this.confirm();
    this.hoursAt = Date.now();
    this.stream.setCursor(boot.conversation && { conversation_id: boot.conversation.id, version: boot.conversation.version });
    if (same) this.stream.setToken(boot.visitor_token);
    else this.stream.start(boot.visitor_token);
    this.outbox.enable(boot.contact.id, !!before && !before.identified);
    this.sendTraits();
    clearTimeout(this.renew);
    this.renew = window.setTimeout(() => void this.boot(), Math.min(Math.max(60_000, (boot.expires_at - Date.now()) * RENEW_AT), 2_000_000_000));
  }

  private wake(): void {
    if (this.state.phase === 'idle') return;
    if (this.state.phase !== 'ready') void this.boot();
    else this.stream.retryNow();
    this.outbox.flush();
    this.markRead();
  }

  // --- the server ---

  private poll(at: Cursor | null): Promise<PollAnswer> {
    return this.api.call('GET', '/stream/poll' + (at ? `?conversation_id=${encodeURIComponent(at.conversation_id)}&version=${at.version}` : ''), undefined, 40_000);
  }

  private entry(entry: Entry): void {
    const told = applyChanges(this.state.messages, this.state.conversation, entry.changes as Change[]);
    for (const message of told.arrived) {
      this.host.emit('message', { id: message.id, text: message.content.text, author: { kind: message.author.kind, name: message.author.name }, created_at: message.created_at });
    }
    this.set({ messages: told.messages, conversation: told.conversation, ...(told.arrived.length || told.conversation?.status === 'resolved' ? { typing: null } : {}) });
    if (!this.kept.c && told.conversation) this.keep({ c: 1 });
    this.confirm();
  }

  /** What is in the thread has arrived, with or without an answer to our request. */
  private confirm(): void {
    const arrived = this.state.messages.map((message) => message.client_msg_id);
    for (const item of this.outbox.items) if (arrived.includes(item.id)) this.outbox.remove(item.id);
  }

  private frame(frame: { type: string; [member: string]: unknown }): void {
    const conversation = this.state.conversation;
    if (frame.type === 'typing') {
      const who = (frame.who || {}) as { kind?: string; name?: string };
      const t = words[this.state.language];
      if (who.kind !== 'contact') this.typing.heard(frame.on ? who.name || (who.kind === 'bot' ? t.assistant : t.agent) : null);
    } else if (frame.type === 'queue' && conversation) {
      const ms = (value: unknown): number | null => (typeof value === 'number' ? value : null);
      const queue = { position: Number(frame.position) || 0, expected_wait_ms: ms(frame.expected_wait_ms), likely_max_ms: ms(frame.likely_max_ms) };
      this.set({ conversation: { ...conversation, queue } });
    }
  }

  private async deliver(item: Item): Promise<boolean | void> {
    const path = item.kind === 'message' ? '/widget/messages' : item.kind === 'handoff' ? '/widget/handoff' : '/widget/leave-message';
    const era = this.era;
    try {
      const answer = await this.api.call<Answer | null>('POST', path, { client_msg_id: item.id, ...item.body }, undefined, PREFER);
      if (era !== this.era) return;
      if (item.kind === 'leave') this.set({ left: [...this.state.left, item.id] });
      if (answer?.kept) {
        this.keep({ c: 1 });
        return true;
      }
      if (answer) this.answered(answer);
    } catch (error) {
      const { status, message, retryMs } = error as ApiError;
      if (status === 401 && era === this.era) {
        await this.boot();
        throw new Later(1_000);
      }
      if (!status || status >= 500 || status === 408 || status === 425 || status === 429) throw retryMs ? new Later(retryMs) : error;
      throw new Refused(message);
    }
  }

  private answered(answer: Answer): void {
    this.set({
      messages: answer.message ? merge(this.state.messages, [answer.message]) : this.state.messages,
      conversation: newer(this.state.conversation, answer.conversation),
    });
    if (!answer.conversation) return;
    if (!this.kept.c) this.keep({ c: 1 });
    this.stream.expect({ conversation_id: answer.conversation.id, version: answer.conversation.version });
  }

  // --- what the visitor does ---

  get draftKey(): string {
    return 'qn.draft.' + this.key;
  }

  send(text: string, button?: string): void {
    const attachments = button === undefined ? this.uploads.take() : [];
    if (!text.trim() && !attachments.length) return;
    this.outbox.add({
      id: newId(),
      kind: 'message',
      body: { text, ...this.where(), language: this.state.language, ...(attachments.length ? { attachments: attachments.map((one) => one.id) } : {}), ...(button ? { button } : {}) },
      files: attachments,
    });
    this.typing.stop();
    this.show({ kind: 'thread' });
  }

  askForPerson(anyway: boolean): void {
    if (!anyway && !this.state.hours) return this.show({ kind: 'leave', closed: true });
    this.show({ kind: 'thread' });
    if (this.outbox.mine().some((item) => item.kind === 'handoff' && !item.failed)) return;
    this.outbox.add({ id: newId(), kind: 'handoff', body: { language: this.state.language } });
  }

  leaveMessage(fields: { text: string; name: string; email: string; phone: string }): void {
    const body: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) if (value.trim()) body[name] = value.trim();
    this.outbox.add({ id: newId(), kind: 'leave', body });
    this.show({ kind: 'thread' });
  }

  retryItem(id: string): void {
    this.outbox.retry(id);
  }

  discardItem(id: string): void {
    this.outbox.remove(id);
  }

  async rate(score: number, comment: string): Promise<string> {
    try {
      const answer = await this.api.call<Answer | null>('POST', '/widget/csat', { score, comment });
      const conversation = newer(this.state.conversation, answer && answer.conversation);
      this.set({ conversation: conversation && { ...conversation, csat_given: true } });
      return '';
    } catch (error) {
      // Rated in another window.
      if ((error as ApiError).status === 409 && this.state.conversation) this.set({ conversation: { ...this.state.conversation, csat_given: true } });
      return (error as ApiError).message || words[this.state.language].networkError;
    }
  }

  show(view: View): void {
    if (view.kind !== this.state.view.kind || view.kind === 'article') this.set({ view });
  }

  language(language: Language, chosen: boolean): void {
    if (chosen) remember('qn.lang', language);
    this.api.language = language;
    this.set({ language });
  }

  /** Tells the server when the newest message is on the screen. */
  markRead(): void {
    const conversation = this.state.conversation;
    if (!conversation || this.state.phase !== 'ready' || !this.atEnd || !this.state.open || document.visibilityState !== 'visible' || this.state.view.kind !== 'thread') return;
    const last = this.state.messages.filter((one) => one.conversation_id === conversation.id).reduce((most, one) => Math.max(most, one.seq), 0);
    if (last <= Math.max(this.readSent, conversation.contact_read_seq)) return;
    if (last > this.state.readSeq) this.set({ readSeq: last });
    clearTimeout(this.readTimer);
    this.readTimer = window.setTimeout(() => {
      const before = this.readSent;
      this.readSent = last;
      this.api.call('POST', '/widget/read', { seq: last }).catch(() => {
        this.readSent = before;
      });
    }, 400);
  }

  /** Kept by the thread view: the end of the conversation is in sight. */
  atEnd = true;

  async loadBefore(): Promise<void> {
    const first = this.state.messages[0];
    if (!first || this.state.loadingBefore || !this.state.moreBefore) return;
    const era = this.era;
    this.set({ loadingBefore: true });
    try {
      const answer = await this.api.call<{ items: Message[]; has_more_before: boolean }>('GET', `/widget/messages?before_seq=${first.seq}&limit=50`);
      if (era === this.era) this.set({ messages: merge(this.state.messages, answer.items), moreBefore: answer.has_more_before });
    } catch {
      // The button stays; the visitor may press it again.
    }
    this.set({ loadingBefore: false });
  }

  /** Opening hours may have begun or ended since the start. */
  private async checkHours(): Promise<void> {
    if (this.state.phase !== 'ready' || Date.now() - this.hoursAt < HOURS_FRESH_MS) return;
    this.hoursAt = Date.now();
    try {
      const wait = await this.api.call<{ open: boolean; opens_at: number | null }>('GET', '/widget/wait');
      this.set({ hours: wait.open, opensAt: wait.opens_at });
    } catch {
      // Known from the start, well enough.
    }
  }
}
