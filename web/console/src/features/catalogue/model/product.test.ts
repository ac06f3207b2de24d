import { describe, expect, it } from 'vitest';
import type { ProductView } from '@qingniao/shared/api';
import { cents, problems, toBody, toDraft, yuan } from './product';

const product: ProductView = {
  id: 'prd_1',
  sku: 'A',
  name_zh: '手机',
  name_en: 'Phone',
  category: 'phone',
  price_cents: 199950,
  stock: 3,
  attributes: { battery_mah: 5000, nfc: true, bluetooth: '5.3' },
  accessories: ['B', 'C'],
  variants: [{ sku: 'A-B', options: { color: '蓝色', color_en: 'blue', 内存: '12G' }, price_cents: 199950, stock: 3 }],
  version: 1,
  created_at: 0,
};

describe('a product in the form', () => {
  it('goes back as it came', () => {
    const { id, version, created_at, ...body } = product;
    expect([id, version, created_at]).toEqual(['prd_1', 1, 0]);
    expect(toBody(toDraft(product), product)).toEqual(body);
    expect(toDraft(product).kinds).toEqual(['color', '内存']);
  });
  it('reads amounts as people type them', () => {
    expect([cents('1,299'), cents('¥19.9'), cents('0'), cents('1.234'), cents('x'), cents('')]).toEqual([129900, 1990, 0, null, null, null]);
    expect([yuan(1990), yuan(500)]).toEqual(['19.90', '5']);
  });
  it('tells what is missing', () => {
    expect(problems(toDraft(null))).toEqual({ sku: 'needed', name_zh: 'needed', price: 'badPrice' });
    const draft = { ...toDraft(product), kinds: ['size'] };
    expect(problems({ ...draft, variants: [{ sku: '', options: {}, price: 'x', stock: '-1' }] })).toEqual({
      'variants[0].sku': 'needed',
      'variants[0].options': 'needed',
      'variants[0].price': 'badPrice',
      'variants[0].stock': 'badStock',
    });
  });
});
