import { flag, text } from '../../../nodes/DefenderLiveResponse/fields/row';
import { readAdded, readOptions } from '../../../nodes/DefenderLiveResponse/host/readRows';
import { contextOf } from './fakeContext';

const ROWS = { dryRun: flag('Dry Run', false, ''), runKey: text('Run Key') };
const read = (options: unknown) => readAdded(contextOf({ options }), 'options', ROWS, 2);

it('gives the entries that were added, whatever they hold', () => {
	expect(readAdded(contextOf({}), 'options', ROWS, 2)).toEqual({});
	expect(read({ dryRun: false, runKey: '', other: null })).toEqual({ dryRun: false, runKey: '' });
});

it('gives options that were not added their initial values', () => {
	expect(readOptions(contextOf({ options: { runKey: 'a' } }), ROWS, 2)).toEqual({ dryRun: false, runKey: 'a' });
});

it('refuses by name what was added and gives nothing', () => {
	expect(() => read({ dryRun: undefined })).toThrow("'Dry Run' gives nothing [item 2]");
	expect(() => read({ dryRun: true, runKey: null })).toThrow("'Run Key' gives no text [item 2]");
});

it.each([null, undefined, 'dryRun', 5, [{ dryRun: true }]])('refuses %j in place of a collection', (options) => {
	expect(() => read(options)).toThrow("'Options' is not a collection [item 2]");
});
