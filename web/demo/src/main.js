// The demo shop 「蓝鲸数码 Blue Whale」: a small single-page site with hash addresses, in two languages and two themes.

import products from 'catalogue';
import { picture, whale } from './art.js';
import { support } from './support.js';
import { words } from './words.js';

const SHELVES = {
  phone: ['phone', 'tablet', 'watch', 'earphones'],
  accessory: ['tablet_accessory', 'watch_accessory', 'case', 'case_accessory', 'screen_protector', 'charger', 'cable', 'power_bank'],
  appliance: ['washing_machine', 'air_conditioner', 'fridge', 'robot_vacuum', 'air_purifier', 'rice_cooker', 'kettle', 'air_fryer', 'appliance_consumable'],
};
const HOME = ['BW-P10PRO', 'BW-P10', 'BW-P10LITE', 'BW-W2', 'BW-BUDS3PRO', 'BW-T11', 'BW-CASE-WP', 'BW-CHG-90', 'BW-RV8', 'BW-AC15', 'BW-FR520', 'BW-RC4'];
const THEMES = ['auto', 'light', 'dark'];

const kept = {
  get(name, fallback) {
    try {
      return localStorage.getItem('bluewhale.' + name) || fallback;
    } catch {
      return fallback;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem('bluewhale.' + name, value);
    } catch {
      // Chosen for this page view only.
    }
  },
};

let language = kept.get('language', /^zh/i.test(navigator.language) ? 'zh' : 'en');
let theme = kept.get('theme', 'auto');
let notice = '';
const t = () => words[language];

/** An element with properties, attributes (`aria-…`), and children: text stays text. */
function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Our own drawings only. */
function drawing(markup, className) {
  const box = el('span', { className });
  box.append(new DOMParser().parseFromString(markup.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" '), 'image/svg+xml').documentElement);
  return box;
}

const name = (product) => (language === 'zh' ? product.name_zh : product.name_en);
const price = (product) => '¥' + (product.price_cents / 100).toLocaleString(language === 'zh' ? 'zh-CN' : 'en');

function route() {
  const [page, rest] = location.hash.replace(/^#\/?/, '').split('/');
  return { page: page || 'home', rest: decodeURIComponent(rest || '') };
}

function header() {
  const { page } = route();
  const nav = Object.entries(t().nav).map(([key, text]) => el('a', { href: key === 'home' ? '#/' : '#/' + key, ...(page === key ? { 'aria-current': 'page' } : {}) }, text));
  const switchLanguage = el('button', {
    type: 'button',
    className: 'tool',
    lang: language === 'zh' ? 'en' : 'zh-CN',
    onclick: () => {
      language = language === 'zh' ? 'en' : 'zh';
      kept.set('language', language);
      draw();
    },
  }, t().language);
  const switchTheme = el('button', {
    type: 'button',
    className: 'tool theme',
    ariaLabel: t().theme[theme],
    title: t().theme[theme],
    onclick: () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      kept.set('theme', theme);
      draw();
    },
  }, drawing('<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.500" fill="none" stroke="currentColor" stroke-width="1.800"/><path d="M12 3.500a8.500 8.500 0 0 1 0 17z" fill="currentColor"/></svg>'.replace(/(\.\d)00/g, '$1'), 'glyph'));
  const account = el('button', {
    type: 'button',
    className: support.signedIn ? 'account in' : 'account',
    onclick: async () => {
      notice = '';
      if (support.signedIn) support.signOut();
      else await support.signIn().catch(() => (notice = t().signInFailed));
      draw();
    },
  }, support.signedIn ? el('span', { className: 'who' }, t().signedIn + ' · ') : null, support.signedIn ? t().signOut : t().signIn);
  document.getElementById('top').replaceChildren(
    el('div', { className: 'bar' }, el('a', { className: 'logo', href: '#/', ariaLabel: t().brand }, drawing(whale, 'whale'), el('span', {}, t().brand)), el('nav', { ariaLabel: t().brand }, nav), el('div', { className: 'tools' }, switchLanguage, switchTheme, account)),
    el('p', { className: 'notice', role: 'status' }, notice),
  );
}

function tile(product) {
  return el('li', {}, el('a', { className: 'tile', href: '#/product/' + product.sku }, drawing(picture(product.sku), 'art'), el('span', { className: 'tile-name' }, name(product)), el('span', { className: 'price' }, price(product))));
}

const grid = (list) => el('ul', { className: 'grid' }, list.map(tile));
const askButton = (text) => el('button', { type: 'button', className: 'ghost', onclick: () => support.open() }, text);

function home() {
  return [
    el('section', { className: 'hero' },
      el('div', { className: 'hero-text' }, el('p', { className: 'eyebrow' }, t().heroEyebrow), el('h1', {}, t().heroTitle), el('p', {}, t().heroText), el('div', { className: 'actions' }, el('a', { className: 'solid', href: '#/product/BW-P10PRO' }, t().heroBuy), askButton(t().ask))),
      drawing(picture('BW-P10PRO'), 'hero-art')),
    el('ul', { className: 'promises' }, t().promises.map(([title, text]) => el('li', {}, el('strong', {}, title), el('span', {}, text)))),
    el('h2', {}, t().all),
    grid(HOME.map((sku) => products.find((product) => product.sku === sku)).filter(Boolean)),
  ];
}

function shelf(key) {
  return [el('h1', { className: 'shelf-title' }, t().nav[key]), grid(products.filter((product) => SHELVES[key].includes(product.category)))];
}

function value(raw) {
  if (raw === 'true') return t().yes;
  if (raw === 'false' || raw === 'none') return t().no;
  return raw;
}

function productPage(sku) {
  const product = products.find((one) => one.sku === sku);
  if (!product) return [el('h1', {}, t().missing), el('p', {}, el('a', { href: '#/' }, t().back))];
  support.viewing(sku);
  const labels = t().attributes;
  // English pages leave out values that are only written in Chinese.
  const rows = Object.entries(product.attributes).filter(([key, raw]) => labels[key] && (language === 'zh' || !/[\u4e00-\u9fff]/.test(raw)));
  const fitting = product.accessories.map((one) => products.find((other) => other.sku === one)).filter(Boolean);
  return [
    el('div', { className: 'product' },
      drawing(picture(sku), 'big-art'),
      el('div', {}, el('h1', {}, name(product)), el('p', { className: 'price big' }, price(product)), el('div', { className: 'actions' }, el('button', { type: 'button', className: 'solid', onclick: () => support.open() }, t().askProduct)), el('h2', {}, t().details), el('dl', {}, rows.map(([key, raw]) => el('div', {}, el('dt', {}, labels[key]), el('dd', {}, value(raw))))))),
    fitting.length ? el('h2', {}, t().fits) : null,
    fitting.length ? grid(fitting) : null,
  ];
}

function help() {
  return [
    el('h1', { className: 'shelf-title' }, t().helpTitle),
    el('p', { className: 'lead' }, t().helpText, ' ', askButton(t().ask)),
    el('div', { className: 'helps' }, t().helps.map(([title, steps]) => el('section', {}, el('h2', {}, title), el('ol', {}, steps.map((step) => el('li', {}, step)))))),
  ];
}

function content() {
  const { page, rest } = route();
  if (page === 'product') return productPage(rest);
  if (page === 'help') return help();
  return SHELVES[page] ? shelf(page) : home();
}

function draw() {
  const root = document.documentElement;
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
  header();
  document.querySelector('.skip').textContent = t().skip;
  document.getElementById('main').replaceChildren(...content().filter(Boolean));
  document.getElementById('bottom').replaceChildren(
    el('p', {}, t().footer),
    el('p', {}, el('a', { href: '/' }, t().console), ' · ', support.key ? el('a', { href: '/chat/' + encodeURIComponent(support.key) }, t().chatPage) : null),
  );
  const heading = document.querySelector('main h1');
  document.title = (route().page === 'home' ? '' : (heading ? heading.textContent + ' · ' : '')) + t().brand;
}

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
addEventListener('hashchange', () => {
  draw();
  scrollTo(0, 0);
});
draw();
support.start().then(draw, () => {
  notice = t().signInFailed;
  draw();
});
