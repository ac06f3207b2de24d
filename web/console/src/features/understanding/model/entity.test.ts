import { describe, expect, it } from 'vitest';
import type { EntityView } from '@qingniao/shared/api';
import { countOf, foundBy, isName, toBody, toDraft, valueLines } from './entity';

const carrier: EntityView = {
  id: 'ent_1',
  name: 'carrier',
  label: '快递公司',
  found_by: { by: 'values', values: [{ value: '顺丰速运', synonyms: ['顺丰', 'SF'] }] },
  version: 1,
  created_at: 0,
};

describe('an entity in the form', () => {
  it('goes back as it came', () => {
    expect(toBody(toDraft(carrier))).toEqual({ name: 'carrier', label: '快递公司', found_by: carrier.found_by });
    expect(countOf(carrier.found_by)).toBe(1);
  });
  it('reads lines as people type them', () => {
    const draft = toDraft(null);
    expect(foundBy({ ...draft, patterns: ' QN-#{8} \n\nA#{6}' })).toEqual({ by: 'patterns', patterns: ['QN-#{8}', 'A#{6}'] });
    expect(foundBy({ ...draft, by: 'values', values: '红，大红、朱红\n，\n蓝' })).toEqual({
      by: 'values',
      values: [
        { value: '红', synonyms: ['大红', '朱红'] },
        { value: '蓝', synonyms: [] },
      ],
    });
    expect(['order_no', 'a1', '订单', '1a', 'A', ''].map(isName)).toEqual([true, true, false, false, false, false]);
  });
  it('takes a pasted table as values with their synonyms', () => {
    const pasted = '快递公司\t同义词\r\n顺丰速运\t顺丰、SF\r\n中通快递\t中通\r\n中通快递\tZTO\r\n圆通\t\r\n';
    expect(valueLines(pasted)).toBe('顺丰速运, 顺丰, SF\n中通快递, 中通, ZTO\n圆通');
    expect(valueLines(`已有, 旧\n${pasted}`)).toContain('已有, 旧\n');
    expect(valueLines('红，大红\n 蓝')).toBe('红，大红\n 蓝');
  });
});
