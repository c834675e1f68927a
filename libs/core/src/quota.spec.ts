import { isOverQuota, quotaWarning } from './quota.ts';

const recipients = Array.from({ length: 100 }, (_, index) => String(index));

describe('isOverQuota', () => {
  it.each([
    ['no ceiling', null, 'congestion', null, false],
    ['enough', { limit: 1_000, used: 600 }, 'congestion', null, false],
    ['into the reserve', { limit: 1_000, used: 601 }, 'congestion', null, true],
    ['a fact into the reserve', { limit: 1_000, used: 900 }, 'flood', 2, true],
    ['a fact of level 3', { limit: 1_000, used: 900 }, 'flood', 3, false],
    ['an order', { limit: 1_000, used: 999 }, 'evacuation', null, false],
    ['staff', { limit: 1_000, used: 999 }, 'staff', null, false],
    ['a beat while two thirds are left', { limit: 1_000, used: 250 }, 'test', null, false],
    ['a beat after a third, long before the reserve', { limit: 1_000, used: 251 }, 'test', null, true],
    ['a plan of nothing', { limit: 0, used: 0 }, 'congestion', null, true],
  ] as const)('D§3.3 %s', (_, quota, lane, level, isOver) => {
    expect(isOverQuota(quota, { lane, recipients }, { level })).toBe(isOver);
  });
});

describe('quotaWarning', () => {
  it.each([
    [{ limit: 1_000, used: 701 }, /あと299通/],
    [{ limit: 1_000, used: 800 }, /80%/],
    [{ limit: 1_000, used: 955 }, /95%.*あと45通/],
    [{ limit: 0, used: 0 }, /100%/],
  ])('%j', (quota, words) => {
    expect(quotaWarning(quota)).toMatch(words);
  });

  it.each([null, { limit: 1_000, used: 700 }])('says nothing of %j', (quota) => {
    expect(quotaWarning(quota)).toBeNull();
  });
});
