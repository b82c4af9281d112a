import { MAX_VALUES, readJson } from '../../../nodes/DefenderLiveResponse/result/json';

/** JSON of this many values. */
const list = (values: number, value = '0') => `[${`${value},`.repeat(values - 1)}${value}]`;

it.each([
	['{"a":[1,"b",null]}', { a: [1, 'b', null] }],
	['null', null],
	['{"a":', undefined],
	['', undefined],
])('reads %j', (json, value) => {
	expect(readJson(json)).toEqual(value);
});

it('reads two million values, and no more: tens of millions would end the process', () => {
	expect(readJson(list(MAX_VALUES))).toHaveLength(MAX_VALUES);
	expect(readJson(list(MAX_VALUES + 1))).toBeUndefined();
	expect(readJson(list(MAX_VALUES / 2 + 1, '{}'))).toBeUndefined();
	expect(readJson(list(MAX_VALUES + 1, '"a"'))).toBeUndefined();
	expect(readJson('['.repeat(MAX_VALUES + 1) + ']'.repeat(MAX_VALUES + 1))).toBeUndefined();
});

it('counts no value within a string', () => {
	const text = `\\"${'[{,'.repeat(MAX_VALUES)}\\\\`;
	expect(readJson(`{"a":"${text}"}`)).toEqual({ a: JSON.parse(`"${text}"`) });
});
