// A score form as it is filled in and as it is written.
import type { Answers, Criterion, ScoreForm, ScoreSection } from '@qingniao/shared/quality';
import { uuid } from '../../api';

/** Where something fails the server says so under this name. */
export const answerField = (key: string): string => `answers.${key}`;

export function answered(form: ScoreForm, answers: Answers): { n: number; of: number } {
  const all = form.sections.flatMap((section) => section.criteria);
  return { n: all.filter((criterion) => (answers[criterion.key]?.value ?? '') !== '').length, of: all.length };
}

/** What is kept and counted must not change with the name. */
export const freshKey = (): string => `c${uuid().slice(-8)}`;

export function newCriterion(): Criterion {
  return { key: freshKey(), zh: '', en: '', note: '', kind: 'scale', options: [], weight: 10, fatal: false, optional: false };
}

export function newSection(): ScoreSection {
  return { zh: '', en: '', criteria: [newCriterion()] };
}

/** A form to begin with: what most companies look at. */
export function starter(): ScoreForm {
  const criterion = (zh: string, en: string, change: Partial<Criterion>): Criterion => ({ ...newCriterion(), zh, en, ...change });
  return {
    zh: '通用评分表',
    en: 'General form',
    note: '',
    sections: [
      {
        zh: '服务态度',
        en: 'Manner',
        criteria: [
          criterion('语气友好、有同理心', 'Friendly and understanding', { weight: 20 }),
          criterion('及时回应，没有让客户空等', 'Answers in time', { weight: 10 }),
        ],
      },
      {
        zh: '解决问题',
        en: 'Solution',
        criteria: [
          criterion('准确理解客户的问题', 'Understands the question', { weight: 20 }),
          criterion('问题得到解决，或交代了后续', 'Solves it or says what comes next', {
            weight: 40,
            kind: 'choice',
            options: [
              { key: freshKey(), zh: '解决', en: 'Solved', points: 100 },
              { key: freshKey(), zh: '部分解决', en: 'In part', points: 50 },
              { key: freshKey(), zh: '未解决', en: 'Not solved', points: 0 },
            ],
          }),
        ],
      },
      {
        zh: '合规',
        en: 'Rules',
        criteria: [criterion('未泄露客户隐私、未作违规承诺', 'Keeps privacy and makes no false promise', { kind: 'yes_no', fatal: true })],
      },
    ],
  };
}

/** English is what Chinese is where nothing was written. */
export function filled(form: ScoreForm): ScoreForm {
  const both = <T extends { zh: string; en: string }>(named: T): T => ({ ...named, en: named.en.trim() || named.zh });
  return {
    ...both(form),
    sections: form.sections.map((section) => ({
      ...both(section),
      criteria: section.criteria.map((criterion) => ({
        ...both(criterion),
        options: criterion.kind === 'choice' ? criterion.options.map(both) : [],
      })),
    })),
  };
}

/** `list` with the item at `index` moved one up. */
export function movedUp<T>(list: readonly T[], index: number): T[] {
  const next = [...list];
  const [item] = next.splice(index, 1);
  if (item !== undefined) next.splice(Math.max(0, index - 1), 0, item);
  return next;
}
