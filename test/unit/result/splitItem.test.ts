import type { IDataObject } from 'n8n-workflow';
import { MAX_ITEMS, splitItem } from '../../../nodes/DefenderLiveResponse/result/splitItem';

const ITEM: IDataObject = {
	computerDnsName: 'ws-01',
	outcome: 'succeeded',
	exit_code: 0,
	script_output: '[…]',
	script_error: 'warned',
	errors: ['mind this'],
	started: true,
	script_name: 'a.ps1',
	commandType: 'RunScript',
	commandIndex: 0,
	machineActionId: 'id',
	machineId: 'device',
	output: [{ n: 1 }, 2, null],
	transcriptPath: 'C:\\t.txt',
};
const FULL = { machineAction: { id: 'id' }, command: { index: 0 }, transcript: { script_output: '[…]' }, download: { bytes: 3 } };

it('makes an item of each element, the first with the texts, the others without', () => {
	const [first, second, third, ...none] = splitItem(ITEM);
	expect(none).toEqual([]);
	expect(first).toEqual({ ...ITEM, output: { n: 1 } });
	const { script_output, script_error, ...others } = ITEM;
	expect([script_output, script_error]).toEqual(['[…]', 'warned']);
	expect(second).toEqual({ ...others, errors: [], output: 2 });
	expect(third).toEqual({ ...others, errors: [], output: null });
	expect(Object.keys(first)).toEqual(Object.keys(ITEM));
	expect(Object.keys(second)).toEqual(Object.keys(others));
});

it('has what the service sent in the first item alone', () => {
	const [first, second] = splitItem({ ...ITEM, ...FULL, downloadLink: 'https://x' });
	expect(first).toMatchObject(FULL);
	for (const key of Object.keys(FULL)) expect(second).not.toHaveProperty(key);
	expect(second.downloadLink).toBe('https://x');
});

it.each([undefined, null, [], { n: 1 }, 'text', 5])('leaves an item alone whose output is %j', (output) => {
	const item = { ...ITEM, output } as IDataObject;
	expect(splitItem(item)).toEqual([item]);
});

it('makes ten thousand items at most, and says how many elements there are', () => {
	const list = (length: number) => splitItem({ ...ITEM, output: Array.from({ length }, (_, at) => at) });
	expect(MAX_ITEMS).toBe(10_000);
	const all = list(MAX_ITEMS);
	expect(all).toHaveLength(MAX_ITEMS);
	expect(all[0].errors).toEqual(['mind this']);
	const some = list(MAX_ITEMS + 1);
	expect(some).toHaveLength(MAX_ITEMS);
	expect(some[0].errors).toEqual(['mind this', 'The output has 10001 elements; there are items for the first 10000']);
	expect(some.at(-1)).toMatchObject({ output: MAX_ITEMS - 1, errors: [] });
	expect(ITEM.errors).toEqual(['mind this']);
});

it('takes little more than the output does', () => {
	const output = Array.from({ length: 2_000 }, (_, at) => ({ at, text: 'x'.repeat(190) }));
	const written = JSON.stringify(output);
	const items = splitItem({ ...ITEM, script_output: written, script_error: written, output });
	expect(JSON.stringify(items).length).toBeLessThan(5 * written.length);
});
