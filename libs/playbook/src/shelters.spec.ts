import { Findings } from './problem.ts';
import { readShelters } from './shelters.ts';

function read(table: string) {
  const findings = new Findings();
  const shelters = readShelters('shelters.csv', Buffer.from(table), '242039', findings);
  return { shelters, told: findings.list().map(({ line, severity, message }) => `${line} ${severity} ${message}`) };
}

describe('readShelters', () => {
  it('reads the older columns in any order, with circles for the hazards', () => {
    const { shelters, told } = read(
      'NO,緯度,経度,名称,住所,災害種別_洪水,災害種別_津波,想定収容人数,UTMポイント\n7,34.5,136.7,東小学校,東1-1,○,,"1,200",x\n',
    );
    expect(shelters).toEqual([{ id: '7', name: '東小学校', address: '東1-1', lat: 34.5, lon: 136.7, hazards: ['洪水'], capacity: 1_200 }]);
    expect(told).toEqual([
      '2 warning 災害種別_洪水: "○" was read as 1; write 1',
      '2 warning 想定収容人数: "1,200" was read as 1200; write digits only',
    ]);
  });

  it('leaves out a row and not the file', () => {
    const { shelters, told } = read('ID,名称,緯度,経度\na,A,,\nb,B,136.7,34.5\nc,C,34.5,136.7\nc,D,34.5,136.7\n');
    expect(shelters.map(({ id }) => id)).toEqual(['c']);
    expect(told).toEqual([
      '2 warning the row has no 名称, 緯度 or 経度 that can be used and was left out; people cannot be sent to it, complete it',
      '3 warning the row was left out: 緯度 and 経度 136.7, 34.5 look swapped; latitude is 34.5 and longitude 136.7',
      '5 warning ID "c" is already that of line 4; this row was left out, give it its own ID',
    ]);
  });

  it.each([
    ['24203', '市区町村コード: "24203" was read as "242039"'],
    ['2203', '市区町村コード: "2203" was read as "022039"'],
  ])('restores the code %s', (code, message) => {
    expect(read(`名称,緯度,経度,市区町村コード\nA,34.5,136.7,${code}\n`).told[0]).toContain(message);
  });

  it('sends nobody to a place for a hazard that it cannot read', () => {
    const { shelters, told } = read('名称,緯度,経度,災害種別_洪水\nA,34.5,136.7,×\n');
    expect(shelters[0]?.hazards).toEqual([]);
    expect(told).toEqual(['2 warning 災害種別_洪水: "×" was read as not designated; write 1 or leave it empty']);
  });
});
