import { readCollection } from '../../../nodes/DefenderLiveResponse/host/collection';
import { contextOf } from './fakeContext';

const ASKED = {
	name: 'options',
	displayName: 'Options',
	entries: [
		{ name: 'dryRun', displayName: 'Dry Run', type: 'boolean' as const },
		{ name: 'runKey', displayName: 'Run Key', type: 'string' as const },
	],
};
const read = (options: unknown) => readCollection(contextOf({ options }), ASKED, 2);

it('gives the entries that were added, whatever they hold', () => {
	expect(readCollection(contextOf({}), ASKED, 2)).toEqual({});
	expect(read({ dryRun: false, runKey: '', other: null })).toEqual({ dryRun: false, runKey: '' });
});

it('refuses by name what was added and gives nothing', () => {
	expect(() => read({ dryRun: undefined })).toThrow("'Dry Run' gives nothing [item 2]");
	expect(() => read({ dryRun: true, runKey: null })).toThrow("'Run Key' gives no text [item 2]");
});

it.each([null, undefined, 'dryRun', 5, [{ dryRun: true }]])('refuses %j in place of a collection', (options) => {
	expect(() => read(options)).toThrow("'Options' is not a collection [item 2]");
});
