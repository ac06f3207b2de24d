// Reads the demo tenant's catalogue at build time, so that the shop sells exactly what the server knows. Understands
// the plain shape of server/demo/products.yaml (one key a line, flat flow maps), not YAML.
import { readFile } from 'node:fs/promises';

const unquote = (text) => text.trim().replace(/^(['"])(.*)\1$/, '$2');

export function parseCatalogue(text) {
  const products = [];
  for (const line of text.split('\n')) {
    const found = /^(?:- |  )(\w+): (.*)$/.exec(line);
    if (!found) continue;
    const [, key, raw] = found;
    if (key === 'sku') products.push({ sku: raw.trim(), name_zh: '', name_en: '', category: '', price_cents: 0, attributes: {}, accessories: [] });
    const product = products[products.length - 1];
    if (key === 'price_cents') product.price_cents = Number(raw);
    else if (key === 'accessories') product.accessories = raw.replace(/[[\]]/g, '').split(',').map(unquote).filter(Boolean);
    else if (key === 'attributes') product.attributes = Object.fromEntries(raw.trim().replace(/^\{|\}$/g, '').split(', ').filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf(':')), unquote(pair.slice(pair.indexOf(':') + 1))]));
    else if (key.startsWith('name_') || key === 'category') product[key] = unquote(raw);
  }
  if (products.length < 20 || products.some((product) => !product.name_zh || !product.name_en || !product.price_cents)) throw new Error('server/demo/products.yaml has a shape this reader does not know');
  return products;
}

export const catalogue = (path) => ({
  name: 'catalogue',
  setup(build) {
    build.onResolve({ filter: /^catalogue$/ }, () => ({ path, namespace: 'catalogue' }));
    build.onLoad({ filter: /.*/, namespace: 'catalogue' }, async () => ({ contents: JSON.stringify(parseCatalogue(await readFile(path, 'utf8'))), loader: 'json' }));
  },
});
