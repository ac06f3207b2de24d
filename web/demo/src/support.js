// How a customer's site carries the chat: the standard snippet, and identify/logout around the shop's own sign-in.
// A real site pastes the snippet with its key; this page asks the demo server for the key first.

window.qingniao =
  window.qingniao ||
  function () {
    (window.qingniao.q = window.qingniao.q || []).push(arguments);
  };

const SIGNED_IN = 'bluewhale.signed-in';

function remembered() {
  try {
    return sessionStorage.getItem(SIGNED_IN) === '1';
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    if (on) sessionStorage.setItem(SIGNED_IN, '1');
    else sessionStorage.removeItem(SIGNED_IN);
  } catch {
    // The page forgets at the next load.
  }
}

async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(path + ' ' + answer.status);
  return answer.json();
}

export const support = {
  signedIn: remembered(),
  key: '',

  async start() {
    if (this.signedIn) await this.signIn().catch(() => this.signOut());
    const { key } = await ask('/demo/config');
    this.key = key;
    const look = await ask('/api/v1/widget/config?key=' + encodeURIComponent(key)).catch(() => ({}));
    const script = document.createElement('script');
    script.async = true;
    script.src = '/widget/loader.js';
    script.dataset.key = key;
    // The snippet names colour and side, so that the button is right before anything else is loaded.
    if (look.color) script.dataset.color = look.color;
    if (look.position) script.dataset.position = look.position;
    document.head.append(script);
  },

  /** The shop's server signs who its customer is; the chat trusts that signature and nothing else. */
  async signIn() {
    const { token } = await ask('/demo/user-token');
    window.qingniao('identify', token);
    this.signedIn = true;
    remember(true);
  },

  signOut() {
    window.qingniao('logout');
    this.signedIn = false;
    remember(false);
  },

  open() {
    window.qingniao('open');
  },

  viewing(sku) {
    window.qingniao('setAttributes', { viewing_sku: sku });
  },
};
