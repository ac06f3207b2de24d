// Run inside a page by survey.rs. Gives what can be used there, top to bottom, with selectors that name one element each.
const most = arguments[0];
const only = (selector) => {
  try {
    return document.querySelectorAll(selector).length === 1;
  } catch {
    return false;
  }
};
const words = (text) => (text || '').replace(/\s+/g, ' ').trim().slice(0, 80);

/** By id, by name, else by its place under the nearest element that has an id. */
function selectorOf(element) {
  let path = '';
  for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
    const id = at.id ? `#${CSS.escape(at.id)}` : '';
    if (id && only(id)) return path ? `${id} > ${path}` : id;
    const name = at.getAttribute('name');
    const named = name ? `${at.localName}[name=${JSON.stringify(name)}]` : '';
    if (!path && named && only(named)) return named;
    const alike = at.parentElement ? [...at.parentElement.children].filter((one) => one.localName === at.localName) : [at];
    const part = at.localName + (alike.length > 1 ? `:nth-of-type(${alike.indexOf(at) + 1})` : '');
    path = path ? `${part} > ${path}` : part;
  }
  return path;
}

function kindOf(element) {
  const name = element.localName;
  if (name === 'select') return 'list';
  if (name === 'textarea') return 'field';
  if (name === 'table') return 'table';
  if (name === 'a') return 'link';
  if (name === 'button' || element.getAttribute('role') === 'button') return 'button';
  if (name !== 'input') return 'text';
  if (element.type === 'password') return 'secret';
  return ['button', 'submit', 'reset', 'image', 'checkbox', 'radio'].includes(element.type) ? 'button' : 'field';
}

/** As a person would call it. */
function labelOf(element, kind) {
  const own = element.getAttribute('aria-label') || (element.labels && element.labels[0] && element.labels[0].innerText);
  if (own) return words(own);
  if (kind === 'button') return words(element.innerText || element.value || element.title);
  if (kind === 'table') return words(element.caption ? element.caption.innerText : (element.rows[0] || element).innerText);
  if (kind === 'link' || kind === 'text') return words(element.innerText);
  const before = element.previousSibling && element.previousSibling.textContent;
  return words(element.placeholder) || words(before) || words(element.name || element.id);
}

const usable = 'input:not([type=hidden]):not([type=file]), textarea, select, button, a[href], table, [role=button]';
const readable = 'h1, h2, h3, p[id], div[id], span[id], td[id], dd[id], ul[id], ol[id], li[id], pre[id], strong[id], [role=status], [role=alert]';
const elements = [];
for (const element of document.querySelectorAll(`${usable}, ${readable}`)) {
  const box = element.getBoundingClientRect();
  if (box.width < 2 || box.height < 2 || elements.length >= most) continue;
  const kind = kindOf(element);
  const round = { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width), height: Math.round(box.height) };
  const options = kind === 'list' ? { options: [...element.options].slice(0, 50).map((option) => words(option.text)) } : {};
  elements.push({ at: selectorOf(element), kind, label: labelOf(element, kind), ...round, ...options });
}
return { url: location.href, title: words(document.title), width: innerWidth, height: innerHeight, elements };
