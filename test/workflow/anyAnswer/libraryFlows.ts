import type { IDataObject } from 'n8n-workflow';
import { SCRIPT } from '../../support/actions';
import { addDevices, onlyOne } from './arrange';
import { untrueList } from './entityClaims';
import type { Flow } from './flow';

const CONTENT = 'Write-Output 1';
const library = (operation: string, more: IDataObject = {}) => ({ resource: 'libraryFile', operation, ...more });

export const LIBRARY_FLOWS: Flow[] = [
	{
		name: 'libraryFile: getMany',
		calls: ['token', 'library.list'],
		untrueOfAll: (items, world) => untrueList(items, [SCRIPT], ({ fileName }) => fileName, world),
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			return { parameters: library('getMany', { returnAll: choice.wait, limit: 7 }), inputs: [{ json: {} }] };
		},
	},
	{
		name: 'libraryFile: upload',
		calls: ['token', 'library.list', 'library.upload', 'library.upload'],
		itemsEach: onlyOne,
		target: ({ name }) => String(name),
		untrue: ({ fileName }, { name }, { emulator }) => [
			...(String(fileName).toLowerCase() === name ? [] : [`an upload of ${String(fileName)} for ${String(name)}`]),
			...(emulator.libraryFile(String(name)) ? [] : [`${String(name)} is not in the library`]),
		],
		prepare(emulator, choice) {
			addDevices(emulator, choice);
			const data = Buffer.from(CONTENT).toString('base64');
			// Both forms of the parameter: a boolean, and its later choices.
			const overwrite = [false, true, 'never', 'ifDifferent', 'always'][choice.variant % 5];
			return {
				parameters: library('upload', { fileName: '={{ $json.name }}', overwrite }),
				inputs: Array.from({ length: choice.items }, (_, n) => ({
					json: { name: `new-${n}.ps1` },
					binary: { data: { data, mimeType: 'text/plain', fileName: 'x.ps1' } },
				})),
			};
		},
	},
	{
		name: 'libraryFile: delete',
		calls: ['token', 'library.delete', 'library.delete', 'library.list'],
		itemsEach: onlyOne,
		target: ({ name }) => String(name),
		untrue({ deleted, fileName }, { name }, world) {
			const isThere = world.emulator.libraryFile(String(name)) !== undefined;
			return [
				...(deleted === true && fileName === name ? [] : [`an item that does not say that ${String(name)} is deleted`]),
				...(isThere && !world.attacked('library.delete', 'library.list') ? [`${String(name)} is in the library`] : []),
			];
		},
		prepare(emulator, choice) {
			const names = Array.from({ length: choice.items }, (_, n) => `old-${n}.ps1`);
			for (const fileName of names) emulator.addLibraryFile({ fileName });
			return { parameters: library('delete', { fileName: '={{ $json.name }}' }), inputs: names.map((name) => ({ json: { name } })) };
		},
	},
];
