import { MAX_VALUES, readJson, scanJson } from '../../../nodes/DefenderLiveResponse/result/json';

it.each([
	['{"a":[1,"b",null]}', { a: [1, 'b', null] }],
	['null', null],
	['{"a":', undefined],
	['', undefined],
])('reads %j', (json, value) => {
	expect(readJson(json)).toEqual(value);
});

it('reads a long text by the number of its values, which may be known', () => {
	const long = `"${'a'.repeat(MAX_VALUES)}"`;
	const known = (count: number) => readJson(long, { count, depth: 0, values: [] });
	const read = [readJson(long), known(MAX_VALUES), known(MAX_VALUES + 1)];
	expect(read.map((value) => typeof value)).toEqual(['string', 'string', 'undefined']);
});

it.each([
	['1', 0],
	['"[,{"', 0],
	['"\\"[,{\\\\"', 0],
	['[]', 1],
	['[1,2,3]', 3],
	['[{},{"a":[1,2]}]', 6],
	['{"[":"{","b":1}', 2],
])('%s holds values, of which it counts %i', (json, count) => {
	expect(scanJson(json).count).toBe(count);
});

it.each<[string, string[]]>([
	['{"key":1}', ['1']],
	[' {\n "key" : [ {"key":2} , 3 ] ,"a":"key" }\n', ['[ {"key":2} , 3 ]']],
	['{"a":[1,2],"b":{"key":1},"key":"a,\\"}{"}', ['"a,\\"}{"']],
	['{"a":"key","key":{"a":{}}}', ['{"a":{}}']],
	['{"a":":","b":"key:","key":":,","c":1}', ['":,"']],
	['{"key":1,"a":"key","b":2}', ['1']],
	['{"a":{"key":1},"key":2,"b":{"key":3}}', ['2']],
	['{"\\u006bey":1}', ['1']],
	['{"keys":1,"ke":2,"\\u006b":3}', []],
	['{}', []],
	['["key","key"]', []],
])('in %s the values of a key are %j', (json, values) => {
	expect(() => JSON.parse(json) as unknown).not.toThrow();
	expect(scanJson(json, 'key').values.map(({ value }) => value)).toEqual(values);
});

it('a key is found in any letter case, and given as it is written', () => {
	expect(scanJson('{"Key":1,"a":{"KEY":2},"KE\\u0059":3,"keys":4,"k\\ey":5}', 'key').values).toEqual([
		{ key: 'Key', value: '1' },
		{ key: 'KEY', value: '3' },
	]);
});

it.each([
	['1', 0],
	['"[["', 0],
	['[]', 1],
	['[[],{"a":{}},[]]', 3],
	['{"a":[{"b":"]"}],"c":1}', 3],
])('%s is nested %i deep', (json, depth) => {
	expect(scanJson(json).depth).toBe(depth);
});
